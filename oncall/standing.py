"""How supporters stand, as one question to the database: whom the chain may ring now, and how many callers are ahead."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import product
from typing import Any, Final

from sqlalchemy import Select, bindparam, exists, func, null, or_, select, union_all

from models import Attempt, Call, Callback, ReadinessTest, Shift, Supporter
from models.calls import IS_OPEN
from models.values import CallState
from oncall.plans import WrittenShift
from oncall.spans import Span

STILL_THERE: Final = timedelta(seconds=60)
CALL: Final = bindparam("call", type_=Call.id.type)
NO_CALL: Final = 0
"""No call's or callback's id: nothing is left out for it."""
HEARD: Final = Call.heard_at > bindparam("heard_since")
WRITTEN: Final = (Shift.id, Shift.supporter_id, Shift.tier, Shift.starts_at, Shift.ends_at)
ON_DUTY: Final = select(*WRITTEN).where(
    Shift.starts_at <= bindparam("now"), Shift.ends_at > bindparam("now"), Shift.line == bindparam("line", type_=Shift.line.type)
)
IS_RUNG: Final = exists().where(Attempt.supporter_id == Supporter.id, Attempt.ended_at.is_(None), Attempt.call_id != CALL)
"""Whether a supporter is reserved for another call."""
IS_PHONING: Final = exists().where(
    Call.from_number.in_([Supporter.phone, Supporter.second_phone]),
    IS_OPEN,
    Call.id != CALL,
    or_(Call.state == CallState.TALKING, HEARD),
)
"""Whether another call comes from a supporter, and goes on as far as anybody knows."""
LONGEST_TEST: Final = timedelta(seconds=90)
"""A test that rings, is picked up and asked to the end is over by then; one that is forgotten holds nobody up any longer."""
IS_TESTED: Final = exists().where(
    ReadinessTest.supporter_id == Supporter.id,
    ReadinessTest.ended_at.is_(None),
    ReadinessTest.rung_at > bindparam("tested_since"),
)
"""Whether a supporter is being rung as a test: their telephone is busy, and a caller who rang it would lose them for it."""
LONGEST_RINGING: Final = timedelta(minutes=8)
"""A supporter who asked to ring a customer is rung within three minutes, and five later that is over; behind it no clock works."""
CALLS_BACK: Final = exists().where(
    Callback.supporter_id == Supporter.id,
    Callback.ended_at.is_(None),
    Callback.id != bindparam("callback"),
    or_(Callback.call_id.is_not(None), Callback.asked_at > bindparam("asked_since")),
)
"""Whether a supporter rings a customer, or is rung to do so."""
WAITING: Final = (
    select(func.count())
    .select_from(Call)
    .where(Call.state == CallState.RINGING, Call.waiting_since.is_not(None), Call.unanswered_at.is_(None), Call.id != CALL)
    .where(Call.line_id == bindparam("line_id"))
    .where(IS_OPEN, HEARD, ~exists().where(Attempt.call_id == Call.id, Attempt.ended_at.is_(None)))
)
"""Callers who wait on the same line, and are still there: heard of within STILL_THERE, and not being rung for."""


OF_THEM: Final = Attempt.supporter_id == Supporter.id
TAKEN: Final = select(func.max(Attempt.ended_at)).where(
    OF_THEM, Attempt.accepted_at.is_not(None), Attempt.ended_at <= bindparam("now")
)
RUNG: Final = select(func.max(Attempt.rung_at)).where(OF_THEM, Attempt.rung_at < bindparam("now"))
PAST: Final = (
    TAKEN.correlate(Supporter).scalar_subquery().label("talked_until"),
    RUNG.correlate(Supporter).scalar_subquery().label("last_rung_at"),
)
"""What an order of a tier goes by (oncall.orders), as it was `now`, which may be long ago; each is the end of an index."""
NO_PAST: Final = (null().label("talked_until"), null().label("last_rung_at"))
PASTS: Final = select(Supporter.id, *PAST).where(Supporter.id.in_(bindparam("people", expanding=True)))
SINCE: Final = bindparam("waiting_since", type_=Call.waiting_since.type)
BEHIND: Final = WAITING.where(or_(Call.waiting_since < SINCE, (Call.waiting_since == SINCE) & (Call.id < CALL)))


def _standing(ahead: Select[int], *, with_past: bool) -> Select[Any]:
    """Those `planned` and those with a shift now, who can be reached: their shift, whether they are busy, and callers `ahead`."""
    planned = select(null(), Supporter.id, null(), null(), null()).where(Supporter.id.in_(bindparam("planned", expanding=True)))
    each = union_all(ON_DUTY, planned).subquery("each")
    busy = or_(IS_RUNG, IS_PHONING, IS_TESTED, CALLS_BACK).label("busy")
    waits = ahead.correlate(None).scalar_subquery().label("ahead")
    stand = select(*each.c, Supporter, busy, *(PAST if with_past else NO_PAST), waits)
    return stand.join(Supporter, Supporter.id == each.c.supporter_id).where(Supporter.away_since.is_(None))


STANDING: Final = {
    (waits, with_past): _standing(BEHIND if waits else WAITING, with_past=with_past)
    for waits, with_past in product((False, True), repeat=2)
}
"""By whether the caller waits already, and whether an order of the plan asks what was before."""


def asked(call: Call, planned: list[int], *, with_past: bool, now: datetime) -> tuple[Select[Any], dict[str, Any]]:
    """The question about everyone on duty for a call, and its values."""
    since = heard_since(now) | {"tested_since": now - LONGEST_TEST}
    waits = {"waiting_since": call.waiting_since} if call.waiting_since is not None else {}
    told = {"now": now, "call": call.id, "callback": NO_CALL, "planned": planned, "line": call.line.flow, "line_id": call.line_id}
    return STANDING[bool(waits), with_past], told | since | waits


def heard_since(now: datetime) -> dict[str, datetime]:
    """Since when calls are still there, and callbacks go on."""
    return {"heard_since": now - STILL_THERE, "asked_since": now - LONGEST_RINGING}


def written(rows: Iterable[Any]) -> tuple[WrittenShift, ...]:
    """The shifts of rows that begin as WRITTEN does; a row without one is skipped."""
    return tuple(
        WrittenShift(shift=shift, supporter=supporter, tier=tier, span=Span(starts_at=starts_at, ends_at=ends_at))
        for shift, supporter, tier, starts_at, ends_at, *_ in rows
        if shift is not None
    )
