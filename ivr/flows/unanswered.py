"""Nobody answered: a callback or a message; whatever the caller does, somebody is told (R14).

1. start        what happened, and the two keys
2. choose       1 is called back, 2 leaves a message
3. number_said  who has no number that anybody knows says one; an empty recording is asked for once more
4. recorded     the message is kept; an empty one is asked for once more
"""

from __future__ import annotations

from typing import Final

from ivr.story import Heard, Story
from ivr.turns import Answer, Ask, NoAnswer, Prompt, Record, goodbye, say
from models.values import CallOutcome

MAX_TRIES: Final = 3
MOST_RECORDINGS: Final = 2


def start(call: Story, heard: Heard) -> Answer:
    """The search is over, or could not begin."""
    if call.free:
        return _ask(say("office_nobody_answers"))
    return _ask(say("nobody_answers") if call.offer is not None else say("no_prices"))


def choose(call: Story, heard: Heard) -> Answer:
    """The caller chose."""
    if heard.keys == "1" and not call.number_known:
        return _ask_number(say("say_number"))
    if heard.keys == "1":
        return goodbye(say("thanks"), _who_calls(call), outcome=CallOutcome.CALLBACK_REQUESTED)
    if heard.keys == "2":
        return Record(prompts=(say("speak_now"),), then=recorded)
    if call.times(choose) + 1 >= MAX_TRIES:
        return ended(call, heard)
    return _ask(say("not_a_choice"))


def number_said(call: Story, heard: Heard) -> Answer:
    """The number was said, or nothing was: the caller asked to be called back all the same."""
    if heard.recorded:
        return goodbye(
            say("thanks"), say("will_call_spoken", minutes=call.calls_back_within), outcome=CallOutcome.CALLBACK_REQUESTED
        )
    if call.asked(number_said) + 1 < MOST_RECORDINGS and not call.gone:
        return _ask_number(say("no_number_heard"))
    return goodbye(say("no_number"), outcome=CallOutcome.CALLBACK_REQUESTED)


def recorded(call: Story, heard: Heard) -> Answer:
    """The recording ended."""
    if heard.recorded:
        who_calls = (
            say("will_call", minutes=call.calls_back_within)
            if call.number_known
            else say("will_call_spoken", minutes=call.calls_back_within)
        )
        return goodbye(say("message_kept"), who_calls, outcome=CallOutcome.MESSAGE_LEFT)
    if call.asked(recorded) + 1 < MOST_RECORDINGS and not call.gone:
        return Record(prompts=(say("nothing_recorded"),), then=recorded)
    return ended(call, heard)


def ended(call: Story, heard: Heard) -> Answer:
    """No choice was made: a callback task all the same, so that nobody is left in silence."""
    return goodbye(_who_calls(call), outcome=CallOutcome.NOBODY_ANSWERED)


def _ask(*lead: Prompt) -> Ask:
    return Ask(lead=lead, prompts=(say("callback_or_message"),), then=choose, silent=ended, effects=(NoAnswer(),))


def _ask_number(prompt: Prompt) -> Record:
    return Record(prompts=(prompt,), then=number_said, left_as=CallOutcome.CALLBACK_REQUESTED)


def _who_calls(call: Story) -> Prompt:
    """Nobody is promised a call to a number that nobody knows."""
    if call.number_shown:
        return say("will_call_shown", minutes=call.calls_back_within)
    return say("will_call_known", minutes=call.calls_back_within) if call.number_known else say("no_number")
