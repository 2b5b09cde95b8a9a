"""Webhooks that Twilio did not send, or that make no sense: refused, and nothing written (R19; interface.md, "Webhooks")."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from models.values import CallOutcome
from tests.house import ACCOUNT, BASE, SUPPORT, TOKEN, House
from tests.postman import Webhook

SID = "CA" + "ab" * 16
FIRST = {"CallSid": SID, "AccountSid": ACCOUNT, "From": "+4520304050", "To": SUPPORT, "CallStatus": "ringing"}
SORRY_AND_OVER = b"Ring igen om lidt. Farvel.</Say><Hangup /></Response>"
EVERY_URL = ["/twilio/voice", "/twilio/status", "/twilio/status/1", "/twilio/turn/1/2", "/twilio/fallback"]


def a_waiting_call(house: House) -> Webhook:
    """A caller who is asked for the PIN, and the webhook that would answer."""
    caller = house.caller()
    house.phone(caller).dials(SUPPORT).hears("pinkode")
    return house.webhook_of(caller, "voice", Digits=caller.pin, CallStatus="in-progress")


@pytest.mark.parametrize("path", EVERY_URL)
def test_without_a_right_signature_the_door_stays_shut(house: House, path: str) -> None:
    """R19: none, a wrong one, and one that is no base64 at all: 403, and no row in any table."""
    before = house.everything()

    answers = [house.post(BASE + path, FIRST, signed=signed) for signed in ("", "c3R1ZmY=", "no base64: \xe6")]

    assert [answer.status for answer in answers] == [403] * 3
    assert house.everything() == before


def test_an_address_that_ends_in_a_question_mark_is_signed_as_it_stands(house: House) -> None:
    """R19: the signature is for the address byte for byte."""
    answer = house.post(f"{BASE}/twilio/voice?", FIRST)

    assert answer.status == 200


@pytest.mark.parametrize("change", ["a parameter", "one more parameter", "one fewer", "the address", "the query", "the token"])
def test_a_signature_is_for_one_address_and_all_parameters(house: House, change: str) -> None:
    """R19: 403, and no row in any table."""
    signed_for = house.post_signature(f"{BASE}/twilio/voice", FIRST)
    url, params = f"{BASE}/twilio/voice", dict(FIRST)
    if change == "a parameter":
        params["From"] = "+4520304051"
    elif change == "one more parameter":
        params["Digits"] = "1"
    elif change == "one fewer":
        del params["AccountSid"]
    elif change == "the address":
        url = f"{BASE}/twilio/status"
    elif change == "the query":
        url = f"{BASE}/twilio/voice?again=1"
    else:
        signed_for = house.post_signature(url, FIRST, token="another token")
    before = house.everything()

    answer = house.post(url, params, signed=signed_for)

    assert answer.status == 403
    assert house.everything() == before


@pytest.mark.parametrize(("token", "status"), [("new", 200), (TOKEN, 200), ("older", 403)])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_two_tokens_are_accepted_while_one_is_replaced(build: Callable[..., House], token: str, status: int) -> None:
    """R19 (interface.md, TWILIO_AUTH_TOKEN)."""
    house = build(env={"TWILIO_AUTH_TOKEN": f"new,{TOKEN}"})

    answer = house.post(f"{BASE}/twilio/voice", FIRST, token=token)

    assert answer.status == status


@pytest.mark.parametrize("size", [65 * 1024, 1024 * 1024])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_body_over_64_kilobytes_is_not_read(house: House, size: int) -> None:
    """R19: 413."""
    before = house.everything()

    answer = house.post(f"{BASE}/twilio/voice", {**FIRST, "Padding": "x" * size})

    assert answer.status == 413
    assert house.everything() == before


MALFORMED = [
    ("CallSid", ""),
    ("CallSid", "CA1"),
    ("CallSid", "XX" + "ab" * 16),
    ("CallSid", "CA" + "æ" * 32),
    ("CallSid", f"{SID}\n"),
    ("ParentCallSid", "CA2"),
]


@pytest.mark.parametrize("path", ["/twilio/voice", "/twilio/turn/1/2", "/twilio/status", "/twilio/status/2", "/twilio/fallback"])
def test_a_malformed_parameter_is_named_and_nothing_is_written(house: House, path: str) -> None:
    """R19: of whose webhook it is, each in turn: 400, one line that names it."""
    good = a_waiting_call(house)
    parent = {"ParentCallSid": good.params["CallSid"]} if path == "/twilio/status/2" else {}
    before = house.everything()

    answers = [(name, house.post(BASE + path, {**good.params, **parent, name: value})) for name, value in MALFORMED]

    assert [(name, answer.status, name in answer.body.decode()) for name, answer in answers] == [
        (name, 400, True) for name, _value in MALFORMED
    ]
    assert house.everything() == before


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CallStatus", "dancing"),
        ("DialCallStatus", "maybe"),
        ("DialCallStatus", "!"),
        ("RecordingDuration", "-1"),
        ("CallDuration", "1.5"),
        ("DialCallDuration", "many"),
        ("RecordingUrl", "https://example.com/" + "x" * 600),
        ("DialBridged", "perhaps"),
        ("Timestamp", "yesterday"),
        ("Timestamp", "Fri, 31 Dec 9999 23:59:59 -1200"),
    ],
)
def test_a_word_that_is_new_at_twilio_ends_no_call(house: House, name: str, value: str) -> None:
    """R13, R14, R21: at every webhook of a call it is left out, and the two talk."""
    house.exchange.knobs.surprise = {name: value}
    caller, anna = house.caller(), house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(minutes=16)

    house.phone(anna).hangs_up()

    house.phone(caller).hears("to kvarter")
    house.exchange.problems.clear()  # A status callback without a status that is known is refused: it tells nothing.
    assert (house.outcome(caller), house.cost(caller)) == (CallOutcome.TALKED, -30)


@pytest.mark.parametrize("bridged", ["true", "false", ""])
@pytest.mark.parametrize("status", ["dancing", "!", ""])
def test_a_dial_that_ended_in_a_word_nobody_knows_is_over(house: House, status: str, bridged: str) -> None:
    """R7, R12, R14: talked where Twilio says that there was a bridge; else the next supporter is rung."""
    caller, anna, bo = house.caller(), house.supporter("Anna"), house.supporter("Bo")
    house.accepts_price(caller)
    house.phone(anna).picks_up().hears("Tast 1")
    dial = house.following(caller, DialCallStatus=status, DialBridged=bridged)
    if bridged == "true":
        house.delivers(house.following(anna, Digits="1"))
        house.forward(seconds=5)

    answer = house.delivers(dial)

    assert (answer.status, bo.phone in answer.body.decode()) == (200, bridged != "true")
    assert house.cost(caller) == (-15 if bridged == "true" else 0)
    assert house.attempts(caller)[0][1] is not None
    house.phone(caller).hangs_up()


@pytest.mark.parametrize(
    ("path", "missing"), [("/twilio/voice", "To"), ("/twilio/status", "CallStatus"), ("/twilio/voice", "CallSid")]
)
def test_a_missing_parameter_is_named(house: House, path: str, missing: str) -> None:
    """R19."""
    before = house.everything()

    answer = house.post(BASE + path, {name: value for name, value in FIRST.items() if name != missing})

    assert (answer.status, missing in answer.body.decode()) == (400, True)
    assert house.everything() == before


@pytest.mark.parametrize(
    "path", ["/twilio/turn/1/3", "/twilio/turn/1/0", "/twilio/turn/99/2", f"/twilio/turn/{10**30}/2", f"/twilio/turn/1/{10**30}"]
)
def test_a_turn_that_nothing_led_to_is_apologised_for_and_hung_up(house: House, path: str) -> None:
    """R14, R19: 200, a sentence and Hangup; nothing written."""
    good = a_waiting_call(house)
    before = house.everything()

    answer = house.post(BASE + path, good.params)

    assert (answer.status, answer.body.endswith(SORRY_AND_OVER)) == (200, True)
    assert house.everything() == before


@pytest.mark.parametrize("leg", [99, 2**31, 10**30])
def test_a_status_about_a_leg_that_is_none_is_refused(house: House, leg: int) -> None:
    """R19: 400; nothing written."""
    good = a_waiting_call(house)
    before = house.everything()

    answer = house.post(f"{BASE}/twilio/status/{leg}", {**good.params, "ParentCallSid": SID})

    assert answer.status == 400
    assert house.everything() == before


@pytest.mark.parametrize("change", ["CallSid of a stranger", "no ParentCallSid", "wrong ParentCallSid", "the caller's own CallSid"])
def test_nobody_answers_for_somebody_elses_leg(house: House, change: str) -> None:
    """R13, R19: a 1 for the supporter's leg, sent by another leg, connects nobody."""
    caller, stranger, anna = house.caller(), house.caller(), house.supporter("Anna")
    house.accepts_price(caller)
    house.phone(stranger).dials(SUPPORT).hears("pinkode")
    house.phone(anna).picks_up().hears("Tast 1")
    good = house.webhook_of(anna, "whisper", Digits="1")
    changed = {
        "CallSid of a stranger": {"CallSid": house.sid(stranger)},
        "no ParentCallSid": {"ParentCallSid": ""},
        "wrong ParentCallSid": {"ParentCallSid": house.sid(stranger)},
        "the caller's own CallSid": {"CallSid": house.sid(caller)},
    }[change]
    before = house.everything()

    answer = house.post(good.url.removesuffix("1") + "2", {**good.params, **changed})

    assert b"<Hangup" in answer.body
    assert house.everything() == before
    house.phone(caller).hangs_up()


