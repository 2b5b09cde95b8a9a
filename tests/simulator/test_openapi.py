"""What the REST API tells has the fields and kinds that Twilio publishes (twilio-contract §7)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from simulator import Exchange, Phone
from simulator.rest import rest_app
from tests.simulator import openapi
from tests.simulator.api import ENDED, QUESTION, Api
from tests.simulator.house import ACCOUNT, ANNA, CALLER, LINE, TOKEN, House
from tests.simulator.test_transport import serving

DESCRIPTIONS: dict[str, Callable[[], dict[str, openapi.Json]]] = {
    "published by Twilio": openapi.published,
    "written by hand": lambda: openapi.BY_HAND,
}


@pytest.fixture(scope="module", params=list(DESCRIPTIONS))
def schemas(request: pytest.FixtureRequest) -> dict[str, openapi.Json]:
    """The schema of each resource, from the description that stands in the test's id and no other."""
    try:
        return DESCRIPTIONS[request.param]()
    except openapi.NotToBeHad as why:
        pytest.skip(f"Twilio's published description was not used, only the one written by hand: {why}")


@pytest.fixture
def api(exchange: Exchange) -> Api:
    return Api(rest_app(exchange).test_client())


def test_calls_are_as_published(
    exchange: Exchange, house: House, caller: Phone, api: Api, schemas: dict[str, openapi.Json]
) -> None:
    house["/voice"] = ["<Reject/>", f'<Say>Vent.</Say><Dial action="/after">{ANNA}</Dial>', QUESTION]
    house["/after"] = "<Hangup/>"
    caller.dials(LINE).waits(1)
    exchange.phone(ANNA).behaves("busy")
    caller.dials(LINE).waits(1)
    exchange.phone("+4520000009").dials(LINE)
    _status, made = api.post("/Calls.json", To="+4520000008", From=LINE, Twiml=ENDED)

    listed = api.get("/Calls.json")["calls"]

    assert {it["status"] for it in listed} >= {"queued", "in-progress", "no-answer"}
    for told in [*listed, made, api.get(f"/Calls/{caller.call_sid}.json")]:
        openapi.check(schemas["call"], told)


def test_texts_are_as_published(exchange: Exchange, api: Api, schemas: dict[str, openapi.Json]) -> None:
    exchange.phone(ANNA).behaves("failed")
    made = [api.post("/Messages.json", To=to, From=LINE, Body="Hej")[1] for to in (ANNA, CALLER)]
    exchange.forward(seconds=5)

    listed = api.get("/Messages.json")["messages"]

    assert {it["status"] for it in listed} == {"delivered", "undelivered"}
    for told in [*made, *listed]:
        openapi.check(schemas["message"], told)


def test_numbers_are_as_published(api: Api, schemas: dict[str, openapi.Json]) -> None:
    [told] = api.get("/IncomingPhoneNumbers.json")["incoming_phone_numbers"]

    openapi.check(schemas["incoming_phone_number"], told)


def test_recordings_are_as_published(house: House, caller: Phone, api: Api, schemas: dict[str, openapi.Json]) -> None:
    house["/voice"] = '<Record action="/message"/>'
    house["/message"] = "<Hangup/>"
    caller.dials(LINE).speaks_message(seconds=3).keys("#")

    [told] = api.get("/Recordings.json")["recordings"]

    openapi.check(schemas["recording"], told)


def test_a_missing_or_foreign_field_is_found() -> None:
    schema = {"properties": {"sid": {"type": "string"}}}

    with pytest.raises(AssertionError):
        openapi.check(schema, {})
    with pytest.raises(AssertionError):
        openapi.check(schema, {"sid": "CA", "more": 1})


@pytest.fixture
def client(exchange: Exchange) -> Iterator[Any]:
    """Twilio's own library, talking to the exchange over HTTP."""
    lock = threading.Lock()

    def served(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:  # noqa: ANN401 - WSGI
        with lock:
            return rest_app(exchange)(environ, start_response)

    with serving(served) as base:
        made = Client(ACCOUNT, TOKEN, http_client=TwilioHttpClient(pool_connections=False, timeout=5))
        made.api.base_url = base
        yield made


def test_twilios_own_library_understands_it(exchange: Exchange, anna: Phone, house: House, client: Any) -> None:  # noqa: ANN401 - untyped
    house["/voice"] = "<Reject/>"
    for number in range(5):
        exchange.phone(f"+452030405{number}").dials(LINE).waits(1)

    made = client.calls.create(to=ANNA, from_=LINE, twiml=ENDED)
    anna.picks_up().hears("tiden er gået")
    listed = client.calls.list(to=LINE, page_size=2, start_time_after=exchange.now)
    ended = client.calls(made.sid).update(status="completed")

    assert [it.status for it in listed] == ["no-answer"] * 5
    assert (ended.status, client.calls(made.sid).fetch().duration, anna.is_over) == ("completed", "0", True)
    assert client.incoming_phone_numbers.list()[0].phone_number == LINE
    client.messages.create(to=CALLER, from_=LINE, body="Hej")
    assert client.messages.list()[0].body == "Hej"


def test_twilios_own_library_understands_a_refusal(client: Any) -> None:  # noqa: ANN401 - untyped
    with pytest.raises(TwilioRestException) as raised:
        client.calls("CA" + "0" * 32).fetch()

    assert (raised.value.status, raised.value.code) == (404, 20404)
