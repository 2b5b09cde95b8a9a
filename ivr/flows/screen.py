"""The supporter's leg, before the bridge: who calls about what, and only a pressed 1 connects (R13).

 1. whisper   name of the line, company, person, case, points
 2. answer    1 takes the call, 2 passes it on; anything else or silence is asked again, then the next supporter is rung

Every way but one ends in a Hangup: at the end of its document Twilio would connect, a voicemail too (pitfall A2).
"""

from __future__ import annotations

from typing import Final

from ivr.story import Heard, Story
from ivr.turns import Accept, Answer, Ask, Connect, Decline, Prompt, goodbye, say

ASKED_AGAIN: Final = 1
MOST_ASKED: Final = 4


def whisper(call: Story, heard: Heard) -> Answer:
    """The supporter picked up."""
    if call.over or call.gone:
        return goodbye(say("caller_gone"))
    return _ask(call)


def answer(call: Story, heard: Heard) -> Answer:
    """The supporter pressed a key."""
    if call.over or call.gone:
        return goodbye(say("caller_gone"))
    if heard.keys == "1":
        return Connect(effects=(Accept(),))
    if heard.keys == "2":
        return goodbye(say("passed_on"), effects=(Decline(),))
    if heard.keys == "*" and call.asked(answer) < MOST_ASKED:
        return _ask(call)
    if call.in_a_hurry or call.answered(answer) >= ASKED_AGAIN or call.asked(answer) >= MOST_ASKED:
        return goodbye(say("not_taken"))
    return _ask(call) if heard.keys else _ask(call, say("nothing_heard"))


def _ask(call: Story, *lead: Prompt) -> Ask:
    points = (say("whisper_points", points=call.balance),) if call.balance is not None else ()
    prompts = (_who(call), *_case(call), *points, say("whisper_keys"))
    return Ask(lead=lead, prompts=prompts, then=answer, silent=answer, asks_itself=False)


def _who(call: Story) -> Prompt:
    if call.caller is None and call.company and call.case is None:  # Of a case it is said whose that is.
        return say("whisper_company", line=call.line, company=call.company)
    if call.caller is None:
        return say("whisper_unknown", line=call.line)
    return say("whisper", line=call.line, company=call.caller.company, person=call.caller.person)


def _case(call: Story) -> tuple[Prompt, ...]:
    """The case; of a caller whom nobody knows also whose it is, which the caller is not told."""
    if call.case is None:
        return ()
    of = (say("whisper_case_of", company=call.case.company),) if call.caller is None and call.case.company else ()
    return (say("whisper_case", case=call.case.number), *of)
