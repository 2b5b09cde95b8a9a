"""What holds for every rota at every moment, those around the nights on which the clocks turn above all (R12). Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as some

from models.local import from_local
from oncall import rota, rota_file
from oncall.plans import Plan
from oncall.rota import Span
from tests.oncall.rotas import HOLIDAYS

FIRST = datetime(2026, 10, 23)  # noqa: DTZ001 - local times
AROUND = some.sampled_from(["2026-10-24T12:00", "2026-12-24T20:00", "2027-03-27T12:00"])
HALF_HOURS = some.integers(0, 48 * 200).map(lambda half: FIRST + timedelta(minutes=30 * half))
NEAR = some.tuples(AROUND, some.integers(-48, 96)).map(lambda one: datetime.fromisoformat(one[0]) + timedelta(minutes=30 * one[1]))
PEOPLE = some.integers(1, 5)
TIMES = some.sampled_from(["00:00", "02:00", "02:30", "03:00", "08:00", "16:00", "23:30"])
DAYS = some.lists(some.sampled_from(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]), min_size=1, max_size=7)
ALWAYS = rota_file.plan(
    {"line": "support", "layer": [{"name": "Altid", "tier": 9, "people": [6, 7], "starts": "2026-10-01T02:30", "every": "1 hour"}]},
    [],
).layers
HOURS = some.fixed_dictionaries({}, optional={"days": DAYS, "from": TIMES, "to": TIMES | some.just("24:00")})
EVERY = some.sampled_from(["1 hour", "5 hours", "12 hours", "day", "3 days", "week"])


def exists(local: datetime) -> bool:
    """Whether a person may write that time."""
    try:
        return bool(from_local(local))
    except ValueError:
        return False


def spans(**more: some.SearchStrategy[Any]) -> some.SearchStrategy[dict[str, Any]]:
    """Tables with `from` and `to`, a quarter of a day to three days long, near the nights that matter."""
    made = some.tuples(NEAR, some.integers(1, 12)).map(lambda one: (one[0], one[0] + timedelta(hours=6 * one[1])))
    whole = some.tuples(made.filter(lambda one: all(map(exists, one))), some.fixed_dictionaries(more))
    return whole.map(lambda one: {"from": one[0][0].isoformat(), "to": one[0][1].isoformat()} | one[1])


@some.composite
def layer(draw: some.DrawFn, name: str) -> dict[str, Any]:
    made: dict[str, Any] = {
        "name": name,
        "tier": draw(some.integers(1, 2)),
        "place": draw(some.integers(1, 2)),
        "people": draw(some.lists(PEOPLE, min_size=1, max_size=4)),
        "starts": draw((HALF_HOURS | NEAR).filter(exists)).isoformat(),
        "every": draw(EVERY),
        "hours": draw(some.lists(HOURS, max_size=2)),
    }
    more = {"holidays": some.booleans(), "stand_in": PEOPLE}
    return made | draw(some.fixed_dictionaries({}, optional=more))


@some.composite
def plans(draw: some.DrawFn) -> Plan:
    """Rotas of up to three layers, with everything that may stand in one."""
    base = [draw(layer(name)) for name in "ABC"[: draw(some.integers(1, 3))]]
    of_jul = {"name": some.just("Jul"), "layer": layer("D").map(lambda one: [one])}
    whose = {"layer": some.sampled_from([one["name"] for one in base]), "supporter": PEOPLE}
    stated = some.fixed_dictionaries({"starts": NEAR.filter(exists).map(datetime.isoformat), **whose})
    content = {
        "line": "support",
        "layer": base,
        "override": draw(some.lists(spans(supporter=PEOPLE, tier=some.integers(1, 2)), max_size=2))
        + draw(some.lists(spans(supporter=PEOPLE, layer=some.just("A")), max_size=2)),
        "absence": draw(some.lists(spans(supporter=PEOPLE), max_size=3)),
        "temporary": draw(some.lists(spans(**of_jul), max_size=1)),
        "swap": draw(some.lists(some.fixed_dictionaries({"first": stated, "second": stated}), max_size=2)),
    }
    return rota_file.plan(content, HOLIDAYS)


@settings(max_examples=20, deadline=None)
@given(plans(), AROUND, some.lists(some.integers(0, 60 * 60 * 24 * 3 - 1), min_size=5, max_size=5))
def test_what_holds_at_every_moment(plan: Plan, around: str, seconds: list[int]) -> None:
    """R12: what is said for a moment and for a stretch is one; a place is one person's, a person stands once; gaps are exact.

    A layer that always works leaves none while one of its people is there, whatever else the rota says.
    """
    start = from_local(datetime.fromisoformat(around))
    during = Span(starts_at=start, ends_at=start + timedelta(days=3))
    stretches, gaps = rota.shifts_between(plan, during), rota.gaps(plan, during)
    edges = [at for one in stretches for at in (one.span.starts_at, one.span.ends_at - timedelta(seconds=1))]

    for at in [*edges, *(start + timedelta(seconds=one) for one in seconds)]:
        duties = rota.on_duty(plan, at)
        assert set(duties) == {one.duty for one in stretches if at in one.span}
        assert len({(duty.tier, duty.place) for duty in duties}) == len({duty.supporter for duty in duties}) == len(duties)
        assert [(duty.tier, duty.place) for duty in duties] == sorted((duty.tier, duty.place) for duty in duties)
        assert any(at in gap for gap in gaps) != bool(duties)
    assert all(one.ends_at < other.starts_at for one, other in pairwise(gaps))
    with_it = replace(plan, layers=plan.layers + ALWAYS, temporary=())
    assert rota.gaps(with_it, during) == []
