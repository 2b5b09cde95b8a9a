"""In what our account of a call and the provider's differ. Pure: rows and records in, one difference out.

The talk is held against the provider's two legs: it cannot have gone on behind the end of either. Its beginning is our own mark;
no duration of the provider's measures a talk (twilio-contract.md §4.3), so none is compared. Only that the supporter's leg lasted
as long as its limit lets it says when it ended: there, however wrong the clock was that kept the beginning (R8).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from billing import meter, quarters
from helpdesk.endings import OVER, is_the_limits
from helpdesk.ports import LegRecord
from models import Call
from models.values import CallOutcome, CallState, DiscrepancyKind

LATEST: Final = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What each side says: state, and of a talk seconds and quarters. `ended_at` is the talk's end by the provider's legs."""

    kind: DiscrepancyKind
    here: dict[str, Any]
    there: dict[str, Any]
    ended_at: datetime | None = None


def between(call: Call, legs: Sequence[LegRecord], *, talked_on: str | None, now: datetime) -> Difference | None:
    """The one difference between a call and the provider's legs of it; none of them: only we know it.

    `talked_on` is the CallSid of the supporter's leg on which the call was accepted. What has only just happened is no difference:
    the provider's records lag, and who hears what a talk came to is on the line still.
    """
    caller = next((leg for leg in legs if leg.sid == call.sid), None)
    if now < _may_be_told_from(call, caller):
        return None
    if caller is None:
        return Difference(kind=DiscrepancyKind.ONLY_HERE, here=_here(call), there={})
    if (call.state is CallState.ENDED) != (caller.status in OVER):
        return Difference(kind=DiscrepancyKind.STATUS, here=_here(call), there={"status": caller.status})
    if call.outcome is not CallOutcome.TALKED:
        return None
    supporter = next((leg for leg in legs if leg.sid == talked_on), None)
    if supporter is None or supporter.status in OVER - {"completed"}:
        there = {"status": caller.status, "supporter": supporter.status if supporter else None}
        return Difference(kind=DiscrepancyKind.STATUS, here=_here(call), there=there)
    ends = [leg.ended_at for leg in (caller, supporter) if leg.status in OVER and leg.ended_at]
    return _of_the_talk(call, ends, lasted=supporter.lasted or 0)


def _may_be_told_from(call: Call, caller: LegRecord | None) -> datetime:
    """From when on the provider tells of a call that we know, or that one is over which has ended here."""
    if caller is None:
        return call.started_at + LATEST
    return call.ended_at + LATEST if call.ended_at is not None and caller.status not in OVER else call.started_at


def _of_the_talk(call: Call, ends: list[datetime], *, lasted: int) -> Difference | None:
    if call.accepted_at is None or not ends:
        return None
    end, here, limit = min(ends), _here(call), call.time_limit
    if end < call.accepted_at.replace(microsecond=0):  # one of two clocks is wrong: it measures no talk, a person looks (R9)
        return Difference(kind=DiscrepancyKind.DURATION, here=here, there={"ended_at": end.isoformat()})
    if limit is not None and is_the_limits(lasted, limit):
        end = min(end, call.accepted_at + timedelta(seconds=limit))
    there = {"seconds": quarters.elapsed(call.accepted_at, end), "quarters": meter.owed_until(call, end)}
    if here["quarters"] != there["quarters"]:
        return Difference(kind=DiscrepancyKind.QUARTERS, here=here, there=there, ended_at=end)
    if here["seconds"] != there["seconds"] or call.end_unknown:
        return Difference(kind=DiscrepancyKind.DURATION, here=here, there=there, ended_at=end)
    return None


def _here(call: Call) -> dict[str, Any]:
    said: dict[str, Any] = {"state": call.state.value, "outcome": call.outcome.value if call.outcome else None}
    if call.outcome is CallOutcome.TALKED and call.accepted_at and call.ended_at:
        said |= {"seconds": quarters.elapsed(call.accepted_at, call.ended_at), "quarters": meter.count(call)}
    return said
