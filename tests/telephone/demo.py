"""A demo of its own: the exchange and the web server as processes, the clock process's work in a thread, a seeded database.

Nothing here is made up: HTTP, signatures, database and scheduler are the real ones. Ports are chosen by the system.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

import requests
from sqlalchemy import update

from app import clock as clocks
from app import seed, settings
from app.carrier import Ports
from app.database import Database
from app.migrate import migrate
from app.scheduler import Clockwork
from app.settings import Settings
from app.telephone.book import Book
from app.telephone.desk import DeskClient
from app.telephone.memory import Memory
from app.telephone.screen import TelephoneApp
from app.telephone.words import Words
from helpdesk.pins import PinKeys
from ivr import addresses
from models import Supporter
from models.local import COPENHAGEN
from models.values import Language

ROOT: Final = Path(__file__).parents[2]
ACCOUNT: Final = "AC" + "0123456789abcdef" * 2
TOKEN: Final = "a token of the tests"
SECRET: Final = "a secret key of the tests, long enough"
STARTS_WITHIN: Final = 30.0
ENDS_WITHIN: Final = 10.0


@dataclass
class Demo:
    """A demo that runs. `address` is the exchange's, and may be changed by a test that starts another one."""

    settings: Settings
    database: Database
    address: str
    env: dict[str, str]

    def book(self) -> Book:
        return Book(self.database, keys=PinKeys.derive(self.settings.secret_keys), clock=clocks.of(self.settings))

    def desk(self) -> DeskClient:
        return DeskClient(self.address)

    def screen(self, *, person: str = "Mette Holm", language: Language = Language.DANISH) -> TelephoneApp:
        """A telephone of that person, with the first supporter on duty beside it."""
        book = self.book()
        memory = Memory(directory=book.directory())
        memory.caller = next(one for one in memory.directory.callers if one.name == person)
        memory.answerer = memory.directory.answerers[0]
        return TelephoneApp(Words(language), memory, book=book, find=self.desk)

    def is_as_new(self) -> None:
        """Everybody has hung up, nobody is in wrap-up, time goes at its usual speed."""
        desk = self.desk()
        desk.choose_pace(1)
        people = self.book().directory()
        for number in [*(one.number for one in people.callers), *(one.number for one in people.answerers)]:
            desk.act(number, "behaviour", kind="hand")
            handset = desk.handset(number, after=0)
            if not handset.is_idle:
                desk.act(number, "decline" if handset.rings else "hang-up")
        with self.database.writing() as session:
            session.execute(update(Supporter).values(free_at=None))


@contextmanager
def running(folder: Path) -> Iterator[Demo]:
    """The demo, in that folder, until the block ends. Its clock begins in the coming night, when a quarter costs 15 points."""
    with ExitStack() as stack:
        _set_clock(folder / "demo.clock")
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0)))
        address = f"http://127.0.0.1:{listening.getsockname()[1]}"
        env = _environment(folder, address)
        exchange_address = stack.enter_context(exchange(env))
        env["TWILIO_API_BASE_URL"] = exchange_address
        environment = settings.from_env(env)
        migrate(environment.database_url, environment.database_url)
        database = Database(environment.database_url)
        stack.callback(database.close)
        keys, clock = PinKeys.derive(environment.secret_keys), clocks.of(environment)
        with database.writing() as session:
            seed.seed(session, keys=keys, now=clock())
        stack.enter_context(_web(env, listening, address))
        stack.enter_context(_clock_process(Clockwork(database=database, ports=Ports.of(environment), clock=clock)))
        yield Demo(environment, database, exchange_address, env)


@contextmanager
def exchange(env: dict[str, str], *, bind: str = "127.0.0.1:0") -> Iterator[str]:
    """`python -m simulator` with the line on it; its address."""
    urls = ",".join(astuple(addresses.of_number(env["PUBLIC_BASE_URL"])))
    command = [sys.executable, "-m", "simulator", "--bind", bind, "--account", ACCOUNT, "--clock", env["DEMO_CLOCK"]]
    with _process([*command, "--number", f"{seed.LINE}={urls}"], env) as process:
        assert process.stdout is not None
        said = process.stdout.readline().strip()
        assert said.startswith("exchange on "), said
        yield said.removeprefix("exchange on ")


def _environment(folder: Path, address: str) -> dict[str, str]:
    return {
        "DATABASE_URL": f"sqlite:///{folder}/demo.db",
        "SECRET_KEY": SECRET,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        "PUBLIC_BASE_URL": address,
        "SMS_FROM": seed.LINE,
        "DEMO": "1",
        "DEMO_CLOCK": str(folder / "demo.clock"),
    }


def _set_clock(file: Path) -> None:
    night = datetime.now(COPENHAGEN).replace(hour=3, minute=10, second=0, microsecond=0) + timedelta(days=2)
    file.write_text(json.dumps({"wall": time.time(), "virtual": night.timestamp(), "speed": 1.0}), "utf-8")


@contextmanager
def _web(env: dict[str, str], listening: socket.socket, address: str) -> Iterator[None]:
    number = listening.fileno()
    command = [sys.executable, "-m", "gunicorn", "--config", "app/gunicorn.py", "--bind", f"fd://{number}", "app.wsgi:create_app()"]
    with _process(command, env, keeps=(number,)) as process:
        until = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < until and process.poll() is None:
            try:
                if requests.get(f"{address}/healthz", timeout=2).ok:
                    break
            except requests.RequestException:
                time.sleep(0.05)
        else:
            raise AssertionError("the web server did not start")
        yield


@contextmanager
def _clock_process(clockwork: Clockwork) -> Iterator[None]:
    thread = threading.Thread(target=clockwork.forever)
    thread.start()
    try:
        yield
    finally:
        clockwork.stopping.set()
        thread.join(ENDS_WITHIN)


@contextmanager
def _process(command: list[str], env: dict[str, str], *, keeps: tuple[int, ...] = ()) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(command, env={**os.environ, **env}, cwd=ROOT, pass_fds=keeps, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(ENDS_WITHIN)
        assert process.stdout is not None
        process.stdout.close()
