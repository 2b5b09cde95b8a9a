"""A supporter's own duty: what they are at, what waits for them, and what they say about themselves.

DutyError
├── NotTheirs      the call was taken by somebody else, or by nobody
└── LastReachable  nobody else on duty could be reached: said again, it is done, and an administrator is told
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from billing import ledger
from helpdesk import board, cases, corrections, gaps, notes, queue, readiness_records, shifts, unreachable
from helpdesk.board import LiveCall
from helpdesk.call_records import WITH_PERSON
from helpdesk.corrections import Why
from helpdesk.queue import QueuedTask
from helpdesk.readiness_records import Readiness
from helpdesk.shifts import Asked
from models import Attempt, Audit, Call, Correction, Supporter
from models.corrections import CorrectionReason
from models.values import Flow, Points
from oncall import duty_hours, roster, telephones
from oncall.rota import Span
from oncall.telephones import Failing

RECENT: Final = timedelta(days=7)
MOST_CALLS: Final = 10
MOST_SHIFTS: Final = 14
LONGER: Final = timedelta(minutes=5)
LONGEST_WRAP_UP: Final = timedelta(minutes=30)


class DutyError(Exception):
    """Something that cannot be done so; nothing was written."""


class NotTheirs(DutyError):
    """The call was not taken by this supporter."""


class LastReachable(DutyError):
    """Whoever calls now would reach nobody on duty; nobody at all where they are there `as_last_resort`."""

    def __init__(self, name: str, *, as_last_resort: bool) -> None:
        super().__init__(name)
        self.as_last_resort = as_last_resort


@dataclass(frozen=True, kw_only=True)
class Duty:
    """All that a supporter sees of their own duty. `live` is the call they are on, or being rung for; `readiness` the last test.

    `calls_back`: they ring a customer, or are rung to do so. They are on duty until then without a break, by whatever shifts. A
    shift stands with its tier; `asked` are those that they are to acknowledge. `colleagues` can be reached on their lines.
    `failing` are numbers that could not be rung.
    """

    supporter: Supporter
    is_on_duty: bool
    on_duty_until: datetime | None
    live: LiveCall | None
    calls_back: bool
    taken: Sequence[Call]
    tasks: Sequence[QueuedTask]
    shifts: Sequence[tuple[Span, int]]
    asked: Sequence[Asked]
    colleagues: int
    readiness: Readiness | None
    failing: Sequence[Failing]


def duty(session: Session, supporter_id: int, *, now: datetime) -> Duty:
    """A supporter's duty as it stands."""
    me = session.get_one(Supporter, supporter_id)
    mine = roster.shifts_of(session, supporter_id, since=now, most=MOST_SHIFTS)
    running = [one for one in duty_hours.blocks(span for span, _ in mine) if now in one]
    return Duty(
        supporter=me,
        is_on_duty=bool(running),
        on_duty_until=max((span.ends_at for span in running), default=None),
        live=_live(session, supporter_id, now=now),
        calls_back=supporter_id in board.calling_back(session, now=now),
        taken=_taken(session, supporter_id, now=now),
        tasks=queue.taken_by(session, supporter_id, most=MOST_CALLS),
        shifts=mine,
        asked=shifts.to_acknowledge(session, supporter_id, now=now),
        colleagues=len(_colleagues(session, supporter_id, now=now)),
        readiness=readiness_records.last(session, [supporter_id]).get(supporter_id),
        failing=telephones.failing(me),
    )


def _colleagues(session: Session, supporter_id: int, *, now: datetime) -> set[int]:
    """Who else can be reached on the lines on which they are on duty."""
    lines = ({one.id: one for one in roster.on_duty(session, now, with_away=True, line=line)} for line in Flow)
    theirs = (people for people in lines if supporter_id in people)
    return {one.id for people in theirs for one in people.values() if one.away_since is None} - {supporter_id}


