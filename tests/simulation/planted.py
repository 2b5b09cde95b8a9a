"""Defects that are planted in the simulation's own process, to show that it finds them; nothing of this is in the house."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any, Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from billing import holds, ledger, meter, price_lists, quarters, refunds, tariff
from billing.ledger import NotEnoughPoints
from helpdesk import endings, errands, gaps, skew, swap_notices, swaps
from helpdesk.errands import Claimed
from ivr import gather
from ivr.flows import screen
from ivr.story import Heard, Story
from ivr.turns import Accept, Answer, Connect
from models import Account, Attempt, Call, Errand, Hold, Report, SwapRequest
from models.local import from_local, to_local
from models.values import ErrandState, HoldState, Points
from oncall import search
from oncall.chain import Decision

_answer, _release, _ended_at = screen.answer, holds.release, endings.ended_at
_decision = search.decision
_post = refunds._post


def any_key_connects(call: Story, heard: Heard) -> Answer:
    """Acceptance without a pressed 1."""
    return Connect(effects=(Accept(),)) if heard.keys and not (call.over or call.gone) else _answer(call, heard)


def silence_connects(call: Story, heard: Heard) -> Answer:
    """A voicemail presses nothing."""
    return Connect(effects=(Accept(),)) if not heard.keys and not (call.over or call.gone) else _answer(call, heard)


def released_twice(session: Session, *, call_id: int, now: datetime) -> None:
    """The points of a hold come back twice."""
    held = session.scalars(select(Hold).where(Hold.call_id == call_id, Hold.state == HoldState.OPEN)).all()
    for hold in held:
        session.execute(
            update(Account)
            .where(Account.id == hold.account_id, Account.held >= 2 * hold.points)
            .values(held=Account.held - hold.points)
        )
    _release(session, call_id=call_id, now=now)


def as_the_parent_says(ends: list[Report], attempt: Attempt) -> datetime:
    """The duration of the caller's own leg, with PIN and ringing, taken for the talk's."""
    told = [
        int(end.payload["CallDuration"]) for end in ends if end.attempt_id is None and end.payload.get("CallDuration", "").isdigit()
    ]
    return attempt.accepted_at + timedelta(seconds=told[0]) if told and attempt.accepted_at else _ended_at(ends, attempt)


def the_last_end_counts(ends: list[Report], attempt: Attempt) -> datetime:
    """Of several reports the latest."""
    return max(_ended_at([end], attempt) for end in ends)


def read_then_written(
    session: Session, account: Account, *, call_id: int, quarter: int, points: Points, floor: Points | None, now: datetime
) -> int:
    """A balance that is looked at, and written a moment later."""
    known = session.scalar(select(Hold).where(Hold.call_id == call_id, Hold.quarter == quarter))
    if known is not None and known.state is HoldState.OPEN:
        return known.id
    session.refresh(account)
    if floor is not None and ledger.available(account) - points < floor:
        raise NotEnoughPoints(Points(floor + points - ledger.available(account)))
    held = (account.held or 0) + points
    one = known or Hold(call_id=call_id, quarter=quarter, account_id=account.id)
    one.points, one.state, one.held_at, one.ended_at = points, HoldState.OPEN, now, None
    session.add(one)
    session.flush()
    session.execute(update(Account).where(Account.id == account.id).values(held=held))
    session.refresh(account)
    return one.id


def unclaimed(session: Session, *, now: datetime) -> Claimed | None:
    """An errand that is done without being claimed before."""
    due = select(Errand).where(Errand.due_at <= now, Errand.state == ErrandState.DUE).order_by(Errand.due_at, Errand.id).limit(1)
    errand = session.scalar(due)
    if errand is None:
        return None
    errand.outcome = errands.UNDER_WAY
    errand.tries = 1
    return Claimed(
        id=errand.id, key=errand.key, kind=errand.kind, payload=errand.payload, asked_at=errand.asked_at, tries=1, in_doubt=False
    )


def begun_at_once(seconds: int) -> int:
    """A quarter that is owed from its first moment on: 900 s are two."""
    return seconds // quarters.QUARTER + 1


def by_the_wall_clock(accepted_at: datetime, quarter: int) -> datetime:
    """A quarter's beginning reckoned in local time: wrong in two nights of the year."""
    return from_local(to_local(accepted_at).replace(tzinfo=None) + timedelta(seconds=quarters.QUARTER * (quarter - 1)))


