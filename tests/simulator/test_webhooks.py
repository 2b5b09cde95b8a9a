"""What the application is sent, and which answers are taken (twilio-contract §1)."""

from __future__ import annotations

import re

import pytest

from simulator import BrokenTwiML, Exchange, Phone
from tests.simulator.house import ACCOUNT, ANNA, BASE, CALLER, LINE, Answered, House, response

HELLO = "<Say>Hej.</Say><Hangup/>"


def test_a_request_carries_everything_twilio_sends(house: House, caller: Phone) -> None:
    house["/voice"] = HELLO

    caller.dials(LINE)

    [asked] = [asked for asked in house.asked if asked.path == "/voice"]
    places = {f"{name}{place}" for name in ("From", "To", "Caller", "Called") for place in ("City", "State", "Zip")}
    assert {name: asked.form[name] for name in places} == dict.fromkeys(places, "")
    assert {name: value for name, value in asked.form.items() if name not in places} == {
        "CallSid": caller.call_sid,
        "AccountSid": ACCOUNT,
        "From": CALLER,
        "Caller": CALLER,
        "To": LINE,
        "Called": LINE,
        "FromCountry": "DK",
        "CallerCountry": "DK",
        "ToCountry": "DK",
        "CalledCountry": "DK",
        "CallStatus": "ringing",
        "ApiVersion": "2010-04-01",
        "Direction": "inbound",
    }
    assert re.fullmatch("CA[0-9a-f]{32}", caller.call_sid)
    assert asked.headers["HOST"] == "house.example"
    assert asked.headers["USER_AGENT"] == "TwilioProxy/1.1"
    assert re.fullmatch("[0-9a-f]{32}", asked.headers["I_TWILIO_IDEMPOTENCY_TOKEN"])


def test_parameters_may_be_added_without_notice(exchange: Exchange, house: House, caller: Phone) -> None:
    exchange.knobs.surprise = {"StirVerstat": "No-TN-Validation"}
    house["/voice"] = HELLO

    caller.dials(LINE)

    assert house.forms("/voice")[0]["StirVerstat"] == "No-TN-Validation"


def test_the_same_seed_gives_the_same_call(house: House) -> None:
    sids = set()
    for _time in range(2):
        from simulator import WsgiTransport  # noqa: PLC0415 - two exchanges of its own

        made = Exchange(ACCOUNT, "t", WsgiTransport(house), seed="seed")
        made.number(LINE, voice_url=f"{BASE}/voice")
        house["/voice"] = HELLO
        sids.add(made.phone(CALLER).dials(LINE).call_sid)

    assert len(sids) == 1


def test_cookies_come_back_within_the_call(house: House, caller: Phone) -> None:
    cookie = ("Set-Cookie", "session=abc; Path=/; HttpOnly")
    house["/voice"] = Answered(response("<Redirect>/on</Redirect>"), headers=(cookie,))
    house["/on"] = HELLO

    caller.dials(LINE).waits(3)
    caller.dials(LINE)

    cookies = [asked.headers.get("COOKIE") for asked in house.asked if asked.path in {"/voice", "/on"}]
    assert cookies == [None, "session=abc", None, "session=abc"]


def test_a_redirect_of_http_loses_the_parameters(house: House, caller: Phone) -> None:
    house["/voice"] = '<Gather action="/keyed"><Say>Tast.</Say></Gather><Hangup/>'
    house["/keyed"] = Answered(b"", 308, headers=(("Location", "/keyed/"),))
    house["/keyed/"] = HELLO

    caller.dials(LINE).keys("12#").hears("hej")

    assert house.forms("/keyed")[0]["Digits"] == "12"
    assert (house.asked[-1].method, house.asked[-1].form, house.asked[-1].query) == ("GET", {}, {})


def test_every_blocking_webhook_may_come_twice(exchange: Exchange, house: House, caller: Phone, anna: Phone) -> None:
    exchange.knobs.double = True
    house["/voice"] = '<Gather action="/keyed"><Say>Tast.</Say></Gather><Hangup/>'
    house["/keyed"] = f'<Dial action="/after" callerId="{LINE}"><Number url="/whisper">{ANNA}</Number></Dial>'
    house["/whisper"] = ["", "<Hangup/>"]
    house["/after"] = HELLO

    caller.dials(LINE).keys("1#")
    anna.picks_up().hangs_up()
    caller.hears("hej").waits(5)

    assert [len(house.forms(path)) for path in ("/voice", "/keyed", "/whisper", "/after", "/status")] == [2, 2, 2, 2, 1]
    assert [double.kind for double in exchange.doubles if double.first != double.second] == ["whisper"]
    assert exchange.truth(caller.call_sid).bridged_at is not None


def test_lenient_mode_shrugs_at_what_it_does_not_know(exchange: Exchange, house: House, caller: Phone) -> None:
    exchange.knobs.strict = False
    house["/voice"] = '<Say speed="2">Hej</Say><Shout>du</Shout><Gather action="/x" timeout="zero"><Say>Tast</Say></Gather>'

    caller.dials(LINE).hears("hej tast").is_silent()

    assert [problem.code for problem in exchange.debugger] == [12200, 12200, 13313]
    assert caller.is_over


def test_lenient_mode_sends_what_it_cannot_read_to_the_fallback(exchange: Exchange, house: House, caller: Phone) -> None:
    exchange.knobs.strict = False
    exchange.number(LINE, voice_url=f"{BASE}/voice", fallback_url=f"{BASE}/fallback")
    house["/voice"] = Answered(b"Traceback", 200, "text/html")
    house["/fallback"] = "<Say>Vi har en fejl.</Say><Hangup/>"

    caller.dials(LINE).hears("vi har en fejl")

    assert house.forms("/fallback")[0]["ErrorCode"] == "12100"


@pytest.mark.parametrize(
    ("answer", "heard"),
    [
        (Answered(response(HELLO), 200, "text/plain"), "hej"),
        (Answered(b"Read me aloud", 200, "text/plain"), "read me aloud"),
    ],
)
def test_lenient_mode_takes_plain_text(exchange: Exchange, house: House, caller: Phone, answer: Answered, heard: str) -> None:
    exchange.knobs.strict = False
    house["/voice"] = answer

    caller.dials(LINE).hears(heard)


def test_lenient_mode_plays_a_sound(exchange: Exchange, house: House, caller: Phone) -> None:
    exchange.knobs.strict = False
    house["/voice"] = Answered(b"RIFF", 200, "audio/x-wav")

    caller.dials(LINE).hears_music().waits(6)

    assert caller.is_over


def test_an_answer_to_nobody_must_be_readable_all_the_same(house: House, caller: Phone) -> None:
    house["/voice"] = f'<Say>Vent.</Say><Dial action="/after" callerId="{LINE}">{ANNA}</Dial>'
    house["/after"] = "<Oops/>"
    caller.dials(LINE).hears_ringing()

    with pytest.raises(BrokenTwiML, match="Oops"):
        caller.hangs_up()
