"""What the provider reported, and the facts that follow from all of it, in whatever order it came (R7, R19).

A report is stored once, known by its own identity. The call's facts are a fold over its reports: of several reports of the end the
earliest counts; a missing field never overwrites a known one; a terminal state never reopens.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from billing import ledger
from helpdesk import alarms, calls, cases, endings, failing, recordings
from helpdesk.alarms import Matter
from models import Attempt, Audit, Call, Leg, Report, Turn
from models.alarms import AlarmKind
from models.calls import CALLERS
from models.values import AttemptOutcome, CallOutcome, CallState, ReportKind

ENDS_A_BRIDGE: Final = frozenset({ReportKind.DIAL, ReportKind.CUT, ReportKind.PARTED})
ACTOR: Final = "provider"
OF_CALL: Final = select(Report).where(Report.call_id == bindparam("call")).order_by(Report.id)
EARLY: Final = select(Report).where(Report.sid == bindparam("sid"), Report.call_id.is_(None))
ASKED: Final = select(Turn.asked).join(Leg).where(Leg.call_id == bindparam("call"), CALLERS).order_by(Turn.number)
UNTOLD: Final = 1  # A recording whose length nobody told is one, so it lasted a second at least.


@dataclass(frozen=True, kw_only=True)
class Reported:
    """One report: about the caller's leg, or that of the attempt of this id. `payload` carries no digits."""

    kind: ReportKind
    sid: str
    payload: dict[str, Any]
    happened_at: datetime
    attempt: int | None = None

    @property
    def identity(self) -> str:
        """What makes it the same report when it comes again."""
        named = [self.kind, self.sid, self.attempt, self.payload]
        return sha256(json.dumps(named, sort_keys=True).encode()).hexdigest()


def record(session: Session, call: Call | None, *reported: Reported, now: datetime) -> bool:
    """Stores reports and folds them into their call; whether any was new. One about an unknown call is kept all the same."""
    new = [one for one in reported if _is_new(session, call, one, now=now)]
    if call is not None:
        for one in new:
            if one.kind is ReportKind.RECORDED:
                recordings.note(session, call, one.payload["url"], now=now)
        if any(one.kind not in {ReportKind.ASKED, ReportKind.GIVEN_UP} for one in new):
            call.heard_at = max(call.heard_at, now)
        if any(endings.tells_of_an_end(one.kind, one.payload) for one in new):
            fold(session, call, now=now)
    return bool(new)


def _is_new(session: Session, call: Call | None, reported: Reported, *, now: datetime) -> bool:
    values = {
        "identity": reported.identity,
        "kind": reported.kind,
        "sid": reported.sid,
        "call_id": call.id if call else None,
        "attempt_id": reported.attempt,
        "happened_at": min(reported.happened_at, now),
        "received_at": now,
        "payload": reported.payload,
    }
    return ledger.add_once(session, Report, unique="identity", values=values) is not None


def given_up(call: Call) -> Reported:
    """Our own word that nothing more will be heard of a call, from the moment on at which it was last heard of (R20)."""
    last = max(call.heard_at, call.live_at or call.heard_at)
    return Reported(kind=ReportKind.GIVEN_UP, sid=call.sid, payload={}, happened_at=last)


def recorded(session: Session, call: Call) -> int:
    """How many seconds of a message the caller left; 0 where none was recorded, UNTOLD where nobody said how long it is."""
    message = session.scalar(cases.RECORDED_LAST, {"call": call.id})
    return int(message["seconds"] or UNTOLD) if message else 0


def cut(call: Call, at: datetime) -> Reported:
    """Our own ending of a bridge whose next quarter nobody could pay (R11), as a report like any other."""
    return Reported(kind=ReportKind.CUT, sid=call.sid, payload={"attempt": call.accepted_attempt}, happened_at=at)


def parted(call: Call, at: datetime) -> Reported:
    """The caller's leg went on without its bridge: something failed, and the emergency number was dialled (ivr.fallback)."""
    return Reported(kind=ReportKind.PARTED, sid=call.sid, payload={"at": at.isoformat()}, happened_at=at)


