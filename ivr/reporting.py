"""What webhooks report besides keys: status callbacks, whenever they come, and what a turn says about a Dial or a caller."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from helpdesk import endings, recordings, reports, skew
from helpdesk.reports import Reported
from ivr import traces
from ivr.forms import BadWebhook, Webhook
from models import Call, Leg, Report, Turn
from models.base import LARGEST_KEY
from models.values import ReportKind

CALL: Final = select(Call).where(Call.sid == bindparam("call")).with_for_update(of=Call).execution_options(populate_existing=True)
CALL_OF_LEG: Final = (
    CALL.join(Leg, Leg.call_id == Call.id)
    .add_columns(Leg.attempt_id)
    .where(Leg.id == bindparam("leg"), Leg.attempt_id.is_not(None))
)


def status(session: Session, webhook: Webhook, leg_id: int | None, *, machine: str, now: datetime) -> bool:
    """Stores a status callback and folds it into its call; whether it was new. `machine` is the one that hears it.

    Raises BadWebhook without a CallStatus.
    """
    if webhook.call_status is None:
        raise BadWebhook("CallStatus is missing")
    call, attempt = _reported(session, webhook, leg_id)
    traces.about(call)
    reported = Reported(
        kind=ReportKind.STATUS,
        sid=webhook.sid,
        payload=webhook.report,
        happened_at=webhook.happened_at or now,
        attempt=attempt,
    )
    skew.alarm(session, skew.ahead(reported.happened_at, before=reported.happened_at, after=now), machine=machine, now=now)
    return reports.record(session, call, reported, now=now)


def parted(session: Session, webhook: Webhook, at: datetime, *, bridged: bool, now: datetime) -> None:
    """The caller was put through to the emergency number since `at`: whatever bridge there was had ended by then.

    Not `bridged`: the Dial had told that there was none, and could not be kept (R7, ADR 7).
    """
    call = session.scalar(CALL, {"call": webhook.sid})
    if call is None:
        return
    told = reports.parted(call, at)
    accepted = next((one.id for one in call.attempts if one.number == call.accepted_attempt), None)
    if accepted is not None and not bridged:
        dial = {"DialCallStatus": "completed", "DialBridged": "false"}
        told = Reported(kind=ReportKind.DIAL, sid=call.sid, payload=dial, happened_at=at, attempt=accepted)
    reports.record(session, call, told, now=now)


def of_turn(session: Session, leg: Leg, before: Turn | None, webhook: Webhook, *, number: int, again: bool, now: datetime) -> bool:
    """Stores what the webhook of a caller's leg reports besides keys; whether the caller is gone."""
    told = [reports.cut(leg.call, now)] if number == leg.cut_turn else []
    if leg.attempt_id is not None:  # of a supporter or a customer who was rung, whose end the caller's leg and callbacks tell
        reports.record(session, leg.call, *told, now=now)
        return False
    rung = before.asked.get("attempt") if before is not None else None
    # A Redirect carries no parameters: asked again, the Dial is over all the same, and our own mark says whether it was a bridge.
    # So it is where Twilio does not say how.
    dial = {"DialCallStatus": "completed", **webhook.report}
    if rung and not (again and _is_reported(session, rung)):
        at = webhook.happened_at or now
        told.append(Reported(kind=ReportKind.DIAL, sid=webhook.sid, payload=dial, happened_at=at, attempt=rung))
    if webhook.is_recorded:
        payload = {"url": webhook.recording_url, "seconds": webhook.recording_seconds}
        told.append(Reported(kind=ReportKind.RECORDED, sid=webhook.sid, payload=payload, happened_at=now))
    elif webhook.recording_url is not None:  # Nothing was said: it is no message, and must not stay at the provider either (R23).
        recordings.note(session, leg.call, webhook.recording_url, now=now)
    gone = webhook.call_status in endings.OVER
    if gone:
        left = {"CallStatus": webhook.call_status}
        told.append(Reported(kind=ReportKind.GONE, sid=webhook.sid, payload=left, happened_at=now))
    reports.record(session, leg.call, *told, now=now)
    return gone


def _is_reported(session: Session, attempt_id: int) -> bool:
    """Whether the end of this attempt's Dial was told already."""
    told = select(Report.id).where(Report.attempt_id == attempt_id, Report.kind == ReportKind.DIAL)
    return session.scalar(told.limit(1)) is not None


def _reported(session: Session, webhook: Webhook, leg_id: int | None) -> tuple[Call | None, int | None]:
    """The call that a status callback is about, locked, and the attempt whose leg it is; None where it is not known.

    Raises BadWebhook where it names another call than that of its leg.
    """
    if leg_id is None:
        return session.scalar(CALL, {"call": webhook.sid}), None
    found = session.execute(CALL_OF_LEG, {"call": webhook.parent_sid, "leg": min(leg_id, LARGEST_KEY)}).one_or_none()
    if found is None:
        raise BadWebhook("ParentCallSid is not that of this leg's call")
    return found
