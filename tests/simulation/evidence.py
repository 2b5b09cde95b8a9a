"""What the house was told about the end of a call: each report once, at the moment at which it counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from operator import attrgetter
from typing import Final

from tests.simulation.wire import Sent

OVER: Final = {"completed", "busy", "no-answer", "failed", "canceled"}
DIALLED: Final = re.compile(r'action="[^"]*/turn/(\d+)/(\d+)[#"].*timeLimit="(\d+)".*url="[^"]*/turn/(\d+)/1[#"]')
Found = tuple[object, "End"]
"""A report with what makes it the same when it comes again."""


@dataclass(frozen=True)
class End:
    """Somebody said at `heard` that something was over at `at`.

    `kind`: gone (the caller), status or dial (a supporter's leg: `of` is its CallSid, or "dial:" and our number of the leg), cut.
    `asked`: it is an answer of the provider's. `bridged` and `status` are what a Dial told of itself. `lasted` is how many seconds
    the supporter's leg is told to have lasted, 0 where nobody says it.
    """

    kind: str
    at: datetime
    heard: datetime
    of: str = ""
    asked: bool = False
    bridged: str = ""
    status: str = ""
    lasted: int = 0


def ends(call: str, told: list[Sent], cuts: set[str], dials: dict[str, re.Match[str]]) -> list[End]:
    """Every end that was told about a call and kept, each report once."""
    by_turn = {(found[1], found[2]): found[4] for found in dials.values()}
    seen: dict[object, End] = {}
    for one in sorted((one for one in told if "reports" in one.kept), key=attrgetter("turn")):
        for key, end in (*_of_provider(call, one), *_of_status(call, one), *_of_turn(call, one, cuts, by_turn, seen)):
            seen.setdefault(key, end)
    return list(seen.values())


def tells_of_an_end(one: Sent) -> bool:
    """Whether a webhook says that something is over, or did when it was first sent."""
    return one.params.get("CallStatus") in OVER or "DialCallStatus" in one.params or "again" in one.query


def _of_provider(call: str, one: Sent) -> Iterator[Found]:
    if one.kind == "cut":
        yield "cut", End("cut", one.reading, one.reading)
    for leg in one.legs:
        if leg.status in OVER:
            at, is_callers = min(leg.ended_at or one.reading, one.reading), leg.sid == call
            key = ("asked", leg.sid, leg.status, leg.ended_at)
            kind, of, lasted = ("gone", "", 0) if is_callers else ("status", leg.sid, leg.lasted or 0)
            yield key, End(kind, at, one.reading, of, asked=True, lasted=lasted)


def _of_status(call: str, one: Sent) -> Iterator[Found]:
    status, sid, told = (one.params.get(name, "") for name in ("CallStatus", "CallSid", "Timestamp"))
    if one.kind == "web" and "status" in {one.place[0], one.place[-1]} and status in OVER:
        at, is_callers = min(moment(told) or one.reading, one.reading), sid == call
        key = ("status", sid, status, told, one.params.get("SequenceNumber"))
        lasted = 0 if is_callers else seconds(one.params.get("CallDuration"))
        yield key, End("gone" if is_callers else "status", at, one.reading, "" if is_callers else sid, lasted=lasted)


def _of_turn(call: str, one: Sent, cuts: set[str], by_turn: dict[tuple[str, str], str], seen: dict[object, End]) -> Iterator[Found]:
    if one.kind != "web" or one.place[0] != "turn":
        return
    if f"/twilio/{'/'.join(one.place)}" in cuts:
        yield "cut", End("cut", one.reading, one.reading)
    if one.params["CallSid"] != call:
        return
    leg = by_turn.get((one.place[1], one.place[2]))
    is_told = any(end.of == f"dial:{leg}" for end in seen.values())
    if leg is not None and not ("again" in one.query and is_told):
        yield ("dial", leg, tuple(one.params.items()), one.path), _of_dial(one, leg)
    if (status := one.params.get("CallStatus", "")) in OVER:
        yield ("gone", status), End("gone", one.reading, one.reading)


def _of_dial(one: Sent, leg: str) -> End:
    """How a Dial ended; an address carries it where an earlier request that told it could not be kept."""
    carried = one.query if "dial" in one.query else {}
    at = datetime.fromtimestamp(int(carried["since"]), UTC) if carried else one.reading
    status = carried.get("dial") or one.params.get("DialCallStatus") or "completed"
    bridged = carried.get("bridged") or one.params.get("DialBridged", "")
    lasted = seconds(carried.get("seconds") or one.params.get("DialCallDuration"))
    return End("dial", min(at, one.reading), one.reading, f"dial:{leg}", bridged=bridged, status=status, lasted=lasted)


def moment(text: str) -> datetime | None:
    """A Timestamp, where it is one."""
    try:
        return parsedate_to_datetime(text) if text else None
    except ValueError:
        return None


def seconds(text: str | None) -> int:
    """How many, where that is a number of them; 0 where nobody says it."""
    return int(text) if text and text.isdecimal() else 0
