"""What the network does to webhooks, and what Twilio makes of it (twilio-contract §1.5)."""

from __future__ import annotations

import time

import pytest

from simulator import Exchange, HttpTransport, Phone, WallClock, faults
from simulator.faults import Network, Once
from simulator.pacemaker import Pacemaker
from simulator.transport import ConnectionBroken, ConnectionFailed, ConnectTimedOut, ReadTimedOut
from tests.simulator.house import ACCOUNT, BASE, CALLER, LINE, TOKEN, Answered, House
from tests.simulator.test_transport import serving

VOICE = frozenset({"voice"})
PATIENT = "#ct=2000&rt=5500&rc=2&rp=all"


@pytest.fixture(autouse=True)
def answered(house: House, exchange: Exchange) -> None:
    """A line that asks for a key, and has a fallback."""
    exchange.number(LINE, voice_url=f"{BASE}/voice", status_url=f"{BASE}/status", fallback_url=f"{BASE}/fallback")
    house["/voice"] = '<Gather action="/keyed" numDigits="1"><Say>Tast.</Say></Gather><Say>Intet.</Say><Hangup/>'
    house["/keyed"] = "<Say>Tak.</Say><Hangup/>"
    house["/fallback"] = "<Say>Vi har en fejl.</Say><Hangup/>"


def numbered(exchange: Exchange, fragment: str) -> None:
    """The line with this fragment on its voice and status URLs."""
    urls = {"voice_url": f"{BASE}/voice{fragment}", "status_url": f"{BASE}/status{fragment}"}
    exchange.number(LINE, fallback_url=f"{BASE}/fallback", **urls)


@pytest.mark.parametrize(
    ("fragment", "network", "arrived", "seconds", "heard"),
    [
        ("", faults.loses_request(), 1, 5, "tast"),
        ("", faults.loses_request(ConnectionFailed), 1, 0, "tast"),
        ("", faults.loses_request(ReadTimedOut), 0, 15, "fejl"),
        ("", faults.loses_answer(), 1, 15, "fejl"),
        ("", faults.loses_answer(ConnectionBroken), 1, 0, "fejl"),
        ("", faults.delays(14), 1, 14, "tast"),
        ("", faults.delays(16), 0, 15, "fejl"),
        ("#rc=0", faults.loses_request(), 0, 5, "fejl"),
        ("#ct=1000", faults.loses_request(), 1, 1, "tast"),
        ("#rt=4000&rp=rt", faults.loses_answer(), 2, 4, "tast"),
        ("#rt=4000&rp=ct", faults.loses_answer(), 1, 4, "fejl"),
        ("#rt=4000&rp=rt", faults.delays(5), 1, 4, "tast"),
        ("#rt=4000&rp=rt", faults.delays(3), 1, 3, "tast"),
        ("#tt=4000&rp=rt", faults.loses_answer(), 1, 4, "fejl"),
        (PATIENT, faults.loses_answer(), 2, 5.5, "tast"),
        (PATIENT, faults.loses_answer(ConnectionBroken), 2, 0, "tast"),
        (PATIENT, faults.loses_request(), 1, 2, "tast"),
    ],
)
def test_a_fault_in_the_first_attempt_costs_its_time_and_is_tried_again_where_the_fragment_says_so(
    exchange: Exchange, house: House, caller: Phone, fragment: str, network: Network, arrived: int, seconds: float, heard: str
) -> None:
    numbered(exchange, fragment)
    exchange.knobs.network = Once(network, 1, kinds=VOICE)
    begun = exchange.now

    caller.dials(LINE)
    exchange.run_until(begun)
    while not caller.said:
        exchange.forward(seconds=0.5)

    assert exchange.now.timestamp() - begun.timestamp() == pytest.approx(seconds)
    assert len(house.forms("/voice")) == arrived
    caller.hears(heard)
    assert len({it.headers["I_TWILIO_IDEMPOTENCY_TOKEN"] for it in house.asked if it.path == "/voice"}) <= 1
    assert bool(exchange.problems) is (heard == "fejl")


