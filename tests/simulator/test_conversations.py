"""Whole calls: the conversation that the telephones were made for, and any other that people may come to lead."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import Exchange, NotPossible, Phone, WsgiTransport, outbound
from simulator.webhooks import Request
from tests.simulator.house import ACCOUNT, ANNA, BASE, BO, CALLER, LINE, TOKEN, House

EVENTS = 'statusCallback="/events" statusCallbackEvent="initiated ringing answered completed"'


@dataclass(frozen=True)
class Customer:
    name: str


@dataclass(frozen=True)
class Person:
    phone: str
    pin: str = "04417392"
    customer: Customer = Customer("Hotel Strand")


def ask(path: str, words: str, keys: str = "") -> str:
    """A question that always goes on."""
    return f'<Gather action="{path}" actionOnEmptyResult="true" timeout="6" {keys}><Say>{words}</Say></Gather>'


def put_through(number: str, after: str) -> str:
    """A Dial with a whisper."""
    noun = f'<Number url="/whisper" {EVENTS}>{number}</Number>'
    return f'<Dial action="{after}" answerOnBridge="true" timeout="10" timeLimit="3600" callerId="{LINE}">{noun}</Dial>'


@pytest.fixture
def support(house: House) -> House:
    """A line as the product's: PIN, price, two supporters one after the other, a message."""
    return furnished(house)


def furnished(house: House) -> House:
    house["/voice"] = ask("/pin", "Velkommen. Tast din pinkode.")
    house["/pin"] = ask("/choose", "Det koster 15 point. Tryk 1.", 'numDigits="1"')
    house["/choose"] = "<Say>Vi ringer til Anna.</Say>" + put_through(ANNA, "/after-anna")
    house["/whisper"] = ask("/accept", "Hotel Strand ringer. Tryk 1.", 'numDigits="1"')
    house["/accept"] = ["", "<Hangup/>", ""]
    house["/after-anna"] = "<Say>Vi prøver Bo.</Say>" + put_through(BO, "/after-bo")
    house["/after-bo"] = '<Say>Læg en besked.</Say><Record action="/message" finishOnKey="#"/>'
    house["/message"] = "<Say>Farvel.</Say><Hangup/>"
    house["/events"] = ""
    return house


def test_the_conversation_that_the_telephones_were_made_for(exchange: Exchange, support: House) -> None:
    caller, anna = Person(CALLER), Person(ANNA)
    call = exchange.phone(caller).dials(LINE).hears("pinkode").keys(f"{caller.pin}#").hears("15 point").keys("1")
    exchange.phone(anna).picks_up().hears(caller.customer.name).keys("1")

    exchange.forward(minutes=17)
    exchange.phone(caller).hangs_up()

    assert exchange.truth(call.call_sid).talked_seconds == 17 * 60
    assert support.forms("/pin")[0]["Digits"] == caller.pin
    assert support.forms("/after-anna")[0]["DialBridged"] == "true"
    assert list(exchange.problems) == []


def test_two_callers_are_led_side_by_side(exchange: Exchange, support: House) -> None:
    support["/accept"] = ""
    first, second = exchange.phone(CALLER), exchange.phone("+4520304051")
    first.dials(LINE).hears("pinkode")
    second.dials(LINE).hears("pinkode").keys("1#").hears("15 point")
    first.keys("2#").hears("15 point").keys("1")
    exchange.phone(ANNA).picks_up().keys("1")
    second.keys("1")
    exchange.phone(BO).picks_up().keys("1")

    assert (first.bridged_with, second.bridged_with) == (ANNA, BO)


@pytest.mark.usefixtures("support")
def test_a_chain_ends_in_a_message(exchange: Exchange, caller: Phone, anna: Phone, bo: Phone) -> None:
    bo.behaves("no_answer")
    caller.dials(LINE).keys("1#").hears("15 point").keys("1")
    anna.declines()

    caller.hears("vi prøver bo").hears("læg en besked").speaks_message(seconds=4).keys("#").hears("farvel")

    assert [attempt.state for attempt in exchange.truth(caller.call_sid).attempts] == ["busy", "no-answer"]


