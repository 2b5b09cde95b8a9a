"""The telephone page without a browser: where it is, what it hands on to the exchange, what it speaks."""

from __future__ import annotations

import json
import re
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from app import settings
from app.database import Database
from app.wsgi import create_app
from models import Call, Supporter
from models.values import Language
from simulator import Exchange, HttpTransport, WallClock
from simulator.control import desk_app
from simulator.pacemaker import Pacemaker
from tests.house import ACCOUNT, SECRET, TOKEN
from tests.models.rows import a, write_what_it_needs
from tests.serving import served
from web.phone import forwarding, page, speech, texts
from web.phone.forwarding import Desk
from web.words import Words

METTE = "+4500102030"
LINE = "+4563186363"
PLACES = (
    "/phone",
    "/phone/replay/CA" + "0" * 32,
    "/phone/people",
    "/phone/calls/CA" + "0" * 32,
    "/phone/speech",
    "/phone/exchange/phones/+4500102030",
)
NOWHERE = "http://127.0.0.1:1"
ESPEAK = """#!/bin/sh
if [ "$1" = --voices ]; then echo "Pty Language Age/Gender VoiceName"; echo " 5  da  --/M  Danish  gmq/da"; else echo "$@"; cat; fi
"""
Demo = Callable[[str], FlaskClient]

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


@pytest.fixture
def demo(database: Database) -> Demo:
    """A browser before a demo, whose exchange is at that address."""

    def browser(exchange: str) -> FlaskClient:
        env = {"SECRET_KEY": SECRET, "DEMO": "1", "TWILIO_API_BASE_URL": exchange}
        return create_app(settings.from_env(env), database=database).test_client()

    return browser


@pytest.fixture
def exchange() -> Iterator[str]:
    """The address of an exchange on which nothing moves."""
    standing = Exchange(ACCOUNT, TOKEN, HttpTransport(), clock=WallClock())
    standing.number(LINE, voice_url=f"{NOWHERE}/twilio/voice")
    desk = desk_app(standing, Pacemaker(standing, WallClock()))

    def under_desk(environ: dict[str, Any], start: Any) -> Any:  # noqa: ANN401 - WSGI
        environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix("/desk")
        return desk(environ, start)

    with served(under_desk) as address:
        yield address


@pytest.fixture
def espeak(tmp_path: Path) -> str:
    """A program that tells its arguments and what came in, and knows one voice."""
    program = tmp_path / "espeak-ng"
    program.write_text(ESPEAK, "utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return str(program)


@pytest.mark.parametrize("place", PLACES)
def test_where_there_is_no_demo_there_are_no_telephones(browser: FlaskClient, place: str) -> None:
    assert browser.get(place).status_code == 404
    assert browser.post(place, json={}).status_code == 404


def test_a_demo_leads_from_its_front_page_to_the_telephones(demo: Demo, browser: FlaskClient) -> None:
    house = demo(NOWHERE)

    assert 'href="/phone"' in house.get("/").text
    assert 'href="/phone"' not in browser.get("/").text
    assert house.get("/phone").headers["Cache-Control"] == "private, no-store"


def test_what_telephones_do_is_handed_on_to_the_exchange(demo: Demo, exchange: str) -> None:
    house = demo(exchange)

    dialled = house.post(f"/phone/exchange/phones/{METTE}/dial", json={"to": LINE})
    again = house.post(f"/phone/exchange/phones/{METTE}/dial", json={"to": LINE})
    seen = house.get(f"/phone/exchange/phones/{METTE}?after=99")
    events = house.get("/phone/exchange/events?after=0&wait=0")

    assert (dialled.status_code, dialled.get_json()["with"]) == (200, LINE)
    assert (again.status_code, "on a call already" in again.get_json()["error"]) == (409, True)
    assert (seen.get_json()["state"], seen.get_json()["events"]) == ("waiting", [])
    assert [it["kind"] for it in events.get_json()["events"]] == ["dialled"]


def test_a_link_to_a_call_that_nobody_kept_says_so(demo: Demo, exchange: str, database: Database) -> None:
    known, unknown, browser = f"CA{'1' * 32}", f"CA{'2' * 32}", demo(exchange)
    with database.writing() as session:
        write_what_it_needs(session, Call)
        session.execute(a(Call, sid=known))

    answers = [browser.get(f"/phone/replay/{sid}", headers={"Accept": "text/html"}) for sid in (known, unknown)]

    assert [answer.status_code for answer in answers] == [410, 404]
    assert "Et opkald, afspillet igen" in answers[0].text


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "path",
    [
        f"2010-04-01/Accounts/{ACCOUNT}.json",
        "../2010-04-01/Accounts.json",
        "%2e%2e/2010-04-01",
        "numbers/x",
        f"phones/{METTE}/sing",
        f"phones/{METTE}/dial/more",
        "phones/anna",
        "calls/CA",
        "",
    ],
)
def test_nothing_else_of_the_exchange_can_be_reached(demo: Demo, exchange: str, method: str, path: str) -> None:
    assert demo(exchange).open(f"/phone/exchange/{path}", method=method, json={}).status_code == 404