def test_a_caller_cannot_take_the_turn_of_another_caller(house: House) -> None:
    """R19: with a right signature and the other's PIN question."""
    good = a_waiting_call(house)
    stranger = house.caller()
    house.phone(stranger).dials(SUPPORT).hears("pinkode")
    before = house.everything()

    answer = house.post(f"{BASE}/twilio/turn/1/2", {**good.params, "CallSid": house.sid(stranger)})

    assert answer.body.endswith(SORRY_AND_OVER)
    assert house.everything() == before


@pytest.mark.parametrize("strange", ["\x00", "💥" * 40, "x" * 5000, "<Say>", "'; DROP TABLE calls; --"])
def test_a_strange_number_is_a_withheld_one(house: House, strange: str) -> None:
    """R3, R14: whatever stands in From, the caller is asked for the PIN."""
    answer = house.post(f"{BASE}/twilio/voice", {**FIRST, "From": strange})

    assert answer.status == 200
    assert b"Velkommen" in answer.body
    assert house.ask(lambda call: call.from_number, SID) is None


@pytest.mark.parametrize("path", EVERY_URL[:4])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_only_post_opens_a_door(house: House, path: str) -> None:
    """R2: nothing is ever asked for by GET, where a PIN would stand in the address."""
    answer = house.exchange.transport.get(BASE + path, {"X-Twilio-Signature": house.post_signature(BASE + path, {})})

    assert answer.status == 405
