"""The chain asks the rota whom to ring, and every attempt keeps why."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from models import Attempt
from tests.house import ASupporter, House


def two_tiers(first: ASupporter, second: ASupporter, then: ASupporter) -> str:
    """`first` is away, so that `second` is on duty for them; `then` is behind."""
    return f"""
[[layer]]
name = "Nat"
people = [{first.id}, {second.id}]
starts = 2026-11-16T08:00:00
every = "week"
[[layer]]
name = "Bagvagt"
tier = 2
people = [{then.id}]
starts = 2026-11-16T08:00:00
every = "week"
[[absence]]
supporter = {first.id}
from = 2026-11-22T00:00:00
to = 2026-11-24T00:00:00
"""


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_rota_that_changes_while_it_rings_changes_the_next_attempt(house: House) -> None:
    """R12: whoever is on duty is rung, and why is kept with the call: the version as it stood, and its chain of reasons."""
    anna, bo, carla, david = (house.supporter(name) for name in ("Anna", "Bo", "Carla", "David"))
    caller = house.caller()
    before = house.rota(two_tiers(anna, bo, carla))
    house.accepts_price(caller).hears_ringing()
    rings = house.phone(bo).rings

    after = house.rota(two_tiers(bo, anna, david))
    still_rings = house.phone(bo).rings
    house.phone(bo).picks_up().keys("2")
    house.phone(anna).picks_up().hears("Tast 1").keys("1")
    house.phone(caller).talks_with(anna).hangs_up()

    assert (rings, still_rings) == (True, True)
    with house.database.reading() as session:
        kept = session.execute(select(Attempt.supporter_id, Attempt.tier, Attempt.shift_id, Attempt.rota_id, Attempt.grounds))
        rows = [tuple(row) for row in kept]
    night = {"ground": "rotated", "layer": "Nat", "starts": "2026-11-16T08:00", "spell": 1, "people": 2}
    stands_in = {"ground": "stoodin", "named": False}
    assert rows == [
        (bo.id, 1, None, before, [night | {"supporter": anna.id}, stands_in | {"away": anna.id, "supporter": bo.id}]),
        (anna.id, 1, None, after, [night | {"supporter": bo.id}, stands_in | {"away": bo.id, "supporter": anna.id}]),
    ]
