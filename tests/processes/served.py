"""A house whose web process is a real one: gunicorn on this machine, reached by the exchange over HTTP, killed when it is planned.

Time is still moved by hand: the exchange writes down what time it is before each request, and the process reads it there.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Final

import requests
from gunicorn.app import wsgiapp

from app.cli import main
from app.database import Database
from simulator.transport import USUAL, HttpTransport, Limits, Response
from tests.house import ACCOUNT, BASE, SECRET, TOKEN, House
from tests.patience import PATIENCE
from tests.processes import mortal

CONFIG: Final = Path(__file__).parents[2] / "app" / "gunicorn.py"
FORKS: Final = multiprocessing.get_context("forkserver")
FORKS.set_forkserver_preload(
    ["app.wsgi", "app.cli", "app.cli.clock", "tests.processes.mortal", "gunicorn.app.wsgiapp", "gunicorn.workers.gthread"]
)


class Wire:
    """The exchange's transport: the house's public address leads to this machine. `requests` counts what was sent."""

    def __init__(self, house: House, address: str, folder: Path) -> None:
        self._house, self._address, self._folder = house, address, folder
        self._http = HttpTransport()
        self.requests = 0
        self.deadly: dict[int, str] = {}

    def kills(self, request: int, when: str) -> None:
        """Lets the process die of that request from now on (1 is the next), "before" or "after" its commit."""
        self.requests, self.deadly = 0, {request: when}

    @property
    def was_deadly(self) -> bool:
        """Whether the process died of what was planned."""
        return not self.deadly and not (self._folder / "plan").exists()

    def post(self, url: str, body: bytes, headers: Mapping[str, str], *, limits: Limits = USUAL) -> Response:
        """POST `body` to the process."""
        self.requests += 1
        show(self._folder / "clock", self._house)
        if self.requests in self.deadly:
            (self._folder / "plan").write_text(self.deadly.pop(self.requests), "utf-8")
        return self._http.post(url.replace(BASE, self._address), body, headers, limits=limits)

    def get(self, url: str, headers: Mapping[str, str], *, limits: Limits = USUAL) -> Response:
        """GET from the process."""
        return self._http.get(url.replace(BASE, self._address), headers, limits=limits)


class Served(House):
    """A house with its web application in a process of its own."""

    wire: Wire


def show(file: Path, house: House) -> None:
    """Writes down what time it is for other processes; it stands still until the next time."""
    file.with_suffix(".new").write_text(json.dumps({"virtual": house.now.timestamp(), "wall": 0, "speed": 0}), "utf-8")
    file.with_suffix(".new").replace(file)


def environment(database_url: str, folder: Path) -> dict[str, str]:
    """What a process of the house is told."""
    return {
        **os.environ,
        "DATABASE_URL": database_url,
        "SECRET_KEY": SECRET,
        "PUBLIC_BASE_URL": BASE,
        "TWILIO_ACCOUNT_SID": ACCOUNT,
        "TWILIO_AUTH_TOKEN": TOKEN,
        mortal.PLAN: str(folder / "plan"),
        mortal.CLOCK: str(folder / "clock"),
    }


@contextmanager
def served(database: Database, database_url: str, folder: Path) -> Iterator[Served]:
    """Such a house on a migrated database; its process ends with the block."""
    house = Served(database)
    show(folder / "clock", house)
    with web(environment(database_url, folder)) as address:
        house.wire = Wire(house, address, folder)
        house.exchange.transport = house.wire
        yield house


@contextmanager
def web(env: Mapping[str, str], *, app: str = "tests.processes.mortal:create_app()", workers: int = 1) -> Iterator[str]:
    """The web process as it runs in production, on a free port; its address, which is its public one unless `env` says another."""
    with server(env, app=app, workers=workers) as (address, _process):
        yield address


@contextmanager
def server(
    env: Mapping[str, str], *, app: str, workers: int = 1, log: Path = Path(os.devnull)
) -> Iterator[tuple[str, BaseProcess]]:
    """The same, with the process whose children are the workers; what they have to say is written to `log`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    options = ["--config", str(CONFIG), "--workers", str(workers), "--bind", f"127.0.0.1:{port}"]
    process = FORKS.Process(target=_gunicorn, args=({"PUBLIC_BASE_URL": address, **env}, [*options, app], log))
    process.start()
    try:
        _wait_for(address, process)
        yield address, process
    finally:
        process.terminate()
        process.join(PATIENCE)


def _gunicorn(env: Mapping[str, str], arguments: Sequence[str], log: Path) -> None:
    """What `gunicorn …` does, in a process that has not to import it all anew."""
    _surround(env, log)
    sys.argv = ["gunicorn", *arguments]
    wsgiapp.run()


@contextmanager
def clock(env: Mapping[str, str]) -> Iterator[BaseProcess]:
    """`doegnvagt clock` in a process of its own that has not to import it all anew; it ends with the block, if not before."""
    process = FORKS.Process(target=_clock, args=(dict(env),))
    process.start()
    try:
        yield process
    finally:
        process.terminate()
        process.join(PATIENCE)


def _clock(env: Mapping[str, str]) -> None:
    _surround(env, Path(os.devnull))
    sys.exit(main(["clock"]))


def _surround(env: Mapping[str, str], log: Path) -> None:
    os.environ.clear()
    os.environ.update(env)
    with log.open("a", encoding="utf-8") as written:
        os.dup2(written.fileno(), sys.stderr.fileno())


def _wait_for(address: str, server: BaseProcess) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.is_alive():
        try:
            requests.get(f"{address}/healthz", timeout=PATIENCE)
        except requests.ConnectionError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError("the web process did not start")
