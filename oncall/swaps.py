"""What swaps come to: which shifts have changed hands, and which swaps rest because a shift is not theirs any more. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from oncall import layers
from oncall.grounds import Swapped
from oncall.plans import Layer, Plan, Stated, Swap

Exchanged = dict[tuple[str, datetime], tuple[Swapped, ...]]


def exchanged(plan: Plan) -> Exchanged:
    """By layer and nominal start, who took the shift over, one after another: what was swapped can be swapped on.

    A swap counts while its shifts are there and are theirs who gave them; otherwise it rests whole.
    """
    found: Exchanged = {}
    named = {layer.name: layer for layer in every_layer(plan)}
    for swap in plan.swaps:
        sides = [_shift(named, side, plan, found) for side in (swap.first, swap.second) if side is not None]
        if None in sides or len(set(sides)) < len(sides):
            continue
        takers = (swap.taker, swap.first.supporter)
        for key, taker in zip(sides, takers, strict=False):
            if key is not None:
                found[key] = (*found.get(key, ()), Swapped(swap=swap.number, supporter=taker))
    return found


def resting(plan: Plan) -> list[Swap]:
    """The swaps of a plan that count for nothing."""
    counts = {one.swap for chain in plan.exchanged.values() for one in chain}
    return [swap for swap in plan.swaps if swap.number not in counts]


def every_layer(plan: Plan) -> Iterable[Layer]:
    """The layers of a plan, those of its temporary plans too."""
    yield from plan.layers
    for temporary in plan.temporary:
        yield from temporary.layers


def _shift(named: dict[str, Layer], stated: Stated, plan: Plan, found: Exchanged) -> tuple[str, datetime] | None:
    """The shift that is stated, if it is there and theirs."""
    layer = named[stated.layer]
    on_that_day = layers.shifts_on(layer, stated.starts.date(), plan.holidays)
    shift = min(on_that_day, key=lambda one: abs(one.starts - stated.starts), default=None)
    if shift is None:
        return None
    key = (layer.name, shift.starts)
    holder = found[key][-1].supporter if key in found else layers.holder(layer, shift)
    return key if holder == stated.supporter else None
