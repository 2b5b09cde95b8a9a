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
    "charging without key": ("sqlite", (1,)),
    "releasing a hold twice": ("sqlite", (2,)),
    "trusting the parent's duration": ("sqlite", (1,)),
    "a read-then-write balance": ("postgresql", (28,)),
    "accepting a voicemail": ("sqlite", (39,)),
    "an unclaimed job": ("sqlite", (1,)),
    "the last end counts": ("sqlite", (1,)),
    "a quarter is owed at once": ("sqlite", (1,)),
    "quarters by the wall clock": ("sqlite", (3,)),
    "a later list reprices": ("sqlite", (11,)),
    "the accepted price is forgotten": ("sqlite", (44,)),
    "a refund comes back twice": ("sqlite", (3,)),
    "a wrong clock alarms nobody": ("sqlite", (1,)),
    "half a swap": ("sqlite", (15,)),
    "a search keeps its plan": ("sqlite", (60,)),
    "a gap alarms nobody": ("sqlite", (4,)),
    "a swap never lapses": ("sqlite", (4,)),
    "a swap lapses, and nobody is told": ("sqlite", (4,)),
}
"""Where it shows, and seeds that showed it when this was written: those nights come first."""


@pytest.mark.parametrize("name", sorted(FOUND))
def test_a_planted_defect_is_found(name: str, request: pytest.FixtureRequest) -> None:
    """R5, R6, R7, R8, R10, R12, R13, R18: a simulation that missed it would prove none of these."""
    backend, first = FOUND[name]
    ground: Ground = request.getfixturevalue(f"ground_on_{backend}")

    with planted(name), pytest.raises(Failed):
        _live_through_some(ground, first)


def _live_through_some(ground: Ground, first: tuple[int, ...]) -> None:
    for seed in chain(first, range(1, MOST)):
        live_through(ground, str(seed), Tally(), calls=CALLS)
