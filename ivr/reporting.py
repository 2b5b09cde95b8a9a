"""What webhooks report besides keys: status callbacks, whenever they come, and what a turn says about a Dial or a caller."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import endings, reports
from helpdesk.reports import Reported
from ivr import traces
from ivr.forms import BadWebhook, Webhook
from models import Attempt, Call, Leg, Report, Turn
from models.base import LARGEST_KEY
from models.values import ReportKind


def status(session: Session, webhook: Webhook, leg_id: int | None, *, now: datetime) -> bool:
    """Stores a status callback and folds it into its call; whether it was new. Raises BadWebhook without a CallStatus."""
    if webhook.call_status is None:
        raise BadWebhook("CallStatus is missing")
    call_sid: str | None = webhook.sid
    attempt = None
    if leg_id is not None:
        call_sid = _call_of(session, leg_id)
        if call_sid is None or webhook.parent_sid != call_sid:
            raise BadWebhook("ParentCallSid is not that of this leg's call")
    query = select(Call).where(Call.sid == call_sid).with_for_update(of=Call)
    call = session.scalar(query.execution_options(populate_existing=True))
    if call is not None and leg_id is not None:
        attempt = session.get_one(Attempt, session.get_one(Leg, leg_id).attempt_id)
    traces.about(call)
    reported = Reported(
        kind=ReportKind.STATUS,
        sid=webhook.sid,
        payload=webhook.report,
        happened_at=webhook.happened_at or now,
        attempt=attempt,
    )
    return reports.record(session, call, reported, now=now)


def parted(session: Session, webhook: Webhook, at: datetime, *, now: datetime) -> None:
    """The caller was put through to the emergency number since `at`: whatever bridge there was had ended by then."""
    query = select(Call).where(Call.sid == webhook.sid).with_for_update(of=Call)
    call = session.scalar(query.execution_options(populate_existing=True))
    if call is not None:
        reports.record(session, call, reports.parted(call, at), now=now)


def of_turn(session: Session, leg: Leg, before: Turn | None, webhook: Webhook, *, number: int, again: bool, now: datetime) -> bool:
    """Stores what the webhook of a caller's leg reports besides keys; whether the caller is gone."""
    if leg.attempt_id is not None:
        return False
    rung = before.asked.get("attempt") if before is not None else None
    # A Redirect carries no parameters: asked again, the Dial is over all the same, and our own mark says whether it was a bridge.
    # So it is where Twilio does not say how.
    dial = {"DialCallStatus": "completed", **webhook.report}
    if number == leg.cut_turn:
        reports.record(session, leg.call, reports.cut(leg.call, now), now=now)
    if rung and not (again and _is_reported(session, rung)):
        attempt = session.get_one(Attempt, rung)
        at = webhook.happened_at or now
        reported = Reported(kind=ReportKind.DIAL, sid=webhook.sid, payload=dial, happened_at=at, attempt=attempt)
        reports.record(session, leg.call, reported, now=now)
    if webhook.is_recorded:
        payload = {"url": webhook.recording_url, "seconds": webhook.recording_seconds}
        message = Reported(kind=ReportKind.RECORDED, sid=webhook.sid, payload=payload, happened_at=now)
        reports.record(session, leg.call, message, now=now)
    if webhook.call_status not in endings.OVER:
        return False
    payload = {"CallStatus": webhook.call_status}
    reports.record(session, leg.call, Reported(kind=ReportKind.GONE, sid=webhook.sid, payload=payload, happened_at=now), now=now)
    return True


def _is_reported(session: Session, attempt_id: int) -> bool:
    """Whether the end of this attempt's Dial was told already."""
    told = select(Report.id).where(Report.attempt_id == attempt_id, Report.kind == ReportKind.DIAL)
    return session.scalar(told.limit(1)) is not None


def _call_of(session: Session, leg_id: int) -> str | None:
    """The CallSid of the call that a supporter's leg belongs to."""
    if leg_id > LARGEST_KEY:
        return None
    found = select(Call.sid).join(Leg, Leg.call_id == Call.id).where(Leg.id == leg_id, Leg.attempt_id.is_not(None))
    return session.scalar(found)
