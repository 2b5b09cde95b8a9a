"""The customer's leg of a callback, before the bridge: who rings, what it costs now; only a pressed 1 connects (R10, R13, ADR 16).

1. greet     the line, the supporter, the case; price and balance as they stand now, and the keys
2. answer    1 accepts the price, holds the first quarter and connects (R4); 2 says no; all else is asked again, once
3. cut_off   the points are used up: the bridge was ended for it (R11)

Whoever picks up may be somebody else than the first caller, a price may have changed, and a voicemail accepts nothing.
Every way but one ends in a Hangup: at the end of its document Twilio would connect (pitfall A2).
"""

from __future__ import annotations

from typing import Final

from ivr import offering
from ivr.story import Heard, Story
from ivr.turns import Accept, AcceptPrice, Answer, Ask, Connect, Decline, Effect, Prompt, Quote, goodbye, say

ASKED_AGAIN: Final = 1
MOST_ASKED: Final = 4


def greet(call: Story, heard: Heard) -> Answer:
    """Somebody, or something, picked up."""
    return _offer(call)


def answer(call: Story, heard: Heard) -> Answer:
    """A key was pressed."""
    if heard.keys == "1":
        return _connect(call)
    if heard.keys == "2":
        return goodbye(say("called_declined"), effects=(Decline(),))
    if heard.keys == "*" and call.asked(answer) < MOST_ASKED:
        return _offer(call)
    if call.answered(answer) >= ASKED_AGAIN or call.asked(answer) >= MOST_ASKED:
        return goodbye(say("called_not_taken"))
    return _offer(call, say("not_a_choice" if heard.keys else "nothing_heard"))


def cut_off(call: Story, heard: Heard) -> Answer:
    """The points were used up in mid-call."""
    spent = offering.cost(call.talk) if call.talk is not None else ()
    return goodbye(say("used_up"), say("buy_more", shop=call.shop), *spent)


def _connect(call: Story) -> Answer:
    if (stopped := _stopped(call)) is not None:
        return stopped
    return Connect(effects=(AcceptPrice(), Accept()) if call.is_charged else (Accept(),))


def _offer(call: Story, *lead: Prompt) -> Answer:
    if (stopped := _stopped(call)) is not None:
        return stopped
    person = call.caller.person if call.caller else ""
    who = say("called", line=call.line, supporter=call.supporter, person=person)
    case = (say("called_case", case=call.case.number),) if call.case else ()
    price: tuple[Prompt, ...] = (say("called_free"), say("called_keys_free"))
    quote: tuple[Effect, ...] = ()
    if call.offer is not None and call.is_charged:
        price = (*offering.told(call.offer), say("called_keys"))
        quote = (Quote(call.offer.price, call.offer.price_list),)
    prompts = (who, *case, *price)
    return Ask(lead=lead, prompts=prompts, then=answer, silent=answer, asks_itself=False, effects=quote)


def _stopped(call: Story) -> Answer | None:
    """Why the two cannot be connected any more, in words; None where they can."""
    if call.over or call.gone or call.called_in:
        return goodbye(say("called_gone"))
    if not call.is_charged:
        return None
    if call.offer is None:
        return goodbye(say("called_gone"), effects=(Decline(),))
    if call.offer.payable == 0 or (call.points_refused and call.offer.missing):
        return goodbye(*offering.no_points(call, call.offer), effects=(Decline(),))
    return None
