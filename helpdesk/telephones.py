"""A supporter's telephones are changed: which numbers are rung, and for how long.

NumberTaken   somebody else is rung at that number; nothing was written
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk import failing
from helpdesk.customers import Unknown
from models import Audit, Supporter
from models.base import LARGEST_KEY
from models.supporters import RING_SECONDS
from models.values import E164, masked
from oncall import telephones


class NumberTaken(Exception):
    """Somebody else is rung at that `number`, or the same person is already; None: nobody knows which. The message says who."""

    def __init__(self, message: str, number: str | None = None) -> None:
        super().__init__(message)
        self.number = number


@dataclass(frozen=True, kw_only=True)
class Telephones:
    """The number that is rung first, the other one, and for how many seconds each."""

    phone: E164
    second: E164 | None = None
    seconds: int = RING_SECONDS


def find(session: Session, supporter_id: int) -> Supporter:
    """The supporter, locked. Raises Unknown."""
    them = session.get(Supporter, supporter_id, with_for_update=True) if supporter_id <= LARGEST_KEY else None
    if them is None:
        raise Unknown(f"there is no supporter {supporter_id}")
    return them


def of(them: Supporter) -> Telephones:
    """As they are rung now."""
    second = E164(them.second_phone) if them.second_phone is not None else None
    return Telephones(phone=E164(them.phone), second=second, seconds=them.ring_seconds)


def change(session: Session, them: Supporter, wanted: Telephones, *, by: str, now: datetime) -> None:
    """Rung so from the next call on; who is rung now rings on. Raises NumberTaken."""
    if wanted.phone == wanted.second:
        raise NumberTaken(f"{wanted.phone} is their first telephone already", wanted.second)
    require_free(session, {wanted.phone, *filter(None, [wanted.second])}, besides=them.id)
    before, after = asdict(of(them)), asdict(wanted)
    changed = [key for key in after if before[key] != after[key]]
    if not changed:
        return
    try:
        with session.begin_nested():
            them.phone, them.second_phone, them.ring_seconds = wanted.phone, wanted.second, wanted.seconds
    except IntegrityError as refused:
        raise NumberTaken("somebody else is rung at that number since a moment ago") from refused
    failing.forget(session, them, now=now)
    details = {name: {key: _told(said[key]) for key in changed} for name, said in (("before", before), ("after", after))}
    session.add(Audit(at=now, actor=by, action="supporter_number_changed", subject=f"supporter:{them.id}", details=details))


def require_free(session: Session, numbers: Collection[str], *, besides: int | None = None) -> None:
    """Nobody else is rung at one of these numbers. Raises NumberTaken.

    Whoever else is at numbers waits for this transaction at the first supporter's row: two columns can hold one number, and no
    constraint looks across them.
    """
    session.execute(select(Supporter.id).order_by(Supporter.id).limit(1).with_for_update())
    theirs = or_(Supporter.phone.in_(numbers), Supporter.second_phone.in_(numbers))
    others = select(Supporter).where(theirs, Supporter.id != (besides or 0)).execution_options(populate_existing=True)
    for other in session.scalars(others):
        number = next(one for one in telephones.numbers(other) if one in numbers)
        raise NumberTaken(f"{number} is the telephone of supporter {other.id}, {other.name}", number)


def _told(value: str | int | None) -> str | int | None:
    """As the audit tells it: numbers masked (R23)."""
    return masked(value) if isinstance(value, str) else value