@pytest.mark.parametrize(
    ("network", "arrived", "seconds", "code"),
    [
        (faults.loses_request(), 0, 6, "11201"),
        (faults.loses_request(ConnectionFailed), 0, 0, "11205"),
        (faults.loses_answer(), 3, 15, "11203"),
        (faults.loses_answer(ConnectionBroken), 3, 0, "11206"),
        (faults.delays(60), 0, 15, "11203"),
    ],
)
def test_a_fault_in_every_attempt_leads_to_the_fallback_within_fifteen_seconds(
    exchange: Exchange, house: House, caller: Phone, network: Network, arrived: int, seconds: float, code: str
) -> None:
    numbered(exchange, PATIENT)
    exchange.knobs.network = faults.only(network, kinds=VOICE)
    begun = exchange.now

    caller.dials(LINE).hears("fejl")

    assert (exchange.now - begun).total_seconds() == pytest.approx(seconds)
    assert len(house.forms("/voice")) == arrived
    assert [form["ErrorCode"] for form in house.forms("/fallback")] == [code]


@pytest.mark.parametrize(("words", "arrived"), [(frozenset(), 1), (frozenset({"all"}), 1), (frozenset({"all", "5xx"}), 2)])
def test_whether_a_broken_connection_is_tried_again_is_a_knob(
    exchange: Exchange, house: House, caller: Phone, words: frozenset[str], arrived: int
) -> None:
    numbered(exchange, "#rp=5xx,rt")
    exchange.knobs.broken_retried_as = words
    exchange.knobs.network = Once(faults.loses_answer(ConnectionBroken), 1, kinds=VOICE)

    caller.dials(LINE)

    assert len(house.forms("/voice")) == arrived


def test_a_request_that_came_too_late_reaches_the_application_behind_its_own_retry(
    exchange: Exchange, house: House, caller: Phone
) -> None:
    numbered(exchange, PATIENT)
    exchange.knobs.network = Once(faults.delays(8), 1, kinds=VOICE)

    caller.dials(LINE).waits(5.5)
    in_time = len(house.forms("/voice"))
    caller.waits(2.5)

    assert (in_time, len(house.forms("/voice"))) == (1, 2)
    assert [entry.status for entry in exchange.log if entry.kind == "voice"] == [0, 200, 200]


def test_a_request_may_arrive_once_more_behind_others(exchange: Exchange, house: House, caller: Phone) -> None:
    exchange.knobs.network = Once(faults.repeats(0, 30), 1, kinds=VOICE)

    caller.dials(LINE).keys("1").hears("tak").waits(60)

    assert [asked.path for asked in house.asked] == ["/voice", "/voice", "/keyed", "/status", "/voice"]
    assert house.forms("/voice")[0] == house.forms("/voice")[2]
    assert [(double.kind, double.first == double.second) for double in exchange.doubles] == [("voice", True)] * 2


def test_a_repeat_that_is_answered_otherwise_is_seen(exchange: Exchange, house: House, caller: Phone) -> None:
    house["/keyed"] = ["<Say>Tak.</Say><Hangup/>", "<Say>Igen?</Say><Hangup/>"]
    exchange.knobs.network = faults.only(faults.repeats(10), kinds={"action"})

    caller.dials(LINE).keys("1").hears("tak").waits(60)

    assert [double.first == double.second for double in exchange.doubles] == [False]


def test_a_caller_may_hang_up_while_a_request_is_on_its_way_and_it_arrives_all_the_same(
    exchange: Exchange, house: House, caller: Phone
) -> None:
    exchange.knobs.network = Once(faults.delays(6), 1, kinds=frozenset({"action"}))

    caller.dials(LINE).keys("1").waits(2).hangs_up().waits(10)

    assert [asked.path for asked in house.asked] == ["/voice", "/status", "/keyed"]
    assert house.forms("/keyed")[0]["CallStatus"] == "in-progress"


