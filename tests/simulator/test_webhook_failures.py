"""What becomes of a request that fails: tried again, sent to the fallback, or the end (twilio-contract §1)."""

from __future__ import annotations

import pytest

from simulator import Exchange, Phone
from simulator.transport import ConnectionBroken, ConnectionFailed, ConnectTimedOut, ReadTimedOut
from tests.simulator.house import ANNA, BASE, LINE, Answered, House

HELLO = "<Say>Hej.</Say><Hangup/>"
BAD_GATEWAY = Answered(b"", 502, "text/plain")


@pytest.mark.parametrize(("location", "code"), [("/voice", 11215), ("", 11216)])
def test_redirects_of_http_end_somewhere(exchange: Exchange, house: House, caller: Phone, location: str, code: int) -> None:
    house["/voice"] = Answered(b"", 302, headers=(("Location", location),))

    caller.dials(LINE).hears("application error")

    assert [code] == [problem.code for problem in exchange.debugger]


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (Answered(b"", 403), 11200),
        (Answered(b"", 500), 11200),
        (ConnectionFailed("refused"), 11205),
        (ConnectTimedOut("slow"), 11201),
        (ReadTimedOut("slow"), 11203),
        (ConnectionBroken("broken"), 11206),
    ],
)
def test_a_failure_goes_to_the_fallback(
    exchange: Exchange, house: House, caller: Phone, failure: Answered | Exception, code: int
) -> None:
    exchange.number(LINE, voice_url=f"{BASE}/voice#rc=0", fallback_url=f"{BASE}/fallback")
    house["/voice"] = failure
    house["/fallback"] = "<Say>Vi har en fejl.</Say><Hangup/>"

    caller.dials(LINE).hears("vi har en fejl")

    [form] = house.forms("/fallback")
    assert (form["ErrorCode"], form["ErrorUrl"], form["CallSid"]) == (str(code), f"{BASE}/voice", caller.call_sid)
    assert [code] == [problem.code for problem in exchange.debugger]


def test_a_failing_action_goes_to_the_fallback_too(exchange: Exchange, house: House, caller: Phone) -> None:
    exchange.number(LINE, voice_url=f"{BASE}/voice", fallback_url=f"{BASE}/fallback")
    house["/voice"] = '<Gather action="/keyed"><Say>Tast.</Say></Gather><Hangup/>'
    house["/keyed"] = BAD_GATEWAY
    house["/fallback"] = "<Say>Vi har en fejl.</Say><Hangup/>"

    caller.dials(LINE).keys("1#").hears("vi har en fejl")
    exchange.knobs.fallback_for_actions = False
    caller.waits(5).dials(LINE).keys("1#").hears("application error").waits(10)

    assert caller.is_over


def test_a_failing_whisper_goes_to_the_fallback_on_its_own_leg(
    exchange: Exchange, house: House, caller: Phone, anna: Phone
) -> None:
    exchange.number(LINE, voice_url=f"{BASE}/voice", fallback_url=f"{BASE}/fallback")
    house["/voice"] = f'<Say>Vent.</Say><Dial action="/after" callerId="{LINE}"><Number url="/whisper">{ANNA}</Number></Dial>'
    house["/whisper"] = BAD_GATEWAY
    house["/fallback"] = "<Hangup/>"
    house["/after"] = HELLO

    caller.dials(LINE)
    anna.picks_up()

    assert house.forms("/fallback")[0]["ParentCallSid"] == caller.call_sid
    assert house.forms("/after")[0]["DialBridged"] == "false"


def test_without_a_fallback_the_caller_hears_english_and_is_cut_off(exchange: Exchange, house: House, caller: Phone) -> None:
    house["/voice"] = BAD_GATEWAY

    caller.dials(LINE).hears("application error").waits(10)

    assert exchange.truth(caller.call_sid).ended_by == "error"


def test_a_fallback_that_fails_is_the_end(exchange: Exchange, house: House, caller: Phone) -> None:
    exchange.number(LINE, voice_url=f"{BASE}/voice", fallback_url=f"{BASE}/fallback")
    house["/voice"] = house["/fallback"] = BAD_GATEWAY

    caller.dials(LINE).hears("application error")

    assert len(house.forms("/fallback")) == 1


@pytest.mark.parametrize(
    ("fragment", "failure", "asked", "seconds"),
    [
        ("", Answered(b"", 500), 1, 0),
        ("", ReadTimedOut("slow"), 1, 15),
        ("", ConnectionFailed("refused"), 2, 0),
        ("", ConnectTimedOut("slow"), 2, 10),
        ("#rc=0", ConnectTimedOut("slow"), 1, 5),
        ("#rc=2", ConnectionFailed("refused"), 3, 0),
        ("#rc=3&rp=5xx", Answered(b"", 500), 4, 0),
        ("#rc=3&rp=5xx", Answered(b"", 404), 1, 0),
        ("#rc=1&rp=4xx", Answered(b"", 404), 2, 0),
        ("#rc=1&rp=ct,rt,5xx&rt=6000", ReadTimedOut("slow"), 2, 12),
        ("#rc=5&rp=all&rt=6000", ReadTimedOut("slow"), 3, 15),
        ("#rc=5&rp=all&tt=8000&rt=6000", ReadTimedOut("slow"), 2, 8),
        ("#rc=5&rp=all", Answered(b"", 500), 6, 0),
        ("#rc=5&rp=5xx", ConnectionBroken("broken"), 1, 0),
        ("#rc=5&rp=all", ConnectionBroken("broken"), 6, 0),
        ("#ct=100&rc=2", ConnectTimedOut("slow"), 3, 0.3),
    ],
)
def test_the_fragment_says_what_is_tried_again(
    exchange: Exchange, house: House, caller: Phone, fragment: str, failure: Answered | Exception, asked: int, seconds: float
) -> None:
    exchange.number(LINE, voice_url=f"{BASE}/voice{fragment}")
    house["/voice"] = failure
    begun = exchange.now

    caller.dials(LINE).hears("application error")

    tokens = {it.headers["I_TWILIO_IDEMPOTENCY_TOKEN"] for it in house.asked}
    assert (len(house.forms("/voice")), len(tokens)) == (asked, 1)
    assert (exchange.now - begun).total_seconds() == pytest.approx(seconds)


def test_a_retry_that_works_is_carried_out(exchange: Exchange, house: House, caller: Phone) -> None:
    exchange.number(LINE, voice_url=f"{BASE}/voice#rc=2&rp=5xx")
    house["/voice"] = [Answered(b"", 500), Answered(b"", 503), HELLO]

    caller.dials(LINE).hears("hej")

    assert [entry.status for entry in exchange.log] == [500, 503, 200]


@pytest.mark.parametrize("fragment", ["rc=6", "rc=x", "rp=6xx", "ct=50", "e=copenhagen", "hello"])
def test_a_fragment_that_twilio_does_not_know_fails(exchange: Exchange, house: House, caller: Phone, fragment: str) -> None:
    exchange.number(LINE, voice_url=f"{BASE}/voice#{fragment}")
    house["/voice"] = HELLO

    caller.dials(LINE).hears("application error")

    assert exchange.debugger[0].code in {11240, 11243}
    assert house.forms("/voice") == []
