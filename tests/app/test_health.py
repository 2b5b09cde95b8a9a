"""How the house is, part by part; and the signs of life that it is told from."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from app import settings
from app.carrier import Ports
from app.clock import wall
from app.database import Database
from app.heart import Heart
from app.revisions import head_revision
from app.wsgi import create_app
from helpdesk.ports import PortFailed
from models import Heartbeat
from simulator.rest import rest_app
from tests.app.test_clock_process import PROGRAM
from tests.house import ACCOUNT, SECRET, TOKEN, House
from tests.patience import comes_true
from tests.serving import served

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
AN_ACCOUNT = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN}


def health(database: Database, **env: str) -> tuple[int, dict[str, Any]]:
    """What `/healthz` says: its status, and its parts."""
    client = create_app(settings.from_env({"SECRET_KEY": SECRET} | env), database=database).test_client()
    answer = client.get("/healthz")
    return answer.status_code, answer.get_json()["parts"]


def heart_at(database: Database, moment: datetime, name: str = "one") -> Heart:
    """The heart of a clock whose wall shows `moment`."""
    return Heart(database, clock=lambda: moment, name=name, every=0)


def test_a_house_without_a_clock_is_well_and_says_that_none_beats(database: Database) -> None:
    status, parts = health(database)

    assert status == 200
    assert parts == {
        "database": {"state": "ok"},
        "migrations": {"state": "ok", "at": head_revision()},
        "clock": {"state": "silent", "since": None},
        "provider": {"state": "off"},
    }


def test_every_clock_that_beats_is_counted(database: Database) -> None:
    now = wall()
    for name, age in (("one", 1), ("two", 12), ("three", 45)):
        heart_at(database, now - timedelta(seconds=age), name).beat()

    _, parts = health(database)

    assert parts["clock"] == {"state": "alive", "clocks": 2, "last_beat": f"{now - timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}"}


def test_a_clock_that_fell_silent_is_told_with_its_last_beat_and_takes_no_web_process_away(database: Database) -> None:
    last = wall() - timedelta(minutes=5)
    heart_at(database, last).beat()

    status, parts = health(database)

    assert status == 200
    assert parts["clock"] == {"state": "silent", "since": f"{last:%Y-%m-%dT%H:%M:%SZ}"}


def test_a_clock_that_was_silent_for_a_day_is_forgotten_and_no_other_sign_is(database: Database) -> None:
    heart_at(database, NOON, "old").beat()
    heart_at(database, NOON).provider(None)

    heart_at(database, NOON + timedelta(hours=23), "young").beat()
    heart_at(database, NOON + timedelta(hours=25), "new").beat()

    with database.reading() as session:
        assert {row.name for row in session.query(Heartbeat)} == {"clock:young", "clock:new", "provider"}


def test_a_clock_says_no_more_often_than_it_must_that_it_is_alive(database: Database) -> None:
    heart = Heart(database, clock=lambda: NOON, name="one", every=60)
    heart.beat()
    with database.writing() as session:
        session.execute(text("DELETE FROM heartbeats"))

    heart.beat()

    with database.reading() as session:
        assert session.query(Heartbeat).count() == 0


def test_a_provider_that_fails_is_told_since_when_and_one_that_answers_again_is_well(database: Database) -> None:
    heart_at(database, NOON).provider(None)
    heart_at(database, NOON + timedelta(minutes=1)).provider("HTTP 503")
    heart_at(database, NOON + timedelta(minutes=2)).provider("ConnectTimeout")

    status, failing = health(database, **AN_ACCOUNT)
    heart_at(database, NOON + timedelta(minutes=3)).provider(None)
    _, well = health(database, **AN_ACCOUNT)

    assert status == 200
    assert failing["provider"] == {"state": "failing", "since": "2026-03-01T12:01:00Z", "reached_at": "2026-03-01T12:00:00Z"}
    assert well["provider"] == {"state": "reached", "reached_at": "2026-03-01T12:03:00Z"}


def test_a_provider_that_was_never_asked_is_neither(database: Database) -> None:
    _, parts = health(database, **AN_ACCOUNT)

    assert parts["provider"] == {"state": "not asked yet"}


@pytest.fixture
def rest_of(house: House) -> Iterator[str]:
    """Where the exchange's REST API answers."""
    with served(rest_app(house.exchange)) as address:
        yield address


