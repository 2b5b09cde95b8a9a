"""Points that run out while two people talk: by the carrier's own limit, or because a parallel call was quicker (R8, R11)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from models.values import CallOutcome, ErrandState, Policy
from tests.conversations.clocks import kept_by_a_slow_clock
from tests.conversations.sharing import time_limit, two_calls_share_thirty_points
from tests.house import NIGHT, House


@pytest.mark.parametrize(
    ("policy", "points", "credit", "quarters"),
    [
        (Policy.STOP, 15, 60, 1),
        (Policy.STOP, 44, 60, 2),
        (Policy.CREDIT, 15, 0, 1),
        (Policy.CREDIT, 15, 60, 5),
        (Policy.CREDIT, 20, 20, 2),
        (Policy.INVOICE, 0, 0, 16),
        (Policy.STOP, 9000, 0, 16),
    ],
)
@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_carrier_is_told_what_could_be_paid(house: House, policy: Policy, points: int, credit: int, quarters: int) -> None:
    """R11: Dial's timeLimit; never above 14,400 s."""
    caller = house.caller(points=points, policy=policy, credit=credit)
    house.supporter("Anna")

    house.accepts_price(caller)

    assert time_limit(house, caller) == 900 * quarters


@pytest.mark.parametrize("time_limit_from", ["answer", "bridge"])
@pytest.mark.parametrize("clock_works", [True, False])
@pytest.mark.parametrize(("policy", "points", "quarters"), [(Policy.STOP, 30, 2), (Policy.CREDIT, 15, 2)])
def test_a_bridge_that_its_limit_ended_owes_what_was_granted_and_never_one_more(
    house: House, policy: Policy, points: int, quarters: int, time_limit_from: str, *, clock_works: bool
) -> None:
    """R8, R11: wherever the carrier counts from, and whether or not the clock process runs."""
    house.exchange.knobs.time_limit_from = "answer" if time_limit_from == "answer" else "bridge"
    house.clock_works = clock_works
    caller, anna = house.caller(points=points, policy=policy, credit=15), house.supporter("Anna")
    house.connects(caller, anna)

    house.forward(seconds=900 * quarters + 30)

    assert house.phone(anna).is_over
    assert house.charges(caller) == [-15] * quarters
    assert house.balance(caller) == (points - 15 * quarters, 0)
    assert house.marks(caller) == []
    house.phone(caller).hears("Pointene er brugt, så samtalen er afsluttet. Køb flere point i HelpDesken").hears("to kvarter")


def test_a_limit_is_the_limit_however_wrong_the_clock_was_that_kept_the_acceptance(house: House) -> None:
    """R8: the quarters that were granted, never one more; the carrier counts by its own clock, and says how long it was."""
    caller, anna = house.caller(points=30, policy=Policy.STOP), house.supporter("Anna")
    house.connects(caller, anna)
    kept_by_a_slow_clock(house, seconds=75)

    house.forward(minutes=33)

    assert house.outcome(caller) is CallOutcome.TALKED
    assert house.charges(caller) == [-15, -15]


@pytest.mark.parametrize("ends", ["points were bought", "somebody hung up"])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_talk_that_ended_for_another_reason_is_not_said_to_have_used_the_points_up(house: House, ends: str) -> None:
    """R11: at the carrier's limit, but there are points again; or long before it."""
    caller, anna = house.caller(points=30, policy=Policy.STOP), house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(seconds=860)
    if ends == "points were bought":
        house.buy(caller, 300, "meanwhile")
        house.forward(seconds=970)
    else:
        house.phone(anna).hangs_up()

    house.phone(caller).hears("Tak for opkaldet. Samtalen varede").does_not_hear("Pointene er brugt")

    assert house.phone(anna).is_over


def test_the_supporter_is_warned_when_the_next_hold_is_refused(house: House) -> None:
    """R11: two minutes before the quarter begins, once, by text; the call goes on."""
    house.is_connected_to_the_world()
    caller, anna, _other = two_calls_share_thirty_points(house)
    before = house.phone(anna).texts

    house.forward(seconds=30)
    house.forward(seconds=30)

    assert before == []
    assert [text.partition("\n")[0] for text in house.phone(anna).texts] == ["Pointene slipper op: Nordvig Camping"]
    assert "Samtalen afbrydes kl. 03.25" in house.phone(anna).texts[0]
    assert house.phone(caller).bridged_with == anna.phone
    assert house.marks(caller) == ["hold_refused"]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_warning_that_comes_too_late_is_not_sent(house: House) -> None:
    """R11: the provider takes no text for a while, and the talk is over before: there is nothing left to be ended."""
    house.is_connected_to_the_world()
    caller, anna, _other = two_calls_share_thirty_points(house)
    house.exchange.knobs.rest_busy = 2
    house.forward(seconds=30)
    house.phone(caller).hangs_up()

    house.forward(minutes=3)

    (told,) = (errand for errand in house.errands() if errand.payload["notice"] == "running_out")
    assert (told.state, told.outcome) == (ErrandState.DONE, "not sent: the call is over")
    assert [text for text in house.phone(anna).texts if "slipper op" in text] == []


