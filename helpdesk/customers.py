"""Customers and their persons, as an administrator makes them.

Unknown            a number that names nothing (exit status 1 on the command line)
└── PersonLeft     somebody who has left has no PIN any more
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing import ledger
from helpdesk import numbers, pins
from helpdesk.pins import PinKeys
from models import Audit, Customer, Person
from models.values import Language, Points, Policy


class Unknown(LookupError):
    """Something that was named does not exist. The message says what."""


class PersonLeft(Unknown):
    """Somebody who has left: there is no PIN to be shown or replaced before they are back."""


@dataclass(frozen=True)
class NewPerson:
    """A person who was just added, and the PIN to hand over once."""

    person: Person
    pin: str


def add(session: Session, name: str, *, actor: str, now: datetime) -> Customer:
    """A new customer with a number, an account, and credit for an emergency (R11). Raises ValueError for a blank name."""
    customer = Customer(number=numbers.draw(session, numbers.CUSTOMERS), name=named(name), created_at=now)
    session.add(customer)
    session.flush()
    ledger.customer_account(session, customer.id)
    _audit(session, "customer_added", customer, actor=actor, now=now, details={"name": customer.name})
    return customer


def change(
    session: Session, customer: Customer, *, policy: Policy | None, credit: Points | None, actor: str, now: datetime
) -> Customer:
    """Sets what happens when points run out (R11). Raises ValueError for a credit below 0."""
    if credit is not None and credit < 0:
        raise ValueError("credit is a whole number of points, 0 or more")
    before = {"policy": customer.policy.value, "credit": customer.credit}
    customer.policy = policy or customer.policy
    customer.credit = customer.credit if credit is None else credit
    after = {"policy": customer.policy.value, "credit": customer.credit}
    _audit(session, "customer_changed", customer, actor=actor, now=now, details={"before": before, "after": after})
    return customer


def find(session: Session, number: str) -> Customer:
    """The customer of that number ("10042"). Raises Unknown."""
    customer = session.scalar(select(Customer).where(Customer.number == number))
    if customer is None:
        raise Unknown(f"there is no customer {number}")
    return customer


def add_person(
    session: Session,
    customer: Customer,
    *,
    name: str,
    phone: str | None,
    email: str | None,
    language: Language,
    keys: PinKeys,
    actor: str,
    now: datetime,
) -> NewPerson:
    """A new person with a PIN (R1). `phone` is E.164. Raises ValueError for a blank name."""
    pin = pins.draw(session, keys)
    person = Person(customer_id=customer.id, name=named(name), phone=phone, email=email, language=language, created_at=now)
    pins.seal(keys, pin).put_on(person, now=now)
    session.add(person)
    session.flush()
    _audit(session, "person_added", customer, actor=actor, now=now, details={"person": person.id})
    return NewPerson(person, pin)


def replace_pin(session: Session, person_id: int, *, keys: PinKeys, actor: str, now: datetime) -> str:
    """Gives a person a new PIN; the old one is void at once. Raises Unknown, PersonLeft."""
    person = session.get(Person, person_id, with_for_update={"of": Person})
    if person is None:
        raise Unknown(f"there is no person {person_id}")
    require_there(person)
    return _replaced(session, person, keys=keys, actor=actor, now=now)


def replace_lost_pins(session: Session, *, keys: PinKeys, actor: str, now: datetime) -> list[tuple[Person, str]]:
    """Gives a new PIN to everybody whose PIN needs a key that is gone, also to those who have left: else nothing starts again."""
    return [(one, _replaced(session, one, keys=keys, actor=actor, now=now)) for one in pins.lost(session, keys)]


def rename(session: Session, customer: Customer, name: str, *, actor: str, now: datetime) -> None:
    """What the customer is called from now on. Raises ValueError for a blank name."""
    details: dict[str, object] = {"before": {"name": customer.name}, "after": {"name": named(name)}}
    customer.name = named(name)
    _audit(session, "customer_renamed", customer, actor=actor, now=now, details=details)


def require_there(person: Person) -> None:
    """Raises PersonLeft for somebody who has left."""
    if person.ended_at is not None:
        raise PersonLeft(f"person {person.id} has left; bring them back first")


def _replaced(session: Session, person: Person, *, keys: PinKeys, actor: str, now: datetime) -> str:
    pin = pins.draw(session, keys)
    pins.seal(keys, pin).put_on(person, now=now)
    _audit(session, "pin_replaced", person.customer, actor=actor, now=now, details={"person": person.id})
    return pin


def named(name: str) -> str:
    """A name with its outer spaces gone. Raises ValueError where nothing is left, or it is longer than 200."""
    clean = " ".join(name.split())
    if not 1 <= len(clean) <= 200:  # noqa: PLR2004 - the column's length
        raise ValueError("a name has 1 to 200 characters")
    return clean


def _audit(session: Session, action: str, customer: Customer, *, actor: str, now: datetime, details: dict[str, object]) -> None:
    session.add(Audit(at=now, actor=actor, action=action, subject=f"customer:{customer.number}", details=details))