def go_away(session: Session, supporter_id: int, *, by: str, sure: bool, now: datetime) -> None:
    """Cannot be reached: is not rung any more. Raises LastReachable where nobody else could be, unless they are `sure`."""
    me = session.get_one(Supporter, supporter_id, with_for_update=True)
    as_last_resort = unreachable.is_last_resort(session, supporter_id, now=now)
    if not sure and (as_last_resort or unreachable.is_last(session, supporter_id, now=now)):
        raise LastReachable(me.name, as_last_resort=as_last_resort)
    roster.go_away(me, now=now)
    _note(session, me, "supporter_away", by=by, now=now)
    unreachable.look(session, now=now)
    if as_last_resort:
        gaps.look(session, now=now)


def come_back(session: Session, supporter_id: int, *, by: str, now: datetime) -> None:
    """Can be reached again."""
    me = session.get_one(Supporter, supporter_id, with_for_update=True)
    if me.away_since is not None:
        roster.come_back(me)
        unreachable.look(session, now=now)
        _note(session, me, "supporter_back", by=by, now=now)


def is_ready(session: Session, supporter_id: int, *, by: str, now: datetime) -> None:
    """The wrap-up is over: may be rung at once."""
    me = session.get_one(Supporter, supporter_id, with_for_update=True)
    if me.free_at is not None and me.free_at > now:
        _note(session, me, "wrap_up_ended", by=by, now=now)
        roster.wrap_up_until(me, None)


def needs_longer(session: Session, supporter_id: int, *, by: str, now: datetime) -> datetime:
    """Five minutes more of wrap-up, half an hour from now at most; until when."""
    me = session.get_one(Supporter, supporter_id, with_for_update=True)
    until = min(max(me.free_at or now, now) + LONGER, now + LONGEST_WRAP_UP)
    roster.wrap_up_until(me, until)
    _note(session, me, "wrap_up_longer", by=by, now=now, until=until.isoformat())
    return until


def write_note(session: Session, supporter_id: int, sid: str, text: str, *, by: str, now: datetime) -> None:
    """A note of a call that this supporter took, on its case; a case is opened where there is none yet (R16).

    Raises NotTheirs, ValueError.
    """
    call = _theirs(session, supporter_id, sid)
    case = cases.link(session, call, now=now)
    notes.write(session, case, text, by=by, now=now, call=call)
    session.add(Audit(at=now, actor=by, action="note_written", subject=f"case:{case.number}", call_id=call.id, details={}))


def own_fault(session: Session, supporter_id: int, sid: str, note: str, *, by: str, now: datetime) -> Correction:
    """Asks to give back what a call of theirs cost, because it was our own fault: somebody else decides, however little it is.

    Raises NotTheirs, helpdesk.corrections.NothingLeft.
    """
    _theirs(session, supporter_id, sid)
    return corrections.refund(session, sid, Why(reason=CorrectionReason.OWN_FAULT, note=note, by=by, limit=Points(0)), now=now)


def _theirs(session: Session, supporter_id: int, sid: str) -> Call:
    call = corrections.locked(session, sid)
    if call.supporter_id != supporter_id:
        raise NotTheirs(sid)
    return call


def _live(session: Session, supporter_id: int, *, now: datetime) -> LiveCall | None:
    open_one = select(Attempt.call_id).where(Attempt.supporter_id == supporter_id, Attempt.ended_at.is_(None))
    eager = (joinedload(Call.customer), WITH_PERSON, joinedload(Call.case), joinedload(Call.supporter))
    call = session.scalar(select(Call).where(Call.id == open_one.scalar_subquery()).options(*eager, selectinload(Call.attempts)))
    return board.live_call(session, call, ledger.charged(session, call.id), now=now) if call is not None else None


def _taken(session: Session, supporter_id: int, *, now: datetime) -> Sequence[Call]:
    mine = select(Call).where(Call.supporter_id == supporter_id, Call.started_at > now - RECENT, Call.bridged.is_(True))
    people = (joinedload(Call.customer), WITH_PERSON, joinedload(Call.case))
    return session.scalars(mine.options(*people).order_by(Call.started_at.desc(), Call.id.desc()).limit(MOST_CALLS)).all()


def _note(session: Session, me: Supporter, action: str, *, by: str, now: datetime, **details: object) -> None:
    session.add(Audit(at=now, actor=by, action=action, subject=f"supporter:{me.id}", details=details))
