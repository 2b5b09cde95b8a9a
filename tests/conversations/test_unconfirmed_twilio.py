"""What nobody has confirmed about Twilio, turned both ways: the same call record and the same books (R7, R19)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from typing import Any, Literal

import pytest

from models.values import CallOutcome, TaskKind
from simulator import NotPossible, faults, knobs
from simulator.faults import Once
from tests.conversations.stories import CALLS, Whole
from tests.house import House

Houses = Callable[..., AbstractContextManager[House]]
TALKED = CALLS["talked, ended by the supporter"]
DIALLED = {name: whole for name, whole in CALLS.items() if whole.attempts}
TURNED: dict[str, dict[str, Any]] = {
    "an older account": {"dial_bridged": False},
    "the limit counts from the bridge": {"time_limit_from": "bridge"},
    "no answer has a duration": {"no_answer_with_duration": True},
    "canceled in the whisper": {"hangup_in_whisper": "canceled"},
    "nothing keyed is absent": {"empty_digits": "absent"},
    "given up as canceled": {"unanswered_hangup": "canceled"},
    "given up as completed": {"unanswered_hangup": "completed"},
    "a new parameter": {"surprise": {"Shiny": "yes & no", "æøå": "ÆØÅ"}},
    "status doubled": {"status_policy": knobs.doubled},
    "status shuffled": {"status_policy": knobs.shuffled(4)},
    "status lost": {"status_policy": knobs.lost},
    "status delayed": {"status_policy": knobs.delayed(20)},
    "no action behind a hang-up": {"action_after_hangup": False},
    "all else told otherwise": {
        "user_agent": "Twilio",
        "legacy_twins": False,
        "unknown_places": "absent",
        "first_status": "in-progress",
        "longest_speech": 500,
        "shows_callers_number": False,
        "hangup_in_ringing": "no-answer",
        "hangup_in_talk": "canceled",
        "never_bridged": "no-answer",
        "keys_between": "kept",
        "trims_silence": False,
        "recording_tells_call": True,
    },
}


@pytest.mark.parametrize("whole", CALLS.values(), ids=CALLS.keys())
@pytest.mark.parametrize("turned", TURNED.values(), ids=TURNED.keys())
@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_same_call_comes_to_the_same(house: House, whole: Whole, turned: dict[str, Any]) -> None:
    """R7, R9, R19."""
    for knob, value in turned.items():
        setattr(house.exchange.knobs, knob, value)
    caller = house.caller(points=60)

    whole.play(house, caller)

    whole.is_what(house, caller)


@pytest.mark.parametrize("policy", [knobs.doubled, knobs.shuffled(4), knobs.lost, knobs.delayed(20)])
@pytest.mark.parametrize("whole", DIALLED.values(), ids=DIALLED.keys())
@pytest.mark.parametrize("backend", ["postgresql"])
def test_status_callbacks_in_any_order_come_to_the_same_on_postgresql(
    house: House, whole: Whole, policy: knobs.StatusPolicy
) -> None:
    """R19: where reports and turns come from different connections."""
    house.exchange.knobs.status_policy = policy
    caller = house.caller(points=60)

    whole.play(house, caller)

    whole.is_what(house, caller)


@pytest.mark.parametrize(("knob", "outcome"), [("lost", CallOutcome.NOBODY_ANSWERED), ("kept", CallOutcome.CALLBACK_REQUESTED)])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_an_impatient_key_before_the_ringing_leaves_nobody_without_help(
    house: House, knob: Literal["lost", "kept"], outcome: CallOutcome
) -> None:
    """R14: kept, it answers the question behind the search; lost, the question is asked."""
    house.exchange.knobs.keys_between = knob
    caller, anna = house.caller(), house.supporter("Anna")
    phone = house.accepts_price(caller).hears("Jeg ringer")

    house.exchange.handset(caller.phone).press("1")
    house.phone(anna).does_not_answer()
    phone.hears("Farvel" if knob == "kept" else "ringet op").hangs_up()
    house.forward(minutes=2)

    assert (house.outcome(caller), len(house.tasks()), house.balance(caller)) == (outcome, 1, (60, 0))


@pytest.mark.parametrize("story", ["hung up in the whisper", "hung up while it rang"])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_an_end_that_is_told_as_if_the_call_went_on_is_a_task_all_the_same(house: House, story: str) -> None:
    """R6, R14, R20: only the status callback says then that the caller is gone."""
    house.exchange.knobs.status_of_gone = "in-progress"
    caller = house.caller(points=60)

    CALLS[story].play(house, caller)

    assert (len(house.tasks()), house.balance(caller)) == (1, (60, 0))
    assert house.phone(caller).is_over


@pytest.mark.parametrize("knob", ["hangup", "empty", "absent"])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_message_that_is_ended_by_hanging_up_is_kept(house: House, knob: Literal["hangup", "empty", "absent"]) -> None:
    """R14."""
    house.exchange.knobs.hangup_as_digits = knob
    caller = house.caller()

    house.accepts_price(caller).hears("indtale en besked").keys("2").speaks_message(6).hangs_up()
    house.forward(minutes=2)

    assert house.outcome(caller) is CallOutcome.MESSAGE_LEFT
    assert [task.kind for task in house.tasks()] == [TaskKind.MESSAGE]


def test_where_no_fallback_helps_a_failing_action_the_call_is_settled_all_the_same(houses: Houses) -> None:
    """R14, R20, R21: whichever it is, whoever was asked is cut off in English; no hold, no talk, no accepted price is lost."""
    for nth in range(1, 10):
        with houses() as house:
            once = Once(faults.loses_request(), nth, kinds=frozenset({"action"}), tries=None)
            house.exchange.knobs.network, house.exchange.knobs.fallback_for_actions = once, False
            caller = house.caller(points=60)
            with suppress(AssertionError, NotPossible):  # the story cannot be told to its end
                TALKED.play(house, caller)
            house.skip(minutes=10)
            if once.struck is None:
                break
            house.exchange.problems.clear()
            talked = house.exchange.truth(house.phone(caller).call_sid).bridged_at is not None
            assert any(house.exchange.knobs.error_message in telephone.transcript for telephone in house.exchange.handsets())
            assert house.balance(caller) == (60 - (30 if talked else 0), 0)
            assert (house.outcome(caller) is CallOutcome.TALKED) is talked
            assert len(house.tasks()) == (house.ask(lambda call: call.price_accepted_at, caller) is not None and not talked)

    assert nth > 3
