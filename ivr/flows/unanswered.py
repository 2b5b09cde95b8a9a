"""Nobody answered: a callback or a message; whatever the caller does, somebody is told (R14).

1. start      what happened, and the two keys
2. choose     1 is called back, 2 leaves a message
3. recorded   the message is kept; an empty one is asked for once more
"""

from __future__ import annotations

from typing import Final

from ivr.story import Heard, Story
from ivr.turns import Answer, Ask, NoAnswer, Prompt, Record, goodbye, say
from models.values import CallOutcome

MAX_TRIES: Final = 3
MOST_RECORDINGS: Final = 2


def start(call: Story, heard: Heard) -> Answer:  # noqa: ARG001 - every step takes both
    """The search is over, or could not begin."""
    what = say("nobody_answers") if call.offer is not None else say("no_prices")
    return _ask(what)


def choose(call: Story, heard: Heard) -> Answer:
    """The caller chose."""
    if heard.keys == "1":
        word = say("will_call_back") if call.number_known else say("will_call_back_somewhere")
        return goodbye(word, outcome=CallOutcome.CALLBACK_REQUESTED)
    if heard.keys == "2":
        return Record(prompts=(say("speak_now"),), then=recorded)
    if call.times(choose) + 1 >= MAX_TRIES:
        return ended(call, heard)
    return _ask(say("not_a_choice"))


def recorded(call: Story, heard: Heard) -> Answer:
    """The recording ended."""
    if heard.recorded:
        return goodbye(say("message_kept"), outcome=CallOutcome.MESSAGE_LEFT)
    if sum(turn.step.endswith(".recorded") for turn in call.past) + 1 < MOST_RECORDINGS and not call.gone:
        return Record(prompts=(say("nothing_recorded"),), then=recorded)
    return ended(call, heard)


def ended(call: Story, heard: Heard) -> Answer:  # noqa: ARG001
    """No choice was made: a callback task all the same, so that nobody is left in silence."""
    return goodbye(say("somebody_is_told"), outcome=CallOutcome.NOBODY_ANSWERED)


def _ask(*lead: Prompt) -> Ask:
    return Ask(lead=lead, prompts=(say("callback_or_message"),), then=choose, silent=ended, effects=(NoAnswer(),))
