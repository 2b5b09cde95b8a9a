"""`doegnvagt twilio`: over real HTTP to the exchange's REST API."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from ivr import addresses
from simulator.clock import Clock
from simulator.exchange import Exchange
from simulator.knobs import Knobs
from simulator.rest import rest_app
from simulator.transport import HttpTransport
from tests.cli.desk import Terminal
from tests.house import ACCOUNT, TOKEN
from tests.serving import served

NUMBER = "+4563186363"
BASE = "https://line.example"
OURS = addresses.of_number(BASE)


@pytest.fixture
def exchange() -> Exchange:
    """An exchange with one number, of which somebody set only the Voice URL, and that to another house."""
    made = Exchange(ACCOUNT, TOKEN, HttpTransport(), clock=Clock(datetime(2026, 3, 1, 12, tzinfo=UTC)), knobs=Knobs())
    made.number(NUMBER, voice_url="https://elsewhere.example/voice")
    made.number("+4563186364", voice_url="https://noise.example/voice")
    return made


@pytest.fixture
def operator(terminal: Terminal, exchange: Exchange) -> Iterator[Terminal]:
    """Somebody at a terminal with an account at Twilio."""
    with served(rest_app(exchange)) as address:
        account = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": f"{TOKEN},older", "TWILIO_API_BASE_URL": address}
        terminal.env |= account | {"PUBLIC_BASE_URL": BASE, "DEMO": "", "DEMO_CLOCK": ""}
        yield terminal


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_number_is_shown_as_it_stands_beside_how_it_should(operator: Terminal) -> None:
    text, document = operator.reads("twilio", "show", "63186363"), operator.gets("twilio", "show", "63186363")

    assert document["voice_url"] == "https://elsewhere.example/voice"
    assert document["wrong"] == ["voice_url", "fallback_url", "status_url"]
    assert not document["ok"]
    assert "https://elsewhere.example/voice" in text
    assert OURS.voice in text


@pytest.mark.parametrize("backend", ["sqlite"])
def test_configuring_sets_addresses_and_methods_and_reads_them_back(operator: Terminal, exchange: Exchange) -> None:
    exchange.numbers[NUMBER].voice_method = "GET"

    made = operator.gets("twilio", "configure", NUMBER)
    shown = operator.gets("twilio", "show", NUMBER)

    assert made["before"]["voice_url"] == "https://elsewhere.example/voice"
    assert made["after"]["voice_url"] == OURS.voice
    assert made["changes"] == ["voice_url", "voice_method", "fallback_url", "status_url"]
    assert (made["ok"], shown["ok"], shown["wrong"]) == (True, True, [])
    number = exchange.numbers[NUMBER]
    assert (number.voice_url, number.status_url, number.fallback_url) == (OURS.voice, OURS.status, OURS.fallback)
    assert {number.voice_method, number.status_method, number.fallback_method} == {"POST"}
    assert exchange.numbers["+4563186364"].voice_url == "https://noise.example/voice"


@pytest.mark.parametrize("backend", ["sqlite"])
def test_configuring_says_before_and_after(operator: Terminal) -> None:
    said = operator.reads("twilio", "configure", NUMBER)

    assert "Before" in said
    assert "After" in said
    assert OURS.fallback in said
    assert "It is as it should be." in operator.reads("twilio", "show", NUMBER)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_dry_run_changes_nothing(operator: Terminal, exchange: Exchange) -> None:
    said = operator.gets("twilio", "configure", NUMBER, "--dry-run")

    assert said["dry_run"]
    assert said["changes"] == ["voice_url", "fallback_url", "status_url"]
    assert exchange.numbers[NUMBER].voice_url == "https://elsewhere.example/voice"
    assert "Would be" in operator.reads("twilio", "configure", NUMBER, "--dry-run")


@pytest.mark.parametrize("overriding", ["application_sid", "trunk_sid"])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_overrides_the_addresses_is_told_and_taken_away_only_when_asked(
    operator: Terminal, exchange: Exchange, overriding: str
) -> None:
    """Pitfall D12."""
    setattr(exchange.numbers[NUMBER], overriding, "AP" + "0" * 32)

    told = operator.types("twilio", "configure", NUMBER)
    kept = getattr(exchange.numbers[NUMBER], overriding)
    taken = operator.gets("twilio", "configure", NUMBER, "--take-over")

    assert told.status == 1
    assert "do not count" in told.out
    assert "--take-over" in told.out
    assert kept == "AP" + "0" * 32
    assert (taken["ok"], getattr(exchange.numbers[NUMBER], overriding)) == (True, None)


@pytest.mark.parametrize("command", ["show", "configure"])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_cannot_be_asked_is_one_line_and_exit_status_1(operator: Terminal, command: str) -> None:
    unknown = operator.is_refused("twilio", command, "+4599999999")
    no_account = operator.is_refused("twilio", command, NUMBER, TWILIO_ACCOUNT_SID="")
    no_token = operator.is_refused("twilio", command, NUMBER, TWILIO_AUTH_TOKEN="")
    wrong_token = operator.is_refused("twilio", command, NUMBER, TWILIO_AUTH_TOKEN="wrong")
    out_of_reach = operator.is_refused("twilio", command, NUMBER, TWILIO_API_BASE_URL="http://127.0.0.1:1")

    assert {unknown[0], no_account[0], no_token[0], wrong_token[0], out_of_reach[0]} == {1}
    assert "has no number +4599999999" in unknown[1]
    assert "TWILIO_ACCOUNT_SID" in no_account[1]
    assert "refuses: HTTP 401" in wrong_token[1]
    assert "out of reach" in out_of_reach[1]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_no_database_is_needed_for_it(operator: Terminal) -> None:
    assert operator.gets("twilio", "show", NUMBER, DATABASE_URL="sqlite:////nowhere/none.db")["number"] == NUMBER
