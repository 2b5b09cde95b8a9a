"""The two sides of a call, in words. Of a call that came in, the caller's telephone is the first, and supporters are rung.

Of a callback the supporter's is the first, and the customer's is rung (ADR 16): what was keyed and missed was so by somebody else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from helpdesk.explanations import Explanation, Free
from models.values import AttemptOutcome, CallOutcome
from web.words import N_

FREE: Final[Mapping[Free, str]] = {
    Free.NOT_ACCEPTED: N_("a supporter's telephone was connected, but nobody pressed 1 on it; an administrator was alarmed"),
    Free.NOT_BRIDGED: N_("a supporter pressed 1, but the two were never connected"),
    Free.NO_SECOND: N_("the talk did not last a whole second"),
    Free.NO_POINTS: N_("the customer did not have enough points for the first quarter, so nobody was rung"),
    Free.LINE: N_("calls to this line cost no points"),
    Free.NO_PRICE_LIST: N_("no price list was in force, so nobody could be connected for points"),
}
OUTCOMES: Final[Mapping[CallOutcome, str]] = {
    CallOutcome.WRONG_PIN: N_("a wrong PIN was keyed three times"),
    CallOutcome.LOCKED_OUT: N_("the number was locked out of PIN entry"),
    CallOutcome.DECLINED_PRICE: N_("the caller did not accept the price"),
    CallOutcome.NO_INPUT: N_("the caller keyed nothing"),
    CallOutcome.NOBODY_ANSWERED: N_("nobody took the call"),
    CallOutcome.CALLBACK_REQUESTED: N_("nobody took the call, and the caller asked to be called back"),
    CallOutcome.MESSAGE_LEFT: N_("nobody took the call, and the caller left a message"),
    CallOutcome.CALLER_HUNG_UP: N_("the caller hung up before a supporter was through"),
    CallOutcome.FAILED: N_("it was closed because of an error, or because nothing more was heard of it"),
    CallOutcome.CLOSED: N_("the office was closed"),
}
ATTEMPTS: Final[Mapping[AttemptOutcome, str]] = {
    AttemptOutcome.ACCEPTED: N_("pressed 1"),
    AttemptOutcome.DECLINED: N_("pressed 2, not me"),
    AttemptOutcome.NO_ANSWER: N_("did not answer"),
    AttemptOutcome.BUSY: N_("was busy"),
    AttemptOutcome.FAILED: N_("could not be reached"),
    AttemptOutcome.NOT_ACCEPTED: N_("the telephone was picked up, but nobody pressed 1"),
    AttemptOutcome.CALLER_HUNG_UP: N_("the caller hung up meanwhile"),
}


@dataclass(frozen=True, kw_only=True)
class Sides:
    """What is said: `attempts` of a telephone that was rung, `outcomes` why nobody talked, `free` why it cost nothing."""

    attempts: Mapping[AttemptOutcome, str]
    outcomes: Mapping[CallOutcome, str]
    free: Mapping[Free, str]
    accepted: str
    not_accepted: str


INCOMING: Final = Sides(
    attempts=ATTEMPTS,
    outcomes=OUTCOMES,
    free=FREE,
    accepted=N_("The caller heard the price and accepted it with key 1 on {at}: {points} for the first quarter."),
    not_accepted=N_("The caller heard a price of {points} and did not accept it."),
)
OUTGOING: Final = Sides(
    attempts={
        **ATTEMPTS,
        AttemptOutcome.DECLINED: N_("pressed 2, no thanks"),
        AttemptOutcome.CALLER_HUNG_UP: N_("the supporter hung up meanwhile"),
    },
    outcomes={
        **OUTCOMES,
        CallOutcome.DECLINED_PRICE: N_("the customer said no"),
        CallOutcome.NO_INPUT: N_("the supporter keyed nothing, so the customer was not rung"),
        CallOutcome.NOBODY_ANSWERED: N_("the customer did not take the call"),
        CallOutcome.CALLER_HUNG_UP: N_("the supporter hung up before the customer was through"),
    },
    free={
        **FREE,
        Free.NOT_ACCEPTED: N_("the customer's telephone was connected, but nobody pressed 1 on it; an administrator was alarmed"),
        Free.NOT_BRIDGED: N_("the customer pressed 1, but the two were never connected"),
        Free.NO_POINTS: N_("the customer did not have enough points for the first quarter"),
        Free.LINE: N_("the supporter rang of their own accord"),
    },
    accepted=N_("The customer heard the price and accepted it with key 1 on {at}: {points} for the first quarter."),
    not_accepted=N_("The customer heard a price of {points} and did not accept it."),
)


def of(facts: Explanation) -> Sides:
    """The words for this call."""
    return INCOMING if facts.rings_out is None else OUTGOING


def rung(facts: Explanation, supporter: str) -> str:
    """Whose telephone an attempt rang, which is for that supporter."""
    return supporter if facts.rings_out is None else facts.person or facts.caller