@pytest.mark.parametrize(
    ("network", "fragment", "arrived"),
    [
        (faults.loses_request(), "", 1),
        (faults.loses_request(), "#rc=0", 0),
        (faults.loses_answer(), "", 1),
        (faults.loses_answer(), "#rp=rt&rt=5000", 2),
        (faults.loses_answer(ConnectionBroken), PATIENT, 2),
        (faults.delays(9), PATIENT, 2),
        (faults.repeats(0, 9), "", 3),
    ],
)
def test_a_status_callback_meets_the_same_network_and_obeys_its_fragment(
    exchange: Exchange, house: House, caller: Phone, network: Network, fragment: str, arrived: int
) -> None:
    numbered(exchange, fragment)
    exchange.knobs.network = Once(network, 1, kinds=frozenset({"status"}))

    caller.dials(LINE).hears("tast").hangs_up().waits(60)

    assert len(house.forms("/status")) == arrived
    assert len({str(form) for form in house.forms("/status")}) <= 1


def test_a_status_callback_that_is_lost_for_good_is_written_down(exchange: Exchange, house: House, caller: Phone) -> None:
    numbered(exchange, PATIENT)
    exchange.knobs.network = faults.only(faults.loses_request(), kinds={"status"})

    caller.dials(LINE).hears("tast").hangs_up().waits(60)

    assert house.forms("/status") == []
    assert [problem.code for problem in exchange.problems] == [11201]


def test_a_server_error_is_tried_again_beside_what_the_network_does(exchange: Exchange, house: House, caller: Phone) -> None:
    numbered(exchange, PATIENT)
    house["/voice"] = [Answered(b"", 502), "<Say>Hej.</Say><Hangup/>"]
    exchange.knobs.network = Once(faults.loses_request(ConnectTimedOut), 1, kinds=VOICE)

    caller.dials(LINE).hears("hej")

    assert [entry.status for entry in exchange.log if entry.kind == "voice"] == [0, 502, 200]


def test_the_weather_is_the_same_for_the_same_seed(house: House) -> None:
    logs = []
    for _time in range(2):
        with serving(house) as base:
            exchange = Exchange(ACCOUNT, TOKEN, HttpTransport(), seed="seed")
            exchange.number(LINE, voice_url=f"{base}/voice{PATIENT}", status_url=f"{base}/status{PATIENT}")
            exchange.knobs.network = faults.weather(0.6)
            exchange.phone(CALLER).dials(LINE).keys("1").waits(120)
        logs.append([(entry.at, entry.kind, entry.status) for entry in exchange.log])

    assert logs[0] == logs[1]
    assert {status for _at, _kind, status in logs[0]} >= {0, 200}


def test_over_real_http_and_in_real_time_the_network_fails_too(house: House) -> None:
    clock = WallClock()
    with serving(house) as base:
        exchange = Exchange(ACCOUNT, TOKEN, HttpTransport(), clock=clock)
        fragment = "#ct=100&rt=300&rc=2&rp=all"
        exchange.number(LINE, voice_url=f"{base}/voice{fragment}", status_url=f"{base}/status{fragment}")
        lost = [faults.loses_request(), faults.loses_answer(), faults.repeats(0.1)]
        exchange.knobs.network = lambda attempt, chance: (
            lost[attempt.number - 1](attempt, chance) if attempt.kind == "voice" else faults.CARRIED
        )
        begun = time.monotonic()
        with Pacemaker(exchange, clock):
            with exchange.lock:
                handset = exchange.handset(CALLER)
                handset.dial(LINE)
            with exchange.changed:
                exchange.changed.wait_for(lambda: bool(exchange.doubles), 10)
            took = time.monotonic() - begun

    assert [entry.status for entry in exchange.log if entry.kind == "voice"] == [0, 0, 200, 200]
    assert len(house.forms("/voice")) == 3
    assert took >= 0.4
