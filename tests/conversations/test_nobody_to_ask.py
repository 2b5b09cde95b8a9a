"""Calls of which nothing more is heard, and a provider that does not answer, or no account to ask with (R20)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from models.values import AttemptOutcome, CallOutcome, CallState, TaskKind
from simulator.faults import loses_request
from tests.conversations.silence import loses_every_report, talks_and_is_lost
from tests.house import House


@pytest.mark.parametrize("has_account", [True, False])
def test_without_an_answer_a_talk_is_closed_as_far_as_is_known(house: House, *, has_account: bool) -> None:
    """R20: after an hour; charged up to the quarter in which it was last heard of, and reviewed. Without an account the same."""
    if has_account:
        house.is_connected_to_the_world()
        house.exchange.knobs.rest_down = True
    caller = talks_and_is_lost(house, minutes=40)

    house.forward(minutes=56)

    assert house.outcome(caller) is CallOutcome.TALKED
    assert house.ask(lambda call: call.end_unknown, caller)
    assert house.cost(caller) == -15
    assert house.balance(caller) == (585, 0)
    assert [task.kind for task in house.tasks()] == [TaskKind.REVIEW]
    assert house.ask(lambda call: call.case_id, caller) == house.tasks()[0].case_id
    assert house.notices("task_review") == [("alarm", "mail")]


def test_without_an_account_a_long_talk_is_no_forgotten_call(house: House) -> None:
    """R9, R20: nothing is heard of a bridge until it ends, so an hour is given before it is taken for lost (ADR 6)."""
    caller, anna = house.caller(points=600), house.supporter("Anna")
    house.connects(caller, anna)

    house.forward(minutes=80)
    still = house.ask(lambda call: call.state, caller)
    house.phone(caller).hangs_up()

    assert still is CallState.TALKING
    assert house.charges(caller) == [-15] * 6
    assert house.tasks() == []


def test_without_an_account_a_talk_behind_its_limit_is_closed_at_once(house: House) -> None:
    """R8, R20: the carrier has ended it; the quarters in which nothing was heard of it are for a person."""
    caller, anna = house.caller(points=30, credit=0), house.supporter("Anna")
    sid = house.connects(caller, anna)
    house.exchange.knobs.network = loses_request()

    house.forward(minutes=34)
    before = house.ask(lambda call: call.state, caller)
    house.forward(minutes=2)

    house.exchange.problems.clear()
    assert 1790 <= house.exchange.truth(sid).talked_seconds <= 1800
    assert before is CallState.TALKING
    assert house.ask(lambda call: (call.state, call.end_unknown), caller) == (CallState.ENDED, True)
    assert house.cost(caller) == -15
    assert [task.kind for task in house.tasks()] == [TaskKind.REVIEW]


@pytest.mark.parametrize("has_account", [True, False])
def test_without_an_answer_a_caller_who_had_accepted_the_price_is_rung_back(house: House, *, has_account: bool) -> None:
    """R14, R20."""
    if has_account:
        house.is_connected_to_the_world()
        house.exchange.knobs.rest_down = True
    caller = house.caller()
    house.supporter("Anna")
    loses_every_report(house)
    house.accepts_price(caller).hangs_up()

    house.forward(minutes=75)

    assert house.outcome(caller) is CallOutcome.FAILED
    assert [task.kind for task in house.tasks()] == [TaskKind.MISSED]
    assert house.balance(caller) == (60, 0)
    assert house.attempts(caller) == [("Anna", AttemptOutcome.FAILED)]


def test_without_an_answer_a_caller_who_was_told_that_nobody_can_be_rung_is_rung_back(build: Callable[..., House]) -> None:
    """R14, R20: no price list is in force, so no price was accepted; the line said that somebody will call."""
    house = build(prices=None)
    caller = house.caller()
    loses_every_report(house)
    house.identifies(caller).hears("bliver du ringet op").hangs_up()

    house.forward(minutes=75)

    assert house.outcome(caller) is CallOutcome.FAILED
    assert [task.kind for task in house.tasks()] == [TaskKind.MISSED]
