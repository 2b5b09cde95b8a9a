"""Nights of a whole house: what must hold is said by `night`, `morning` and the model in `reference`.

`make test` lives through the same few nights each time; `make simulate SEED=… CALLS=…` through as many as wanted.
"""

from __future__ import annotations

from tests.simulation import corpus
from tests.simulation.night import Night
from tests.simulation.nights import Tally, live_through
from tests.simulation.places import Ground

CALLS = 6
SEEDS = {"sqlite": (1, 2, 3), "postgresql": (1, 3)}
CROWDED = "9"
"""A night in which everything of one second comes together."""


def test_every_night_ends_well_with_exact_books(ground: Ground, backend: str) -> None:
    """R2, R5, R6, R7, R8, R9, R10, R11, R13, R14, R18, R19, R20, R21: whatever people, network, database and processes do."""
    tally = Tally()

    for seed in SEEDS[backend]:
        live_through(ground, str(seed), tally, calls=CALLS)

    assert tally.nights == len(SEEDS[backend])
    assert tally.saw_much


def test_a_night_that_once_failed_ends_well(ground: Ground, backend: str) -> None:
    """R9, R18: each seed of the corpus."""
    for kind, seed, calls in corpus.seeds():
        if kind == backend:
            live_through(ground, seed, Tally(), calls=calls)


def test_the_same_seed_is_the_same_night_again(ground: Ground) -> None:
    seen: list[Night] = []

    for _again in range(2):
        live_through(ground, CROWDED, Tally(), calls=2, swap=seen.append)

    first, second = ([(one.at, one.reading, one.path, sorted(one.kept)) for one in night.wire] for night in seen)
    assert seen[0].mix.crowded
    assert len(first) > 5
    assert first == second
