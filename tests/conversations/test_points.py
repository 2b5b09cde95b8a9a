"""Points before a call: told, held, refused; credit opens none; parallel calls never share a point (R4, R5, R6)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from models.values import CallOutcome, Language, Policy
from tests.house import SUPPORT, House


@pytest.mark.parametrize("points", [0, 1, 14])
@pytest.mark.parametrize("policy", [Policy.STOP, Policy.CREDIT])
def test_without_the_price_of_a_quarter_nobody_is_rung(house: House, points: int, policy: Policy) -> None:
    """R4: credit never opens a call; told what is missing and where points are bought."""
    caller = house.caller(points=points, policy=policy, credit=60)
    house.supporter("Anna")

    phone = house.identifies(caller)

    phone.hears(f"Et kvarter koster 15 point, og du har {points} point. Der mangler {15 - points} point")
    phone.hears("Point købes i HelpDesken").waits(20)
    assert phone.is_over
    assert house.outcome(caller) is CallOutcome.NO_POINTS
    assert house.attempts(caller) == []


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_caller_is_told_the_shop_that_the_house_has(build: Callable[..., House]) -> None:
    """R4."""
    house = build(env={"SHOP_ADDRESS": "point.example.dk"})
    caller = house.caller(points=0)

    phone = house.identifies(caller)

    phone.hears("Point købes på point.example.dk. Ring igen")


@pytest.mark.parametrize("backend", ["sqlite"])
def test_an_address_for_browsers_is_said_as_people_say_it(build: Callable[..., House]) -> None:
    """R4, R22: in English too."""
    house = build(env={"SHOP_ADDRESS": "https://www.example.dk/point/"})

    house.identifies(house.caller(points=0)).hears("Point købes på example.dk/point. Ring igen")

    english = house.caller(points=0, language=Language.ENGLISH)
    house.phone(english).dials(SUPPORT).keys(f"{english.pin}#").hears("Points are bought at example.dk/point. Please call again")


@pytest.mark.parametrize(
    ("points", "words"),
    [
        (15, "et kvarter"),
        (30, "to kvarter"),
        (61, "fire kvarter"),
        (195, "13 kvarter"),
        (1454, "96 kvarter"),
        (1455, "mere end et døgn"),
    ],
)
@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_caller_hears_how_long_the_points_last(house: House, points: int, words: str) -> None:
    """R4, R22: out of real points; the credit of an emergency is not told."""
    caller = house.caller(points=points)

    phone = house.identifies(caller)

    phone.hears(f"Du har {points} point. Det rækker til {words}.")


def test_under_invoice_no_points_are_needed(house: House) -> None:
    """R4, R11: what is below zero is invoiced, and the caller is told so."""
    caller, anna = house.caller(points=0, policy=Policy.INVOICE), house.supporter("Anna")
    phone = house.identifies(caller).hears("Saldoen er 0 point. Forbrug ud over saldoen faktureres").keys("1")

    house.phone(anna).picks_up().hears("Tast 1")
    house.on_the_second()
    house.phone(anna).keys("1")
    house.forward(seconds=901)
    phone.hangs_up()

    assert house.balance(caller) == (-30, 0)
    assert house.marks(caller) == []


def test_the_first_quarter_is_held_before_anyone_is_rung(house: House) -> None:
    """R4, R6: held while it rings, given back when nobody came."""
    caller, anna = house.caller(points=60), house.supporter("Anna")
    phone = house.accepts_price(caller)

    house.phone(anna).hears_ringing()
    while_ringing = house.balance(caller)
    phone.hangs_up()

    assert while_ringing == (60, 15)
    assert house.balance(caller) == (60, 0)


def test_points_that_a_parallel_call_holds_are_not_there(house: House) -> None:
    """R5: the second caller of the customer is told no_points; the first goes on."""
    caller, anna = house.caller(points=15), house.supporter("Anna")
    colleague = house.caller(colleague_of=caller, name="Ib Juul")
    house.accepts_price(caller)
    house.phone(anna).hears_ringing()

    second = house.identifies(colleague).hears("du har 0 point. Der mangler 15 point")
    house.phone(anna).picks_up().hears("Tast 1").keys("1")
    held = house.balance(caller)
    second.waits(20)

    assert second.is_over
    assert house.outcome(colleague) is CallOutcome.NO_POINTS
    assert held == (15, 15)
    assert house.phone(caller).bridged_with == anna.phone


def test_two_callers_who_were_told_the_same_points_cannot_both_have_them(house: House) -> None:
    """R4, R5: both heard "15 point"; who presses 1 second is refused by the database, and told so."""
    caller = house.caller(points=15)
    colleague = house.caller(colleague_of=caller, name="Ib Juul")
    house.supporter("Anna")
    house.supporter("Bo")
    first, second = house.identifies(caller).hears("Tast 1"), house.identifies(colleague).hears("Tast 1")

    first.keys("1")
    second.keys("1")

    second.hears("Der mangler 15 point, så jeg kan ikke stille dig om").waits(14)
    assert house.outcome(colleague) is CallOutcome.NO_POINTS
    assert house.attempts(colleague) == []
    assert house.attempts(caller)[0][0] == "Anna"


def test_a_strangers_calls_do_not_touch_a_customers_points(house: House) -> None:
    """R5."""
    caller, stranger, anna = house.caller(points=15), house.caller(points=15, company="Hotel Strand"), house.supporter("Anna")
    house.connects(stranger, anna)
    house.forward(seconds=5)

    house.identifies(caller).hears("Du har 15 point. Det rækker til et kvarter")

    assert house.balance(caller) == (15, 0)


def test_points_for_one_quarter_exactly_talk_for_one_quarter(house: House) -> None:
    """R4, R8, R11: under `stop` the carrier ends the bridge; one quarter is owed, never one more."""
    caller, anna = house.caller(points=15, policy=Policy.STOP), house.supporter("Anna")
    house.connects(caller, anna)

    house.forward(seconds=905)

    assert house.phone(anna).is_over
    assert house.charges(caller) == [-15]
    assert house.balance(caller) == (0, 0)
    assert house.outcome(caller) is CallOutcome.TALKED
    phone = house.phone(caller).hears("Tak for opkaldet. Pointene er brugt, så samtalen er afsluttet. Køb flere point i HelpDesken")
    phone.hears("Du har nu 0 point")
