"""The processes of a simulated house: web workers and clocks, each with a pool and a clock of its own, that die and rise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Final

from app.carrier import Ports
from app.database import Database
from app.scheduler import Clockwork
from app.webclock import WebClock
from simulator.exchange import Exchange
from simulator.transport import ConnectionBroken, ConnectionFailed, Delivery, Outcome, WsgiTransport
from tests.simulation.baton import Baton
from tests.simulation.boundary import Boundary, Crashed
from tests.simulation.wire import Machine, Sent

RESTARTS_IN: Final = 3.0
CLEARLY: Final = timedelta(seconds=4)


@dataclass(frozen=True, kw_only=True)
class Place:
    """What all nights of one operating-system process share. `restarts` takes the database away for a moment, without a word."""

    webs: tuple[Database, ...]
    clocks: tuple[Database, ...]
    boundary: Boundary
    baton: Baton
    restarts: Callable[[], None]

    @property
    def has_one_writer(self) -> bool:
        """Whether it is SQLite."""
        return self.webs[0].engine.dialect.name == "sqlite"


@dataclass(eq=False, kw_only=True)
class WebProcess(Machine):
    """A web worker."""

    transport: WsgiTransport
    is_busy: bool = False


@dataclass(eq=False, kw_only=True)
class ClockProcess(Machine):
    """A clock process; `stands_until` is when it goes on that somebody has stopped.

    `differed` says whether it ever found a web process's clock fast (True) or slow (False) by clearly more than is allowed.
    """

    ports: Ports
    stands_until: datetime | None = None
    differed: set[bool] = field(default_factory=set)

    def works(self) -> bool:
        """Whether it does what is due now."""
        return not self.is_down and (self.stands_until is None or self.now() >= self.stands_until)


class Processes:
    """All of a night's. Who answers a webhook is chance; a process that is at work takes no second one."""

    def __init__(self, place: Place, chance: Random, wire: list[Sent]) -> None:
        self.place, self.chance, self.wire = place, chance, wire
        self.webs: list[WebProcess] = []
        self.clocks: list[ClockProcess] = []
        self.counts: Counter[str] = Counter()
        self.exchange: Exchange

    def delivered(self, delivery: Delivery, told: Sent) -> Outcome:
        """A webhook's answer, from one of the web workers."""
        web = self.somebody()
        if web is None:
            return ConnectionFailed("every process is being started anew")
        told.reading, told.machine = web.clock(), web.name
        self.wire.append(told)
        web.is_busy = True
        try:
            with self.place.boundary.at(told):
                outcome = delivery.over(web.transport)
        except Crashed:
            self.dies(web)
            return ConnectionBroken("the process died")
        finally:
            web.is_busy = False
        told.hears(outcome)
        return outcome

    def beats(self, clock: ClockProcess) -> None:
        """One clock does all that is due."""
        if not clock.works():
            return
        told = Sent(kind="beat", at=clock.now(), reading=clock.clock())
        try:
            with self.place.boundary.at(told):
                works = Clockwork(database=clock.database, ports=clock.ports, clock=clock.clock)
                works.once()
                self.looks(clock, works)
        except Crashed:
            self.dies(clock)

    def looks(self, clock: ClockProcess, works: Clockwork) -> None:
        """It looks what time a web process shows (app.webclock)."""
        up = [web for web in self.webs if not web.is_down]
        if not up:
            return
        web = self.chance.choice(up)
        date = web.clock().replace(microsecond=0)
        works.run("web_clock", WebClock(clock.database, lambda: date, clock=clock.clock, machine=clock.name, every=0).look)
        if abs(web.skew - clock.skew) > CLEARLY and "web_clock" not in works.failed:
            clock.differed.add(web.skew > clock.skew)

    def dies(self, machine: Machine) -> None:
        """A process is gone with all its connections, and comes again in a moment."""
        self.counts["crashes"] += 1
        machine.database.close()
        machine.database.kept.clear()
        if all(other.is_down for other in self.webs if other is not machine):
            return  # somebody always answers, or nobody's telephone could
        machine.is_down = True
        self.exchange.clock.after(RESTARTS_IN, machine.rises)

    def somebody(self) -> WebProcess | None:
        """A web worker that has nothing to do; None where none is up."""
        while True:
            up = [web for web in self.webs if not web.is_down]
            free = [web for web in up if not web.is_busy]
            if not up or free:
                return self.chance.choice(free) if free else None
            self.place.baton.pass_on(None)
