"""A database that keeps a turn waiting: an answer leaves in time, and the call goes on when it can (R14, R21)."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

import pytest

from app.database import Database
from app.patience import ANSWERING
from models.values import CallOutcome
from tests.broken import is_in_a_hurry
from tests.held import held
from tests.house import SUPPORT, House
from tests.wire import Wire

SORRY = "Undskyld, der opstod en fejl hos os. Et øjeblik."
STILL = "Fejlen er der endnu. Bliv i røret"
HELP = "+4540506070"
PROMISED = 5.0  # seconds within which an answer leaves


def seconds(work: Callable[[], object]) -> float:
    """How long it took."""
    began = time.monotonic()
    work()
    return time.monotonic() - began


@contextmanager
def another_thread_writes(database: Database) -> Iterator[None]:
    """In this block this process itself keeps SQLite's writer."""
    with database.writing():
        yield


def test_a_caller_whose_call_is_held_by_somebody_else_hears_an_apology_and_goes_on(house: House) -> None:
    """R21: the question is put again; nothing of the turn that waited in vain is left."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.clock_works = False
    is_in_a_hurry(house)
    phone = house.phone(caller).dials(SUPPORT).hears("pinkode")

    with held(house.database):
        phone.keys(f"{caller.pin}#").hears(SORRY)
    phone.hears("pinkode på otte cifre").keys(f"{caller.pin}#").hears("Tast 1 for at acceptere").keys("1")
    house.phone(anna).picks_up().hears("Tast 1").keys("1")
    house.clock_works = True
    house.forward(seconds=3)
    phone.hangs_up()

    assert house.outcome(caller) is CallOutcome.TALKED
    assert house.charges(caller) == [-15]


def test_a_caller_whose_call_stays_held_is_put_through_to_the_emergency_number(build: Callable[..., House]) -> None:
    """R14, R21: at the second error, and never billed; the house closes the call when it can write again."""
    house = build(env={"EMERGENCY_NUMBER": HELP})
    caller = house.caller()
    house.clock_works = False
    is_in_a_hurry(house)
    phone = house.phone(caller).dials(SUPPORT).hears("pinkode")

    with held(house.database):
        phone.keys(f"{caller.pin}#").hears(SORRY).hears("Jeg ringer til vagten")
    house.phone(HELP).picks_up().hears("Nødopkald fra døgnvagten").keys("1")
    together = phone.bridged_with
    phone.hangs_up()

    assert together == HELP
    assert house.charges(caller) == []
    assert house.outcome(caller) is not None


def test_without_an_emergency_number_the_caller_holds_the_line_until_the_database_is_back(house: House) -> None:
    """R14, R21: to be sent away would be worse."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.clock_works = False
    is_in_a_hurry(house)
    phone = house.phone(caller).dials(SUPPORT).hears("pinkode")

    with held(house.database):
        phone.keys(f"{caller.pin}#").hears(SORRY).hears(STILL).waits(9)
    phone.hears("pinkode på otte cifre").keys(f"{caller.pin}#").hears("Tast 1 for at acceptere").keys("1")
    house.phone(anna).picks_up().hears("Tast 1").keys("1")

    assert sum(STILL in words for words in phone.said) >= 2
    assert phone.bridged_with == anna.phone
    phone.hangs_up()


def test_a_supporter_whose_1_could_not_be_kept_is_not_connected_and_the_next_one_is_rung(house: House) -> None:
    """R7, R13: nothing is billed that was not accepted."""
    caller, anna, bo = house.caller(), house.supporter("Anna"), house.supporter("Bo")
    house.clock_works = False
    is_in_a_hurry(house)
    phone = house.accepts_price(caller)
    other = house.phone(anna).picks_up().hears("Tast 1")

    with held(house.database):
        other.keys("1").hears("Undskyld")
    house.phone(bo).picks_up().hears("Tast 1").keys("1")

    assert phone.bridged_with == bo.phone
    house.forward(seconds=3)
    phone.hangs_up()
    house.forward(seconds=3)
    assert house.charges(caller) == [-15]


@pytest.mark.parametrize("trouble", [held, another_thread_writes], ids=["a stranger", "this process"])
def test_an_answer_leaves_within_five_seconds_while_somebody_writes(
    house: House, backend: str, trouble: Callable[[Database], AbstractContextManager[None]]
) -> None:
    """R21: with the web process's own limits."""
    caller = house.caller()
    house.clock_works = False
    phone = house.phone(caller).dials(SUPPORT).hears("pinkode")
    patient = backend == "postgresql" and trouble is another_thread_writes  # there a transaction of ours holds up no other

    with trouble(house.database):
        took = seconds(lambda: phone.keys(f"{caller.pin}#"))

    assert took < PROMISED
    phone.hears("Goddag" if patient else SORRY)


@pytest.mark.parametrize("backend", ["postgresql"])
def test_an_answer_leaves_within_five_seconds_while_the_network_swallows_everything(wired: House, wire: Wire) -> None:
    """R14, R21: no server is there to keep time; when the network is back the call goes on."""
    caller, anna = wired.caller(), wired.supporter("Anna")
    wired.clock_works = False
    phone = wired.phone(caller).dials(SUPPORT).hears("pinkode")

    wire.falls_silent()
    took = [seconds(lambda: phone.keys(f"{caller.pin}#").hears(SORRY)), seconds(lambda: phone.hears(STILL))]
    wire.speaks_again()
    phone.hears("pinkode på otte cifre").keys(f"{caller.pin}#").hears("Tast 1 for at acceptere").keys("1")
    wired.phone(anna).picks_up().hears("Tast 1").keys("1")

    assert max(took) < PROMISED
    assert phone.bridged_with == anna.phone
    phone.hangs_up()


@pytest.mark.parametrize("backend", ["postgresql"])
def test_a_first_webhook_is_answered_within_five_seconds_too(wired: House, wire: Wire) -> None:
    """R14, R21: and health is told in time."""
    caller = wired.caller()
    wired.clock_works = False
    wired.database.engine.dispose()
    wire.falls_silent()

    phone = wired.phone(caller)
    took = seconds(lambda: phone.dials(SUPPORT).hears(SORRY))
    asked = seconds(lambda: wired.app.test_client().get("/healthz"))

    assert max(took, asked) < PROMISED
    wire.speaks_again()
    phone.hears("pinkode")
    phone.hangs_up()


@pytest.mark.parametrize("backend", ["postgresql"])
def test_a_web_process_that_stops_in_a_transaction_keeps_its_rows_for_seconds_only(database_url: str, house: House) -> None:
    """R21: PostgreSQL itself ends what a web process left standing, and the others go on."""
    caller = house.caller()
    phone = house.phone(caller).dials(SUPPORT).hears("pinkode")
    stopped = Database(database_url, limits=ANSWERING)
    session = stopped.engine.connect()
    session.exec_driver_sql("SELECT id FROM calls FOR UPDATE")

    phone.keys(f"{caller.pin}#").hears(SORRY).hears("pinkode på otte cifre").keys(f"{caller.pin}#").hears("Goddag")

    session.invalidate()
    session.close()
    stopped.close()
