"""The clock as a process: it beats, it ends when told, and any number of them share the work."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.appointments import DUE
from app.carrier import Ports
from app.database import Database
from app.scheduler import Clockwork
from models import Call, Journal
from tests.house import SECRET, House
from tests.patience import PATIENCE, comes_true

Answer = TypeVar("Answer")
PROGRAM = str(Path(sys.executable).with_name("doegnvagt"))
NOBODY = Ports(phone=None, text=None, mail=None, alarm_address=None)


def talking_since(house: House, minutes: int, *, calls: int = 1) -> None:
    """So many calls that have been going on for so long, with no clock to charge them."""
    house.clock_works = False
    for number in range(calls):
        caller, supporter = house.caller(points=600, company=f"Firma {number}"), house.supporter(f"Vagt {number}", tier=number + 1)
        house.connects(caller, supporter)
        house.forward(seconds=1)
    house.forward(minutes=minutes)


def charged(session: Session) -> list[tuple[int | None, int]]:
    """Calls and quarters in the journal, each as often as it stands there."""
    rows = session.execute(select(Journal.call_id, Journal.quarter).where(Journal.call_id.is_not(None)).order_by(Journal.key))
    return [(call, quarter) for call, quarter in rows if quarter is not None]


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT])
def test_a_clock_process_charges_what_has_begun_and_ends_when_it_is_told(
    house: House, database_url: str, tmp_path: Path, sign: signal.Signals
) -> None:
    """R9."""
    talking_since(house, 20)
    shown = tmp_path / "clock"
    shown.write_text(json.dumps({"virtual": house.now.timestamp(), "wall": time.time(), "speed": 1}))
    env = {**os.environ, "SECRET_KEY": SECRET, "DATABASE_URL": database_url, "DEMO": "1", "DEMO_CLOCK": str(shown)}

    with subprocess.Popen([PROGRAM, "clock"], env=env, stderr=subprocess.DEVNULL) as clock:
        did = comes_true(lambda: len(read(house.database, charged)) >= 2)
        clock.send_signal(sign)
        status = clock.wait(PATIENCE)

    assert did
    assert status == 0


def test_once_does_everything_that_is_due_and_says_what(house: House, database_url: str) -> None:
    """R9."""
    talking_since(house, 20)
    env = {**os.environ, "SECRET_KEY": SECRET, "DATABASE_URL": database_url}

    first, second = (
        subprocess.run([PROGRAM, "clock", "--once", "--json"], env=env, capture_output=True, text=True, check=True)
        for _ in range(2)
    )

    # The program's own clock is far ahead of the test's: everything up to the time limit has begun.
    assert json.loads(first.stdout)["done"]["quarters"] > 2
    again = {name for name, count in json.loads(second.stdout)["done"].items() if count}
    assert again <= {"texts", "letters"}  # a receipt waits five seconds, which may have passed


def test_the_clock_needs_no_key_where_nobody_has_a_pin(database_url: str, tmp_path: Path) -> None:
    env = {"PATH": os.defpath, "DATABASE_URL": database_url}

    said = subprocess.run([PROGRAM, "clock", "--once", "--json"], cwd=tmp_path, env=env, capture_output=True, text=True, check=True)

    done = json.loads(said.stdout)["done"]
    assert {job for job, count in done.items() if count} == {"looks"}  # without a line there is nobody who could call


def test_once_says_so_when_a_job_could_not_be_done(house: House, database_url: str) -> None:
    """R21: the other jobs were done; exit status 1 for whoever runs it."""
    talking_since(house, 20)
    env = {**os.environ, "SECRET_KEY": SECRET, "DATABASE_URL": database_url}
    with house.database.writing() as session:
        session.execute(text("ALTER TABLE tasks RENAME TO mislaid"))

    said = subprocess.run([PROGRAM, "clock", "--once", "--json"], env=env, capture_output=True, text=True, check=False)

    with house.database.writing() as session:
        session.execute(text("ALTER TABLE mislaid RENAME TO tasks"))
    assert said.returncode == 1
    assert json.loads(said.stdout)["done"]["quarters"] > 2
    assert "not everything that is due could be done (alarms, sweeps)" in said.stderr


def test_many_clocks_at_once_charge_each_quarter_once(house: House) -> None:
    """R9, R19."""
    talking_since(house, 31, calls=6)
    now = house.now

    def tick(_number: int) -> dict[str, int]:
        return Clockwork(database=house.database, ports=NOBODY, clock=lambda: now).once()

    with ThreadPoolExecutor(4) as clocks:
        done = list(clocks.map(tick, range(4)))

    rows = read(house.database, charged)
    assert len(rows) == len(set(rows)) == sum(each["quarters"] for each in done) == 18


def test_a_clock_that_stops_finishes_the_unit_in_hand_and_begins_no_other(database: Database) -> None:
    begun, may_end = threading.Event(), threading.Event()
    finished = []
    works = Clockwork(database=database, ports=NOBODY, clock=lambda: datetime.now(UTC))

    def unit() -> int:
        begun.set()
        may_end.wait(PATIENCE)
        finished.append(1)
        return 1

    thread = threading.Thread(target=works.run, args=("unit", unit))
    thread.start()
    begun.wait(PATIENCE)
    works.stopping.set()
    may_end.set()
    thread.join(PATIENCE)

    assert finished == [1]


def test_no_job_is_left_out_when_it_is_asked_what_is_due(database: Database) -> None:
    """R9, R20: a job that nobody asks about would never run."""
    works = Clockwork(database=database, ports=NOBODY, clock=lambda: datetime.now(UTC))

    assert set(works.units()) == set(DUE)


def test_a_job_that_fails_stops_no_other(house: House) -> None:
    """R21."""
    talking_since(house, 1)
    works = Clockwork(database=house.database, ports=NOBODY, clock=lambda: house.now)

    def broken() -> int:
        raise RuntimeError("a job of the test")

    assert works.run("broken", broken) == 0
    assert works.once()["quarters"] == 1


def test_a_clock_beats_although_the_wall_clock_stands_still(house: House) -> None:
    """The beat is monotonic (ADR 5): what is due by the house's time is done while the wall clock shows another."""
    talking_since(house, 16)
    works = Clockwork(database=house.database, ports=NOBODY, clock=lambda: house.now)
    thread = threading.Thread(target=works.forever)

    thread.start()
    did = comes_true(lambda: len(read(house.database, charged)) >= 2)
    works.stopping.set()
    thread.join(PATIENCE)

    assert did
    assert not thread.is_alive()


def test_an_open_call_is_found_by_its_due_moment(house: House) -> None:
    """A call that is not due is left alone, whatever else is."""
    talking_since(house, 1)

    works = Clockwork(database=house.database, ports=NOBODY, clock=lambda: house.now - timedelta(minutes=1, seconds=2))

    assert works.once()["quarters"] == 0
    assert read(house.database, lambda session: session.scalar(select(func.count()).select_from(Call))) == 1


def read(database: Database, question: Callable[[Session], Answer]) -> Answer:
    """What a question finds."""
    with database.reading() as session:
        return question(session)
