"""Sending again, by a person's decision: what was kept, failed or is undecided; what was done only when asked for expressly.

NotSentAgain   the errand is none that can be sent again now; the message says why
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import errands
from helpdesk.customers import Unknown
from models import Errand
from models.values import ErrandState


class NotSentAgain(Exception):
    """The errand cannot be sent again now. The message says why, and what can be done."""


def resend(session: Session, errand_id: int, *, again: bool, now: datetime) -> ErrandState:
    """Makes a message due again and gives its former state back; one that is done only `again`. Raises Unknown, NotSentAgain."""
    errand = session.get(Errand, errand_id, with_for_update=True)
    if errand is None:
        raise Unknown(f"there is no errand {errand_id}")
    if refusal := _refusal(errand, again=again):
        raise NotSentAgain(refusal)
    return _make_due(errand, now=now)


def resend_kept(session: Session, *, now: datetime) -> list[int]:
    """Makes every kept message due again; which, in the order in which they were asked for."""
    kept = select(Errand).where(Errand.state == ErrandState.KEPT).order_by(Errand.id)
    found = session.scalars(kept.with_for_update()).all()
    for errand in found:
        _make_due(errand, now=now)
    return [errand.id for errand in found]


def _refusal(errand: Errand, *, again: bool) -> str | None:
    if errand.outcome == errands.UNDER_WAY:
        return f"errand {errand.id} is being carried out at this moment"
    if errand.state is ErrandState.DUE:
        return f"errand {errand.id} is due already; the clock process carries it out"
    if errand.state is ErrandState.DONE and not again:
        return f"errand {errand.id} was sent; with --again it is sent once more"
    return None


def _make_due(errand: Errand, *, now: datetime) -> ErrandState:
    """What may have arrived keeps its key, so that a mail system recognises a repeat; what is wanted twice gets another."""
    before = errand.state
    payload = {name: value for name, value in errand.payload.items() if name != "doubt"}
    if before is ErrandState.DONE:
        payload["copy"] = payload.get("copy", 1) + 1
    errand.payload = {**payload, "asked_again_at": now.isoformat()}
    errand.state, errand.due_at, errand.done_at, errand.outcome, errand.tries = ErrandState.DUE, now, None, None, 0
    return before
