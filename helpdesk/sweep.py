"""An open call is never forgotten (R20): one that has gone silent is asked about, and closed by the answer or as far as is known.

1. `claim`       the call that has been silent longest; the next time to ask is set before anybody asks
2. `answered`    what the provider says becomes a report like any other; a call that goes on is asked about again
3. `unanswered`  after an hour, or without an account, the call is closed as far as is known, the rest a task for a person

Asking itself happens outside any transaction (app.sweeper).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import calls, cases, reports, silence
from helpdesk.endings import OVER
from helpdesk.ports import LegState
from helpdesk.reports import Reported
from models import Audit, Call, Leg
from models.due import first_due
from models.values import ReportKind, TaskKind

ACTOR: Final = "sweep"
SWEEP_DUE: Final = first_due(Call.sweep_at)


def claim(session: Session, *, now: datetime) -> str | None:
    """The CallSid of the call to ask about now, claimed until it is asked about again; None where no call has gone silent."""
    while (call := session.scalar(SWEEP_DUE, {"now": now})) is not None:
        silent_from = silence.ends_at(call.heard_at, accepted_at=call.accepted_at, time_limit=call.time_limit)
        call.sweep_at = silent_from if silent_from > now else now + silence.AGAIN
        session.flush()
        if silent_from <= now:
            return call.sid
    return None


def answered(session: Session, sid: str, legs: Sequence[LegState], *, now: datetime) -> None:
    """Takes in what the provider says about the legs of a call: the caller's own first."""
    call = _locked(session, sid)
    if call.sweep_at is None:
        return
    call.asked_since = None
    for leg in legs:
        if leg.status in OVER:
            reports.record(session, call, told(session, call, leg, now=now), now=now)
    if call.sweep_at is None:
        _mark(session, call, "closed_by_sweep", {"by": "provider"}, now=now)
    elif any(leg.sid == call.sid for leg in legs):
        call.live_at = now


def unanswered(session: Session, sid: str, *, has_account: bool, now: datetime) -> None:
    """Nobody said anything about this call: after an hour it is closed, without an account at once.

    A talk within its time limit is given the hour in any case: nothing is heard of a bridge until it ends (ADR 6).
    """
    call = _locked(session, sid)
    if call.sweep_at is None:
        return
    call.asked_since = call.asked_since or now
    talks = silence.may_be_a_talk(now, accepted_at=call.accepted_at, time_limit=call.time_limit)
    if (has_account or talks) and now < call.asked_since + silence.WITHOUT_AN_ANSWER:
        return
    reports.record(session, call, reports.given_up(call), now=now)
    _mark(session, call, "closed_by_sweep", {"by": "silence", "end_unknown": call.end_unknown}, now=now)
    _leave_to_a_person(session, call, now=now)


def told(session: Session, call: Call, leg: LegState, *, now: datetime) -> Reported:
    """What the provider says of one leg of a call, as a report like any other."""
    payload = {"CallStatus": leg.status, "EndTime": leg.ended_at.isoformat() if leg.ended_at else None}
    if leg.lasted is not None:
        payload["CallDuration"] = str(leg.lasted)
    attempt = None
    if leg.sid != call.sid:
        dialled = select(Leg.attempt_id).where(Leg.sid == leg.sid, Leg.call_id == call.id)
        attempt = session.scalar(dialled)
    return Reported(kind=ReportKind.ASKED, sid=leg.sid, payload=payload, happened_at=leg.ended_at or now, attempt=attempt)


def _leave_to_a_person(session: Session, call: Call, *, now: datetime) -> None:
    """A talk of which nobody knows how long it was is an administrator's.

    A caller who had accepted the price, or was told that nobody answers, is rung; on a line without one, whoever waited (R14).
    """
    if call.end_unknown:
        cases.link(session, call, now=now)
        cases.open_task(session, call, TaskKind.REVIEW, now=now)
    elif (calls.was_waiting(call) or call.unanswered_at is not None) and not call.bridged and not call.is_outgoing:
        call.follow_up_at = None
        cases.open_task(session, call, TaskKind.MISSED, now=now)


def _mark(session: Session, call: Call, action: str, details: dict[str, object], *, now: datetime) -> None:
    session.add(Audit(at=now, actor=ACTOR, action=action, subject=f"call:{call.sid}", call_id=call.id, details=details))


def _locked(session: Session, sid: str) -> Call:
    query = select(Call).where(Call.sid == sid).with_for_update(of=Call)
    return session.scalars(query.execution_options(populate_existing=True)).one()