ACTS = (*("dial",) * 3, *("key 1",) * 6, "key 2", "key #", "key *", "hang up", "drop", "speak")
SUPPORTERS_ACTS = (*("pick up",) * 5, *("key 1",) * 4, "key 2", "decline", "hang up", "drop")
WHOEVER_IS_CALLED = "whoever is called"
THE_API = "the api"
ENDED = "<Response><Say>Tiden er gået.</Say><Hangup/></Response>"
PAUSES = ("0.2", "0.5", "1", "1", "2", "2", "4", "6", "20", "4000")
MOVES = st.one_of(
    st.tuples(st.just(CALLER), st.sampled_from(ACTS)),
    st.tuples(st.just(WHOEVER_IS_CALLED), st.sampled_from(SUPPORTERS_ACTS)),
    st.tuples(st.just(""), st.sampled_from(PAUSES)),
    st.tuples(st.just(THE_API), st.sampled_from(["complete 0", "complete -1", "move 0", "move -1"])),
)


def act(exchange: Exchange, number: str, what: str) -> None:
    """Do something, if it can be done at that moment."""
    if not number:
        exchange.forward(seconds=float(what))
        return
    if number == THE_API:
        interfere(exchange, what)
        return
    supporters = [exchange.handset(it) for it in (ANNA, BO)]
    called = next((it for it in supporters if it.leg), supporters[0])
    handset = called if number == WHOEVER_IS_CALLED else exchange.handset(number)
    doings: dict[str, Callable[[], object]] = {
        "dial": lambda: handset.dial(LINE),
        "hang up": handset.hang_up,
        "drop": handset.lose_connection,
        "speak": lambda: handset.speak(3),
        "pick up": handset.pick_up,
        "decline": handset.decline,
    }
    with contextlib.suppress(NotPossible):
        doings.get(what, lambda: handset.press(what[-1]))()
    exchange.settle()


def interfere(exchange: Exchange, what: str) -> None:
    """End a live call through the API, or send it elsewhere."""
    deed, which = what.split()
    live = [leg for leg in exchange.legs.values() if not leg.is_over]
    with contextlib.suppress(outbound.NotInProgress, IndexError):
        if deed == "complete":
            outbound.complete(live[int(which)])
        else:
            outbound.move(live[int(which)], Request("redirect", "", twiml=ENDED))
    exchange.settle()


@settings(deadline=None)
@given(moves=st.lists(MOVES, max_size=40), doubled=st.sampled_from([1, 2]), limit=st.sampled_from(["answer", "bridge"]))
def test_whatever_people_do_every_call_ends_and_is_told_once(
    moves: list[tuple[str, str]],
    doubled: int,
    limit: str,
) -> None:
    house = furnished(House())
    house["/status"] = ""
    exchange = Exchange(ACCOUNT, TOKEN, WsgiTransport(house))
    exchange.number(LINE, voice_url=f"{BASE}/voice", status_url=f"{BASE}/status")
    exchange.knobs.double = doubled == 2
    exchange.knobs.time_limit_from = "bridge" if limit == "bridge" else "answer"

    for number, what in moves:
        act(exchange, number, what)
    exchange.forward(minutes=600)

    legs = list(exchange.legs.values())
    assert all(leg.is_over and leg.other is None and leg.task is not None and leg.task.done for leg in legs)
    assert all(exchange.handset(number).leg is None for number in (CALLER, ANNA, BO))
    parents = [leg.sid for leg in legs if leg.parent is None]
    assert sorted(form["CallSid"] for form in house.forms("/status")) == sorted(parents)
    ends = [form["CallSid"] for form in house.forms("/events") if "CallDuration" in form]
    assert sorted(ends) == sorted(leg.sid for leg in legs if leg.parent)
    actions = len(house.forms("/after-anna")) + len(house.forms("/after-bo"))
    assert actions == len(ends) * doubled
    for leg in legs:
        if leg.parent and leg.bridged_at:
            assert leg.parent.answered_at
            assert leg.answered_at
            assert leg.answered_at <= leg.bridged_at
