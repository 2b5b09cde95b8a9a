"""Who gets a message, and in which language: "supporter:3", "person:7", "user:2", or ALARM for whoever is alarmed.

An errand names its recipient, never a number or an address: those are looked up when it is sent, so a new number counts at once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from models import Call, Person, Supporter, User
from models.values import ErrandKind, Flow, Language, takes_texts
from oncall import roster

ALARM: Final = "alarm"


def person(person_id: int) -> str:
    """What an errand calls a person."""
    return f"person:{person_id}"


def supporter(supporter_id: int) -> str:
    """What an errand calls a supporter."""
    return f"supporter:{supporter_id}"


def user(user_id: int) -> str:
    """What an errand calls somebody who logs in to the console."""
    return f"user:{user_id}"


def ways(session: Session, to: str) -> list[ErrandKind]:
    """How a recipient is reached: by text, but a person not at a landline (pitfall G2); by mail, where an address is known.

    Whoever is alarmed is known only when it is sent; the letter becomes a text message where ALARM_ADDRESS is a number.
    """
    if to == ALARM:
        return [ErrandKind.MAIL]
    found = _found(session, to)
    if isinstance(found, User):
        return [ErrandKind.MAIL]
    texts = isinstance(found, Supporter) or (found.phone is not None and takes_texts(found.phone))
    return [ErrandKind.TEXT] * texts + [ErrandKind.MAIL] * (found.email is not None)


def reached(session: Session, to: str, kind: ErrandKind, *, alarm_address: str | None) -> tuple[str | None, Language]:
    """Number or mail address, as they stand now, None where there is none for this kind; and what the recipient reads (R22)."""
    if to == ALARM:
        return _alarmed(alarm_address).get(kind), Language.DANISH
    found = _found(session, to)
    return found.phone if kind is ErrandKind.TEXT and not isinstance(found, User) else found.email, found.language


def has_left(session: Session, to: str) -> bool:
    """Whether it is a person who has left the customer: they are told nothing more (helpdesk.persons)."""
    found = _found(session, to) if to != ALARM else None
    return isinstance(found, Person) and found.ended_at is not None


def ways_of_alarm(alarm_address: str | None) -> list[ErrandKind]:
    """How whoever is alarmed is reached: by letter, and by text too where ALARM_ADDRESS names an address and a number."""
    return list(_alarmed(alarm_address)) or [ErrandKind.MAIL]


def number(call: Call) -> str | None:
    """Where a caller is called back: at the number that was shown, else at the person's own; None where nobody knows one."""
    return call.from_number or (call.person.phone if call.person else None)


def company(call: Call) -> str:
    """Whose call it was, as those on duty read it; of a caller whom nobody knows, the line that was called."""
    return call.customer.name if call.customer else call.line.name


def on_duty(session: Session, line: Flow, at: datetime) -> list[Supporter]:
    """Who is told of what waits on a line: whoever is at work there; where nobody is, those on duty round the clock."""
    return roster.on_duty(session, at, line=line) or ([] if line is Flow.SUPPORT else roster.on_duty(session, at))


def a_user(session: Session, to: str) -> User:
    """The user that an errand goes to."""
    return session.get_one(User, int(to.partition(":")[2]))


def _alarmed(alarm_address: str | None) -> dict[ErrandKind, str]:
    """What ALARM_ADDRESS names; a number alone is reached in the place of a letter, which becomes a text."""
    named = alarm_address.split(",") if alarm_address else []
    found = {ErrandKind.MAIL if "@" in one else ErrandKind.TEXT: one for one in named}
    return found if ErrandKind.MAIL in found or not found else {ErrandKind.MAIL: found[ErrandKind.TEXT]}


def _found(session: Session, to: str) -> Person | Supporter | User:
    kind, _, number = to.partition(":")
    if kind == "person":
        return session.get_one(Person, int(number))
    return a_user(session, to) if kind == "user" else session.get_one(Supporter, int(number))
