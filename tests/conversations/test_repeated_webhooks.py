"""The same webhook again changes nothing and gets the same answer, byte for byte (R19)."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, select

from helpdesk import callbacks
from models import Callback
from models.values import CallOutcome
from tests.conversations.stories import CALLS, Whole
from tests.held import waits_for_a_row
from tests.house import BASE, SUPPORT, House

STORIES = pytest.mark.parametrize("whole", CALLS.values(), ids=CALLS.keys())


@STORIES
def test_every_webhook_doubled_at_every_step_gives_the_same_bytes_and_the_same_books(house: House, whole: Whole) -> None:
    """R19."""
    house.exchange.knobs.double = True
    caller = house.caller(points=60)

    whole.play(house, caller)

    whole.is_what(house, caller)
    assert len(house.exchange.doubles) >= 4
    assert [pair for pair in house.exchange.doubles if pair.first != pair.second] == []


@STORIES
def test_every_webhook_again_behind_the_end_of_the_call_changes_no_row(house: House, whole: Whole) -> None:
    """R19: hours later, in the order of arrival and backwards, status callbacks included."""
    caller = house.caller(points=60)
    whole.play(house, caller)
    house.skip(hours=1)
    sent = [one for one in house.exchange.log if one.kind != "media"]
    rows = house.everything()

    again = [house.post(one.url, one.params) for one in [*sent, *reversed(sent)]]

    assert [(answer.status, answer.body) for answer in again] == [(one.status, one.body) for one in [*sent, *reversed(sent)]]
    assert house.everything() == rows


@pytest.mark.parametrize("backend", ["postgresql"])
def test_a_callbacks_first_webhook_twice_at_the_same_moment_gives_the_same_bytes(house: House) -> None:
    """R19: two real transactions, as where Twilio asks again while the first still waits for the callback's row."""
    house.is_connected_to_the_world()
    house.accepts_price(house.caller()).hears("bliver du ringet op").keys("1").hears("Farvel").waits(20)
    anna = house.supporter("Anna")
    with house.database.writing() as session:
        number = callbacks.for_task(session, house.tasks()[0].id, anna.id, actor="anna@house.example", now=house.now).id
    house.tick()
    rung = next(sid for sid, leg in house.exchange.legs.items() if leg.to == anna.phone)
    told = {"CallSid": rung, "From": SUPPORT, "To": anna.phone, "CallStatus": "in-progress"}
    stranger = create_engine(house.database.engine.url)

    with ThreadPoolExecutor(2) as web:
        with stranger.begin() as connection:
            connection.execute(select(Callback.id).with_for_update())
            answers = [web.submit(house.post, f"{BASE}/twilio/callback/{number}/1", told) for _ in range(2)]
            waits_for_a_row(house.database, many=2)
        first, second = (answer.result().body for answer in answers)

    stranger.dispose()
    assert first == second
    assert b"Tilbagekald fra" in first


def test_a_different_report_behind_the_end_may_move_a_fact_and_the_difference_is_posted(house: House) -> None:
    """R18, R19: a late report says that the talk ended 30 s earlier, in its first quarter; the second one is given back."""
    caller, anna = house.caller(points=60), house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(seconds=910)
    house.exchange.knobs.status_policy = lambda _params, _chance: []
    house.phone(anna).hangs_up()
    house.forward(minutes=1)
    status = house.webhook_of(anna, "status", CallStatus="completed", SequenceNumber="3")
    earlier = (house.now.replace(microsecond=0)).strftime("%a, 23 Nov 2026 02:20:00 +0000")

    house.post(status.url, {**status.params, "Timestamp": earlier})

    assert house.charges(caller) == [-15, -15, 15]
    assert house.balance(caller) == (45, 0)
    assert house.outcome(caller) is CallOutcome.TALKED


@pytest.mark.parametrize("asked", ["for the PIN", "what the bridge was"])
def test_a_call_does_not_end_before_it_began_whatever_a_wrong_clock_says(house: House, asked: str) -> None:
    """R7: a status callback of 2001, where nobody was connected."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.phone(caller).dials("+4563186363").hears("pinkode")
    if asked == "what the bridge was":
        house.phone(caller).keys(f"{caller.pin}#").hears("Tast 1 for at acceptere").keys("1")
        house.phone(anna).picks_up().hears("Tast 1")
        house.delivers(house.following(anna, Digits="1"))

    house.delivers(house.status_of(caller, Timestamp="Tue, 11 Sep 2001 08:46:00 +0000"))

    assert house.outcome(caller) is CallOutcome.CALLER_HUNG_UP
    assert house.ask(lambda call: call.ended_at == call.started_at, caller)
    assert house.charges(caller) == []


def test_a_report_that_comes_before_the_calls_first_webhook_is_kept_for_it(house: House) -> None:
    """R19: out of order; the end of a caller who gave up is known when the call is opened."""
    caller = house.caller()
    phone = house.phone(caller).dials("+4563186363")
    voice = house.webhook_of(caller, "voice")
    sid = "CA" + "9" * 32
    early = {**voice.params, "CallSid": sid, "CallStatus": "no-answer", "SequenceNumber": "0"}
    phone.hangs_up()

    house.post("https://house.example/twilio/status", early)
    house.post(voice.url, {**voice.params, "CallSid": sid})

    assert house.outcome(sid) is CallOutcome.CALLER_HUNG_UP
