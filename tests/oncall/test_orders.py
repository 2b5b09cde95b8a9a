"""The order of a tier: fixed, longest idle, round robin. Pure (R12, ADR 18)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from oncall import orders
from oncall.grounds import Idle, InTurn
from oncall.orders import Past
from oncall.plans import Order
from oncall.rota import Duty
from tests.oncall.rotas import plan
from tests.oncall.test_rota_files import LAYER, faults

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def at(hour: int | None) -> datetime | None:
    return None if hour is None else NOON + timedelta(hours=hour)


def duties(*tiers: int) -> list[Duty]:
    """One supporter a place, numbered from 1, each in that tier."""
    return [Duty(supporter=n, tier=tier, place=n, shift=None, grounds=()) for n, tier in enumerate(tiers, start=1)]


def rung(order: Order, pasts: dict[int, tuple[int | None, int | None]], tiers: tuple[int, ...] = (1, 1, 1)) -> list[int]:
    """In which order they are rung; of each is known when the last call ended and when they were rung, in hours of noon."""
    known = {who: Past(talked_until=at(talked), rung_at=at(last)) for who, (talked, last) in pasts.items()}
    return [one.supporter for one in orders.arranged(duties(*tiers), {1: order}, known)]


@pytest.mark.parametrize(
    ("order", "pasts", "expected"),
    [
        (Order.FIXED, {1: (3, 3)}, [1, 2, 3]),
        (Order.LONGEST_IDLE, {}, [1, 2, 3]),
        (Order.LONGEST_IDLE, {1: (3, 3), 2: (1, 1), 3: (2, 2)}, [2, 3, 1]),
        (Order.LONGEST_IDLE, {1: (1, 9), 2: (2, 2), 3: (None, 8)}, [3, 1, 2]),  # who was rung and took none has had none
        (Order.LONGEST_IDLE, {1: (5, 5), 2: (5, 5), 3: (4, 4)}, [3, 1, 2]),
        (Order.ROUND_ROBIN, {}, [1, 2, 3]),
        (Order.ROUND_ROBIN, {1: (None, 1)}, [2, 3, 1]),
        (Order.ROUND_ROBIN, {1: (None, 1), 2: (None, 2)}, [3, 1, 2]),
        (Order.ROUND_ROBIN, {1: (None, 1), 2: (None, 2), 3: (None, 3)}, [1, 2, 3]),
        (Order.ROUND_ROBIN, {1: (9, 4), 2: (None, 2), 3: (None, 3)}, [2, 3, 1]),
    ],
)
def test_a_tier_is_rung_in_its_order(order: Order, pasts: dict[int, tuple[int | None, int | None]], expected: list[int]) -> None:
    """R12."""
    assert rung(order, pasts) == expected


def test_an_order_is_its_tiers_alone() -> None:
    """R12: nobody of tier 2 comes before tier 1, and there the order is fixed."""
    assert rung(Order.LONGEST_IDLE, {1: (1, 1), 3: (3, 3)}, tiers=(1, 1, 2, 2)) == [2, 1, 3, 4]


def test_the_last_ground_says_why_somebody_stands_where_they_stand() -> None:
    pasts = {1: Past(talked_until=NOON, rung_at=NOON)}

    idle = orders.arranged(duties(1, 1), {1: Order.LONGEST_IDLE}, pasts)
    turn = orders.arranged(duties(1, 1), {1: Order.ROUND_ROBIN}, pasts)
    alone = orders.arranged(duties(1), {1: Order.LONGEST_IDLE}, pasts)

    assert [one.grounds for one in idle] == [(Idle(supporter=2, since=None),), (Idle(supporter=1, since=NOON.isoformat()),)]
    assert [one.grounds for one in turn] == [(InTurn(supporter=2, after=1),), (InTurn(supporter=1, after=1),)]
    assert alone[0].grounds == ()


def test_a_rota_states_the_order_of_a_tier() -> None:
    """R12: docs/rota.md; a tier is fixed unless it says otherwise, and says it once."""
    stated = plan(f'{LAYER}[[tier]]\ntier = 1\norder = "longest_idle"\n[[tier]]\ntier = 2\norder = "fixed"\n')
    wrong = faults(f'line = "support"\n{LAYER}[[tier]]\ntier = 1\norder = "idle"\n[[tier]]\ntier = 1\norder = "fixed"\nplace = 1\n')

    assert stated.orders == {1: Order.LONGEST_IDLE}
    assert wrong == [
        "tier 1: order: it must be one of fixed, longest_idle, round_robin",
        "tier 2: tier: there is another order of tier 1",
        "tier 2: unknown key 'place'",
    ]
