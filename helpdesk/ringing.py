"""What the clock does about telephones of supporters that are to be rung, as a test or to ring a customer: rings, and follows up.

1. `claim`             what is to be done next: ring, look up whether it was rung, ask what became of it
2. `rung` `not_rung`   the provider took it, or did not
3. `found` `told`      what the provider says when it is asked

A ring is never repeated where it may have gone out (pitfall C6): it is looked up, and its own webhooks say that it did. What
nobody finished is asked about, and closed (R20). Asking itself happens outside any transaction (app.ringer).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from helpdesk import callbacks, called_in, failing, readiness
from helpdesk.ports import LegState, PortFailed
from models import Callback, ReadinessTest
from models.callbacks import CallbackOutcome
from models.readiness import ReadinessOutcome
from models.values import masked_within
from oncall import chain, roster, standing

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
Rung = ReadinessTest | Callback
"""Why a supporter's telephone is rung."""


class For(StrEnum):
    """The same in a word, as the address of its webhooks begins (ivr.addresses)."""

    READINESS = "readiness"
    CALLBACK = "callback"

    @property
    def rows(self) -> type[Rung]:
        """Where those stand."""
        return ReadinessTest if self is For.READINESS else Callback


class What(StrEnum):
    """What is to be done about one."""

    RING = "ring"
    LOOK_UP = "look_up"
    ASK = "ask"


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """One that is ours to do something about now; `shown` is the line's own number (R15), `since` when it was to be rung.

    It rings for `rings` seconds.
    """

    why: For
    id: int
    what: What
    phone: str
    shown: str
    sid: str
    since: datetime
    rings: int


def claim(session: Session, why: For, *, now: datetime) -> Claimed | None:
    """What is to be done next, claimed until it is due again; None where nothing is due."""
    rows = why.rows
    due: Select[Any] = select(rows).where(rows.due_at <= now).order_by(rows.due_at, rows.id).limit(1)
    one: Rung | None
    while (one := session.scalar(due.with_for_update(skip_locked=True, of=rows))) is not None:
        what = _due(session, one, now=now)
        session.flush()
        if what is not None:
            said = {"shown": one.line.number, "since": one.rung_at or now, "rings": one.supporter.ring_seconds}
            return Claimed(why=why, id=one.id, what=what, phone=one.phone, sid=one.sid or "", **said)
    return None


def rung(session: Session, claimed: Claimed, sid: str, *, now: datetime) -> None:
    """The provider rings it, under this name. Its webhooks may have said more already."""
    one = _open(session, claimed)
    if one is not None:
        one.sid = one.sid or sid
        one.due_at = now + ASKS_AFTER if one.due_at is not None else None


def not_rung(session: Session, claimed: Claimed, problem: PortFailed, *, now: datetime) -> None:
    """That did not work: rung again soon, where it is certain that it was not; given up after a minute."""
    one = _open(session, claimed)
    if one is None or one.sid is not None:
        return
    one.problem = masked_within(str(problem))[:LONGEST_PROBLEM]
    if problem.bad_number is not None:
        _reported(session, one, failing.FAILED, why={failing.ERROR_CODE: problem.bad_number}, at=now, now=now)
    elif problem.undecided:  # whether it rings is found out by its webhooks, or by looking it up
        one.due_at = now + LOOKS_AGAIN
    elif problem.permanent or now - one.asked_at >= GIVES_UP:
        _end(session, one, ReadinessOutcome.FAILED, now=now)
    else:
        one.rung_at, one.due_at = None, now + BACK_OFF * 2 ** (one.tries - 1)


def found(session: Session, claimed: Claimed, sids: Sequence[str], *, now: datetime) -> None:
    """The provider made these calls to that telephone since: the newest that is nothing else's is this one."""
    one = _open(session, claimed)
    if one is None or one.sid is not None:
        return
    others = {sid for why in For for sid in session.scalars(select(why.rows.sid).where(why.rows.sid.in_(sids)))}
    one.sid = next((sid for sid in sids if sid not in others), None)
    if one.sid is not None:
        one.due_at = now + ASKS_AGAIN


def told(session: Session, claimed: Claimed, leg: LegState, *, now: datetime) -> None:
    """What the provider says of its call when it is asked."""
    one = _open(session, claimed)
    if one is not None:
        _reported(session, one, leg.status, why={}, at=leg.ended_at or now, now=now)


def _due(session: Session, one: Rung, *, now: datetime) -> What | None:
    """What is to be done about one that is due; None where that ended it."""
    if one.rung_at is None:
        return _unrung(session, one, now=now)
    if one.sid is None and now >= one.rung_at + FOUND_WITHIN:
        _end(session, one, ReadinessOutcome.FAILED, now=now)
        return None
    if now >= one.rung_at + LONGEST:
        _end(session, one, ReadinessOutcome.UNFINISHED, now=now)
        return None
    one.due_at = now + (LOOKS_AGAIN if one.sid is None else ASKS_AGAIN)
    return What.LOOK_UP if one.sid is None else What.ASK


def _unrung(session: Session, one: Rung, *, now: datetime) -> What | None:
    """It is to be rung, unless that would be too late by now, or there is no need any more: that ended it."""
    besides = one.id if isinstance(one, Callback) else standing.NO_CALL
    if now - one.asked_at > chain.LONGEST_CHAIN:  # No clock was there: the telephone is not to blame.
        one.problem = "no clock was there to ring it in time"
        _end(session, one, ReadinessOutcome.FAILED if isinstance(one, Callback) else ReadinessOutcome.UNFINISHED, now=now)
    elif roster.is_on_a_call(session, one.supporter, now=now, besides=besides):
        _end(session, one, ReadinessOutcome.ON_A_CALL, now=now)
    elif isinstance(one, Callback) and called_in.is_on_the_line(session, one.person_id, one.number, now=now):
        callbacks.not_rung(session, one, CallbackOutcome.CALLED_IN, now=now)
    else:
        one.rung_at, one.tries, one.due_at = now, one.tries + 1, now + LOOKS_AGAIN
        return What.RING
    return None


def _reported(session: Session, one: Rung, status: str, *, why: Mapping[str, Any], at: datetime, now: datetime) -> None:
    """What the provider says of it, when it is asked or as it refuses."""
    if isinstance(one, ReadinessTest):
        readiness.reported(session, one, status=status, is_machine=None, at=at, now=now)
    else:
        callbacks.reported(session, one, status, now=now, told=why)


def _end(session: Session, one: Rung, outcome: ReadinessOutcome, *, now: datetime) -> None:
    """It is over as far as the telephone goes: both call that by the same words."""
    if isinstance(one, ReadinessTest):
        readiness.end(session, one, outcome, now=now)
    else:
        callbacks.not_rung(session, one, CallbackOutcome(outcome.value), now=now)


def _open(session: Session, claimed: Claimed) -> Rung | None:
    """What was claimed, locked, unless it is over by now."""
    rows = claimed.why.rows
    query: Select[Any] = select(rows).where(rows.id == claimed.id).with_for_update(of=rows)
    one: Rung = session.scalars(query.execution_options(populate_existing=True)).one()
    return one if one.ended_at is None else None
