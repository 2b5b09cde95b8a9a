"""Who is on duty at a moment and why, and when nobody is. Pure: a plan in, duties or spans out (R12; docs/rota.md).

A place of a tier is one person's. In this order, what comes later stands on what was found before:

1. a temporary plan's layers are in force, or the rota's own
2. in a layer: whose spell it is; a swap; whoever stands in for one who is away; an override of the layer
3. the first layer of a place that has somebody fills it; an override of the place puts its own person there

Shifts written beside the rota (interface.md, `shift add`) follow in their tier, the lowest number first. `looked_through`
asks as `on_duty` does at every moment at which anything can change: they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from oncall import layers
from oncall.grounds import Chain, Overridden, Personal, Rotated, StoodIn, Temporary, Written
from oncall.layers import Shift
from oncall.plans import Layer, Override, Plan
from oncall.spans import Span, common, joined, span

__all__ = ["Duty", "Looked", "Span", "Stretch", "gaps", "looked_through", "on_duty", "shifts_between", "span"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Somebody on duty: in a place of a tier by the rota, or by a shift written beside it; and why."""

    supporter: int
    tier: int
    place: int | None
    shift: int | None
    grounds: Chain


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """Somebody on duty for a while, without a change."""

    duty: Duty
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a span comes to, each by beginning: who is on duty when, and when nobody is.

    `doubled`: where somebody is meant to stand who stands before already, so that this place has nobody.
    """

    stretches: list[Stretch]
    gaps: list[Span]
    doubled: list[Stretch]


def on_duty(plan: Plan, at: datetime) -> list[Duty]:
    """Who is on duty at `at`, in ringing order, each supporter once: tier 1 first, in a tier by place, then by shift number."""
    return _once(_meant(plan, at))


def last_resort(plan: Plan, at: datetime) -> int | None:
    """Who is rung where nobody on duty was reached; nobody while they are away by the rota. They are on duty at no time for it."""
    is_away = any(one.supporter == plan.last_resort and at in one.span for one in plan.absences)
    return None if is_away else plan.last_resort


def looked_through(plan: Plan, during: Span) -> Looked:
    """All that a span comes to, reckoned once: a page that shows more than one of them asks for this."""
    stretches: list[Stretch] = []
    gaps: list[Span] = []
    doubled: list[Stretch] = []
    running: dict[Duty, datetime] = {}
    for piece in _cut(plan, during):
        meant = _meant(plan, piece.starts_at)
        duties = _once(meant)
        doubled += [Stretch(duty=duty, span=piece) for duty in meant if duty not in duties]
        gaps += [] if duties else [piece]
        stretches += [_ended(duty, running.pop(duty), piece.starts_at) for duty in list(running) if duty not in duties]
        for duty in duties:
            running.setdefault(duty, piece.starts_at)
    stretches += [_ended(duty, since, during.ends_at) for duty, since in running.items()]
    stretches.sort(key=lambda one: (one.span.starts_at, one.duty.tier, one.duty.place or 0, one.duty.shift or 0))
    return Looked(stretches=stretches, gaps=joined(gaps), doubled=doubled)


def shifts_between(plan: Plan, during: Span) -> list[Stretch]:
    """Who is on duty when, within a span, by their start: stretches as long as neither person, place nor reason changes."""
    return looked_through(plan, during).stretches


def gaps(plan: Plan, during: Span) -> list[Span]:
    """The stretches of `during` in which nobody is on duty, in order; where one shift ends as another begins there is none."""
    return looked_through(plan, during).gaps


def _meant(plan: Plan, at: datetime) -> list[Duty]:
    """Everybody in every place that is theirs by the plan, in ringing order."""
    written = sorted((one for one in plan.shifts if at in one.span), key=lambda one: one.shift)
    beside = [
        Duty(
            supporter=one.supporter,
            tier=one.tier,
            place=None,
            shift=one.shift,
            grounds=(Written(shift=one.shift, supporter=one.supporter),),
        )
        for one in written
    ]
    return sorted([*_by_rota(plan, at), *beside], key=lambda duty: duty.tier)


def _once(meant: Iterable[Duty]) -> list[Duty]:
    """Each supporter where they come first."""
    first: dict[int, Duty] = {}
    for duty in meant:
        first.setdefault(duty.supporter, duty)
    return list(first.values())


def _ended(duty: Duty, since: datetime, until: datetime) -> Stretch:
    return Stretch(duty=duty, span=Span(starts_at=since, ends_at=until))


def _cut(plan: Plan, during: Span) -> Iterator[Span]:
    """A span, cut wherever anything may change."""
    cuts = sorted({at for at in _edges(plan, during) if at in during} | {during.starts_at, during.ends_at})
    for start, end in pairwise(cuts):
        yield Span(starts_at=start, ends_at=end)


def _edges(plan: Plan, during: Span) -> Iterator[datetime]:
    for layer in plan.layers:
        yield from layers.edges(layer, during, plan.holidays)
    for temporary in plan.temporary:
        if part := common(temporary.span, during):
            for layer in temporary.layers:
                yield from layers.edges(layer, part, plan.holidays)
    for some in (plan.overrides, plan.temporary, plan.absences, plan.shifts):
        for one in some:
            yield from (one.span.starts_at, one.span.ends_at)


def _by_rota(plan: Plan, at: datetime) -> Iterator[Duty]:
    """Who stands in each place, tier by tier."""
    away = frozenset(one.supporter for one in plan.absences if at in one.span)
    temporary = next((one for one in reversed(plan.temporary) if at in one.span), None)
    overrides = [one for one in reversed(plan.overrides) if at in one.span and one.supporter not in away]
    in_force = temporary.layers if temporary else plan.layers
    places = {(one.tier, one.place) for one in in_force} | {(one.tier, one.place) for one in overrides if one.layer is None}
    for tier, place in sorted(places):
        here = [layer for layer in in_force if (layer.tier, layer.place) == (tier, place)]
        found = next((chain for layer in here if (chain := _of_layer(plan, layer, overrides, away, at=at))), ())
        found += _overridden(one for one in overrides if one.layer is None and (one.tier, one.place) == (tier, place))
        if found:
            above = (Temporary(plan=temporary.name),) if temporary else ()
            yield Duty(supporter=found[-1].supporter, tier=tier, place=place, shift=None, grounds=(*above, *found))


def _of_layer(plan: Plan, layer: Layer, overrides: list[Override], away: frozenset[int], *, at: datetime) -> tuple[Personal, ...]:
    """Why whom a layer puts on duty; nothing where it puts nobody. `overrides` are those that run, the latest written first."""
    shift = layers.shift_at(layer, at, plan.holidays)
    if shift is None:
        return ()
    chain: tuple[Personal, ...] = (_rotated(layer, shift), *plan.exchanged.get((layer.name, shift.starts), ()))
    holds = chain[-1].supporter
    stands_in = _stands_in(layer, shift, holds, away) if holds in away else ()
    by_hand = _overridden(one for one in overrides if one.layer == layer.name)
    found = (*chain, *stands_in, *by_hand)
    return found if found[-1].supporter not in away else ()


def _rotated(layer: Layer, shift: Shift) -> Rotated:
    return Rotated(
        layer=layer.name,
        starts=f"{shift.starts:%Y-%m-%dT%H:%M}",
        spell=shift.spell % len(layer.people) + 1,
        people=len(layer.people),
        supporter=layers.holder(layer, shift),
    )


def _stands_in(layer: Layer, shift: Shift, absent: int, away: frozenset[int]) -> tuple[StoodIn, ...]:
    """The layer's stand-in for whoever is absent, or the next in its rotation who is there; nobody where all are away."""
    if layer.stand_in is not None and layer.stand_in not in away:
        return (StoodIn(away=absent, supporter=layer.stand_in, named=True),)
    position = shift.spell % len(layer.people)
    if absent in layer.people and layer.people[position] != absent:  # They swapped: next is whoever follows them.
        position = layer.people.index(absent)
    following = layer.people[position + 1 :] + layer.people[: position + 1]
    return tuple(StoodIn(away=absent, supporter=one, named=False) for one in following if one not in away)[:1]


def _overridden(overrides: Iterable[Override]) -> tuple[Overridden, ...]:
    """The first of these, which was written last."""
    return tuple(Overridden(override=one.number, supporter=one.supporter) for one in overrides)[:1]
