"""Calendars that somebody subscribes to (iCalendar): secret addresses, and the duty that each of them tells.

The address is the secret: whoever has it reads, without a log-in. It is told once, kept by its hash, and replaced on demand; one
that was replaced or ended is as one that never was. What a calendar tells is what the roster says, by the same function.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from sqlalchemy import ColumnElement, Select, select, update
from sqlalchemy.orm import Session

from helpdesk.customers import Unknown
from models import Audit, CalendarAddress, Line, Supporter
from models.local import midnight, to_local
from models.values import Flow, Language
from oncall import grounds, roster
from oncall.rota import Duty, Span, Stretch

BACK: Final = timedelta(weeks=4)
AHEAD: Final = timedelta(weeks=26)
SEEN_EVERY: Final = timedelta(hours=1)
SINCE_EVER: Final = "before"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Somebody on duty for a while: `key` names the stretch, and stays while its line, person and beginning do."""

    key: str
    supporter: int
    line: str
    tier: int
    span: Span
    grounds: grounds.Chain


@dataclass(frozen=True, kw_only=True)
class Calendar:
    """What an address tells. `owner` is a supporter's name or a line's; `names` are all whom the grounds name."""

    owner: str
    is_own: bool
    language: Language
    entries: Sequence[Entry]
    names: Mapping[int, str]


def of_supporter(session: Session, supporter_id: int) -> CalendarAddress | None:
    """The address of that supporter's duty, while there is one."""
    return session.scalar(_standing(CalendarAddress.supporter_id == supporter_id))


def replace(
    session: Session, *, supporter: int | None = None, line: int | None = None, actor: str, now: datetime
) -> tuple[CalendarAddress, str]:
    """A new address for a supporter or a line, and its secret part, told this once; the one there was ends. Raises Unknown."""
    owner = session.get(Supporter, supporter, with_for_update=True) if supporter else session.get(Line, line, with_for_update=True)
    if owner is None:
        raise Unknown(f"there is no supporter {supporter}" if supporter else f"there is no line {line}")
    which = CalendarAddress.supporter_id == supporter if supporter else CalendarAddress.line_id == line
    if (before := session.scalar(_standing(which))) is not None:
        before.ended_at = now
        session.flush()
    secret = secrets.token_urlsafe(32)
    made = CalendarAddress(hash=_hashed(secret), supporter_id=supporter, line_id=line, created_at=now, created_by=actor)
    session.add(made)
    session.flush()
    session.refresh(made, ["supporter", "line"])
    if before is not None:
        _note(session, made, "calendar_replaced", actor=actor, now=now)
    else:
        _note(session, made, "calendar_made", actor=actor, now=now)
    return made, secret


def end(session: Session, address_id: int, *, actor: str, now: datetime) -> CalendarAddress:
    """Nobody reads by that address any more. Raises Unknown."""
    found = session.get(CalendarAddress, address_id, with_for_update={"of": CalendarAddress})
    if found is None or found.ended_at is not None:
        raise Unknown(f"there is no calendar {address_id}")
    found.ended_at = now
    _note(session, found, "calendar_ended", actor=actor, now=now)
    return found


def end_of(session: Session, supporter_id: int | None, *, actor: str, now: datetime) -> None:
    """Ends the address of a supporter's duty, if there is one."""
    if supporter_id is not None and (found := of_supporter(session, supporter_id)) is not None:
        end(session, found.id, actor=actor, now=now)


def listed(session: Session) -> Sequence[CalendarAddress]:
    """The addresses there are, the newest first."""
    return session.scalars(_standing().order_by(CalendarAddress.id.desc())).all()


def lines(session: Session) -> Sequence[Line]:
    """The lines that may have one, in order."""
    return session.scalars(select(Line).order_by(Line.id)).all()


def of_secret(session: Session, secret: str) -> CalendarAddress | None:
    """The address with that secret part, while it is one."""
    return session.scalar(_standing(CalendarAddress.hash == _hashed(secret)))


def is_stale(address: CalendarAddress, *, now: datetime) -> bool:
    """Whether that it was read should be written down again: not every time."""
    return address.used_at is None or now - address.used_at >= SEEN_EVERY


def used(session: Session, address_id: int, *, now: datetime) -> None:
    """Somebody reads by it."""
    session.execute(update(CalendarAddress).where(CalendarAddress.id == address_id).values(used_at=now))


def calendar(session: Session, address: CalendarAddress, *, now: datetime) -> Calendar:
    """What the address tells: whole local days, from four weeks back to twenty-six ahead."""
    told = [address.line.flow] if address.line else list(Flow)
    found = [entry for line in told for entry in _entries(session, line, now=now) if _is_told(entry, address)]
    mine = address.supporter
    return Calendar(
        owner=mine.name if mine else address.line.name if address.line else "",
        is_own=mine is not None,
        language=mine.language if mine else Language.DANISH,
        entries=sorted(found, key=lambda one: (one.span.starts_at, one.tier, one.key)),
        names=roster.names(session, {one for entry in found for one in {*grounds.people(entry.grounds), entry.supporter}}),
    )


def _is_told(entry: Entry, address: CalendarAddress) -> bool:
    return address.supporter_id in {None, entry.supporter}


def _entries(session: Session, line: Flow, *, now: datetime) -> list[Entry]:
    """Looked at from a week earlier, so that a shift that runs where the calendar begins is told from its own beginning."""
    today = to_local(now).date()
    since, until = midnight(today - BACK), midnight(today + AHEAD)
    looked = Span(starts_at=since - roster.BEHIND, ends_at=until)
    name = session.scalar(select(Line.name).where(Line.flow == line).order_by(Line.id).limit(1)) or line.value
    return [
        _entry(one, line, name, looked) for one in whole(roster.stretches(session, looked, line=line)) if one.span.ends_at > since
    ]


def _entry(one: Stretch, line: Flow, name: str, looked: Span) -> Entry:
    """A supporter stands once at a moment, so line, person and beginning name the stretch; what began earlier has no other name."""
    begins = SINCE_EVER if one.span.starts_at == looked.starts_at else f"{one.span.starts_at:%Y%m%dT%H%M%SZ}"
    return Entry(
        key=f"{line.value}-{one.duty.supporter}-{begins}",
        supporter=one.duty.supporter,
        line=name,
        tier=one.duty.tier,
        span=one.span,
        grounds=one.duty.grounds,
    )


def whole(found: Iterable[Stretch]) -> list[Stretch]:
    """Stretches in order, those of one duty that a new version of the rota cut made one again."""
    made: list[Stretch] = []
    last: dict[Duty, int] = {}
    for one in found:
        place = last.get(one.duty)
        if place is not None and made[place].span.ends_at == one.span.starts_at:
            made[place] = Stretch(duty=one.duty, span=Span(starts_at=made[place].span.starts_at, ends_at=one.span.ends_at))
        else:
            last[one.duty] = len(made)
            made.append(one)
    return made


def _standing(*which: ColumnElement[bool]) -> Select[CalendarAddress]:
    return select(CalendarAddress).where(CalendarAddress.ended_at.is_(None), *which)


def _hashed(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def _note(session: Session, address: CalendarAddress, action: str, *, actor: str, now: datetime) -> None:
    subject = f"line:{address.line.number}" if address.line else f"supporter:{address.supporter_id}"
    session.add(Audit(at=now, actor=actor, action=action, subject=subject, details={}))
