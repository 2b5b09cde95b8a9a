"""The caller on the round-the-clock line: PIN, price, a supporter, good-bye.

1. greet        the welcome says where the office line is open, and asks for the PIN; a locked-out number is told so
2. check_pin    three tries a call (R3); then price, balance and quarters are told (R4, R10)
3. choose       1 accepts the price, 2 keys in a case number
4. check_case   the number is read back; confirm_case takes 1
5. after_ring   talked: what it cost. Not taken: the next supporter, or waiting while all are busy (R12)
6. nobody left: flow `unanswered` goes on (R14)
"""

from __future__ import annotations

from typing import Final

from ivr import offering
from ivr.story import Heard, Keyed, Offered, Story
from ivr.turns import (
    AcceptPrice,
    AlarmNoPrices,
    Answer,
    Ask,
    Effect,
    Expects,
    Goodbye,
    HandOver,
    LinkCase,
    Prompt,
    Quote,
    Ring,
    Wait,
    goodbye,
    say,
)
from models.values import CallOutcome
from oncall.chain import RingNext, WaitForOne

MAX_TRIES: Final = 3
UNANSWERED: Final = "unanswered"


def greet(call: Story, heard: Heard) -> Answer:
    """The first words."""
    if call.over:
        return Goodbye(prompts=())
    if call.locked_minutes is not None:
        return _locked_out(call, call.locked_minutes)
    other = (say("office_open", number=call.other.number),) if call.other is not None else ()
    return _ask_pin(say("welcome", line=call.line), *other)


def check_pin(call: Story, heard: Heard) -> Answer:
    """A PIN was keyed and looked up."""
    if call.locked_minutes is not None:
        return _locked_out(call, call.locked_minutes)
    if call.caller is None:
        tries = call.times(check_pin) + 1
        if tries >= MAX_TRIES:
            return goodbye(say("too_many_pins"), outcome=CallOutcome.WRONG_PIN)
        return _ask_pin(say("wrong_pin"))
    return _offer(call, say("hello", person=call.caller.person))


def no_pin(call: Story, heard: Heard) -> Answer:
    """Silence to the end where the PIN was asked for."""
    return goodbye(say("no_pin"), outcome=CallOutcome.NO_INPUT)


def choose(call: Story, heard: Heard) -> Answer:
    """The price was told."""
    if heard.keys == "1":
        return _connect(call, AcceptPrice())
    if heard.keys == "2" and call.times(choose) < MAX_TRIES:
        return _ask_case()
    if call.times(choose) + 1 >= MAX_TRIES:
        return goodbye(say("declined"), outcome=CallOutcome.DECLINED_PRICE)
    return _offer(call, say("not_a_choice"))


def no_choice(call: Story, heard: Heard) -> Answer:
    """Silence to the end behind the price; with keys before, the caller declined."""
    keyed = call.times(choose) + call.times(check_case) + call.times(confirm_case)
    outcome = CallOutcome.DECLINED_PRICE if keyed else CallOutcome.NO_INPUT
    return goodbye(say("no_choice"), outcome=outcome)


def check_case(call: Story, heard: Heard) -> Answer:
    """A case number was keyed and looked up among the customer's own (R16)."""
    if heard.looked_up is Keyed.RIGHT and call.case is not None:
        prompt = say("case_read_back", case=call.case.number, title=call.case.title)
        return Ask(prompts=(prompt,), then=confirm_case, silent=no_choice)
    if call.times(check_case) + 1 >= MAX_TRIES:
        return _offer(call, say("no_such_case"), say("go_on"))
    return _ask_case(say("no_such_case"))


def confirm_case(call: Story, heard: Heard) -> Answer:
    """The case was read back; who never finds theirs goes on without one."""
    if heard.keys == "1":
        return _connect(call, LinkCase(), AcceptPrice())
    if call.times(confirm_case) + 1 >= MAX_TRIES:
        return _offer(call, say("go_on"))
    return _ask_case()


