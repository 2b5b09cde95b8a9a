"""Shifts that people hold by a rota and can hand on: theirs by rotation or by a swap, not for another's absence. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from models.local import reached
from oncall import rota
from oncall.grounds import Rotated, Swapped
from oncall.plans import Plan
from oncall.spans import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A layer's shift, named as a swap states it: `starts` is its nominal start, local time. `span` is what is left of it."""

    layer: str
    starts: datetime
    supporter: int
    tier: int
    span: Span


def held(plan: Plan, during: Span) -> list[Held]:
    """The shifts that begin in a span, not at its first moment, and end in it before its last, by their beginning."""
    found: dict[tuple[str, str], Held] = {}
    for stretch in rota.shifts_between(plan, during):
        named = next((one for one in stretch.duty.grounds if isinstance(one, Rotated)), None)
        if named is None or not isinstance(stretch.duty.grounds[-1], Rotated | Swapped):
            continue
        key = (named.layer, named.starts)
        before = found.get(key)
        found[key] = Held(
            layer=named.layer,
            starts=datetime.fromisoformat(named.starts),
            supporter=stretch.duty.supporter,
            tier=stretch.duty.tier,
            span=Span(starts_at=before.span.starts_at if before else stretch.span.starts_at, ends_at=stretch.span.ends_at),
        )
    begin = (one for one in found.values() if reached(one.starts) > during.starts_at)
    inside = (one for one in begin if one.span.ends_at < during.ends_at)
    return sorted(inside, key=lambda one: (one.span.starts_at, one.tier))
