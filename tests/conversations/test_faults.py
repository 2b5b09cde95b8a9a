"""A network that fails, at each webhook of whole calls: the caller hears Danish and reaches an end, with right books (R14)."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from datetime import timedelta

import pytest

from billing import quarters
from models import Call
from models.values import CallOutcome, CallState
from simulator import NotPossible, faults
from simulator.faults import Network, Once
from simulator.legs import By
from simulator.transport import ConnectionBroken, ConnectionFailed, ReadTimedOut
from tests.conversations.stories import CALLS, Whole
from tests.house import ACaller, House

Houses = Callable[..., AbstractContextManager[House]]
BLOCKING = frozenset({"voice", "action", "redirect", "whisper"})
LONGEST = 15
"""Seconds that all attempts of a webhook may take together."""
PRICE = 15
NOT_IN_SILENCE = timedelta(seconds=20)
STORIES = pytest.mark.parametrize("whole", CALLS.values(), ids=CALLS.keys())
PASSING: dict[str, Network] = {
    "the connection times out": faults.loses_request(),
    "the connection is refused": faults.loses_request(ConnectionFailed),
    "the request is lost": faults.loses_request(ReadTimedOut),
    "the answer is lost": faults.loses_answer(),
    "the connection breaks": faults.loses_answer(ConnectionBroken),
    "it is late": faults.delays(3),
    "it is too late": faults.delays(8),
    "it comes again late": faults.repeats(9),
}
FOR_GOOD: dict[str, Network] = {"the connection times out": faults.loses_request(), "the answer is lost": faults.loses_answer()}


def fails(house: House, network: Network) -> None:
    """From now on the network fails, and the telephones of the story wait longer for each other."""
    house.exchange.knobs.network, house.exchange.knobs.patience = network, 120


def came_to_the_same(house: House, caller: ACaller, whole: Whole) -> None:
    """Asserts that the call came to what it comes to without a fault, its time apart: an answer was waited for."""
    record = house.record(caller)
    assert record["outcome"] is whole.outcome
    assert record["attempts"] == whole.attempts
    assert [task.kind for task in house.tasks()] == whole.tasks
    seconds = house.seconds(caller)
    if whole.seconds is None:
        assert (seconds, house.cost(caller)) == (None, 0)
    else:
        assert seconds is not None
        assert whole.seconds - 1 <= seconds <= whole.seconds + LONGEST  # the end is told in whole seconds
        assert house.cost(caller) == -PRICE * quarters.begun(seconds)
    assert house.balance(caller) == (60 + house.cost(caller), 0)
    assert house.phone(caller).is_over
    assert [both for both in house.exchange.doubles if both.first != both.second] == []


@STORIES
@pytest.mark.parametrize("network", PASSING.values(), ids=PASSING.keys())
@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_fault_in_the_first_attempt_of_every_webhook_is_not_noticed(house: House, whole: Whole, network: Network) -> None:
    """R14, R19, R21: Twilio asks again, as our addresses ask of it, and gets the same answer."""
    fails(house, faults.only(network, kinds=BLOCKING, tries=1))
    caller = house.caller(points=60)

    whole.play(house, caller)
    house.forward(minutes=1)

    came_to_the_same(house, caller, whole)


@STORIES
@pytest.mark.parametrize("backend", ["postgresql"])
def test_an_answer_that_is_lost_at_every_webhook_is_not_noticed_on_postgresql(house: House, whole: Whole) -> None:
    """R14, R19, R21."""
    fails(house, faults.only(faults.loses_answer(), kinds=BLOCKING, tries=1))
    caller = house.caller(points=60)

    whole.play(house, caller)

    came_to_the_same(house, caller, whole)


@STORIES
def test_one_request_that_comes_too_late_is_not_noticed_whichever_it_is(houses: Houses, whole: Whole) -> None:
    """R14, R19, R21: the others come as they always do, so that orders of arrival are mixed."""
    for nth in range(1, 100):
        with houses() as house:
            once = Once(faults.delays(8), nth, kinds=BLOCKING)
            fails(house, once)
            caller = house.caller(points=60)
            whole.play(house, caller)
            came_to_the_same(house, caller, whole)
            if once.struck is None:
                break

    assert nth > 3


@STORIES
@pytest.mark.parametrize("network", FOR_GOOD.values(), ids=FOR_GOOD.keys())
def test_a_webhook_that_fails_for_good_leads_to_danish_words_and_an_end(houses: Houses, whole: Whole, network: Network) -> None:
    """R14, R20, R21: whichever it is. What had begun goes on without it as far as it can, and the rest is settled."""
    for nth in range(1, 100):
        with houses() as house:
            once = Once(network, nth, kinds=BLOCKING, tries=None)
            fails(house, once)
            caller = house.caller(points=60)
            with suppress(AssertionError, NotPossible):  # the story cannot always be told to its end
                whole.play(house, caller)
            ended_well(house, caller)
            if once.struck is None:
                break
            assert {problem.code for problem in house.exchange.problems} <= {11201, 11203}
            house.exchange.problems.clear()

    assert nth > 3


def ended_well(house: House, caller: ACaller) -> None:
    """Lets whoever still telephones hang up, and asserts an end that R14 allows, in Danish, with right books."""
    phone = house.phone(caller)
    house.skip(minutes=5)
    if not phone.is_over:
        phone.hangs_up()
    house.skip(minutes=5)
    truth = house.exchange.truth(phone.call_sid)
    if truth.ended_by is not By.CALLER and truth.ended_at is not None:
        spoken = [note.at for note in house.exchange.handset(caller.phone).notes if note.kind == "said"]
        assert truth.ended_at - spoken[-1] < NOT_IN_SILENCE
    for telephone in house.exchange.handsets():
        assert telephone.leg is None
        assert house.exchange.knobs.error_message not in telephone.transcript
    if house.counts()["calls"] == 0:
        return  # its first webhook never came: the fallback has told the caller to call again
    state, accepted, outcome = house.ask(facts, caller)
    assert state is CallState.ENDED
    assert None not in [ended for _name, ended in house.attempts(caller)]
    assert house.balance(caller) == (60 + house.cost(caller), 0)
    assert not accepted or outcome is CallOutcome.TALKED or len(house.tasks()) == 1
    if truth.bridged_at:
        assert outcome is CallOutcome.TALKED
        assert truth.talked_seconds <= (house.seconds(caller) or 0) <= truth.talked_seconds + LONGEST
    else:
        assert (outcome is CallOutcome.TALKED, house.cost(caller)) == (False, 0)


def facts(call: Call) -> tuple[CallState, bool, CallOutcome | None]:
    return call.state, call.price_accepted_at is not None, call.outcome
