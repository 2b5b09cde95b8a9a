"""Recordings at Twilio, over real HTTP: heard, deleted, and nobody else is shown our token (R23)."""

from __future__ import annotations

import pytest

from helpdesk.ports import PortFailed
from ivr import twilio_recordings
from ivr.twilio_api import TwilioApi
from tests.app.outside import Way
from tests.house import House

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


@pytest.fixture
def url(house: House, twilio: TwilioApi) -> str:
    """Where a message of nine seconds is kept."""
    caller = house.caller()
    house.accepts_price(caller).hears("bliver du ringet op")
    house.phone(caller).keys("2").hears("efter tonen").speaks_message(9).keys("#").hears("Beskeden er gemt")
    [made] = house.exchange.recordings.values()
    return made.url.replace(house.exchange.api_url, twilio.client.api.base_url)


def test_a_recording_is_heard_and_forgotten_once_and_again(house: House, twilio: TwilioApi, url: str) -> None:
    sound = twilio.recordings.heard(url)
    twilio.recordings.forget(url)
    twilio.recordings.forget(url)

    assert sound[:4] == b"RIFF"
    assert len(sound) > 9 * 8_000
    assert house.exchange.recordings == {}


def test_one_that_is_not_there_may_come_yet(twilio: TwilioApi, url: str) -> None:
    twilio.recordings.forget(url)

    with pytest.raises(PortFailed, match="HTTP 404") as failed:
        twilio.recordings.heard(url)

    assert not failed.value.permanent


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example",
        "http://api.twilio.com",
        "https://twilio.com.evil.example",
        "file://",
        "https://evil.example\\@api.twilio.com",
        "https://evil.example\\.twilio.com",
        "https://evil.example#@api.twilio.com",
    ],
)
def test_nobody_else_is_asked(way: Way, twilio: TwilioApi, url: str, elsewhere: str) -> None:
    path = url.removeprefix(twilio.client.api.base_url)
    asked = len(way.requests)

    for ask in (twilio.recordings.heard, twilio.recordings.forget):
        with pytest.raises(PortFailed, match="not Twilio's"):
            ask(elsewhere + path)

    assert len(way.requests) == asked


def test_a_sound_without_end_is_given_up(twilio: TwilioApi, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(twilio_recordings, "MOST", 10_000)

    with pytest.raises(PortFailed, match="longer than"):
        twilio.recordings.heard(url)


def test_nobody_who_answers_is_a_passing_trouble(twilio: TwilioApi, url: str) -> None:
    twilio.recordings.client.api.base_url = "http://127.0.0.1:1"

    with pytest.raises(PortFailed, match="did not send") as failed:
        twilio.recordings.heard(url.replace(url.split("/2010", maxsplit=1)[0], "http://127.0.0.1:1"))

    assert not failed.value.permanent