def adopt(session: Session, leg: Leg, *, now: datetime) -> None:
    """Reports that came before the call's first webhook belong to it now."""
    if leg.attempt_id is not None:
        return
    early = session.scalars(EARLY, {"sid": leg.sid}).all()
    for report in early:
        report.call_id = leg.call_id
    if early:
        session.flush()
        fold(session, leg.call, now=now)


def fold(session: Session, call: Call, *, now: datetime) -> None:
    """Brings a call's facts into line with everything reported about it, and does what follows from them."""
    with session.no_autoflush:
        reports = list(session.scalars(OF_CALL, {"call": call.id}))
        attempts = call.attempts
    gone = [report for report in reports if endings.caller_is_gone(call, report)]
    gone_at = min((max(report.happened_at, call.started_at) for report in gone), default=None)
    for attempt in attempts:
        _close_dialled(session, call, attempt, reports, gone_at=gone_at, now=now)
    accepted = _accepted(call)
    if accepted is not None:
        _fold_bridge(session, call, accepted, reports, gone=gone, now=now)
    elif gone_at is not None and _may_say_how_it_ended(call, left := _left_as(session, call, reports)):
        calls.finish(session, call, left, ended_at=call.ended_at or gone_at, now=now)
    elif (silent := endings.given_up(reports)) is not None and call.state is not CallState.ENDED:
        calls.finish(session, call, CallOutcome.FAILED, ended_at=silent.happened_at, now=now)


def _fold_bridge(
    session: Session, call: Call, attempt: Attempt, reports: list[Report], *, gone: list[Report], now: datetime
) -> None:
    known = _talk(call)
    dial = [report for report in reports if report.kind == ReportKind.DIAL and report.attempt_id == attempt.id]
    call.bridged = attempt.bridged = endings.bridged(dial, attempt, gone)
    if call.bridged is False:
        if gone:
            left_at = min(max(report.happened_at, call.started_at) for report in gone)
            calls.finish(session, call, CallOutcome.CALLER_HUNG_UP, ended_at=call.ended_at or left_at, now=now)
        elif call.outcome is CallOutcome.TALKED:  # Our own mark had decided, and was wrong.
            calls.finish(session, call, CallOutcome.CALLER_HUNG_UP, ended_at=call.ended_at or now, now=now)
        elif dial and call.state is not CallState.ENDED:
            calls.withdraw(session, call, attempt, now=now)
        return
    silent = endings.given_up(reports)
    ends = [report for report in reports if report in gone or endings.ends_bridge(report, attempt)]
    if gone or any(report.kind in ENDS_A_BRIDGE for report in ends) or silent is not None:
        call.bridged = True  # Where nobody said so, our own mark of acceptance decides (pitfall A3).
        if ends:
            cases.task_is_needless(session, call, now=now)
        call.end_unknown = not ends
        ended_at = endings.ended_at(ends or [report for report in reports if report is silent], attempt)
        _talked(session, call, known, ended_at=ended_at, now=now)
    elif ends:
        # The supporter's leg has ended; the Dial's own report says in a moment whether there was a bridge.
        call.next_hold_at = call.next_quarter_at = call.cut_at = call.warn_at = None


def _talk(call: Call) -> tuple[CallOutcome | None, datetime | None, bool | None, bool]:
    """What is known of a talk's end."""
    return call.outcome, call.ended_at, call.bridged, call.end_unknown


def _talked(
    session: Session,
    call: Call,
    known: tuple[CallOutcome | None, datetime | None, bool | None, bool],
    *,
    ended_at: datetime,
    now: datetime,
) -> None:
    """The call was a talk that ended then; where that was `known` before, it is settled."""
    if known != (CallOutcome.TALKED, ended_at, True, call.end_unknown):
        calls.finish(session, call, CallOutcome.TALKED, ended_at=ended_at, now=now)


