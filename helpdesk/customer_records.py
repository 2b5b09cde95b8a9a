"""What can be read about customers: the list that one searches, and everything about one of them. Plain data.

The list goes by name, from one name to the next (never by counting rows), each customer with what an index finds at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, func, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from billing import ledger, thresholds
from helpdesk import call_records, customers
from helpdesk.call_records import CallRecord
from models import Account, Call, Case, Customer, Person
from models.values import CaseState, Language, Points, Policy, e164

LAST: Final = 10
LOOKED_THROUGH: Final = 200
DIGITS_OF_A_NUMBER: Final = 8
BALANCE: Final = func.coalesce(Account.balance, 0)


class Standing(StrEnum):
    """How a balance stands: below zero, so that it is owed or invoiced (R11); below what its customer is told of as few points."""

    BELOW_ZERO = "below_zero"
    LOW = "low"


STANDS: Final = {
    Standing.BELOW_ZERO: BALANCE < 0,
    Standing.LOW: func.coalesce(Account.notify_below, thresholds.LOW) > BALANCE,
}


@dataclass(frozen=True, kw_only=True)
class CustomerRow:
    """A customer in the list. `balance` and `available` are points; `last_call` is when they phoned last."""

    number: str
    name: str
    policy: Policy
    credit: Points
    balance: Points
    available: Points
    is_low: bool
    persons: int
    last_call: datetime | None


@dataclass(frozen=True, kw_only=True)
class PersonRow:
    """A person; `phone` is the whole number, for whoever may see it. `left_at`: gone since then."""

    id: int
    name: str
    phone: str | None
    email: str | None
    language: Language
    pin_set_at: datetime
    created_at: datetime
    left_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class CaseRow:
    """A case of a customer."""

    number: str
    title: str
    state: CaseState
    opened_at: datetime


@dataclass(frozen=True, kw_only=True)
class CustomerRecord:
    """All about one customer; calls and cases are the last ones, the newest first."""

    number: str
    name: str
    policy: Policy
    credit: Points
    created_at: datetime
    balance: Points
    held: Points
    available: Points
    notify_below: Points
    persons: tuple[PersonRow, ...]
    calls: tuple[CallRecord, ...]
    cases: tuple[CaseRow, ...]


def search(
    session: Session,
    *,
    text: str = "",
    policy: Policy | None = None,
    standing: Standing | None = None,
    after: str | None = None,
    most: int,
) -> list[CustomerRow]:
    """Customers by name, `most` of them, those behind the customer of number `after`.

    `text` is a part of a name, or of a person's; the beginning of a number; or a person's telephone number.
    """
    persons = select(func.count()).where(Person.customer_id == Customer.id, Person.ended_at.is_(None)).scalar_subquery()
    called = select(func.max(Call.started_at)).where(Call.customer_id == Customer.id).scalar_subquery()
    query = select(Customer, Account, persons, called).outerjoin(Account, Account.customer_id == Customer.id)
    if text:
        query = query.where(_matches(text))
    if policy is not None:
        query = query.where(Customer.policy == policy)
    if standing is not None:
        query = query.where(STANDS[standing])
    if after is not None:
        place = aliased(Customer)
        behind = select(place.name, place.id).where(place.number == after).scalar_subquery()
        query = query.where(tuple_(Customer.name, Customer.id) > behind)
    found = session.execute(query.order_by(Customer.name, Customer.id).limit(most))
    return [_row(*row) for row in found]


def customer_record(session: Session, number: str, *, now: datetime) -> CustomerRecord:
    """The customer of that number. Raises helpdesk.customers.Unknown."""
    customer = customers.find(session, number)
    account = session.scalar(select(Account).where(Account.customer_id == customer.id))
    persons = select(Person).where(Person.customer_id == customer.id)
    cases = select(Case).where(Case.customer_id == customer.id).order_by(Case.id.desc()).limit(LAST)
    return CustomerRecord(
        number=customer.number,
        name=customer.name,
        policy=customer.policy,
        credit=customer.credit,
        created_at=customer.created_at,
        balance=_balance(account),
        held=(account.held if account else None) or Points(0),
        available=ledger.available(account) if account else Points(0),
        notify_below=_threshold(account),
        persons=tuple(person_row(one) for one in session.scalars(persons.order_by(Person.ended_at.is_not(None), Person.name))),
        calls=tuple(call_records.calls(session, customer=number, most=LAST, now=now)),
        cases=tuple(
            CaseRow(number=one.number, title=one.title, state=one.state, opened_at=one.opened_at) for one in session.scalars(cases)
        ),
    )


def numbers_of(session: Session, person: Person) -> list[tuple[str, datetime]]:
    """The telephone numbers that a person phoned from among the customer's last calls, each with when last; the newest first."""
    last = select(Call.person_id, Call.from_number, Call.started_at).where(Call.customer_id == person.customer_id)
    found: dict[str, datetime] = {}
    for person_id, number, at in session.execute(last.order_by(Call.started_at.desc()).limit(LOOKED_THROUGH)):
        if person_id == person.id and number is not None:
            found.setdefault(number, at)
    return list(found.items())


def person_row(person: Person) -> PersonRow:
    """A person as plain data."""
    return PersonRow(
        id=person.id,
        name=person.name,
        phone=person.phone,
        email=person.email,
        language=person.language,
        pin_set_at=person.pin_set_at,
        created_at=person.created_at,
        left_at=person.ended_at,
    )


def _matches(text: str) -> ColumnElement[bool]:
    """Whether a customer is meant by what somebody typed."""
    digits = "".join(text.split())
    of_person = [_contains(Person.name, text)]
    if (phone := e164(text)) and len(digits) >= DIGITS_OF_A_NUMBER:
        of_person.append(Person.phone == phone)
    through = select(Person.customer_id).where(or_(*of_person))
    found = [_contains(Customer.name, text), Customer.id.in_(through)]
    return or_(*found, Customer.number.startswith(digits)) if digits.isdecimal() else or_(*found)


def _contains(column: Any, text: str) -> ColumnElement[bool]:  # noqa: ANN401 - a column of any model
    """Whether a name has this text in it, however it is capitalised: SQLite knows no capital Æ, Ø, Å, so each spelling is asked."""
    spellings: Sequence[str] = sorted({text, text.lower(), text.upper(), text.capitalize(), text.title()})
    return or_(*(column.icontains(one, autoescape=True) for one in spellings))


def _row(customer: Customer, account: Account | None, persons: int, last_call: datetime | None) -> CustomerRow:
    return CustomerRow(
        number=customer.number,
        name=customer.name,
        policy=customer.policy,
        credit=customer.credit,
        balance=_balance(account),
        available=ledger.available(account) if account else Points(0),
        is_low=_balance(account) < _threshold(account),
        persons=persons,
        last_call=last_call,
    )


def _balance(account: Account | None) -> Points:
    return (account.balance if account else None) or Points(0)


def _threshold(account: Account | None) -> Points:
    """Below how many points the customer's persons are told."""
    return thresholds.LOW if account is None or account.notify_below is None else account.notify_below
