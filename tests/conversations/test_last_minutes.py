"""A talk that nears the end of what can be paid: its supporter is told, in time, and only then."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk import alarms, look_ahead
from models.alarms import AlarmKind
from models.values import CallState, Language, Policy
from simulator import faults
from tests.conversations.sharing import two_calls_share_thirty_points
from tests.house import ASupporter, House

ON_SQLITE = pytest.mark.parametrize("backend", ["sqlite"])


def subjects(house: House, whose: object) -> list[str]:
    """The first lines of the texts that somebody got."""
    return [text.partition("\n")[0] for text in house.phone(whose).texts]


def matters(house: House) -> list[str]:
    """What somebody must know of now."""
    with house.database.reading() as session:
        return [one.subject for one in alarms.opened(session, Language.ENGLISH) if one.kind is AlarmKind.POINTS]


def warnings(house: House, anna: ASupporter) -> list[str]:
    return [line for line in subjects(house, anna) if "slutter om" in line]


def test_the_supporter_is_told_five_minutes_and_one_minute_before_the_carriers_limit(house: House) -> None:
    """R11: thirty points last for two quarters; each once, whatever was charged meanwhile."""
    house.is_connected_to_the_world()
    caller, anna = house.caller(points=30, policy=Policy.STOP), house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(seconds=1)

    for _ in range(29):
        house.forward(minutes=1)
    house.forward(seconds=10)

    assert warnings(house, anna) == [
        "Samtalen slutter om 5 minutter: Nordvig Camping",
        "Samtalen slutter om 1 minut: Nordvig Camping",
    ]
    asked = [errand.asked_at - house.now for errand in house.errands() if errand.payload["notice"] == "last_minutes"]
    assert [round(ago / timedelta(minutes=1)) for ago in asked] == [-4, 0]
    house.phone(caller).hangs_up()


@ON_SQLITE
def test_whoever_is_alarmed_is_told_once_of_a_call_whose_points_run_out(house: House) -> None:
    """R11: by letter as of every matter, in the list of alarms while the call goes on, and over when it has ended."""
    shelf = house.is_connected_to_the_world()
    caller = house.caller(points=15, policy=Policy.STOP)
    house.connects(caller, house.supporter("Anna"))

    house.forward(minutes=14, seconds=30)

    opened = matters(house)
    house.phone(caller).hangs_up()
    house.forward(minutes=6)
    with house.database.writing() as session:
        look_ahead.look(session, now=house.now)
    told = [letter[1] for letter in shelf.letters if letter[0] == house.ports.alarm_address]
    assert opened == ["Points are running out in a call: Nordvig Camping"]
    assert told == ["Pointene slipper op under et opkald: Nordvig Camping"]
    assert matters(house) == []


@pytest.mark.parametrize(("policy", "points", "credit"), [(Policy.INVOICE, 0, 0), (Policy.CREDIT, 60, 600), (Policy.STOP, 900, 0)])
@ON_SQLITE
def test_nobody_is_warned_of_an_end_that_points_do_not_make(house: House, policy: Policy, points: int, credit: int) -> None:
    """R11: without a limit, or where the longest call comes first."""
    house.is_connected_to_the_world()
    caller, anna = house.caller(points=points, policy=policy, credit=credit), house.supporter("Anna")
    house.connects(caller, anna)

    house.skip(hours=3, minutes=54)
    house.forward(minutes=5, seconds=10)

    assert house.phone(caller).bridged_with == anna.phone
    assert warnings(house, anna) == []
    house.phone(caller).hangs_up()


@ON_SQLITE
def test_a_call_that_a_parallel_one_leaves_without_points_is_warned_of_its_cut(house: House) -> None:
    """R11: two minutes before it is said that points run out, one minute before that the call ends."""
    house.is_connected_to_the_world()
    _caller, anna, _other = two_calls_share_thirty_points(house)

    for _ in range(3):
        house.forward(seconds=35)

    assert subjects(house, anna)[-2:] == ["Pointene slipper op: Nordvig Camping", "Samtalen slutter om 1 minut: Nordvig Camping"]


@ON_SQLITE
def test_points_bought_meanwhile_leave_the_supporter_in_peace(house: House) -> None:
    """R11: the quarter can be held after all."""
    house.is_connected_to_the_world()
    caller, anna, _other = two_calls_share_thirty_points(house)
    house.forward(seconds=30)

    house.buy(caller, 300, "saved")
    house.forward(seconds=100)

    assert warnings(house, anna) == []


@ON_SQLITE
def test_points_bought_behind_a_limit_that_stands_are_not_said_to_be_missing(house: House) -> None:
    """R11: the carrier ends the bridge all the same, and the customer may call again at once; nobody need be alarmed."""
    house.is_connected_to_the_world()
    caller, anna = house.caller(points=30, policy=Policy.STOP), house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(minutes=16)
    house.buy(caller, 300, "in time")

    house.forward(minutes=13, seconds=30)

    told = [text for text in house.phone(anna).texts if "slutter om" in text]
    assert [text.partition("\n")[0] for text in told] == [
        "Samtalen slutter om 5 minutter: Nordvig Camping",
        "Samtalen slutter om 1 minut: Nordvig Camping",
    ]
    assert [text for text in told if "rækker kundens point ikke" in text] == []
    assert "Nu er der flere, så kunden kan ringe igen med det samme." in told[0]
    assert matters(house) == []
    house.phone(caller).hangs_up()


@ON_SQLITE
def test_a_call_that_is_over_warns_nobody(house: House) -> None:
    house.is_connected_to_the_world()
    caller, anna = house.caller(points=15, policy=Policy.STOP), house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(minutes=8)
    house.phone(caller).hangs_up()

    house.forward(minutes=10)

    assert warnings(house, anna) == []
    assert house.ask(lambda call: call.warn_at, caller) is None


@ON_SQLITE
def test_a_supporter_whose_own_leg_is_over_is_warned_of_nothing(house: House) -> None:
    """R11, R20: neither the end of the Dial nor that of the caller's leg was told, so nobody knows yet that the call is over."""
    house.is_connected_to_the_world()
    caller, anna = house.caller(points=15, policy=Policy.STOP), house.supporter("Anna")
    sid = house.connects(caller, anna)
    house.exchange.knobs.network = faults.only(faults.loses_request(), kinds={"action"})
    house.exchange.knobs.status_policy = lambda params, _chance: [] if params["CallSid"] == sid else [0.0]
    house.forward(minutes=8)
    house.phone(anna).hangs_up()
    house.phone(caller).hears("Ring igen")
    house.exchange.problems.clear()

    house.forward(minutes=7)

    assert house.ask(lambda call: call.state, caller) is CallState.TALKING
    assert (warnings(house, anna), matters(house)) == ([], [])