def test_only_this_machine_and_only_a_small_json_object_get_in(demo: Demo, exchange: str) -> None:
    house, clock = demo(exchange), "/phone/exchange/clock"

    assert house.get("/phone", headers={"Host": "evil.example"}).status_code == 403
    assert house.get(clock, headers={"Host": "evil.example"}).status_code == 403
    assert house.get(clock, headers={"Host": "127.0.0.1:8000"}).status_code == 200
    assert house.post(clock, data='{"speed": 1}', content_type="text/plain").status_code == 415
    assert house.post(clock, json=[1]).status_code == 400
    assert house.post(clock, json={"speed": 1, "more": "x" * 5_000}).status_code == 400
    assert house.post(clock, json={"speed": "fast"}).status_code == 400


@pytest.mark.parametrize(("language", "words"), [("da", "Telefoncentralen svarer ikke"), ("en", "exchange does not answer")])
def test_an_exchange_that_is_away_is_told_in_a_sentence(demo: Demo, language: str, words: str) -> None:
    house = demo(NOWHERE)

    for answer in (
        house.get("/phone/exchange/clock", headers={"Accept-Language": language}),
        house.post("/phone/exchange/clock", json={"speed": 1}, headers={"Accept-Language": language}),
    ):
        assert (answer.status_code, words in answer.get_json()["error"]) == (503, True)


def test_the_page_is_there_while_the_exchange_is_not(demo: Demo) -> None:
    shown = demo(NOWHERE).get("/phone")

    assert shown.status_code == 200
    assert "phone/main.js" in shown.text
    assert "unsafe" not in shown.headers["Content-Security-Policy"]


def test_who_has_two_telephones_has_two_on_the_page_one_behind_the_other(demo: Demo, database: Database) -> None:
    """R12: the second rings too, and nobody would know whose it is."""
    with database.writing() as session:
        session.add_all(
            [Supporter(name="Anna", phone="+4520000001", second_phone="+4520000002"), Supporter(name="Bo", phone="+4520000003")]
        )

    shown = demo(NOWHERE).get("/phone", headers={"Accept-Language": "da"}).text
    asked = demo(NOWHERE).get("/phone/people", headers={"Accept-Language": "da"})

    people = json.loads(re.findall(r'<script type="application/json"[^>]*>(.*?)</script>', shown, re.DOTALL)[0])["people"]
    supporters = [(one["number"], one["name"]) for one in people if one["role"] == "supporter"]
    assert (asked.get_json()["people"], asked.headers["Cache-Control"]) == (people, "private, no-store")
    assert supporters == [("+4520000001", "Anna"), ("+4520000002", "Anna, telefon 2"), ("+4520000003", "Bo")]


def test_no_text_of_the_page_is_missing_and_none_is_idle(backend: str) -> None:  # noqa: ARG001 - no database
    """R22: what template and script ask for by name is there in both languages, and nothing else is."""
    folder = Path(page.__file__).parents[1]
    files = [folder / "templates" / "phone.html", *(folder / "static" / "phone").glob("*.js")]
    source = "".join(file.read_text("utf-8") for file in files)
    named = set(re.findall(r"\btexts\.(\w+)", source))
    told = [texts.told(Words(language)) for language in Language]

    assert told[0].keys() == told[1].keys()
    assert named - told[0].keys() == set()
    by_prefix = {name for name in told[0] if name.startswith(("state_", "by_", "network_"))}
    assert {name for name in told[0].keys() - by_prefix if not re.search(rf"\b{name}\b", source)} == set()


def test_whoever_waits_for_events_leaves_threads_for_calls(backend: str) -> None:  # noqa: ARG001 - no database
    waits: list[str] = []
    all_wait, goes_on = threading.Semaphore(0), threading.Event()
    desk_of_old = Flask("desk")

    @desk_of_old.get("/desk/events")
    def events() -> dict[str, object]:
        waits.append(request.args["wait"])
        all_wait.release()
        if request.args["wait"] != "0":
            goes_on.wait(10)
        return {"events": [], "last": 0}

    with served(desk_of_old) as address:
        desk = Desk(address)
        waiting = [threading.Thread(target=desk.read, args=("events", {"wait": "20"})) for _ in range(forwarding.MOST_WAITING)]
        for thread in waiting:
            thread.start()
        for _ in waiting:
            assert all_wait.acquire(timeout=10)
        desk.read("events", {"wait": "20"})
        goes_on.set()
        for thread in waiting:
            thread.join()

    assert waits == ["20"] * forwarding.MOST_WAITING + ["0"]


def test_a_prompt_is_text_to_the_voice_and_never_part_of_its_command(espeak: str, backend: str) -> None:  # noqa: ARG001 - no database
    assert speech.voices(espeak) == {Language.DANISH}
    assert speech.spoken("--version; ls $HOME", Language.DANISH, espeak) == b"-v da -s 165 --stdin --stdout\n--version; ls $HOME"
    assert speech.spoken("Good evening.", Language.ENGLISH, espeak) is None
    assert speech.spoken("Godaften.", Language.DANISH, f"{espeak}-none") is None


@pytest.mark.parametrize(
    "query",
    [
        "",
        "text=Hej",
        "language=da",
        "language=sv&text=Hej",
        "language=da&text=",
        "language=da&text=a%00b",
        f"language=da&text={'x' * 301}",
    ],
)
def test_what_is_not_a_short_sentence_is_not_spoken(demo: Demo, query: str) -> None:
    assert demo(NOWHERE).get(f"/phone/speech?{query}").status_code == 400


def test_a_body_nested_too_deep_is_no_order(demo: Demo) -> None:
    answer = demo(NOWHERE).post("/phone/exchange/clock", data="[" * 4_000, content_type="application/json")

    assert answer.status_code == 400