@pytest.mark.parametrize(("token", "state"), [(TOKEN, "reached"), ("another", "failing")])
def test_what_the_clock_asks_the_provider_tells_how_it_is(house: House, rest_of: str, token: str, state: str) -> None:
    """A call that Twilio does not know is an answer; a token that it does not know is none."""
    env = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": token, "TWILIO_API_BASE_URL": rest_of}
    ports = Ports.of(settings.from_env(env), heart=Heart(house.database))
    assert ports.phone is not None

    with pytest.raises(PortFailed):
        ports.phone.legs("CA" + "0" * 32)

    assert health(house.database, **env)[1]["provider"]["state"] == state


def test_a_provider_out_of_reach_is_noted_and_a_database_out_of_reach_disturbs_nobody(database: Database) -> None:
    env = {"TWILIO_ACCOUNT_SID": ACCOUNT, "TWILIO_AUTH_TOKEN": TOKEN, "TWILIO_API_BASE_URL": "http://127.0.0.1:1"}
    ports = Ports.of(settings.from_env(env), heart=Heart(database, every=0))
    assert ports.phone is not None

    with pytest.raises(PortFailed):
        ports.phone.legs("CA" + "0" * 32)
    _, parts = health(database, **env)
    with database.writing() as session:
        session.execute(text("ALTER TABLE heartbeats RENAME TO mislaid"))
    with pytest.raises(PortFailed):
        ports.phone.legs("CA" + "0" * 32)
    with database.writing() as session:
        session.execute(text("ALTER TABLE mislaid RENAME TO heartbeats"))

    assert parts["provider"]["state"] == "failing"


@pytest.fixture
def clock(database_url: str, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A clock process, running."""
    env = {"PATH": str(Path(sys.executable).parent), "DATABASE_URL": database_url, "SECRET_KEY": SECRET}
    with subprocess.Popen([PROGRAM, "clock"], env=env, cwd=tmp_path, stderr=subprocess.DEVNULL) as process:
        yield process
        process.kill()


def test_a_clock_process_is_seen_while_it_runs(database: Database, clock: subprocess.Popen[bytes]) -> None:
    """And for half a minute after it was killed."""
    assert comes_true(lambda: health(database)[1]["clock"]["state"] == "alive")

    clock.kill()
    clock.wait()

    with database.reading() as session:
        assert session.query(Heartbeat).where(Heartbeat.name.startswith("clock:")).count() == 1


def test_a_database_at_another_migration_is_told_and_its_signs_are_not_asked_for(database: Database) -> None:
    client = create_app(settings.from_env({"SECRET_KEY": SECRET}), database=database).test_client()
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = 'later'"))

    parts = client.get("/healthz").get_json()["parts"]

    assert parts["migrations"] == {"state": "other", "at": "later", "needed": head_revision()}
    assert parts["clock"] == {"state": "unknown"}


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize(("is_replaced", "state"), [(False, "missing"), (True, "replaced")])
def test_a_database_file_that_was_taken_away_is_told_while_the_open_one_works_on(
    database: Database, state: str, *, is_replaced: bool
) -> None:
    """A restart would not find what is written now."""
    before, _ = health(database)
    file = Path(database.engine.url.database or "")
    file.rename(file.with_suffix(".kept"))
    if is_replaced:
        file.touch()

    status, parts = health(database)

    file.unlink(missing_ok=True)
    file.with_suffix(".kept").rename(file)
    assert (before, status, parts["database"], parts["migrations"]["state"]) == (200, 503, {"state": state}, "ok")
    assert health(database)[0] == 200


def test_health_is_asked_like_any_page(database: Database) -> None:
    """No signature, no log-in; and nothing else but reading."""
    client = create_app(settings.from_env({"SECRET_KEY": SECRET}), database=database).test_client()

    assert client.post("/healthz").status_code == 405
    assert client.get("/healthz").status_code == 200
