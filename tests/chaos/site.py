"""The house as it runs in production, on this machine: workers, two clocks, PostgreSQL with a standby, a wire to whichever leads.

Time is the exchange's, shared through the demo's clock file: it goes as on the wall while anybody is rung, asked or told anything,
and faster while all who telephone talk, so that quarters pass.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import date, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Final

from app.database import Database
from app.migrate import migrate
from ivr import addresses
from simulator.clock import WallClock
from simulator.clockfile import ClockFile
from simulator.exchange import Exchange
from simulator.knobs import Knobs
from simulator.pacemaker import Pacemaker
from simulator.rest import rest_app
from tests import serving
from tests.chaos.evidence import Noted
from tests.house import ACCOUNT, NIGHT, SECRET, SUPPORT, TOKEN, House
from tests.patience import PATIENCE
from tests.postgres import MAY_BE_FOLLOWED, SETTINGS, following, quick_folder, running, url_at
from tests.processes.served import server
from tests.wire import Wire

PROGRAM: Final = str(Path(sys.executable).with_name("doegnvagt"))
NAME: Final = "house"
WORKERS: Final = 3
CLOCKS: Final = 2
IDLE: Final = "concurrent/futures/thread.py"  # the newest frame of a worker that waits for work
QUICKLY: Final = 60.0  # letters in a second: four times as fast as people listen, so that more is asked than said


class Site:
    """Everything that runs, and how it is knocked over. `speed` is how fast time goes while all who telephone talk."""

    def __init__(self, opened: ExitStack, folder: Path, *, seed: int, speed: float) -> None:
        self._opened, self.folder = opened, folder
        # Servers stop behind whoever is connected: a commit would wait for ever for a standby that is gone.
        self._servers = opened.enter_context(ExitStack())
        self._leading = self._servers.enter_context(ExitStack())
        self.primary = self._leading.enter_context(running(settings=SETTINGS + MAY_BE_FOLLOWED))
        self.primary.administration.execute(f"CREATE DATABASE {NAME}")
        migrate(self.primary.url(NAME), self.primary.url(NAME))
        self._is_followed()
        self.wire = Wire(Path(opened.enter_context(TemporaryDirectory(dir=quick_folder()))), self.primary.folder)
        opened.callback(self.wire.close)
        clock = WallClock(NIGHT)
        self.noted = Noted(lambda: clock.now)
        self.exchange = Exchange(
            ACCOUNT, TOKEN, self.noted, clock=clock, knobs=Knobs(strict=False, characters_per_second=QUICKLY), seed=seed
        )
        self._pacemaker = opened.enter_context(Pacemaker(self.exchange, clock, ClockFile(folder / "clock")))
        self._pacemaker.choose(speed)
        self.house = House(opened.enter_context(self.database()), at=NIGHT)
        self.house.exchange = self.exchange
        self._starts()

    def _is_followed(self) -> None:
        self._behind = self._servers.enter_context(ExitStack())
        self._standby = self._behind.enter_context(following(self.primary))
        self.primary.waits_for_its_standby()

    def _starts(self) -> None:
        env = {
            **os.environ,
            "DATABASE_URL": url_at(self.wire.folder, NAME),
            "SECRET_KEY": SECRET,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_API_BASE_URL": self._opened.enter_context(serving.served(rest_app(self.exchange))),
            "SMS_FROM": SUPPORT,
            "DEMO": "1",
            "PYTHONFAULTHANDLER": "1",
            "DEMO_CLOCK": str(self.folder / "clock"),
        }
        web = server(env, app="app.wsgi:create_app()", workers=WORKERS, log=self.folder / "web.log")
        address, self._web = self._opened.enter_context(web)
        self._env = {**env, "PUBLIC_BASE_URL": address}
        ours = addresses.of_number(address)
        self.exchange.number(SUPPORT, voice_url=ours.voice, status_url=ours.status, fallback_url=ours.fallback)
        self._clocks = [self._clock() for _ in range(CLOCKS)]
        self._opened.callback(self._stops_the_clocks)

    def _clock(self) -> subprocess.Popen[bytes]:
        with (self.folder / "clock.log").open("ab") as log:
            return subprocess.Popen([PROGRAM, "clock"], env=self._env, stderr=log)

    def _stops_the_clocks(self) -> None:
        """Both are told and waited for; one that does not end says what its threads are at, and that is what is raised."""
        for clock in self._clocks:
            clock.terminate()
        stuck = [clock for clock in self._clocks if not _ends(clock)]
        for clock in stuck:
            clock.send_signal(signal.SIGABRT)  # with PYTHONFAULTHANDLER it tells its log where each thread is
            clock.wait()
        if stuck:
            at = _busy_threads((self.folder / "clock.log").read_text(errors="replace"))
            raise AssertionError(f"{len(stuck)} of {CLOCKS} clocks did not end in {PATIENCE:.0f} s\n{at}")

    @contextmanager
    def database(self) -> Iterator[Database]:
        """The database that leads, without the wire between."""
        with closing(Database(self.primary.url(NAME))) as opened:
            yield opened

    def kills_a_worker(self, chance: Random) -> None:
        """SIGKILL; its master starts another one."""
        listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], check=True, capture_output=True, text=True)  # noqa: S607 - POSIX has it
        pairs = [line.split() for line in listed.stdout.splitlines()]
        workers = [int(pid) for pid, parent in pairs if int(parent) == self._web.pid]
        if workers:
            os.kill(chance.choice(workers), signal.SIGKILL)

    def kills_a_clock(self, chance: Random) -> None:
        """SIGKILL; whoever watches over it starts another one."""
        place = chance.randrange(CLOCKS)
        self._clocks[place].kill()
        self._clocks[place].wait(PATIENCE)
        self._clocks[place] = self._clock()

    def fails_over(self) -> None:
        """The primary is gone for good, its standby takes over and is followed by a new one; callers' processes are led to it."""
        self.primary.stops()
        self._standby.is_promoted()
        gone, self._leading, self.primary = self._leading, self._behind, self._standby
        self.wire.leads_to(self.primary.folder)
        gone.close()  # what it kept fills the memory
        self._is_followed()

    def reconciles(self, day: date) -> dict[str, int]:
        """`doegnvagt reconcile` for a local day and the one before: how many calls were compared, and what was found."""
        command = [PROGRAM, "reconcile", "--day", day.isoformat(), "--json"]
        told = json.loads(subprocess.run(command, env=self._env, check=True, capture_output=True).stdout)
        return {"compared": told["compared"], **told["found"]}

    def leaps(self, **span: float) -> None:
        """Time leaps forward while nobody telephones."""
        with self.exchange.changed:
            self.exchange.clock.move(self.exchange.now + timedelta(**span))
            self.exchange.changed.notify_all()


@contextmanager
def site(folder: Path, *, seed: int, speed: float) -> Iterator[Site]:
    """The site, which keeps its clock and its logs in `folder`; everything ends with the block."""
    with ExitStack() as opened:
        yield Site(opened, folder, seed=seed, speed=speed)


def _ends(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        return False
    return True


def _busy_threads(log: str) -> str:
    """What faulthandler told of the threads that were at anything."""
    _, _, told = log.partition("Fatal Python error")
    threads = told.split("\n\n")
    return "\n\n".join(one for one in threads if IDLE not in "".join(one.splitlines()[1:2]))
