"""What the clock does about tests of supporters' telephones: rings them, and follows up those of which nothing is heard.

1. `claim`             what is to be done next: ring, look up whether it was rung, ask what became of it
2. `rung` `not_rung`   the provider took it, or did not
3. `found` `told`      what the provider says when it is asked

A ring is never repeated where it may have gone out (pitfall C6): it is looked up, and its own webhooks say that it did. A test that
nobody finished is asked about, and closed (R20). Asking itself happens outside any transaction (app.ringer).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import readiness
from helpdesk.ports import LegState, PortFailed
from models import ReadinessTest
from models.readiness import ReadinessOutcome
from models.values import masked_within
from oncall import roster

BACK_OFF: Final = timedelta(seconds=2)
GIVES_UP: Final = timedelta(minutes=1)
"""Nobody who pressed a button expects their telephone to ring later than that."""
LOOKS_AGAIN: Final = timedelta(seconds=15)
FOUND_WITHIN: Final = timedelta(minutes=2)
ASKS_AFTER: Final = timedelta(minutes=2)
"""A test that rings, is picked up and asked to the end is over by then."""
ASKS_AGAIN: Final = timedelta(minutes=1)
LONGEST: Final = timedelta(minutes=5)
LONGEST_PROBLEM: Final = 500
NEXT: Final = select(ReadinessTest).order_by(ReadinessTest.due_at, ReadinessTest.id).limit(1)


class What(StrEnum):
    """What is to be done about a test."""

    RING = "ring"
    LOOK_UP = "look_up"
    ASK = "ask"


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """A test that is ours to do something about now; `shown` is the line's own number (R15), `since` when it was to be rung."""

    test: int
    what: What
    phone: str
    shown: str
    sid: str
    since: datetime


def claim(session: Session, *, now: datetime) -> Claimed | None:
    """What is to be done next, claimed until it is due again; None where nothing is due."""
    due = NEXT.where(ReadinessTest.due_at <= now).with_for_update(skip_locked=True, of=ReadinessTest)
    while (test := session.scalar(due)) is not None:
        what = _due(session, test, now=now)
        session.flush()
        if what is not None:
            since = test.rung_at or now
            return Claimed(test=test.id, what=what, phone=test.phone, shown=test.line.number, sid=test.sid or "", since=since)
    return None


def rung(session: Session, claimed: Claimed, sid: str, *, now: datetime) -> None:
    """The provider rings it, under this name. Its webhooks may have said more already."""
    test = _open(session, claimed)
    if test is not None:
        test.sid, test.due_at = test.sid or sid, now + ASKS_AFTER


def not_rung(session: Session, claimed: Claimed, problem: PortFailed, *, now: datetime) -> None:
    """That did not work: rung again soon, where it is certain that it was not; given up after a minute."""
    test = _open(session, claimed)
    if test is None or test.sid is not None:
        return
    test.problem = masked_within(str(problem))[:LONGEST_PROBLEM]
    if problem.undecided:  # whether it rings is found out by its webhooks, or by looking it up
        test.due_at = now + LOOKS_AGAIN
    elif problem.permanent or now - test.asked_at >= GIVES_UP:
        readiness.end(session, test, ReadinessOutcome.FAILED, now=now)
    else:
        test.rung_at, test.due_at = None, now + BACK_OFF * 2 ** (test.tries - 1)


def found(session: Session, claimed: Claimed, sids: Sequence[str], *, now: datetime) -> None:
    """The provider made these calls to that telephone since: the newest that is no other test's is this one."""
    test = _open(session, claimed)
    if test is None or test.sid is not None:
        return
    others = set(session.scalars(select(ReadinessTest.sid).where(ReadinessTest.sid.in_(sids))))
    test.sid = next((sid for sid in sids if sid not in others), None)
    if test.sid is not None:
        test.due_at = now + ASKS_AGAIN


def told(session: Session, claimed: Claimed, leg: LegState, *, now: datetime) -> None:
    """What the provider says of its call when it is asked."""
    test = _open(session, claimed)
    if test is not None:
        readiness.reported(session, test, status=leg.status, is_machine=None, at=leg.ended_at or now, now=now)


def _due(session: Session, test: ReadinessTest, *, now: datetime) -> What | None:
    """What is to be done about a test that is due; None where that ended it."""
    if test.rung_at is None:
        if roster.is_on_a_call(session, test.supporter, now=now):
            readiness.end(session, test, ReadinessOutcome.ON_A_CALL, now=now)
            return None
        test.rung_at, test.tries, test.due_at = now, test.tries + 1, now + LOOKS_AGAIN
        return What.RING
    if test.sid is None and now >= test.rung_at + FOUND_WITHIN:
        readiness.end(session, test, ReadinessOutcome.FAILED, now=now)
        return None
    if now >= test.rung_at + LONGEST:
        readiness.end(session, test, ReadinessOutcome.UNFINISHED, now=now)
        return None
    test.due_at = now + (LOOKS_AGAIN if test.sid is None else ASKS_AGAIN)
    return What.LOOK_UP if test.sid is None else What.ASK


def _open(session: Session, claimed: Claimed) -> ReadinessTest | None:
    """The test that was claimed, locked, unless it is over by now."""
    query = select(ReadinessTest).where(ReadinessTest.id == claimed.test).with_for_update(of=ReadinessTest)
    test = session.scalars(query.execution_options(populate_existing=True)).one()
    return test if test.ended_at is None else None
