"""Ringing a supporter's telephone as a test (models.readiness): asked for by a person, rung by the clock, answered by a key.

1. `ask`                              one test at a time for a supporter, and none while they are on a call or being rung for one
2. helpdesk.ringing                   the clock rings
3. `picked_up` `said` `reported`      what the telephone and the provider tell; the result is a fold over it, in any order

Whoever asked sees the result where they asked. Nobody is alarmed by one: it is no customer's call, and somebody is looking.

ReadinessError
├── OnACall      the supporter is on a call, or being rung for one
├── UnderTest    they are being rung as a test already
└── NoLine       there is no line to ring from
NoSuchTest       a webhook of none of our tests
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import failing
from helpdesk.customers import Unknown
from helpdesk.endings import OVER
from models import Audit, Line, ReadinessTest, Supporter
from models.base import LARGEST_KEY
from models.readiness import ReadinessAnswer, ReadinessOutcome
from models.values import Flow
from oncall import roster, telephones

ACTOR: Final = "provider"
BY_STATUS: Final = {
    "busy": ReadinessOutcome.BUSY,
    "no-answer": ReadinessOutcome.NO_ANSWER,
    "completed": ReadinessOutcome.HUNG_UP,
}


class ReadinessError(Exception):
    """A test that is not made now; nothing was written."""


class OnACall(ReadinessError):
    """The supporter has better things to do than a test."""


class UnderTest(ReadinessError):
    """One test at a time."""


class NoLine(ReadinessError):
    """There is no line of ours whose number could be shown (R15)."""


class NoSuchTest(LookupError):
    """There is no such test, or it is another call's."""


def ask(session: Session, supporter_id: int, *, second: bool = False, by: str, now: datetime) -> ReadinessTest:
    """Asks for a test, of the second telephone where that is wanted; the clock rings within seconds.

    Raises Unknown, OnACall, UnderTest, NoLine.
    """
    them = session.get(Supporter, supporter_id, with_for_update=True) if supporter_id <= LARGEST_KEY else None
    if them is None:
        raise Unknown(f"there is no supporter {supporter_id}")
    phone = them.second_phone if second else them.phone
    if phone is None:
        raise Unknown(f"supporter {supporter_id} has no second telephone")
    _require_free(session, them, now=now)
    line = session.scalar(select(Line).where(Line.flow == Flow.SUPPORT).order_by(Line.id).limit(1))
    if line is None:
        raise NoLine("there is no line to ring from: set one with `doegnvagt line set`")
    test = ReadinessTest(
        supporter_id=them.id, supporter=them, line_id=line.id, line=line, phone=phone, asked_at=now, asked_by=by, due_at=now
    )
    session.add(test)
    _note(session, test, "supporter_test_asked", {}, by=by, now=now)
    session.flush()
    return test


def locked(session: Session, test_id: int, sid: str) -> ReadinessTest:
    """The test that a webhook of call `sid` is about, locked. The first one names its call. Raises NoSuchTest."""
    query = select(ReadinessTest).where(ReadinessTest.id == min(test_id, LARGEST_KEY)).with_for_update(of=ReadinessTest)
    test = session.scalar(query.execution_options(populate_existing=True))
    if test is None or test_id > LARGEST_KEY or test.rung_at is None or test.sid not in {None, sid}:
        raise NoSuchTest(f"{sid} is not test {test_id}")
    test.sid = sid
    return test


def picked_up(test: ReadinessTest, *, at: datetime) -> None:
    """Somebody or something picked up, at that moment at the latest."""
    test.picked_up_at = min(test.picked_up_at or at, at)


def said(session: Session, test: ReadinessTest, answer: ReadinessAnswer, *, now: datetime) -> None:
    """What the keys came to."""
    test.said = test.said or answer
    _fold(session, test, now=now)


def reported(
    session: Session, test: ReadinessTest, *, status: str | None, is_machine: bool | None, at: datetime, now: datetime
) -> None:
    """What the provider tells of its call: a CallStatus, or who it thinks picked up. An end stays what it was told first."""
    if status == "ringing":
        test.ringing_at = min(test.ringing_at or at, at)
    elif status == "in-progress":
        picked_up(test, at=at)
    elif status in OVER:
        test.status = test.status or status
    test.is_machine = test.is_machine if is_machine is None else is_machine
    _fold(session, test, now=now)


def end(session: Session, test: ReadinessTest, outcome: ReadinessOutcome, *, now: datetime) -> None:
    """The result; a late report may say better what it was."""
    test.outcome, test.ended_at, test.due_at = outcome, test.ended_at or now, None
    details: dict[str, object] = {"outcome": outcome.value, "asked_by": test.asked_by, "rang": test.rang}
    if test.problem is not None and outcome is ReadinessOutcome.FAILED:
        details["problem"] = test.problem
    _note(session, test, "supporter_tested", details, by=ACTOR, now=now)
    if outcome is ReadinessOutcome.READY:
        failing.works(session, test.supporter, test.phone, now=now)
    elif outcome is ReadinessOutcome.FAILED and test.status == failing.FAILED:
        telephones.mark(test.supporter, test.phone, why=failing.FAILED, now=now)


def _require_free(session: Session, them: Supporter, *, now: datetime) -> None:
    if roster.is_on_a_call(session, them, now=now):
        raise OnACall(them.name)
    is_tested = select(ReadinessTest.id).where(ReadinessTest.supporter_id == them.id, ReadinessTest.ended_at.is_(None))
    if session.scalar(is_tested) is not None:
        raise UnderTest(them.name)


def _fold(session: Session, test: ReadinessTest, *, now: datetime) -> None:
    outcome = _outcome(test)
    if outcome is not None and outcome is not test.outcome:
        end(session, test, outcome, now=now)


def _outcome(test: ReadinessTest) -> ReadinessOutcome | None:
    """What is found out, as far as anybody told; None while it goes on. A key that was pressed is no machine's."""
    if test.said is None and test.status is None:
        return None
    by_keys = ReadinessOutcome(test.said) if test.said is not None else None
    if by_keys in {ReadinessOutcome.READY, ReadinessOutcome.OTHER_KEY}:
        return by_keys
    if test.picked_up_at is None and test.status != "completed":
        return BY_STATUS.get(test.status or "", ReadinessOutcome.FAILED)
    if test.is_machine:
        return ReadinessOutcome.VOICEMAIL
    return by_keys or ReadinessOutcome.HUNG_UP


def _note(session: Session, test: ReadinessTest, action: str, details: dict[str, object], *, by: str, now: datetime) -> None:
    session.add(Audit(at=now, actor=by, action=action, subject=f"supporter:{test.supporter_id}", details=details))
