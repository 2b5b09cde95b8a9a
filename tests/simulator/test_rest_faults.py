"""REST requests whose answer is lost or late, in process and over HTTP (twilio-contract §5)."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest
import requests

from simulator import Exchange, WsgiTransport
from simulator.rest import rest_app
from tests.simulator.house import ACCOUNT, BASE, CALLER, LINE, TOKEN, House
from tests.simulator.test_transport import serving

PATH = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
TEXT = {"To": CALLER, "From": LINE, "Body": "Hej"}
PATIENCE = 0.3


@pytest.fixture
def base(exchange: Exchange) -> Iterator[str]:
    """The API over HTTP."""
    with serving(rest_app(exchange)) as address:
        yield address


def sent(base: str) -> requests.Response:
    """One text, sent by a client with little patience."""
    return requests.post(base + PATH, data=TEXT, auth=(ACCOUNT, TOKEN), timeout=PATIENCE)


@pytest.mark.parametrize(("knob", "done"), [("rest_fails_before", 0), ("rest_fails_after", 2)])
def test_a_server_error_comes_before_or_behind_what_was_asked(exchange: Exchange, base: str, knob: str, done: int) -> None:
    setattr(exchange.knobs, knob, 2)

    failures = [sent(base) for _time in range(2)]
    kept = len(exchange.messages)

    assert [(answer.status_code, answer.json()["code"]) for answer in failures] == [(500, 20500)] * 2
    assert kept == done
    assert sent(base).status_code == 201


def test_an_exchange_whose_api_failed_is_forgotten_when_it_is_over() -> None:
    """A hundred thousand simulated calls in one process are many exchanges."""
    exchange = Exchange(ACCOUNT, TOKEN, WsgiTransport(House()))
    exchange.number(LINE, voice_url=f"{BASE}/voice")
    exchange.knobs.rest_fails_before = 1
    failed = rest_app(exchange).test_client().post(PATH, data=TEXT, auth=(ACCOUNT, TOKEN)).status_code
    over = weakref.ref(exchange)

    del exchange
    gc.collect()

    assert (failed, over()) == (500, None)


@pytest.mark.parametrize(
    ("knob", "error"), [("rest_breaks_after", requests.ConnectionError), ("rest_hangs_after", requests.ReadTimeout)]
)
def test_what_was_done_may_go_unanswered(exchange: Exchange, base: str, knob: str, error: type[Exception]) -> None:
    setattr(exchange.knobs, knob, 1)

    with pytest.raises(error):
        sent(base)

    assert len(exchange.messages) == 1
    assert sent(base).status_code == 201
    assert len(exchange.messages) == 2


@pytest.mark.parametrize(("knob", "error"), [("rest_breaks_after", ConnectionResetError), ("rest_hangs_after", TimeoutError)])
def test_in_process_too(exchange: Exchange, knob: str, error: type[Exception]) -> None:
    setattr(exchange.knobs, knob, 1)
    client = rest_app(exchange).test_client()

    with pytest.raises(error):
        client.post(PATH, data=TEXT, auth=(ACCOUNT, TOKEN))

    assert client.post(PATH, data=TEXT, auth=(ACCOUNT, TOKEN)).status_code == 201
    assert len(exchange.messages) == 2


def test_what_was_refused_is_no_answer_to_lose(exchange: Exchange, base: str) -> None:
    exchange.knobs.rest_busy = exchange.knobs.rest_fails_after = exchange.knobs.rest_breaks_after = 1

    assert sent(base).status_code == 429
    assert sent(base).status_code == 500
    with pytest.raises(requests.ConnectionError):
        sent(base)
    assert len(exchange.messages) == 2


def test_an_answer_may_be_slow(exchange: Exchange, base: str) -> None:
    exchange.knobs.rest_slow = PATIENCE / 3
    assert sent(base).elapsed.total_seconds() >= PATIENCE / 3

    exchange.knobs.rest_slow = PATIENCE * 2
    with pytest.raises(requests.ReadTimeout):
        sent(base)
    assert len(exchange.messages) == 2
