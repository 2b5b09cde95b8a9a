"""The supporter's leg of a callback: who is to be rung about what, then the customer is rung, and what came of it (ADR 16).

1. greet        name of the line, company, person, case, points; who calls in meanwhile is not rung (R14)
2. answer       1 rings the customer; anything else or silence is asked again, once
3. after_ring   talked: how long, and what it cost. Not: why, and what becomes of the task, where there is one: a free call has none
"""

from __future__ import annotations

from typing import Final

from ivr.story import Heard, Story
from ivr.turns import Answer, Ask, EndCallback, Goodbye, Prompt, Ring, goodbye, say
from models.callbacks import CallbackOutcome
from models.values import AttemptOutcome, CallOutcome

ASKED_AGAIN: Final = 1
MOST_ASKED: Final = 4
MEANWHILE: Final = EndCallback(CallbackOutcome.CALLED_IN)


def greet(call: Story, heard: Heard) -> Answer:
    """The supporter picked up."""
    return _called_in() if call.called_in else _ask(call)


def answer(call: Story, heard: Heard) -> Answer:
    """The supporter pressed a key."""
    if call.called_in:
        return _called_in()
    if heard.keys == "1":
        return _ring(call)
    is_enough = call.answered(answer) >= ASKED_AGAIN or call.asked(answer) >= MOST_ASKED
    if heard.keys == "2" or (is_enough and heard.keys):
        passed = EndCallback(CallbackOutcome.PASSED)
        return goodbye(say("callback_not_made"), outcome=CallOutcome.CALLER_HUNG_UP, effects=(passed,))
    if is_enough:
        return goodbye(say("callback_not_made"), outcome=CallOutcome.NO_INPUT)
    return _ask(call) if heard.keys else _ask(call, say("nothing_heard"))


def after_ring(call: Story, heard: Heard) -> Answer:
    """The customer was rung."""
    if call.talk is not None:
        minutes = -(-call.talk.seconds // 60)
        lasted, cost = say("callback_lasted", minutes=minutes), say("callback_cost", minutes=minutes, points=-call.talk.points)
        return goodbye(say("callback_over"), cost if call.is_charged else lasted)
    if call.over or call.gone:
        return Goodbye(prompts=())
    if call.called_in:
        return goodbye(say("callback_called_in"), outcome=CallOutcome.NOBODY_ANSWERED, effects=(MEANWHILE,))
    if call.offer is not None and call.offer.payable == 0:
        return goodbye(say("callback_no_points", missing=call.offer.missing), outcome=CallOutcome.NO_POINTS)
    if call.rung_before is AttemptOutcome.DECLINED:
        declined = say("callback_declined") if call.is_charged else say("callback_declined_free")
        return goodbye(declined, outcome=CallOutcome.DECLINED_PRICE)
    not_reached = say("callback_not_reached") if call.is_charged else say("callback_not_reached_free")
    return goodbye(not_reached, outcome=CallOutcome.NOBODY_ANSWERED)


def broken(call: Story, heard: Heard) -> Answer:
    """A second error in one call."""
    if call.talk is not None:
        return after_ring(call, heard)
    return goodbye(say("apology_callback"), outcome=CallOutcome.FAILED)


def _ring(call: Story) -> Answer:
    """The customer is rung, unless nobody could pay for the talk (R4)."""
    if call.offer is None and call.is_charged:
        return goodbye(say("callback_no_prices"), outcome=CallOutcome.FAILED)
    if call.offer is not None and call.offer.payable == 0:
        return goodbye(say("callback_no_points", missing=call.offer.missing), outcome=CallOutcome.NO_POINTS)
    return Ring(prompts=(say("callback_ringing"),), then=after_ring)


def _called_in() -> Answer:
    return goodbye(say("callback_called_in"), outcome=CallOutcome.CALLER_HUNG_UP, effects=(MEANWHILE,))


def _ask(call: Story, *lead: Prompt) -> Ask:
    company, person = (call.caller.company, call.caller.person) if call.caller else ("", "")
    who = say("callback", line=call.line, company=company, person=person)
    case = (say("whisper_case", case=call.case.number),) if call.case else ()
    known = (say("whisper_points", points=call.balance),) if call.balance is not None else ()
    prompts = (who, *case, *(known if call.is_charged else (say("callback_free"),)), say("callback_keys"))
    return Ask(lead=lead, prompts=prompts, then=answer, silent=answer, asks_itself=False)