def _close_dialled(
    session: Session, call: Call, attempt: Attempt, reports: list[Report], *, gone_at: datetime | None, now: datetime
) -> None:
    """Ends an attempt whose Dial is over and that nobody accepted; says better how it ended where that was only guessed."""
    dial = [report for report in reports if report.kind == ReportKind.DIAL and report.attempt_id == attempt.id]
    if attempt.accepted_at is not None:
        return
    if not dial:
        # Nothing more was heard of it (helpdesk.left_behind), because its caller had left before that.
        if attempt.outcome is AttemptOutcome.FAILED and gone_at and attempt.ended_at and gone_at <= attempt.ended_at:
            attempt.outcome = AttemptOutcome.CALLER_HUNG_UP
        return
    if attempt.bridged is None and any(report.payload.get("DialBridged") == "true" for report in dial):
        attempt.bridged = True
        _alarm_bridged_without_acceptance(session, call, attempt, now=now)
    outcome = _outcome(attempt, _status(call, attempt, dial[0]), gone=gone_at is not None)
    if attempt.ended_at is None:
        calls.close(attempt, outcome, now=now)
        if outcome is AttemptOutcome.FAILED and not call.is_outgoing:
            failing.failed(session, attempt, reports, now=now)
    elif attempt.outcome in {AttemptOutcome.CALLER_HUNG_UP, AttemptOutcome.FAILED}:
        attempt.outcome = outcome


def _status(call: Call, attempt: Attempt, dial: Report) -> str | None:
    """DialCallStatus, but where we know better: who picked up had answered, and whom the caller left was not rung to the end."""
    status: str | None = dial.payload.get("DialCallStatus")
    if status == "no-answer" and (attempt.picked_up_at is not None or endings.caller_is_gone(call, dial)):
        return None
    return status


def _outcome(attempt: Attempt, dial_status: str | None, *, gone: bool) -> AttemptOutcome:
    by_status = {"no-answer": AttemptOutcome.NO_ANSWER, "busy": AttemptOutcome.BUSY, "failed": AttemptOutcome.FAILED}
    if attempt.declined_at is not None:
        return AttemptOutcome.DECLINED
    if dial_status in by_status:
        return by_status[dial_status]
    return AttemptOutcome.CALLER_HUNG_UP if gone or dial_status == "canceled" else AttemptOutcome.NOT_ACCEPTED


def _alarm_bridged_without_acceptance(session: Session, call: Call, attempt: Attempt, *, now: datetime) -> None:
    """Bridged, and nobody pressed 1: it costs nothing and somebody must look (R7, pitfall A5)."""
    details = {"attempt": attempt.number, "supporter": attempt.supporter_id}
    mark = {"actor": ACTOR, "action": "bridged_without_acceptance", "subject": f"call:{call.sid}", "details": details}
    session.add(Audit(at=now, call_id=call.id, **mark))
    key, told = f"{call.id}:{attempt.number}", {"call": call.sid}
    alarms.sound(session, Matter(kind=AlarmKind.BRIDGE, key=key, notice="unaccepted_bridge", told=told), now=now)


def _may_say_how_it_ended(call: Call, left: CallOutcome) -> bool:
    """A call that has ended stays what it was, but for a message or a spoken number that came behind its end."""
    if call.state is not CallState.ENDED:
        return True
    if call.outcome is CallOutcome.NOBODY_ANSWERED:
        return left is CallOutcome.MESSAGE_LEFT
    return call.outcome is left is CallOutcome.CALLBACK_REQUESTED


def _left_as(session: Session, call: Call, reports: list[Report]) -> CallOutcome:
    """What it is called when a caller leaves before a supporter was through (interface.md): as the last wish says."""
    with session.no_autoflush:
        wishes = [asked["left_as"] for asked in session.scalars(ASKED, {"call": call.id}) if "left_as" in asked]
    if wishes:
        return CallOutcome(wishes[-1])
    if any(report.kind == ReportKind.RECORDED for report in reports):
        return CallOutcome.MESSAGE_LEFT
    return CallOutcome.NOBODY_ANSWERED if call.unanswered_at is not None else CallOutcome.CALLER_HUNG_UP


def _accepted(call: Call) -> Attempt | None:
    return next((attempt for attempt in call.attempts if attempt.number == call.accepted_attempt), None)
