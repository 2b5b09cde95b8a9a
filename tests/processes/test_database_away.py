"""PostgreSQL gone for a minute in mid-call, with web and clock as the processes they are (R9, R14, R21)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from app.database import Database
from app.migrate import migrate
from app.patience import ANSWERING
from models import Heartbeat
from models.values import CallOutcome, CallState
from tests.house import House
from tests.patience import PATIENCE, comes_true
from tests.postgres import Server
from tests.processes import served as processes
from tests.processes.served import Served, environment, served, show

PROGRAM = str(Path(sys.executable).with_name("doegnvagt"))
SORRY = "Undskyld, der opstod en fejl hos os. Et øjeblik."


@pytest.fixture
def house(own_server: Server, tmp_path: Path) -> Iterator[Served]:
    """A house whose web and clock are processes, on a PostgreSQL that may be taken away; time passes for them by `passes`."""
    with own_server.database(template="template0") as name:
        url = own_server.url(name)
        migrate(url, url)
        database = Database(url, limits=ANSWERING)
        with served(database, url, tmp_path) as opened, _clock(environment(url, tmp_path), tmp_path):
            opened.clock_works = False
            yield opened
            # A status callback that nobody could write down was answered with 503: that is what this test is about.
            opened.exchange.problems[:] = [one for one in opened.exchange.problems if not str(one).endswith("HTTP 503; it is lost")]
            opened.is_in_order()
        database.close()


@contextmanager
def _clock(env: dict[str, str], folder: Path) -> Iterator[None]:
    demo = {"PUBLIC_BASE_URL": "http://127.0.0.1:1", "DEMO": "1", "DEMO_CLOCK": str(folder / "clock"), "TWILIO_ACCOUNT_SID": ""}
    with processes.clock(env | demo):
        yield


def test_a_clock_that_is_started_without_a_database_beats_when_there_is_one(own_server: Server, tmp_path: Path) -> None:
    """R9, R21: whoever watches over it need not start it again and again."""
    with own_server.database(template="template0") as name:
        url = own_server.url(name)
        migrate(url, url)
        with own_server.gone():
            clock = subprocess.Popen([PROGRAM, "clock"], env=environment(url, tmp_path), stderr=subprocess.PIPE)
            assert clock.stderr is not None
            said = clock.stderr.readline()
        database = Database(url)
        beats = comes_true(lambda: beating(database) == 1)
        database.close()
        clock.terminate()
        clock.communicate(timeout=PATIENCE)

    assert b"database_out_of_reach_at_start" in said
    assert beats


def beating(database: Database) -> int:
    """How many clocks have said that they are alive."""
    with database.reading() as session:
        return session.query(Heartbeat).where(Heartbeat.name.startswith("clock:")).count()


def passes(house: House, folder: Path, *, seconds: float) -> None:
    """Time passes, for the processes too."""
    house.forward(seconds=seconds)
    show(folder / "clock", house)


def test_a_quarter_that_began_without_a_database_is_charged_once_when_it_is_back(
    house: Served, own_server: Server, tmp_path: Path
) -> None:
    """R7, R9, R21: two talk, and hear nothing of it."""
    caller, anna = house.caller(points=600), house.supporter("Anna")
    house.connects(caller, anna)
    passes(house, tmp_path, seconds=880)
    before = comes_true(lambda: house.charges(caller) == [-15])

    with own_server.gone():
        passes(house, tmp_path, seconds=60)
        together = house.phone(caller).bridged_with
    behind = comes_true(lambda: house.charges(caller) == [-15, -15])
    house.phone(caller).hangs_up()
    show(tmp_path / "clock", house)

    assert (before, together, behind) == (True, anna.phone, True)
    assert comes_true(lambda: house.outcome(caller) is CallOutcome.TALKED and bool(house.cases()))
    assert house.cost(caller) == -30
    assert house.balance(caller) == (570, 0)
    assert not any("Undskyld" in words for words in house.phone(caller).said)


def test_a_talk_that_ends_without_a_database_costs_what_it_lasted(house: Served, own_server: Server, tmp_path: Path) -> None:
    """R7, R9, R14, R21: the caller holds the line, and hears what it cost when the house is back."""
    caller, anna = house.caller(points=600), house.supporter("Anna")
    house.connects(caller, anna)
    passes(house, tmp_path, seconds=880)

    with own_server.gone():
        house.phone(anna).hangs_up()
        house.phone(caller).hears(SORRY).waits(55)
    house.phone(caller).hears("Tak for opkaldet").hears("et kvarter").waits(10)
    show(tmp_path / "clock", house)

    assert house.ask(lambda call: call.state, caller) is CallState.ENDED
    assert comes_true(lambda: bool(house.cases()))
    assert house.seconds(caller) == 880
    assert house.cost(caller) == -15
    assert house.balance(caller) == (585, 0)
