"""The leg that a webhook came on, locked, and what was said on it before."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, exists, select
from sqlalchemy.orm import Session, contains_eager

from helpdesk import reports
from ivr import traces
from ivr.forms import Webhook
from models import Call, Leg, Report, Turn
from models.base import LARGEST_KEY

LOCKED: Final = (
    select(Leg, exists().where(Report.sid == Leg.sid, Report.call_id.is_(None)))
    .join(Leg.call)
    .join(Call.line)
    .where(Leg.id == bindparam("leg"))
    .options(contains_eager(Leg.call).contains_eager(Call.line))
    .with_for_update(of=[Call, Leg])
    .execution_options(populate_existing=True)
)
ANSWERED: Final = select(Turn).where(Turn.leg_id == bindparam("leg")).order_by(Turn.number)


class NoSuchTurn(LookupError):
    """The webhook asks for a turn that nothing led to, or for somebody else's. Nothing was written."""


def locked(session: Session, leg_id: int, webhook: Webhook, *, now: datetime) -> Leg:
    """The leg, its row and its call's locked until the transaction ends, with what was reported before the call was known.

    Both rows are as they are once they are locked; whatever else a turn reads is read later. Raises NoSuchTurn where the webhook is
    of another leg.
    """
    found = session.execute(LOCKED, {"leg": min(leg_id, LARGEST_KEY)}).one_or_none()
    if found is None or leg_id > LARGEST_KEY:
        raise NoSuchTurn(f"there is no leg {leg_id}")
    leg, was_reported_early = found
    call = leg.call
    if leg.attempt_id is not None and leg.sid is None and webhook.parent_sid == call.sid and webhook.sid != call.sid:
        leg.sid = webhook.sid
    if leg.sid != webhook.sid or (leg.attempt_id is not None and webhook.parent_sid != call.sid):
        raise NoSuchTurn(f"{webhook.sid} is not on leg {leg_id}")
    traces.locked(leg)
    if was_reported_early:
        reports.adopt(session, leg, now=now)
    return leg


def turns(session: Session, leg: Leg) -> list[Turn]:
    """The turns of a leg that were answered, in their order."""
    with session.no_autoflush:
        return list(session.scalars(ANSWERED, {"leg": leg.id}))


def before(leg: Leg, past: list[Turn], number: int) -> Turn | None:
    """The turn that led to this one; None for the first, and for the one that ends a bridge from outside. Raises NoSuchTurn."""
    if number in {1, leg.cut_turn}:
        return None
    last = next((turn for turn in past if turn.number == number - 1), None)
    if last is None or "then" not in last.asked:
        raise NoSuchTurn(f"nothing led to turn {number} of leg {leg.id}")
    return last