def by_the_newest_list(session: Session, call: Call, quarter: int) -> Points:
    """An old call repriced by whatever list is in force now."""
    found = ledger_list(session, call)
    due = tariff.price(found, quarters.starts_at(call.accepted_at or call.started_at, quarter))
    return min(due, call.quoted_points) if quarter == 1 and call.quoted_points is not None else due


def ledger_list(session: Session, call: Call) -> tariff.Tariff:
    """The list that began last."""
    found = price_lists.in_force(session, call.line.flow, call.started_at)
    if found is None:
        raise ValueError("no list is in force")
    return found


def without_the_accepted_price(session: Session, call: Call, quarter: int) -> Points:
    """What was accepted by key is forgotten."""
    return tariff.price(
        price_lists.tariff(session, call.price_list_id or 0), quarters.starts_at(call.accepted_at or call.started_at, quarter)
    )


def posted_twice(session: Session, call: Call, quarter: int, points: Points, *, reason: str, actor: str, now: datetime) -> None:
    """What is given back comes back twice."""
    _post(session, call, quarter, Points(2 * points), reason=reason, actor=actor, now=now)


def nobody_is_told(*_session: object, **_what: object) -> None:
    """A clock that is wrong or a gap, and no alarm; a request for a swap that lapses, and is not closed, or not told."""


def half_a_swap(found: SwapRequest) -> dict[str, Any]:
    """What is given changes hands, and what is in return does not."""
    first = {"layer": found.layer, "starts": found.starts, "supporter": found.supporter_id}
    return {"first": first, "taker": found.colleague_id}


def by_the_plan_it_began_with(session: Session, call: Call, *, first: int | None = None, now: datetime) -> Decision:
    """A search that reads the plan once: an edit is seen by the next call."""
    began = next((one.rota_id for one in call.attempts if one.rota_id is not None), None)
    set_committed_value(call.line, "rota_id", began or call.line.rota_id)
    return _decision(session, call, first=first, now=now)


DEFECTS: Final[dict[str, tuple[ModuleType, str, Callable[..., Any]]]] = {
    "charging without key": (screen, "answer", any_key_connects),
    "releasing a hold twice": (holds, "release", released_twice),
    "trusting the parent's duration": (endings, "ended_at", as_the_parent_says),
    "a read-then-write balance": (holds, "hold", read_then_written),
    "accepting a voicemail": (screen, "answer", silence_connects),
    "an unclaimed job": (errands, "claim", unclaimed),
    "the last end counts": (endings, "ended_at", the_last_end_counts),
    "a quarter is owed at once": (quarters, "begun", begun_at_once),
    "quarters by the wall clock": (quarters, "starts_at", by_the_wall_clock),
    "a later list reprices": (meter, "price", by_the_newest_list),
    "the accepted price is forgotten": (meter, "price", without_the_accepted_price),
    "a refund comes back twice": (refunds, "_post", posted_twice),
    "a wrong clock alarms nobody": (skew, "_tell", nobody_is_told),
    "half a swap": (swaps, "_said", half_a_swap),
    "a gap alarms nobody": (gaps, "look", nobody_is_told),
    "a swap never lapses": (swaps, "lapse", nobody_is_told),
    "a swap lapses, and nobody is told": (swap_notices, "lapsed", nobody_is_told),
    "a search keeps its plan": (gather, "decision", by_the_plan_it_began_with),
}


@contextmanager
def planted(name: str) -> Iterator[None]:
    """In this block the house has that defect."""
    module, attribute, defect = DEFECTS[name]
    sound = getattr(module, attribute)
    defect.__name__, defect.__module__ = sound.__name__, sound.__module__
    setattr(module, attribute, defect)
    try:
        yield
    finally:
        setattr(module, attribute, sound)
