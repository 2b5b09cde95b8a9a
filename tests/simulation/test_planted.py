"""A simulation that finds nothing proves nothing: each of these defects is planted, and found within a few nights."""

from __future__ import annotations

from itertools import chain
from typing import Final

import pytest

from tests.simulation.nights import Failed, Tally, live_through
from tests.simulation.places import Ground
from tests.simulation.planted import planted

CALLS: Final = 6
MOST: Final = 40
FOUND: Final[dict[str, tuple[str, tuple[int, ...]]]] = {
    "trusting the parent's duration": ("sqlite", (2,)),
    "an unclaimed job": ("sqlite", (1,)),
    "the last end counts": ("sqlite", (1,)),
    "quarters by the wall clock": ("sqlite", (3,)),
    "a refund comes back twice": ("sqlite", (4,)),
    "a wrong clock alarms nobody": ("sqlite", (1,)),
}
"""Where it shows, and seeds that showed it when this was written: those nights come first."""


@pytest.mark.parametrize("name", sorted(FOUND))
def test_a_planted_defect_is_found(name: str, request: pytest.FixtureRequest) -> None:
    """R7, R8, R18: a simulation that missed it would prove none of these."""
    backend, first = FOUND[name]
    ground: Ground = request.getfixturevalue(f"ground_on_{backend}")

    with planted(name), pytest.raises(Failed):
        _live_through_some(ground, first)


def _live_through_some(ground: Ground, first: tuple[int, ...]) -> None:
    for seed in chain(first, range(1, MOST)):
        live_through(ground, str(seed), Tally(), calls=CALLS)
