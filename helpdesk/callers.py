"""Who calls: known by a PIN, or on a line that asks for none by the number that is shown, or by the case that was keyed."""

from __future__ import annotations

from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from models import Call, Case, Customer, Person
from models.values import Language

LANGUAGES: Final = select(Person.language).where(Person.phone == bindparam("number"), Person.ended_at.is_(None))
KNOWN: Final = select(Person).where(Person.phone == bindparam("number"), Person.ended_at.is_(None)).order_by(Person.id)


def identify(call: Call, person: Person) -> None:
    """A right PIN was keyed, or a line that asks for none knows the number: the call is this person's, in their language."""
    call.person, call.person_id = person, person.id
    call.customer, call.customer_id = person.customer, person.customer_id
    call.language = person.language


def recognise(session: Session, call: Call) -> None:
    """Who calls, as far as the number that is shown tells: one person, or several of one customer (docs/office-line.md)."""
    if call.from_number is None:
        return
    known = session.scalars(KNOWN, {"number": call.from_number}).all()
    if len(known) == 1:
        identify(call, known[0])
    elif len({one.customer_id for one in known}) == 1:
        call.customer, call.customer_id = known[0].customer, known[0].customer_id


def tell_customer(session: Session, call: Call, case: Case) -> bool:
    """A case that the caller keyed says whose call it is where nothing else does; whether the case is of the call's customer."""
    if call.customer_id is None and case.customer_id is not None:
        call.customer_id, call.customer = case.customer_id, session.get_one(Customer, case.customer_id)
    return call.customer_id == case.customer_id


def language(session: Session, number: str | None) -> Language:
    """The language to greet a number in: that of the persons known by it, where they agree; else Danish (R22)."""
    known = set(session.scalars(LANGUAGES, {"number": number})) if number else set()
    return known.pop() if len(known) == 1 else Language.DANISH
