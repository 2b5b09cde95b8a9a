"""A supporter's telephone is rung as a test: it is ready if somebody presses 1, whatever it is set to. Nobody is connected.

1. greet    this is a test; press 1
2. answer   1 is what was to be found out; another key is asked again, once
3. silent   nothing was pressed to the end: perhaps a voicemail picked up (R13)
"""

from __future__ import annotations

from typing import Final

from ivr.story import Heard, Story
from ivr.turns import Answer, Ask, Prompt, Tested, goodbye, say
from models.readiness import ReadinessAnswer

ASKED_AGAIN: Final = 1


def greet(call: Story, heard: Heard) -> Answer:
    """Somebody picked up."""
    return _ask(call)


def answer(call: Story, heard: Heard) -> Answer:
    """A key was pressed."""
    if heard.keys == "1":
        return goodbye(say("test_ready"), effects=(Tested(ReadinessAnswer.READY),))
    if call.times(answer) >= ASKED_AGAIN:
        return goodbye(say("test_failed"), effects=(Tested(ReadinessAnswer.OTHER_KEY),))
    return _ask(call, say("test_not_one"))


def silent(call: Story, heard: Heard) -> Answer:
    """Nothing was pressed, however often it was asked."""
    return goodbye(say("test_failed"), effects=(Tested(ReadinessAnswer.SILENT),))


def _ask(call: Story, *lead: Prompt) -> Ask:
    return Ask(lead=lead, prompts=(say("test", line=call.line), say("test_keys")), then=answer, silent=silent)
