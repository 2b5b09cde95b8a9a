"""What goes on now, for a board on the wall: calls, supporters, what waits for somebody, and how the line stands. Plain data.

Every question here is about what is open, and finds it by an index: the board costs the same with a million calls in history.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from billing import ledger, meter
from helpdesk import alarms, call_records, callback_records, queue, readiness_records
from helpdesk.call_records import WITH_PERSON, CallRecord
from helpdesk.on_call import last_resort
from helpdesk.queue import QueuedTask
from helpdesk.readiness_records import Readiness
from models import Attempt, Call, Line, Supporter
from models.calls import IS_OPEN
from models.values import CallState, Flow, Points, Policy, masked
from oncall import roster, telephones
from oncall.standing import LONGEST_RINGING
from oncall.telephones import Failing

MOST_WAITING: Final = 50


class Standing(StrEnum):
    """How somebody on duty stands."""

    FREE = "free"
    RUNG = "rung"
    TALKING = "talking"
    WRAP_UP = "wrap_up"
    AWAY = "away"
    TESTED = "tested"
    CALLS_BACK = "calls_back"


class LineState(StrEnum):
    """How the line stands, in one word: somebody can be rung · everyone on duty is busy · nobody is on duty."""

    OPEN = "open"
    BUSY = "busy"
    UNMANNED = "unmanned"


@dataclass(frozen=True, kw_only=True)
class LiveCall:
    """A call that goes on. `rung` is who is being rung, since `rung_at`.

    `payable` is how many quarters beyond the one that runs can be paid for, while the two talk; None where `unlimited`, too.
    `free` is the name of a line that costs nothing.
    """

    record: CallRecord
    caller: str
    person: str | None
    company: str | None
    supporter: str | None
    rung: str | None
    rung_at: datetime | None
    waiting_since: datetime | None
    free: str | None
    payable: int | None
    unlimited: bool


@dataclass(frozen=True, kw_only=True)
class OnDuty:
    """Somebody on duty: how they stand, since or until when, and with which call; and the last test of their telephone.

    `line` is the name of the line that they are at work on, where that is not the one round the clock. `failing` are numbers of
    theirs that could not be rung.
    """

    supporter: int
    name: str
    standing: Standing
    until: datetime | None
    call: str | None
    readiness: Readiness | None
    failing: tuple[Failing, ...] = ()
    line: str | None = None


@dataclass(frozen=True, kw_only=True)
class Board:
    """All of it, at one moment. `alarms` counts the open ones of which nobody knows.

    `last` is what the last resort is called, where nobody is on duty and they would be rung.
    """

    calls: tuple[LiveCall, ...]
    on_duty: tuple[OnDuty, ...]
    waiting: tuple[QueuedTask, ...]
    alarms: int
    last: str | None

    @property
    def line(self) -> LineState:
        """How the line round the clock stands."""
        there = [one.standing for one in self.on_duty if one.line is None]
        if all(standing is Standing.AWAY for standing in there):
            return LineState.UNMANNED
        return LineState.OPEN if Standing.FREE in there else LineState.BUSY


def board(session: Session, *, now: datetime) -> Board:
    """The board as it is now."""
    are_open = select(Call.id).where(IS_OPEN)  # by itself, or SQLite goes through all in order of their start
    open_calls = select(Call).where(Call.id.in_(are_open)).order_by(Call.started_at, Call.id)
    eager = (joinedload(Call.customer), WITH_PERSON, joinedload(Call.case), joinedload(Call.supporter))
    found = session.scalars(open_calls.options(*eager, selectinload(Call.attempts))).all()
    paid = ledger.charged_of(session, [call.id for call in found]) if found else {}
    on_duty = tuple(_on_duty(session, now=now))
    return Board(
        calls=tuple(live_call(session, call, paid[call.id], now=now) for call in found),
        on_duty=on_duty,
        waiting=tuple(queue.waiting(session, most=MOST_WAITING)),
        alarms=alarms.unacknowledged(session),
        last=last_resort(session, now) if not on_duty else None,
    )


def live_call(session: Session, call: Call, paid: dict[int, Points], *, now: datetime) -> LiveCall:
    """A call that goes on; `paid` is what it was charged so far, by quarter."""
    talks = call.state is CallState.TALKING and call.customer is not None and call.costs_points
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
        free=None if call.costs_points else call.line.name,
        payable=meter.payable(session, call, now=now) if talks else None,
        unlimited=talks and call.customer is not None and call.customer.policy is Policy.INVOICE,
    )


def calling_back(session: Session, *, now: datetime) -> set[int]:
    """Who rings a customer, or is rung to do so; as the chain has it."""
    since = now - LONGEST_RINGING
    return {one.supporter for one in callback_records.running(session) if one.call is not None or one.asked_at > since}


def _on_duty(session: Session, *, now: datetime) -> list[OnDuty]:
    offices = session.scalars(select(Line).where(Line.flow == Flow.OFFICE).order_by(Line.id).limit(1)).all()
    at_work = {one: roster.on_duty(session, now, with_away=True, line=Flow.OFFICE) for one in offices}
    round_the_clock = roster.on_duty(session, now, with_away=True)
    places = {one.id: line.name for line, some in at_work.items() for one in some if one not in round_the_clock}
    supporters = round_the_clock + [one for some in at_work.values() for one in some if one.id in places]
    busy = select(Attempt, Call.sid).join(Call, Call.id == Attempt.call_id).where(Attempt.ended_at.is_(None))
    mine = busy.where(Attempt.supporter_id.in_([one.id for one in supporters]))
    attempts = {attempt.supporter_id: (attempt, sid) for attempt, sid in session.execute(mine)} if supporters else {}
    ringing = calling_back(session, now=now)
    tests = readiness_records.last(session, [one.id for one in supporters])
    stand = (
        _stands(one, *attempts.get(one.id, (None, None)), test=tests.get(one.id), calls_back=one.id in ringing, now=now)
        for one in supporters
    )
    return [replace(one, line=places.get(one.supporter)) for one in stand]


def _stands(
    one: Supporter, attempt: Attempt | None, call: str | None, *, test: Readiness | None, calls_back: bool, now: datetime
) -> OnDuty:
    if calls_back and (attempt is None or attempt.accepted_at is None):
        standing = Standing.CALLS_BACK
    elif attempt is not None:
        standing = Standing.TALKING if attempt.accepted_at is not None else Standing.RUNG
    else:
        standing = _standing(one, test, now=now)
    until = one.free_at if standing is Standing.WRAP_UP else None
    failing = tuple(telephones.failing(one))
    return OnDuty(supporter=one.id, name=one.name, standing=standing, until=until, call=call, readiness=test, failing=failing)


def _standing(one: Supporter, test: Readiness | None, *, now: datetime) -> Standing:
    if one.away_since is not None:
        return Standing.AWAY
    if test is not None and test.outcome is None:
        return Standing.TESTED
    return Standing.WRAP_UP if one.free_at is not None and one.free_at > now else Standing.FREE