def test_the_warning_names_the_minute_in_which_the_quarter_begins(build: Callable[..., House]) -> None:
    """R11: the bridge is ended a little before it, in what is still the minute before."""
    house = build(at=NIGHT - timedelta(seconds=20))
    house.is_connected_to_the_world()
    caller, anna, bo = house.caller(points=30, policy=Policy.STOP), house.supporter("Anna"), house.supporter("Bo")
    colleague = house.caller(colleague_of=caller, name="Ib Juul")
    house.accepts_price(caller)
    house.phone(anna).picks_up().hears("Tast 1")
    house.forward(seconds=(NIGHT - house.now).total_seconds())
    house.phone(anna).keys("1")
    house.connects(colleague, bo)

    house.forward(minutes=14)

    assert house.ask(lambda call: call.accepted_at, caller) == NIGHT
    assert "Samtalen afbrydes kl. 03.25" in house.phone(anna).texts[0]


def test_the_bridge_is_ended_when_the_quarter_begins(house: House) -> None:
    """R8, R11: through the provider's API, into a spoken end; the quarters owed are those that had begun."""
    house.is_connected_to_the_world()
    caller, anna, other = two_calls_share_thirty_points(house)

    house.forward(seconds=121)
    house.phone(caller).hears("Pointene er brugt").hears("et kvarter og kostede 15 point").waits(20)

    assert house.phone(anna).is_over
    assert house.phone(caller).is_over
    assert house.seconds(caller) in {898, 899, 900}
    assert house.charges(caller) == [-15]
    assert house.outcome(caller) is CallOutcome.TALKED
    assert other.bridged_with is not None


def test_the_spoken_end_names_the_shop_that_the_house_has(build: Callable[..., House]) -> None:
    """R11, R14: what to do next."""
    house = build(env={"SHOP_ADDRESS": "point.example.dk"})
    house.is_connected_to_the_world()
    caller, _anna, _other = two_calls_share_thirty_points(house)

    house.forward(seconds=121)

    house.phone(caller).hears("Køb flere point på point.example.dk, og ring igen")


def test_the_late_report_of_a_bridge_that_was_cut_changes_nothing(house: House) -> None:
    """R11, R19: Dial's action comes behind the cut, again, later, and in other words."""
    house.is_connected_to_the_world()
    caller, _anna, _other = two_calls_share_thirty_points(house)
    house.forward(seconds=121)
    house.phone(caller).hears("Pointene er brugt").waits(20)
    record = house.record(caller)
    dial = next(one for one in house.exchange.log if "DialBridged" in one.params and one.sid == house.sid(caller))

    house.forward(seconds=20)
    house.post(dial.url, dial.params)
    house.post(dial.url, {**dial.params, "DialCallDuration": "931"})

    assert house.record(caller) == record


def test_points_bought_meanwhile_save_the_call(house: House) -> None:
    """R11: after the warning, before the quarter begins."""
    house.is_connected_to_the_world()
    caller, anna, _other = two_calls_share_thirty_points(house)
    house.forward(seconds=60)

    house.buy(caller, 30, "saved")
    house.forward(seconds=120)

    assert house.phone(caller).bridged_with == anna.phone
    assert house.charges(caller) == [-15, -15]
    house.phone(caller).hangs_up()


def test_a_caller_who_hangs_up_behind_the_warning_is_not_cut(house: House) -> None:
    """R6, R11: an errand or a cut that is still due does nothing any more."""
    house.is_connected_to_the_world()
    caller, anna, _other = two_calls_share_thirty_points(house)
    house.forward(seconds=60)

    house.phone(anna).hangs_up()
    house.forward(minutes=3)

    assert house.charges(caller) == [-15]
    assert house.ask(lambda call: call.cut_at, caller) is None
    assert house.marks(caller) == ["hold_refused"]
