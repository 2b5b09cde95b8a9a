"""Callers who leave, and call again within the minute: nobody rings them back (R14)."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

import pytest
from sqlalchemy import update

from helpdesk import callbacks
from models import Call
from models.values import TaskKind
from tests.house import OFFICE, SUPPORT, House
from tests.oncall.hours import OFFICE as HOURS


@pytest.mark.parametrize("again", ["same telephone", "same person"])
def test_a_caller_who_calls_again_within_the_minute_is_not_called_back(house: House, again: str) -> None:
    """R14: from the same number, or with the same PIN from another."""
    caller, anna = house.caller(), house.supporter("Anna")
    phone = house.accepts_price(caller)
    house.phone(anna).hears_ringing()
    phone.hangs_up()
    house.forward(seconds=30)

    if again == "same telephone":
        other = house.phone(caller).dials(SUPPORT).hears("pinkode")
    else:
        other = house.phone("+4540404040").dials(SUPPORT).hears("pinkode").keys(f"{caller.pin}#").hears("Goddag")
    house.forward(minutes=2)

    assert house.tasks() == []
    assert other.call_sid != phone.call_sid or again == "same telephone"


@pytest.mark.parametrize("backend", ["sqlite"])
def test_whoever_hears_a_closed_office_instead_is_called_back(house: House) -> None:
    """R14: they accepted the price, gave up while it rang, and dialled the other number, which knows them and says good-bye."""
    house.has_office(HOURS)
    caller, anna = house.caller(), house.supporter("Anna")
    phone = house.accepts_price(caller)
    house.phone(anna).hears_ringing()
    phone.hangs_up()
    house.forward(seconds=10)

    phone.dials(OFFICE).hears("Kontoret har lukket").waits(25)
    house.forward(minutes=2)

    assert [task.kind for task in house.tasks()] == [TaskKind.MISSED]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_an_earlier_call_is_no_calling_again_whatever_its_clock_said(house: House) -> None:
    """R14: its web process's clock was fast by a minute; found by a simulated night of wrong clocks."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.identifies(caller).hangs_up()
    with house.database.writing() as session:
        session.execute(update(Call).values(started_at=house.now + timedelta(minutes=1)))

    phone = house.accepts_price(caller)
    house.phone(anna).hears_ringing()
    phone.hangs_up()
    house.forward(minutes=3)

    assert [task.kind for task in house.tasks()] == [TaskKind.MISSED]


def test_somebody_elses_call_within_the_minute_does_not_count(house: House) -> None:
    """R14: a stranger calls; the one who hung up is called back all the same."""
    caller, stranger, anna = house.caller(), house.caller(company="Hotel Strand"), house.supporter("Anna")
    phone = house.accepts_price(caller)
    house.phone(anna).hears_ringing()
    phone.hangs_up()

    house.phone(stranger).dials(SUPPORT).hears("pinkode").hangs_up()
    house.forward(minutes=2)

    assert [task.case.customer_id for task in house.tasks()] == [house.cases()[0].customer_id]
    assert house.tasks()[0].kind is TaskKind.MISSED


def test_two_calls_without_a_number_are_not_taken_for_one_caller(house: House) -> None:
    """R14: withheld numbers are nobody's own."""
    caller, stranger, anna = house.caller(), house.caller(), house.supporter("Anna")
    phone = house.phone(caller).dials(SUPPORT, "anonymous").hears("pinkode").keys(f"{caller.pin}#").hears("Tast 1").keys("1")
    house.phone(anna).hears_ringing()
    phone.hangs_up()

    house.phone(stranger).dials(SUPPORT, "anonymous").hears("pinkode").hangs_up()
    house.forward(minutes=2)

    assert [task.kind for task in house.tasks()] == [TaskKind.MISSED]


def test_somebody_elses_call_from_the_same_telephone_is_no_calling_again(house: House) -> None:
    """R14: a switchboard number; another customer's person keyed a PIN there."""
    caller, other, anna = house.caller(), house.caller(company="Hotel Strand"), house.supporter("Anna")
    phone = house.accepts_price(caller)
    house.phone(anna).hears_ringing()
    phone.hangs_up()
    house.forward(seconds=10)

    house.phone(caller).dials(SUPPORT).hears("pinkode").keys(f"{other.pin}#").hears("Goddag").hangs_up()
    house.forward(minutes=3)

    assert [task.kind for task in house.tasks()] == [TaskKind.MISSED]


def test_a_caller_who_is_at_the_pin_when_the_minute_is_over_has_called_again(house: House) -> None:
    """R14: from another telephone, the PIN keyed a little later."""
    caller, anna = house.caller(), house.supporter("Anna")
    phone = house.accepts_price(caller)
    house.phone(anna).hears_ringing()
    phone.hangs_up()
    house.forward(seconds=52)

    other = house.phone("+4540404040").dials(SUPPORT).hears("pinkode").waits(12).keys(f"{caller.pin}#").hears("Tast 1").keys("1")
    house.phone(anna).picks_up().hears("Tast 1").keys("1")
    house.forward(minutes=2)
    other.hangs_up()

    assert house.tasks() == []


def test_a_caller_who_redials_before_the_carrier_notices_the_lost_connection_has_called_again(house: House) -> None:
    """R14."""
    house.exchange.knobs.connection_loss_seconds = 8
    caller, anna, bo = house.caller(), house.supporter("Anna"), house.supporter("Bo")
    phone = house.accepts_price(caller)
    house.phone(anna).hears_ringing()
    phone.loses_connection()
    house.forward(seconds=4)

    other = house.phone("+4540404040").dials(SUPPORT).hears("pinkode").keys(f"{caller.pin}#").hears("Tast 1").keys("1")
    house.phone(bo).picks_up().hears("Tast 1").keys("1")
    house.forward(minutes=3)
    other.hangs_up()

    assert house.tasks() == []


@pytest.mark.parametrize(("kind", "missed"), [("no_answer", [TaskKind.MISSED]), ("hand", [])])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_supporter_who_rings_the_caller_meanwhile_counts_where_the_two_talk(
    house: House, kind: Literal["no_answer", "hand"], missed: list[TaskKind]
) -> None:
    """R14: Bo rings from a case a moment behind the hang-up, and knows nothing of it."""
    house.is_connected_to_the_world()
    caller, anna, bo = house.caller(), house.supporter("Anna"), house.supporter("Bo", on_duty=False)
    case = house.case(caller)
    phone = house.accepts_price(caller)
    house.phone(anna).hears_ringing()
    phone.hangs_up()
    house.forward(seconds=50)
    with house.database.writing() as session:
        callbacks.for_case(session, case, caller.person, bo.id, actor="test", now=house.now)
    phone.behaves(kind)
    house.tick()

    house.phone(bo).picks_up().hears("gratis").keys("1").hears("ringer til")
    if kind == "hand":
        house.forward(seconds=12)
        phone.picks_up().hears("gratis").keys("1").talks_with(bo)
    house.forward(minutes=3)
    if not phone.is_over:
        phone.hangs_up()

    assert [task.kind for task in house.tasks()] == missed
