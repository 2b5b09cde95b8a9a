"""Every address that Twilio is told says how hard Twilio shall try (twilio-contract.md §1.5)."""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from ivr import addresses
from simulator import overrides
from tests.conversations.stories import CALLS, Whole
from tests.house import BASE, House

OURS = re.compile(r'(?:action|url|statusCallback)="([^"]+)"|<Redirect[^>]*>([^<]+)<')
PROMISE = 5.0
"""Seconds within which an answer leaves us."""


def addresses_in(text: str) -> list[str]:
    """Every address of ours that a TwiML document hands out, except sounds."""
    return [unescape(attribute or inner) for attribute, inner in OURS.findall(text)]


@pytest.mark.parametrize("whole", CALLS.values(), ids=CALLS.keys())
@pytest.mark.parametrize("backend", ["sqlite"])
def test_every_address_in_every_answer_of_a_call_asks_to_be_tried_again(house: House, whole: Whole) -> None:
    """R19, R21."""
    whole.play(house, house.caller(points=60))

    told = [address for one in house.exchange.log for address in addresses_in(one.body.decode("utf-8", "replace"))]

    assert len(told) >= 4
    for address in told:
        harder = addresses.TOLD_AGAIN if "/status" in address else addresses.ASKED_AGAIN
        assert address.endswith(harder)
        assert address.count("#") == 1


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_fragment_never_reaches_us(house: House) -> None:
    """R19: it is not signed either; the address that is asked has none."""
    CALLS["a chain"].play(house, house.caller(points=60))

    assert [one.url for one in house.exchange.log if "#" in one.url] == []
    assert {one.status for one in house.exchange.log} == {200, 204}


def test_the_emergency_call_is_tried_again_too() -> None:
    """R14, R21."""
    told = [addresses.fallback(BASE, part) for part in ("", "/screen", "/answer", "/over")]

    assert [address.removesuffix(addresses.ASKED_AGAIN) for address in told] == [
        f"{BASE}/twilio/fallback{part}" for part in ("", "/screen", "/answer", "/over")
    ]


@pytest.mark.parametrize("fragment", [addresses.ASKED_AGAIN, addresses.TOLD_AGAIN])
def test_two_slow_attempts_fit_into_what_twilio_allows_and_leave_time_for_our_answer(fragment: str) -> None:
    """R21: 15 s in all, and our own 5 s within each."""
    _bare, policy = overrides.read(BASE + fragment)

    assert policy.rt / 1000 > PROMISE
    assert 2 * (policy.ct + policy.rt) <= policy.tt
    assert policy.limits(spent=(policy.ct + policy.rt) / 1000).read > PROMISE


def test_the_addresses_that_an_operator_sets_stand_in_the_handbook() -> None:
    """R21: byte for byte."""
    handbook = Path(__file__).parents[2].joinpath("docs", "production.md").read_text("utf-8")

    assert [address for address in vars(addresses.of_number("https://…")).values() if f"`{address}`" not in handbook] == []


def test_a_status_callback_is_tried_harder_than_a_webhook_that_somebody_waits_for() -> None:
    """R20: none is told a second time."""
    ours = addresses.of_number(BASE)

    tries = {name: overrides.read(address)[1].rc for name, address in vars(ours).items()}

    assert tries["status"] > tries["voice"] == tries["fallback"] > 0
