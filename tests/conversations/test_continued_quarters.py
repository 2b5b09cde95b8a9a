"""A caller whose connection was lost and who calls again soon: the quarter that is paid goes on, where the house says so."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier

import pytest

from helpdesk import continuing, corrections
from tests.house import ACaller, ASupporter, House

Build = Callable[..., House]
SOON = {"CONTINUE_WITHIN": "3"}
ON_SQLITE = pytest.mark.parametrize("backend", ["sqlite"])


def is_cut_off(house: House, caller: ACaller, anna: ASupporter, *, seconds: int) -> None:
    """A talk of so many seconds."""
    house.connects(caller, anna)
    house.forward(seconds=seconds)
    house.phone(anna).hangs_up()
    house.phone(caller).waits(20)


def calls_again(house: House, caller: ACaller, *, hears: str, seconds: int) -> None:
    """The same person calls again, hears that, and talks with somebody else for so many seconds."""
    bo = house.supporter("Bo", tier=2)
    phone = house.identifies(caller).hears(hears).hears("Tast 1 for at acceptere").keys("1")
    other = house.phone(bo).picks_up().hears("Tast 1")
    house.on_the_second()
    other.keys("1")
    house.forward(seconds=seconds)
    phone.hangs_up()
    house.forward(minutes=1)


def test_the_quarter_that_is_paid_goes_on_and_the_next_begins_behind_it(build: Build) -> None:
    """R8, R9, R10: what is talked until then is paid for; the audit agrees."""
    house = build(env=SOON)
    caller, anna = house.caller(points=90), house.supporter("Anna")
    is_cut_off(house, caller, anna, seconds=300)

    calls_again(house, caller, hears="Det kvarter, du har betalt, løber til klokken 3 25", seconds=420)
    within = house.charges(caller)
    calls_again(house, caller, hears="Det kvarter, du har betalt, løber til", seconds=5)

    assert within == []
    assert house.charges(caller) == []
    assert house.balance(caller) == (75, 0)
    assert house.marks(caller) == ["quarter_continued"]


def test_a_continued_call_is_charged_from_the_end_of_the_paid_quarter_on(build: Build) -> None:
    """R8: ten minutes of it are left; 900 s behind them the second begins."""
    house = build(env=SOON)
    caller, anna = house.caller(points=90), house.supporter("Anna")
    is_cut_off(house, caller, anna, seconds=300)
    begun = house.ask(lambda call: call.accepted_at, caller)
    assert begun is not None

    calls_again(house, caller, hears="løber til klokken 3 25", seconds=1000)

    assert house.charges(caller) == [-15]
    assert [entry.at for entry in house.entries(caller)] == [begun + timedelta(minutes=15)]
    assert house.balance(caller) == (60, 0)


@pytest.mark.parametrize(("env", "pause"), [({}, 0), (SOON, 240)])
@ON_SQLITE
def test_without_the_setting_or_too_late_every_call_begins_its_own_quarter(build: Build, env: dict[str, str], pause: int) -> None:
    """R8: off unless the house says so."""
    house = build(env=env)
    caller, anna = house.caller(points=90), house.supporter("Anna")
    is_cut_off(house, caller, anna, seconds=300)
    house.forward(seconds=pause)

    calls_again(house, caller, hears="Opkaldet koster 15 point", seconds=60)

    assert house.charges(caller) == [-15]
    assert house.balance(caller) == (60, 0)


@ON_SQLITE
def test_beside_a_call_that_continues_the_quarter_another_begins_its_own(build: Build) -> None:
    """R8: one person, two telephones; and the one that comes behind the first goes on in it again."""
    house = build(env=SOON)
    caller, anna = house.caller(points=90), house.supporter("Anna")
    is_cut_off(house, caller, anna, seconds=300)
    others = [replace(caller, phone=f"+452011110{n}") for n in range(3)]

    continued = house.identifies(others[0]).hears("løber til klokken 3 25").keys("1")
    house.phone(house.supporter("Bo", tier=2)).picks_up().hears("Tast 1").keys("1")
    house.identifies(others[1]).hears("Opkaldet koster 15 point").keys("1")
    house.phone(house.supporter("Carla", tier=3)).picks_up().hears("Tast 1").keys("1")
    house.forward(minutes=2)
    continued.hangs_up()
    house.forward(seconds=10)
    house.identifies(others[2]).hears("løber til klokken 3 25").hangs_up()

    assert [house.charges(one) for one in others] == [[], [-15], []]


@pytest.mark.parametrize("backend", ["postgresql"])
def test_of_two_calls_that_are_taken_at_the_same_moment_one_continues(build: Build) -> None:
    """R8: two real transactions."""
    house = build(env=SOON)
    caller, anna = house.caller(points=90), house.supporter("Anna")
    is_cut_off(house, caller, anna, seconds=300)
    house.supporter("Bo", tier=2)
    house.supporter("Carla", tier=3)
    calls = [house.accepts_price(replace(caller, phone=f"+452011110{n}")).call_sid for n in range(2)]
    both = Barrier(2)

    def is_taken(sid: str) -> datetime | None:
        with house.database.writing() as session:
            call = corrections.locked(session, sid)
            both.wait()
            continuing.take_over(session, call, within=timedelta(minutes=3), now=house.now)
            return call.billed_from

    with ThreadPoolExecutor(2) as web:
        found = list(web.map(is_taken, calls))

    assert sorted(one is None for one in found) == [False, True]


@ON_SQLITE
def test_a_colleague_and_a_quarter_that_is_over_continue_nothing(build: Build) -> None:
    """R5: the same person of the same customer, while the quarter runs."""
    house = build(env=SOON)
    caller, anna = house.caller(points=90), house.supporter("Anna")
    colleague = house.caller(colleague_of=caller, name="Ib Juul")
    is_cut_off(house, caller, anna, seconds=890)

    calls_again(house, colleague, hears="Opkaldet koster 15 point", seconds=60)
    calls_again(house, caller, hears="Opkaldet koster 15 point", seconds=60)

    assert house.charges(colleague) == house.charges(caller) == [-15]
