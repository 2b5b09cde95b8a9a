"""What was lost: the books and records of the house beside what the exchange saw. Every sentence here is a defect.

The simulation's model knows what each process committed and what its clock read; a process that is killed tells neither. So what is
not known is bounded by what is: the supporter's 1 was kept between being sent and being answered, and a talk was over no earlier
than it was and no later than the house said that it had been told. In nearly every call both lie in the same quarter.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from billing import books, ledger
from models import Attempt, Call, Hold, Journal, Report, Task, Turn
from models.values import CallOutcome, CallState, HoldState, JournalKind
from simulator.exchange import Exchange
from simulator.legs import By, State
from simulator.records import Truth, truth
from tests.chaos.evidence import Told

PRICE: Final = 15
SKEW: Final = timedelta(seconds=2)
"""By how much the clocks of processes may differ: they read a file that says how fast time goes from when on."""
LIMIT: Final = re.compile(r'timeLimit="(\d+)"')
THE_DATABASES: Final = ("OperationalError", "InterfaceError", "TimeoutError", "OutOfTime")
"""Errors that a database in trouble may raise, and what a transaction says whose connection it lost; any other one is ours."""


def defects(session: Session, exchange: Exchange, told: list[Told], logs: Path) -> list[str]:
    """Everything that is wrong, a sentence each."""
    calls = {call.sid: call for call in session.scalars(select(Call).order_by(Call.started_at, Call.id))}
    legs = [leg for leg in exchange.legs.values() if leg.parent is None]
    return [
        *books.faults(session),
        *_left_open(session, calls.values()),
        *_lost(session, told),
        *(defect for leg in legs for defect in _of_a_call(session, calls.get(leg.sid), truth(leg), told)),
        *_left_alone(session, list(calls.values())),
        *_said_twice(exchange),
        *_blunders(logs),
    ]


def quarters(session: Session) -> int:
    """How many quarters were charged."""
    return session.scalar(select(func.count()).select_from(Journal).where(Journal.kind == JournalKind.QUARTER)) or 0


def _left_open(session: Session, calls: Iterable[Call]) -> Iterator[str]:
    """R6, R20: a call, a hold or an attempt that outlived everything."""
    yield from (f"call {call.sid} is still {call.state}" for call in calls if call.state is not CallState.ENDED)
    yield from (f"call {call.sid}: nobody knows its end, and the provider did" for call in calls if call.end_unknown)
    for hold in session.scalars(select(Hold).where(Hold.state == HoldState.OPEN)):
        yield f"quarter {hold.quarter} of call {hold.call_id} is still held"
    for attempt in session.scalars(select(Attempt).where(Attempt.ended_at.is_(None))):
        yield f"supporter {attempt.supporter_id} is still reserved for call {attempt.call_id}"


def _lost(session: Session, told: list[Told]) -> Iterator[str]:
    """R19: whatever was acknowledged is there, whichever server it was written on."""
    answers = set(session.scalars(select(Turn.answer)))
    reports = {(report.sid, report.payload.get("CallStatus")) for report in session.scalars(select(Report))}
    for one in told:
        if one.is_turn and one.answer not in answers:
            yield f"{one.path} was answered, and its turn is lost: {one.answer}"
        if one.is_report and (one.sid, one.params.get("CallStatus")) not in reports:
            yield f"the report that {one.sid} is {one.params.get('CallStatus')} was acknowledged, and is lost"


def _of_a_call(session: Session, call: Call | None, seen: Truth, told: list[Told]) -> Iterator[str]:
    """R7, R8, R13: what it cost, beside what the exchange saw."""
    about = [one for one in told if seen.sid in {one.sid, one.params.get("ParentCallSid")}]
    cost = -sum(ledger.charged(session, call.id).values()) if call else 0
    is_talk = call is not None and call.outcome is CallOutcome.TALKED
    if is_talk is not (seen.bridged_at is not None):
        yield f"call {seen.sid} is {call.outcome if call else 'unknown'}, and was bridged: {seen.bridged_at is not None}"
    least, most = owed(seen, about)
    if not PRICE * least <= cost <= PRICE * most:
        house = f"{call.accepted_at} to {call.ended_at}" if call else "nothing"
        exchange = f"{seen.bridged_at} to {seen.parted_at} ({seen.bridge.ended_by if seen.bridge else None})"
        yield f"call {seen.sid} cost {cost}, and {least} to {most} quarters had begun: {house} to the house, {exchange} in truth"


def owed(seen: Truth, about: list[Told]) -> tuple[int, int]:
    """How many quarters a call owes at least and at most, by what the exchange saw of its bridge."""
    bridge = seen.bridge
    if bridge is None or bridge.bridged_at is None or bridge.ended_at is None:
        return 0, 0
    accepts = [
        one for one in about if one.sid == bridge.sid and one.params.get("Digits") == "1" and one.asked_at <= bridge.bridged_at
    ]
    first, last = min(one.asked_at for one in accepts), max(one.answered_at for one in accepts)
    ends = {sid: at.replace(microsecond=0) for sid, at in ((bridge.sid, bridge.ended_at), (seen.sid, seen.ended_at)) if at}
    shortest, longest = min(ends.values()) - last - SKEW, _told_at_last(ends, about) - first + SKEW
    quarters = [_begun(int(talk.total_seconds())) for talk in (shortest, longest)]
    if bridge.ended_by is By.TIME_LIMIT:
        granted = next(int(found[1]) // 900 for one in reversed(about) if (found := LIMIT.search(one.answer)))
        quarters = [min(count, granted) for count in quarters]
    return quarters[0], quarters[1]


def _told_at_last(ends: Mapping[str, datetime], about: list[Told]) -> datetime:
    """The latest moment that the house can take for the end: the earlier one of both legs' that status callbacks have told.

    At 120 times the speed the second leg ends seconds behind the first. Where no callback was kept, it is any that the house heard.
    """
    over = [one for one in about if one.is_report and one.params.get("CallStatus") == State.COMPLETED]
    return min((ends[one.sid] for one in over if one.sid in ends), default=max(one.answered_at for one in about))


def _left_alone(session: Session, calls: list[Call]) -> Iterator[str]:
    """R14: whoever accepted a price was put through, called again, or is somebody's task."""
    tasks = set(session.scalars(select(Task.call_id)))
    spared = {CallOutcome.TALKED, CallOutcome.NO_POINTS}
    for place, call in enumerate(calls):
        if call.price_accepted_at is None or call.outcome in spared or call.id in tasks:
            continue
        if not any(other.person_id == call.person_id or other.from_number == call.from_number for other in calls[place + 1 :]):
            yield f"call {call.sid} was left alone as {call.outcome}"


def _said_twice(exchange: Exchange) -> Iterator[str]:
    """A text is sent once, whoever was killed with it in hand."""
    texts = Counter((message.to, message.body) for message in exchange.messages.values())
    yield from (f"{to} was sent the same text {times} times: {body}" for (to, body), times in texts.items() if times > 1)


def _blunders(logs: Path) -> Iterator[str]:
    """Errors that no database in trouble explains."""
    for file in sorted(logs.glob("*.log")):
        for line in file.read_text("utf-8").splitlines():
            said = json.loads(line).get("exception", "") if line.startswith("{") else ""
            last = said.strip().rpartition("\n")[2]
            if last and not any(name in said for name in THE_DATABASES):
                yield f"{file.name}: {last}"


def _begun(seconds: int) -> int:
    """R8, in words of its own: one more for every 900 seconds that were passed by a second."""
    return sum(1 for start in range(0, seconds, 900) if seconds > start)
