"""What goes on now, for a board on the wall: calls, supporters, what waits for somebody, and how the line stands. Plain data.

Every question here is about what is open, and finds it by an index: the board costs the same with a million calls in history.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from billing import ledger, meter
from helpdesk import call_records
from helpdesk.call_records import CallRecord
from models import Attempt, Call, Supporter, Task
from models.values import CallState, Points, TaskKind, masked
from oncall import roster


class Standing(StrEnum):
    """How somebody on duty stands."""

    FREE = "free"
    RUNG = "rung"
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    AWAY = "away"


class LineState(StrEnum):
    """How the line stands, in one word: somebody can be rung · everyone on duty is busy · nobody is on duty."""

    OPEN = "open"
    BUSY = "busy"
    UNMANNED = "unmanned"


@dataclass(frozen=True, kw_only=True)
class LiveCall:
    """A call that goes on. `rung` is who is being rung, since `rung_at`; `payable` is how many more quarters can be paid."""

    record: CallRecord
    caller: str
    person: str | None
    company: str | None
    supporter: str | None
    rung: str | None
    rung_at: datetime | None
    waiting_since: datetime | None
    payable: int | None


@dataclass(frozen=True, kw_only=True)
class OnDuty:
    """Somebody on duty: how they stand, since or until when, and with which call."""

    supporter: int
    name: str
    standing: Standing
    until: datetime | None
    call: str | None


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A task that nobody took yet."""

    task: int
    kind: TaskKind
    case: str
    call: str
    company: str
    opened_at: datetime
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class Board:
    """All of it, at one moment."""

    calls: tuple[LiveCall, ...]
    on_duty: tuple[OnDuty, ...]
    waiting: tuple[Waiting, ...]

    @property
    def line(self) -> LineState:
        """How the line stands."""
        if all(one.standing is Standing.AWAY for one in self.on_duty):
            return LineState.UNMANNED
        return LineState.OPEN if any(one.standing is Standing.FREE for one in self.on_duty) else LineState.BUSY


def board(session: Session, *, now: datetime) -> Board:
    """The board as it is now."""
    open_calls = select(Call).where(Call.sweep_at > roster.LONG_AGO).order_by(Call.started_at, Call.id)
    eager = (joinedload(Call.customer), joinedload(Call.person), joinedload(Call.case), joinedload(Call.supporter))
    found = session.scalars(open_calls.options(*eager, selectinload(Call.attempts))).all()
    paid = ledger.charged_of(session, [call.id for call in found]) if found else {}
    return Board(
        calls=tuple(live_call(session, call, paid[call.id], now=now) for call in found),
        on_duty=tuple(_on_duty(session, now=now)),
        waiting=tuple(_waiting(session)),
    )


def live_call(session: Session, call: Call, paid: dict[int, Points], *, now: datetime) -> LiveCall:
    """A call that goes on; `paid` is what it was charged so far, by quarter."""
    ringing = next((one for one in call.attempts if one.ended_at is None and call.state is CallState.RINGING), None)
    return LiveCall(
        record=call_records.record(session, call, paid, now=now),
        caller=masked(call.from_number),
        person=call.person.name if call.person else None,
        company=call.customer.name if call.customer else None,
        supporter=call.supporter.name if call.supporter and call.state is CallState.TALKING else None,
        rung=ringing.supporter.name if ringing else None,
        rung_at=ringing.rung_at if ringing else None,
        waiting_since=call.waiting_since if ringing is None and call.state is CallState.RINGING else None,
        payable=_payable(call, paid),
    )


def _payable(call: Call, paid: dict[int, Points]) -> int | None:
    """How many more quarters a talk may go on for (R11); None where nothing limits it, or nobody talks."""
    floor = meter.floor(call) if call.customer_id is not None and call.state is CallState.TALKING else None
    if floor is None or call.granted_quarters is None:
        return None
    return max(call.granted_quarters - len(paid), 0)


def _on_duty(session: Session, *, now: datetime) -> list[OnDuty]:
    supporters = roster.on_duty(session, now, with_away=True)
    ids = [one.id for one in supporters]
    busy = select(Attempt).where(Attempt.supporter_id.in_(ids), Attempt.ended_at.is_(None)).options(joinedload(Attempt.call))
    attempts = {one.supporter_id: one for one in session.scalars(busy)} if ids else {}
    made = []
    for one in supporters:
        attempt = attempts.get(one.id)
        if attempt is not None:
            standing = Standing.TALKING if attempt.accepted_at is not None else Standing.RUNG
        else:
            standing = _standing(one, now=now)
        made.append(
            OnDuty(
                supporter=one.id,
                name=one.name,
                standing=standing,
                until=one.free_at if standing is Standing.WRAP_UP else None,
                call=attempt.call.sid if attempt else None,
            )
        )
    return made


def _standing(one: Supporter, *, now: datetime) -> Standing:
    if one.away_since is not None:
        return Standing.AWAY
    return Standing.WRAP_UP if one.free_at is not None and one.free_at > now else Standing.FREE


def _waiting(session: Session) -> list[Waiting]:
    found = select(Task, Call.sid).join(Call, Call.id == Task.call_id).where(Task.taken_at.is_(None), Task.alarm_at.is_not(None))
    return [
        Waiting(
            task=task.id,
            kind=task.kind,
            case=task.case.number,
            call=sid,
            company=task.case.customer.name,
            opened_at=task.opened_at,
            due_at=task.due_at,
        )
        for task, sid in session.execute(found.options(joinedload(Task.case)).order_by(Task.due_at, Task.id).limit(50))
    ]
