"""Callers who press 1 in the same moment: real threads, real transactions, on both databases."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.house import SUPPORT, House

MANY = 10


def press_one_together(house: House, callers: list[object]) -> list[str]:
    """Each caller has heard the price; all press 1 at once. The TwiML that each is answered."""
    presses = []
    for caller in callers:
        sent = house.webhook_of(caller, "action", Digits="1")
        answer = next(one for one in reversed(house.exchange.log) if one.url == sent.url).body
        found = re.search(r'action="([^"#]+)', answer.decode())
        assert found is not None
        presses.append((found[1], sent.params))
    with ThreadPoolExecutor(MANY) as threads:
        answers = list(threads.map(lambda press: house.post(*press), presses))
    return [answer.body.decode() for answer in answers]


def test_nobody_is_rung_for_two_callers(house: House) -> None:
    """R12: as many supporters as callers, and each is rung once."""
    supporters = [house.supporter(f"Vagt {number}") for number in range(MANY)]
    callers = [house.caller(company=f"Firma {number}") for number in range(MANY)]
    for caller in callers:
        house.phone(caller).dials(SUPPORT).hears("pinkode").keys(f"{caller.pin}#").hears("Tast 1 for at acceptere")

    answers = press_one_together(house, list(callers))

    rung = [found for text in answers for found in re.findall(r">(\+45[0-9]{8})</Number>", text)]
    assert sorted(rung) == sorted(supporter.phone for supporter in supporters)


@pytest.mark.parametrize(("points", "connected"), [(15, 1), (45, 3)])
def test_only_as_many_callers_of_a_customer_are_put_through_as_there_are_points_for(
    house: House, points: int, connected: int
) -> None:
    """R4, R5."""
    for number in range(MANY):
        house.supporter(f"Vagt {number}")
    first = house.caller(points=points)
    callers = [first, *(house.caller(colleague_of=first, name=f"Kollega {number}") for number in range(MANY - 1))]
    for caller in callers:
        house.phone(caller).dials(SUPPORT).hears("pinkode").keys(f"{caller.pin}#").hears("Tast 1 for at acceptere")

    answers = press_one_together(house, list(callers))

    assert sum("<Dial" in text for text in answers) == connected
    assert sum("Der mangler" in text for text in answers) == MANY - connected
    assert house.balance(first) == (points, points)
