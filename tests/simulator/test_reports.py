"""Status callbacks arrive when and as often as the policy says (twilio-contract §4)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from simulator import Exchange, Phone, knobs
from simulator.knobs import StatusPolicy
from simulator.transport import ConnectionFailed
from tests.simulator.house import ANNA, BASE, LINE, Answered, House


@pytest.fixture(autouse=True)
def reported(house: House) -> None:
    """A line that rings Anna and reports everything."""
    house["/voice"] = (
        f'<Say>Vent.</Say><Dial action="/after" callerId="{LINE}"><Number statusCallback="/events" '
        f'statusCallbackEvent="initiated ringing answered completed">{ANNA}</Number></Dial>'
    )
    house["/after"] = "<Say>Farvel.</Say><Hangup/>"
    house["/events"] = ""


def talk(caller: Phone, anna: Phone) -> None:
    """A whole call."""
    caller.dials(LINE)
    anna.picks_up().waits(20).hangs_up()
    caller.hears("farvel").waits(100)


def order(house: House) -> list[str]:
    """In which order the events of Anna's leg arrived."""
    return [form["SequenceNumber"] for form in house.forms("/events")]


@pytest.mark.parametrize(
    ("policy", "arrived"),
    [
        (knobs.at_once, ["0", "1", "2", "3"]),
        (knobs.delayed(7), ["0", "1", "2", "3"]),
        (knobs.lost, []),
        (knobs.losing("completed"), ["0", "1", "2"]),
        (knobs.losing("ringing", "in-progress"), ["0", "3"]),
    ],
)
def test_the_policy_decides(
    exchange: Exchange, house: House, caller: Phone, anna: Phone, policy: StatusPolicy, arrived: list[str]
) -> None:
    exchange.knobs.status_policy = policy

    talk(caller, anna)

    assert order(house) == arrived


def test_a_late_callback_comes_after_the_call(exchange: Exchange, house: House, caller: Phone) -> None:
    exchange.knobs.status_policy = knobs.delayed(30)

    caller.dials(LINE).hears("vent").hangs_up().waits(29)
    assert house.forms("/status") == []
    caller.waits(1)

    assert len(house.forms("/status")) == 1


def test_callbacks_come_twice(exchange: Exchange, house: House, caller: Phone, anna: Phone) -> None:
    exchange.knobs.status_policy = knobs.doubled

    talk(caller, anna)

    assert sorted(order(house)) == ["0", "0", "1", "1", "2", "2", "3", "3"]


def test_callbacks_come_in_any_order(exchange: Exchange, house: House, caller: Phone, anna: Phone) -> None:
    exchange.knobs.status_policy = knobs.shuffled(within=90)

    talk(caller, anna)

    assert sorted(order(house)) == ["0", "1", "2", "3"]
    assert order(house) != ["0", "1", "2", "3"]


def test_a_callback_tells_when_it_happened_and_not_when_it_arrives(exchange: Exchange, house: House, caller: Phone) -> None:
    exchange.knobs.status_policy = knobs.delayed(30)
    begun = exchange.now

    caller.dials(LINE).waits(0.5).hangs_up().waits(60)

    assert exchange.now - begun == timedelta(seconds=60.5)
    assert house.forms("/status")[0]["Timestamp"] == "Tue, 03 Mar 2026 20:00:00 +0000"


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (Answered(b"", 204), ""),
        (Answered(b'<?xml version="1.0"?><Response/>'), ""),
        (Answered(b"<Response><Say>Hej</Say></Response>"), "not carried out"),
        (Answered(b"{}", 200, "application/json"), "an empty Response"),
        (Answered(b"", 500), "it is lost"),
        (ConnectionFailed("refused"), "it is lost"),
    ],
)
def test_a_bad_answer_is_only_written_down(
    exchange: Exchange, house: House, caller: Phone, answer: Answered | Exception, problem: str
) -> None:
    house["/status"] = answer

    caller.dials(LINE).hears("vent").hangs_up()

    assert [problem] * bool(problem) == [it.message[-len(problem) :] for it in exchange.problems]


def test_a_failed_callback_is_sent_again_when_the_fragment_says_so(exchange: Exchange, house: House, caller: Phone) -> None:
    exchange.number(LINE, voice_url=f"{BASE}/voice", status_url=f"{BASE}/status#rc=3&rp=ct,5xx,rt")
    house["/status"] = [Answered(b"", 500), Answered(b"", 204)]

    caller.dials(LINE).hears("vent").hangs_up()

    assert len(house.forms("/status")) == 2
    assert list(exchange.problems) == []
