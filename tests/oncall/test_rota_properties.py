"""What holds for every rota at every moment, those around the nights on which the clocks turn above all (R12). Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import combinations, pairwise
from typing import Any

from hypothesis import event, given, settings
from hypothesis import strategies as some

from models.local import NoSuchLocalTime, from_local, to_local
from oncall import rota, rota_file
from oncall.plans import Plan
from oncall.rota import Looked, Span
from oncall.spans import common
from oncall.swaps import resting
from tests.oncall.rotas import HOLIDAYS

CHANGING = ["2026-10-24T12:00", "2026-10-24T23:00", "2027-03-27T12:00", "2027-03-27T22:00"]
AROUND = some.sampled_from([*CHANGING, "2026-12-24T20:00", "2026-12-25T14:00", "2026-11-24T06:00"]).map(datetime.fromisoformat)
HALF_AN_HOUR = timedelta(minutes=30)
LATER = some.integers(-16, 54)
"""Than the beginning of a day or so, in half hours."""
PEOPLE = some.integers(1, 5)
ROTATIONS = some.sampled_from([[1], [2], [1, 2], [2, 1], [3, 4], [1, 2, 3], [4, 5, 1], [5, 3, 2], [2, 3, 4, 5], [3, 1, 3, 2]])
EVERY = some.sampled_from(["1 hour", "5 hours", "12 hours", "day", "3 days", "week"])
WEEK = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
SOME_DAYS = [WEEK, WEEK[:5], WEEK[5:], WEEK[3:]]
TIMES = [("00:00", "24:00"), ("08:00", "16:00"), ("16:00", "08:00"), ("23:30", "03:00"), ("02:00", "02:30"), ("02:30", "23:30")]
WORKS = [{"days": days, "from": begins, "to": ends} for days in SOME_DAYS for begins, ends in TIMES]
HOURS = some.sampled_from([[], [], *([one] for one in WORKS), *([one, other] for one, other in pairwise(WORKS))])
MORE: list[dict[str, Any]] = [{}, {}, {}, {"holidays": False}, {"holidays": True}, {"stand_in": 1}, {"stand_in": 4}]
ALWAYS = rota_file.plan(
    {"line": "support", "layer": [{"name": "Altid", "tier": 9, "people": [6, 7], "starts": "2026-10-01T02:30", "every": "1 hour"}]},
    [],
).layers
A_DAY_OR_SO = timedelta(hours=30)


def near(around: datetime, later: int) -> str:
    """A local time that a person may write, so many half hours later."""
    local = around + later * HALF_AN_HOUR
    try:
        from_local(local)
    except NoSuchLocalTime:
        local += timedelta(hours=1)
    return local.isoformat()


STARTS = some.sampled_from(["2026-10-23T00:00", "2026-10-25T03:00", "2026-11-02T08:00", "2026-10-19T16:30"]) | LATER
LONG = some.sampled_from([4, 5, 12, 24, 49, 150])


@some.composite
def span(draw: some.DrawFn, /, around: datetime, **more: some.SearchStrategy[Any]) -> dict[str, Any]:
    """A table with `from` and `to`, two hours to three days long."""
    later = draw(LATER)
    said = {"from": near(around, later), "to": near(around, later + draw(LONG))}
    return said | {name: draw(what) for name, what in more.items()}


@some.composite
def layer(draw: some.DrawFn, around: datetime, name: str) -> dict[str, Any]:
    tier, place = draw(some.sampled_from([(1, 1), (1, 1), (1, 2), (2, 1), (2, 1), (2, 2)]))
    starts = draw(STARTS)
    made: dict[str, Any] = {"name": name, "tier": tier, "place": place, "people": draw(ROTATIONS), "every": draw(EVERY)}
    made |= {"starts": starts if isinstance(starts, str) else near(around, starts), "hours": draw(HOURS)}
    made |= draw(some.sampled_from(MORE))
    return made


@some.composite
def swap(draw: some.DrawFn, around: datetime, base: list[dict[str, Any]]) -> dict[str, Any]:
    """Of shifts that may be there and theirs, or not: half of them are handed on for nothing."""
    first, second = (
        {"layer": one["name"], "starts": near(around, draw(LATER)), "supporter": draw(some.sampled_from(one["people"]))}
        for one in (base[0], base[-1])
    )
    return {"first": first} | ({"second": second} if draw(some.booleans()) else {"taker": draw(PEOPLE)})


@some.composite
def plans(draw: some.DrawFn) -> tuple[Plan, Span]:
    """A rota of up to three layers, with everything that may stand in one, and a day or so that it is about."""
    around = draw(AROUND)
    base = [draw(layer(around, name)) for name in "ABC"[: draw(some.integers(1, 3))]]
    of_jul = layer(around, "D").map(lambda one: [one])
    content = {
        "line": "support",
        "layer": base,
        "override": draw(some.lists(span(around, supporter=PEOPLE, tier=some.integers(1, 2)), max_size=2))
        + draw(some.lists(span(around, supporter=PEOPLE, layer=some.just("A")), max_size=1)),
        "absence": draw(some.lists(span(around, supporter=PEOPLE), max_size=3)),
        "temporary": draw(some.lists(span(around, name=some.just("Jul"), layer=of_jul), max_size=1)),
        "swap": draw(some.lists(swap(around, base), max_size=2)),
    }
    start = from_local(around)
    return rota_file.plan(content, HOLIDAYS), Span(starts_at=start, ends_at=start + A_DAY_OR_SO)


def reaches(plan: Plan, during: Span, looked: Looked) -> Iterator[str]:
    """What such a rota shows in that time, for `--hypothesis-show-statistics`."""
    begins, ends = (to_local(at) for at in (during.starts_at, during.ends_at))
    grounds = {type(ground).__name__ for one in looked.stretches for ground in one.duty.grounds}
    yield from (f"somebody stands there by {name}" for name in sorted(grounds))
    written = [one.span for one in plan.overrides] + [one.span for one in plan.temporary] + [one.span for one in plan.absences]
    seen = {
        "the clocks turn": begins.utcoffset() != ends.utcoffset(),
        "a holiday": bool({begins.date(), ends.date()} & {*HOLIDAYS}),
        "written spans overlap": any(common(one, other) for one, other in combinations(written, 2)),
        "an absence runs": any(common(one.span, during) for one in plan.absences),
        "a temporary plan runs": any(common(one.span, during) for one in plan.temporary),
        "a swap counts": bool(plan.exchanged),
        "a swap rests": bool(resting(plan)),
        "hours over midnight": any(hours.to_minute <= hours.from_minute for one in plan.layers for hours in one.hours),
        "spells of some hours": any(one.every < timedelta(days=1) for one in plan.layers),
        "spells of some days": any(timedelta(days=1) < one.every < timedelta(days=7) for one in plan.layers),
        "nobody for a while": bool(looked.gaps),
        "nobody never": not looked.gaps,
        "a person is meant in two places": bool(looked.doubled),
    }
    yield from (name for name, is_so in seen.items() if is_so)


@settings(max_examples=250, deadline=None)
@given(plans(), some.lists(some.integers(0, 60 * 60 * 30 - 1), min_size=6, max_size=6))
def test_what_holds_at_every_moment(made: tuple[Plan, Span], seconds: list[int]) -> None:
    """R12: what is said for a moment and for a stretch is one; a place is one person's, a person stands once; gaps are exact.

    A layer that always works leaves none while one of its people is there, whatever else the rota says.
    """
    plan, during = made
    looked = rota.looked_through(plan, during)
    edges = {at for one in looked.stretches for at in (one.span.starts_at, one.span.ends_at - timedelta(seconds=1))}

    for at in [*sorted(edges)[:: len(edges) // 12 + 1], *(during.starts_at + timedelta(seconds=one) for one in seconds)]:
        duties = rota.on_duty(plan, at)
        assert set(duties) == {one.duty for one in looked.stretches if at in one.span}
        assert len({(duty.tier, duty.place) for duty in duties}) == len({duty.supporter for duty in duties}) == len(duties)
        assert [(duty.tier, duty.place) for duty in duties] == sorted((duty.tier, duty.place) for duty in duties)
        assert any(at in gap for gap in looked.gaps) != bool(duties)
    assert all(one.ends_at < other.starts_at for one, other in pairwise(looked.gaps))
    with_it = replace(plan, layers=plan.layers + ALWAYS, temporary=())
    assert rota.gaps(with_it, during) == []
    for what in reaches(plan, during, looked):
        event(what)
