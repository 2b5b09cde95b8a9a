"""The two legs of a callback, step by step, without a house (ADR 16)."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ivr import twiml
from ivr.flows import callback, called
from ivr.story import Caller, Heard, Offered, Past, Story
from ivr.turns import Accept, AcceptPrice, Ask, Connect, Goodbye, Ring
from models.values import AttemptOutcome, CallOutcome, Language, Points

OFFER = Offered(price=Points(15), later_price=None, later_at=None, available=Points(30), payable=2, missing=Points(0), price_list=1)
STORY = Story(line="Døgnvagten", caller=Caller(person="Per", company="Strand"), offer=OFFER, balance=Points(30), supporter="Anna")
BROKE = replace(STORY, offer=replace(OFFER, payable=0, missing=Points(5)))
ASKED = replace(STORY, past=(Past(step="called.answer"), Past(step="callback.answer")))


@pytest.mark.parametrize("keys", ["", "2", "5", "*", "several"])
def test_nothing_but_a_one_rings_or_connects(keys: str) -> None:
    """R13."""
    for asked in (STORY, ASKED):
        assert not isinstance(callback.answer(asked, Heard(keys=keys)), Ring)
        assert not isinstance(called.answer(asked, Heard(keys=keys)), Connect)


def test_a_one_accepts_the_price_where_there_is_one() -> None:
    """R4, R10: and a supporter who rings of their own accord costs nobody anything."""
    free = replace(STORY, is_charged=False, offer=None)

    assert called.answer(STORY, Heard(keys="1")) == Connect(effects=(AcceptPrice(), Accept()))
    assert called.answer(free, Heard(keys="1")) == Connect(effects=(Accept(),))
    assert isinstance(called.greet(free, Heard()), Ask)


@pytest.mark.parametrize("story", [BROKE, replace(STORY, called_in=True), replace(STORY, offer=None)])
def test_who_cannot_be_charged_or_calls_in_is_not_rung(story: Story) -> None:
    """R4, R14: nor connected, where that comes out later."""
    assert isinstance(callback.answer(story, Heard(keys="1")), Goodbye)
    assert isinstance(called.answer(story, Heard(keys="1")), Goodbye)


@pytest.mark.parametrize("rung", [AttemptOutcome.DECLINED, AttemptOutcome.NO_ANSWER])
def test_no_task_waits_behind_a_free_call(rung: AttemptOutcome) -> None:
    """R14: a supporter who rings of their own accord has none."""
    after = {
        is_charged: callback.after_ring(replace(STORY, is_charged=is_charged, rung_before=rung), Heard())
        for is_charged in (True, False)
    }

    said = {}
    for is_charged, over in after.items():
        assert isinstance(over, Goodbye)
        said[is_charged] = twiml.PROMPTS.say(over.prompts[0].name, Language.DANISH, {})
    assert ["Opgaven venter" in said[is_charged] for is_charged in (True, False)] == [True, False]


def test_silence_to_the_end_is_no_choice() -> None:
    """R13: a voicemail at the supporter's."""
    over = callback.answer(ASKED, Heard())

    assert isinstance(over, Goodbye)
    assert over.outcome is CallOutcome.NO_INPUT
