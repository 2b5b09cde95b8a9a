"""A connection that breaks under a turn: the turn is done once more, and nobody hears of it (R19, R21)."""

from __future__ import annotations

import pytest

from app.scheduler import Clockwork
from models.values import CallOutcome
from tests.broken import breaks, is_interrupted, told
from tests.house import SUPPORT, House
from tests.wire import COMMIT, Wire

CUT = "SELECT pg_terminate_backend(pg_backend_pid())"
SORRY = "Undskyld"
STEPS = ["support__greet", "support__check_pin", "support__choose", "screen__whisper", "screen__answer", "support__after_ring"]


def meets(sqlstate: str) -> str:
    """A statement that fails as PostgreSQL would."""
    return f"DO $$ BEGIN RAISE EXCEPTION 'in a test' USING ERRCODE = '{sqlstate}'; END $$"


def a_whole_call(house: House) -> bool:
    """A call of three seconds that goes well; whether anybody heard an apology."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(seconds=3)
    house.phone(anna).hangs_up()
    house.phone(caller).hears("Tak for opkaldet").waits(20)
    assert house.outcome(caller) is CallOutcome.TALKED
    assert house.charges(caller) == [-15]
    return any(SORRY in words for phone in (caller, anna) for words in house.phone(phone).said)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("backend", ["postgresql"])
def test_a_connection_that_breaks_under_a_turn_is_not_heard_by_anybody(house: House, step: str) -> None:
    """R19, R21: nothing was answered yet, so the turn is done once more, in another connection."""
    left = is_interrupted(house, told(CUT), **{step: 1})

    sorry = a_whole_call(house)

    assert not sorry
    assert set(left.values()) == {0}


@pytest.mark.parametrize("sqlstate", ["40001", "40P01", "57P01", "57P02", "57P03"])
@pytest.mark.parametrize("backend", ["postgresql"])
def test_two_transactions_that_meet_are_not_heard_by_anybody(house: House, sqlstate: str) -> None:
    """R21: a serialization failure, a deadlock, a server that is being shut down."""
    is_interrupted(house, told(meets(sqlstate)), support__choose=1)

    assert not a_whole_call(house)


@pytest.mark.parametrize("backend", ["postgresql"])
def test_a_connection_that_breaks_twice_is_an_error_like_any_other(house: House) -> None:
    """R21: an apology, and the question again; the third time it works."""
    caller = house.caller()
    left = is_interrupted(house, told(CUT), support__check_pin=2)

    house.identifies(caller).hears(SORRY).hears("pinkode på otte cifre").keys(f"{caller.pin}#").hears("Goddag")

    assert left["support.check_pin"] == 0


@pytest.mark.parametrize("sqlstate", ["23514", "22003", "53100", "P0001"])
@pytest.mark.parametrize("backend", ["postgresql"])
def test_what_the_database_refuses_is_not_tried_again(house: House, sqlstate: str) -> None:
    """R21: it would be refused again; the caller hears the apology after one try."""
    caller = house.caller()
    left = is_interrupted(house, told(meets(sqlstate)), support__check_pin=2)

    house.identifies(caller).hears(SORRY)

    assert left["support.check_pin"] == 1


def test_an_error_of_ours_is_not_tried_again(house: House) -> None:
    """R21: one that raises once is heard as an apology."""
    caller = house.caller()
    breaks(house, support__check_pin=1)

    house.identifies(caller).hears(SORRY)


@pytest.mark.parametrize("moment", ["the PIN", "the acceptance"])
@pytest.mark.parametrize("backend", ["postgresql"])
def test_a_commit_whose_acknowledgement_was_lost_is_not_done_twice(wired: House, wire: Wire, moment: str) -> None:
    """R6, R19: the second try finds the answer that the first one stored: one hold, one acceptance, one charge."""
    caller, anna = wired.caller(), wired.supporter("Anna")
    phone = wired.phone(caller).dials(SUPPORT).hears("pinkode")
    if moment == "the PIN":
        wire.cuts_behind(COMMIT)
    phone.keys(f"{caller.pin}#").hears("Tast 1 for at acceptere").keys("1")
    other = wired.phone(anna).picks_up().hears("Tast 1")
    if moment == "the acceptance":
        wire.cuts_behind(COMMIT)
    other.keys("1")
    together = phone.bridged_with
    wired.forward(seconds=3)
    phone.hangs_up()

    assert wire.cuts == 1
    assert together == anna.phone
    assert not any(SORRY in words for words in (*phone.said, *other.said))
    assert wired.charges(caller) == [-15]
    assert wired.balance(caller) == (45, 0)


@pytest.mark.parametrize("backend", ["postgresql"])
def test_a_report_whose_connection_breaks_is_kept(wired: House, wire: Wire) -> None:
    """R7, R19: the end of a call that only a status callback tells of; its commit was done, and is not done twice."""
    caller, anna = wired.caller(), wired.supporter("Anna")
    wired.connects(caller, anna)
    wired.forward(seconds=3)
    wired.clock_works = False
    before = wired.counts()["reports"]
    over = wired.status_of(caller)

    wire.cuts_behind(COMMIT)
    answers = [wired.delivers(over).status for _ in range(2)]

    assert answers == [204, 204]
    assert wire.cuts == 1
    assert wired.counts()["reports"] == before + 1
    wired.phone(caller).hangs_up()
    assert wired.charges(caller) == [-15]


@pytest.mark.parametrize("words", [b"INSERT INTO journal", COMMIT])
@pytest.mark.parametrize("backend", ["postgresql"])
def test_a_unit_of_the_clock_whose_connection_breaks_comes_again_at_the_next_beat(wired: House, wire: Wire, words: bytes) -> None:
    """R9: with or without its commit the quarter is charged once."""
    caller, anna = wired.caller(), wired.supporter("Anna")
    wired.connects(caller, anna)
    wired.clock_works = False
    wired.forward(seconds=1)
    works = Clockwork(database=wired.database, ports=wired.ports, clock=lambda: wired.now)
    charge = works.units()["quarters"]

    wire.cuts_behind(words)
    first, second = works.run("quarters", charge), works.run("quarters", charge)

    assert wire.cuts == 1
    assert works.failed == {"quarters"}
    assert (first, second) == ((0, 1) if words != COMMIT else (0, 0))
    assert wired.charges(caller) == [-15]
    wired.phone(caller).hangs_up()