def after_ring(call: Story, heard: Heard) -> Answer:
    """A Dial is over: talked, or the next supporter."""
    if call.talk is not None:
        return _talk_over(call)
    if call.over or call.gone:
        return Goodbye(prompts=())
    return _connect(call)


def keep_waiting(call: Story, heard: Heard) -> Answer:
    """Some music has passed."""
    return Goodbye(prompts=()) if call.over or call.gone else _connect(call)


def cut_off(call: Story, heard: Heard) -> Answer:
    """The points were used up in mid-call: the bridge was ended for it (R11)."""
    return _cost(call, say("used_up"), say("buy_more", shop=call.shop))


def broken(call: Story, heard: Heard) -> Answer:
    """A second error in one call: a known caller goes where nobody answers, anybody else hears what to do (R14, R21)."""
    if call.talk is not None:
        return _talk_over(call)
    if call.caller is None:
        return goodbye(say("apology_end"), outcome=CallOutcome.FAILED)
    return HandOver(flow=UNANSWERED)


RINGS: Final = frozenset({choose, confirm_case, after_ring, keep_waiting})
"""The steps that may ring a supporter: they alone are told whom (Story.decision)."""


def _locked_out(call: Story, minutes: int) -> Answer:
    """All withheld numbers share one count (R3): whoever calls from one is not told that it was they."""
    told = say("locked_out" if call.number_shown else "locked_out_withheld", minutes=minutes)
    return goodbye(told, outcome=CallOutcome.LOCKED_OUT)


def _ask_pin(*lead: Prompt) -> Ask:
    return Ask(lead=lead, prompts=(say("ask_pin"),), then=check_pin, silent=no_pin, expects=Expects.PIN)


def _ask_case(*lead: Prompt) -> Ask:
    return Ask(lead=lead, prompts=(say("ask_case"),), then=check_case, silent=no_choice, expects=Expects.CASE)


def _offer(call: Story, *lead: Prompt) -> Answer:
    """Price, balance and how long it lasts; without points or a price list, what to do instead."""
    offer = call.offer
    if offer is None:
        return HandOver(flow=UNANSWERED, effects=(AlarmNoPrices(),))
    if offer.payable == 0:
        return _no_points(call, offer)
    prompts = (*offering.told(offer), say("choices"))
    return Ask(lead=lead, prompts=prompts, then=choose, silent=no_choice, effects=(Quote(offer.price, offer.price_list),))


def _no_points(call: Story, offer: Offered) -> Answer:
    return goodbye(*offering.no_points(call, offer), outcome=CallOutcome.NO_POINTS)


def _connect(call: Story, *effects: Effect) -> Answer:
    """To the next supporter, into waiting, or to where nobody answers (R12, R14).

    Points that were refused a moment ago may have come back meanwhile, from a parallel call: they are asked for once more.
    """
    if call.points_refused and call.offer is not None and call.offer.missing:
        return _no_points(call, call.offer)
    if isinstance(call.decision, RingNext):
        word = offering.ringing(call, call.decision.candidate)
        return Ring(prompts=(word,), then=after_ring, effects=effects)
    if isinstance(call.decision, WaitForOne):
        word = offering.waits(call, call.decision, begins="all_busy", goes_on="still_busy")
        return Wait(prompts=(word,), then=keep_waiting, effects=effects)
    return HandOver(flow=UNANSWERED, effects=effects)


def _talk_over(call: Story) -> Answer:
    """A talk is over; where the carrier's limit ended it because the points were used up, the caller hears why (R11)."""
    if call.talk is not None and call.talk.used_up:
        return _cost(call, say("talk_over"), say("used_up"), say("buy_more", shop=call.shop))
    return _cost(call, say("talk_over"))


def _cost(call: Story, *first: Prompt) -> Answer:
    """What the talk came to."""
    return goodbye(*first, *(offering.cost(call.talk) if call.talk is not None else ()))
