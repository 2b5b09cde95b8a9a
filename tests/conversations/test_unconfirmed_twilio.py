"""What nobody has confirmed about Twilio, turned both ways: the same call record and the same books (R7, R19)."""

from __future__ import annotations

from typing import Any

import pytest

from simulator import knobs
from tests.conversations.stories import CALLS, Whole
from tests.house import House

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
