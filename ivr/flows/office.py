"""The caller on the office line: a case number or none, whoever is at work, good-bye. No PIN, no points.

1. greet         closed: when it opens, and what the round-the-clock line needs and costs. Open: a case number, or `#`, or waiting
2. check_case    the number is read back, digits alone: anybody may have keyed it; confirm_case takes 1
3. put_through   without a case; so does unconfirmed, behind silence at the number that was read back
4. after_ring    talked: good-bye. Not taken: the next supporter, or waiting with one's place told while all are busy (R12)
5. nobody left: flow `unanswered` goes on (R14)
"""

from __future__ import annotations

from typing import Final

from ivr import offering
from ivr.story import Heard, Keyed, KeyedCase, Story
from ivr.turns import Answer, Ask, Effect, Expects, Goodbye, HandOver, LinkCase, Prompt, Ring, Wait, goodbye, say
from models.values import CallOutcome
from oncall.chain import RingNext, WaitForOne
from oncall.opening import WEEK, Closed

MAX_TRIES: Final = 3
MOST_ASKED: Final = 4
UNANSWERED: Final = "unanswered"


def greet(call: Story, heard: Heard) -> Answer:
    """The first words."""
    if call.over:
        return Goodbye(prompts=())
    if call.closed is not None:
        prompts = (say("welcome", line=call.line), *_opens(call.closed), *_other_line(call), say("office_goodbye"))
        return goodbye(*prompts, outcome=CallOutcome.CLOSED)
    return _ask_case(say("welcome", line=call.line))


def check_case(call: Story, heard: Heard) -> Answer:
    """A case number was keyed and looked up among all there are. Whose it is and what it is called is told to nobody."""
    if heard.looked_up is Keyed.RIGHT and call.case is not None:
        return _read_back(call.case)
    if call.times(check_case) + 1 >= MAX_TRIES:
        return _connect(call, say("office_no_such_case"), say("go_on"))
    return _ask_case(say("office_no_such_case"))


def confirm_case(call: Story, heard: Heard) -> Answer:
    """The number was read back."""
    if heard.keys == "1":
        return _connect(call, effects=(LinkCase(),))
    if call.times(confirm_case) + 1 >= MAX_TRIES:
        return _connect(call)
    return _ask_case()


def put_through(call: Story, heard: Heard) -> Answer:
    """`#` alone, or silence; `*` asks again."""
    if heard.keys == "*" and call.asked(check_case) + call.asked(confirm_case) < MOST_ASKED:
        return _ask_case()
    return _connect(call)


def unconfirmed(call: Story, heard: Heard) -> Answer:
    """Silence behind the number that was read back; `*` reads it back again."""
    if heard.keys == "*" and call.case is not None and call.asked(confirm_case) < MOST_ASKED:
        return _read_back(call.case)
    return _connect(call)


def after_ring(call: Story, heard: Heard) -> Answer:
    """A Dial is over: talked, or the next supporter."""
    if call.talk is not None:
        return goodbye(say("talk_over"), say("office_goodbye"))
    if call.over or call.gone:
        return Goodbye(prompts=())
    return _connect(call)


def keep_waiting(call: Story, heard: Heard) -> Answer:
    """Some music has passed."""
    return Goodbye(prompts=()) if call.over or call.gone else _connect(call)


def broken(call: Story, heard: Heard) -> Answer:
    """A second error in one call: whoever calls goes where nobody answers (R14, R21)."""
    if call.talk is not None:
        return goodbye(say("talk_over"), say("office_goodbye"))
    return HandOver(flow=UNANSWERED)


RINGS: Final = frozenset({check_case, confirm_case, put_through, unconfirmed, after_ring, keep_waiting})
"""The steps that may ring a supporter: they alone are told whom (Story.decision)."""


def _ask_case(*lead: Prompt) -> Ask:
    prompts = (say("office_ask_case"),)
    return Ask(lead=lead, prompts=prompts, then=check_case, silent=put_through, expects=Expects.CASE, asks_itself=False)


def _read_back(case: KeyedCase) -> Ask:
    read_back = say("office_case_read_back", case=case.number)
    return Ask(prompts=(read_back,), then=confirm_case, silent=unconfirmed, asks_itself=False)


def _connect(call: Story, *lead: Prompt, effects: tuple[Effect, ...] = ()) -> Answer:
    """To the next supporter, into waiting, or to where nobody answers (R12, R14)."""
    if isinstance(call.decision, RingNext):
        word = offering.ringing(call, call.decision.candidate)
        return Ring(prompts=(*lead, word), then=after_ring, effects=effects)
    if isinstance(call.decision, WaitForOne):
        word = offering.waits(call, call.decision, begins="office_all_busy", goes_on="office_still_busy")
        return Wait(prompts=(*lead, word), then=keep_waiting, effects=effects)
    return HandOver(flow=UNANSWERED, effects=effects)


def _opens(closed: Closed) -> tuple[Prompt, ...]:
    """That it is closed, why where that is known, and when it opens: a day's name tells enough within a week."""
    shut = say("office_closed_today", today=closed.today) if closed.today else say("office_closed")
    if closed.opens_at is None:
        return (shut,)
    near = {0: "office_opens_today", 1: "office_opens_tomorrow"}
    later = "office_opens_weekday" if closed.days < WEEK else "office_opens_later"
    return (shut, say(near.get(closed.days, later), at=closed.opens_at))


def _other_line(call: Story) -> tuple[Prompt, ...]:
    """What the round-the-clock line needs, and costs at this moment."""
    if call.other is None:
        return ()
    told = say("office_round_the_clock", number=call.other.number)
    return (told,) if call.other.price is None else (told, say("office_price_there", price=call.other.price))
