"""A callback's first webhooks: the supporter picked up, and it becomes a call; or they did not (helpdesk.callbacks, ADR 16)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk import callbacks, outgoing, reports
from helpdesk.callbacks import NoSuchCallback
from ivr import reporting, traces
from ivr.forms import BadWebhook, Webhook
from ivr.legs import NoSuchTurn
from ivr.switchboard import KNOWN, Switchboard


class CameMeanwhile(Exception):
    """That the supporter picked up was kept at this very moment; nothing was written, the call's own row is to be locked first."""


def picked_up(board: Switchboard, session: Session, callback_id: int, webhook: Webhook, *, now: datetime) -> str:
    """The first turn of the supporter's leg. Raises NoSuchTurn; CameMeanwhile where the same came at the same moment (R19)."""
    known = session.scalar(KNOWN, {"sid": webhook.sid})
    if known is not None:
        return board.turn(session, known, 1, webhook, now=now)
    try:
        leg = outgoing.open_call(session, callback_id, sid=webhook.sid, now=now)
    except NoSuchCallback as problem:
        if session.scalar(KNOWN, {"sid": webhook.sid}) is not None:
            raise CameMeanwhile from problem
        raise NoSuchTurn(str(problem)) from problem
    traces.locked(leg)
    reports.adopt(session, leg, now=now)
    return board.answer(session, leg, webhook, past=[], number=1, again=False, now=now)


def status(session: Session, callback_id: int, webhook: Webhook, *, machine: str, now: datetime) -> bool:
    """Takes in a status callback of the supporter's leg; whether it was new. A call is locked before its callback.

    Raises NoSuchTurn, BadWebhook, CameMeanwhile.
    """
    if webhook.call_status is None:
        raise BadWebhook("CallStatus is missing")
    is_new = reporting.status(session, webhook, None, machine=machine, now=now)
    if session.scalar(KNOWN, {"sid": webhook.sid}) is not None:
        return is_new
    try:
        callback = callbacks.locked(session, callback_id, webhook.sid)
    except NoSuchCallback as problem:
        raise NoSuchTurn(str(problem)) from problem
    if callback.call_id is not None:
        raise CameMeanwhile
    callbacks.reported(session, callback, webhook.call_status, told=webhook.report, now=now)
    return is_new
