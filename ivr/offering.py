"""What every flow says of price, balance and whom it rings, in one way. Pure: facts in, sentences out (R4, R10, R12)."""

from __future__ import annotations

from datetime import timedelta

from billing import quarters
from ivr.story import Offered, Story, Talk
from ivr.turns import Prompt, say
from oncall.chain import LONGEST_WAIT, Candidate, WaitForOne


def told(offer: Offered) -> tuple[Prompt, ...]:
    """Until when a paid quarter runs, the price, and how long the balance lasts."""
    paid = (say("quarter_continues", until=offer.paid_until),) if offer.paid_until is not None else ()
    return (*paid, _price(offer), _balance(offer))


def no_points(call: Story, offer: Offered) -> tuple[Prompt, ...]:
    """What is missing, and where it is bought."""
    told = say("no_points", price=offer.price, balance=offer.available, missing=offer.missing)
    return told, say("where_points", shop=call.shop)


def ringing(call: Story, candidate: Candidate) -> Prompt:
    """That a supporter is rung: the first one, the same one at another telephone, or the next one."""
    if candidate.again:
        return say("ringing_other")
    return say("ringing_next") if call.tried else say("ringing")


def waits(call: Story, decision: WaitForOne, *, begins: str, goes_on: str) -> Prompt:
    """The caller's place, and when the wait begins how long it lasts at most; that is sure, so it is said (R12)."""
    position = decision.ahead + 1
    if call.waited:
        return say(goes_on, position=position)
    return say(begins, position=position, minutes=LONGEST_WAIT // timedelta(minutes=1))


def cost(talk: Talk) -> tuple[Prompt, ...]:
    """What a talk came to; a minute that has begun is said as one, as a quarter that has begun is owed (R8)."""
    if not talk.quarters:
        return (say("cost_nothing", balance=talk.balance),)
    spent = say("cost", minutes=-(-talk.seconds // 60), quarters=talk.quarters, points=-talk.points)
    return spent, say("points_left", balance=talk.balance)


def _price(offer: Offered) -> Prompt:
    if offer.later_at is not None and offer.later_price is not None:
        return say("price_changing", price=offer.price, later=offer.later_price, at=offer.later_at)
    return say("price", price=offer.price)


def _balance(offer: Offered) -> Prompt:
    if offer.payable is None:
        return say("balance_invoice", balance=offer.available)
    if offer.payable > quarters.A_DAY:
        return say("balance_long", balance=offer.available)
    return say("balance", balance=offer.available, quarters=offer.payable)
