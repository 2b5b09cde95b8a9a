"""An exchange with one line, its application, a caller and two supporters."""

from __future__ import annotations

import pytest

from simulator import Exchange, Phone, WsgiTransport
from simulator.rest import rest_app
from tests.simulator.api import Api
from tests.simulator.dials import DIAL, TO_ANNA, WHISPER
from tests.simulator.house import ACCOUNT, ANNA, BASE, BO, CALLER, LINE, TOKEN, Answered, House


@pytest.fixture
def house() -> House:
    """The application, which answers nothing yet but status callbacks."""
    made = House()
    made["/status"] = Answered(b"", 204)
    return made


@pytest.fixture
def exchange(house: House) -> Exchange:
    """The exchange with the line on it."""
    made = Exchange(ACCOUNT, TOKEN, WsgiTransport(house))
    made.number(LINE, voice_url=f"{BASE}/voice", status_url=f"{BASE}/status")
    return made


@pytest.fixture
def caller(exchange: Exchange) -> Phone:
    """Whoever calls the line."""
    return exchange.phone(CALLER)


@pytest.fixture
def anna(exchange: Exchange) -> Phone:
    """The first supporter."""
    return exchange.phone(ANNA)


@pytest.fixture
def bo(exchange: Exchange) -> Phone:
    """The second supporter."""
    return exchange.phone(BO)


@pytest.fixture
def api(exchange: Exchange) -> Api:
    """The API, asked by the account."""
    return Api(rest_app(exchange).test_client())


@pytest.fixture
def screened(house: House) -> None:
    """A line that rings Anna, asks her, and says good-bye."""
    house["/voice"] = "<Say>Vi ringer.</Say>" + DIAL.format("", TO_ANNA)
    house["/whisper"] = WHISPER
    house["/accept"] = ""
    house["/after"] = "<Say>Farvel.</Say><Hangup/>"
