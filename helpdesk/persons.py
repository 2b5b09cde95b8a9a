"""Persons at a customer's, once they are there: changed, gone, back again; and every look at a PIN is written down (R2).

Raises helpdesk.customers.Unknown for a person who is not there, or is another customer's; PersonLeft for one who has left.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import pins
from helpdesk.customers import Unknown, named, require_there
from helpdesk.pins import PinKeys
from models import Audit, Person
from models.values import E164, Language, masked


class Look(StrEnum):
    """How a PIN was looked at: on a screen, or on a card that was made."""

    SHOWN = "pin_shown"
    CARD = "pin_card_made"


def find(session: Session, person_id: int, *, customer: str | None = None, to_change: bool = True) -> Person:
    """The person of that id; of that customer's number, where one is named; locked, `to_change` it. Raises Unknown."""
    query = select(Person).where(Person.id == person_id)
    if to_change:
        query = query.with_for_update(of=Person).execution_options(populate_existing=True)
    person = session.scalar(query)
    if person is None or customer not in {None, person.customer.number}:
        raise Unknown(f"there is no person {person_id}")
    return person


def change(
    session: Session,
    person: Person,
    *,
    name: str,
    phone: E164 | None,
    email: str | None,
    language: Language,
    actor: str,
    now: datetime,
) -> None:
    """What is known of a person from now on; nothing is written where nothing differs. Raises ValueError for a blank name."""
    before = _told(person)
    person.name, person.phone, person.email, person.language = named(name), phone, email, language
    after = _told(person)
    changed = [one for one in after if before[one] != after[one]]
    if not changed:
        return
    said = {when: {one: _shown(one, known[one]) for one in changed} for when, known in (("before", before), ("after", after))}
    _note(session, person, "person_changed", actor=actor, now=now, **said)


def leave(session: Session, person: Person, *, actor: str, now: datetime) -> None:
    """The person has left: from now on the PIN lets nobody in, and no message goes to them. Raises PersonLeft."""
    require_there(person)
    person.ended_at = now
    _note(session, person, "person_left", actor=actor, now=now)


def come_back(session: Session, person: Person, *, actor: str, now: datetime) -> None:
    """The person is there again, with the PIN they had."""
    if person.ended_at is not None:
        person.ended_at = None
        _note(session, person, "person_came_back", actor=actor, now=now)


def look_at_pin(session: Session, person: Person, look: Look, *, keys: PinKeys, actor: str, now: datetime) -> str:
    """The PIN, for its owner to see or print (R2); the audit remembers who looked. Raises PersonLeft, helpdesk.pins.KeyGone."""
    require_there(person)
    pin = pins.reveal(keys, person)
    _note(session, person, look.value, actor=actor, now=now)
    return pin


def _told(person: Person) -> dict[str, str | None]:
    return {"name": person.name, "phone": person.phone, "email": person.email, "language": person.language.value}


def _shown(what: str, value: str | None) -> str | None:
    """As the audit keeps it: numbers are masked there (R23)."""
    return masked(value) if what == "phone" and value else value


def _note(session: Session, person: Person, action: str, *, actor: str, now: datetime, **details: Any) -> None:  # noqa: ANN401 - JSON
    said = {"person": person.id, **details}
    session.add(Audit(at=now, actor=actor, action=action, subject=f"customer:{person.customer.number}", details=said))
