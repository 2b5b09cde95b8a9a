"""The clock process: APScheduler dispatches the jobs, one at a time each; a monotonic beat says when (pitfall I2).

A job does one unit of work and says how many things it did; it is run until nothing is due. Due work stands in indexed `…_at`
columns and is claimed by the database, so any number of clocks share the work and a killed one loses nothing. What is due is asked
first, in one question that only looks: a house in which nothing is due is left alone by its clocks, SQLite's one writer above all.
Settling is not among the jobs: whatever ends a call, or moves a fact of it, settles it in the same transaction
(helpdesk.calls.finish). Texts and letters are two jobs: a mail server that hangs holds up no text.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from types import FrameType
from typing import Final

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger
from sqlalchemy.orm import Session
from structlog.contextvars import bind_contextvars, clear_contextvars

from app import acceptor, carrier, cutter, fetcher, reconciler, ringer, sweeper, teller
from app.appointments import DUE, due
from app.carrier import Ports
from app.clock import Clock, wall
from app.database import Database
from billing import charging
from helpdesk import (
    alarms,
    cases,
    deliveries,
    events,
    last_minutes,
    left_behind,
    low_balance,
    recipients,
    rounds,
    running_out,
)
from helpdesk.ringing import For
from models.values import ErrandKind

log = structlog.get_logger()
BEAT: Final = 1.0
Unit = Callable[[], int]
UNITS: Final[Mapping[str, Callable[[Session, datetime], int]]] = {
    "holds": running_out.hold_due,
    "quarters": charging.charge_begun,
    "cases": cases.link_due,
    "missed": left_behind.follow_up_due,
    "attempts": left_behind.expire_due,
    "alarms": cases.alarm_due,
    "warnings": last_minutes.warn_due,
    "balances": low_balance.tell_due,
    "events": events.tell_due,
    "pruning": deliveries.prune_due,
    **{name: partial(rounds.go_due, name=name) for name in rounds.ROUNDS},
}


@dataclass(frozen=True, kw_only=True)
class Clockwork:
    """The jobs of one clock process. `stopping` is set when it shall end: a unit in hand is finished, no other is begun.

    `failed` names the jobs in which something raised. `beats` are done at each beat, due or not, for as long as it runs for ever.
    """

    database: Database
    ports: Ports
    clock: Clock
    beats: Mapping[str, Unit] = field(default_factory=dict)
    stopping: threading.Event = field(default_factory=threading.Event)
    failed: set[str] = field(default_factory=set)

    def units(self) -> dict[str, Unit]:
        """One unit of each job, in the order in which they feed each other."""

        def unit(job: Callable[[Session, datetime], int]) -> Unit:
            def work() -> int:
                with self.database.writing() as session:
                    return job(session, self.clock())

            return work

        ways = recipients.ways_of_alarm(self.ports.alarm_address)
        jobs = {name: unit(job) for name, job in UNITS.items()}
        return jobs | {
            "tellings": unit(lambda session, now: alarms.tell_due(session, now, ways=ways)),
            "cuts": lambda: cutter.cut_one(self.database, self.ports, self.clock),
            "sweeps": lambda: sweeper.ask_about_one(self.database, self.ports, self.clock),
            "callbacks": lambda: ringer.ring_one(self.database, self.ports, self.clock, why=For.CALLBACK),
            "tests": lambda: ringer.ring_one(self.database, self.ports, self.clock, why=For.READINESS),
            "recordings": lambda: fetcher.fetch_one(self.database, self.ports, self.clock),
            "texts": lambda: self._carry(ErrandKind.TEXT),
            "letters": lambda: self._carry(ErrandKind.MAIL),
            "hooks": lambda: teller.tell_one(self.database, self.ports, self.clock),
            "acceptances": lambda: acceptor.accept_one(self.database, self.ports, self.clock),
            "days": lambda: reconciler.reconcile_one(self.database, self.ports, self.clock),
        }

    def _carry(self, kind: ErrandKind) -> int:
        return carrier.carry(self.database, self.ports, self.clock, kinds={kind}, goes_on=lambda: not self.stopping.is_set())

    def once(self) -> dict[str, int]:
        """Does all work that is due now, until nothing is; how many of each."""
        done = dict.fromkeys(DUE, 0)
        while True:
            did = {name: self.run(name, work) for name, work in self._waiting().items()}
            for name, count in did.items():
                done[name] += count
            if not any(did.values()) or self.stopping.is_set():
                return done

    def _waiting(self) -> dict[str, Unit]:
        """The jobs that may have something to do: all of them where that cannot be asked, so that each says what is wrong."""
        try:
            with self.database.reading() as session:
                names = due(session, self.clock())
        except Exception:  # noqa: BLE001 - whatever it is, the beat must go on, and each job logs its own
            return self.units()
        return {name: work for name, work in self.units().items() if name in names}

    def run(self, name: str, work: Unit) -> int:
        """One job until it has nothing to do; how much it did. An error ends it for now, and is logged beside its call."""
        done = 0
        try:
            while not self.stopping.is_set():
                clear_contextvars()
                bind_contextvars(job=name)
                count = work()
                if not count:
                    break
                done += count
        except Exception:
            log.exception("job_failed")
            self.failed.add(name)
            return done
        finally:
            clear_contextvars()
        if done:
            log.info("job_done", job=name, count=done)
        return done

    def forever(self) -> None:
        """Beats once a second until `stopping` is set, then finishes the units in hand."""
        jobs = {**self.units(), **self.beats}
        scheduler = BackgroundScheduler(executors={"default": ThreadPoolExecutor(len(jobs))}, timezone="UTC")
        for name, work in jobs.items():
            options = {"id": name, "coalesce": True, "max_instances": 1, "misfire_grace_time": None}
            scheduler.add_job(self.run, Beat(), args=[name, work], **options)
        scheduler.start()
        log.info("clock_started", jobs=sorted(jobs))
        while not self.stopping.wait(BEAT):
            for name in [*self._waiting(), *self.beats]:
                scheduler.modify_job(name, next_run_time=wall())
        scheduler.shutdown(wait=True)
        log.info("clock_stopped")

    def stop_on_signals(self) -> None:
        """SIGTERM and SIGINT set `stopping`."""

        def stop(_number: int, _frame: FrameType | None) -> None:
            self.stopping.set()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)


class Beat(BaseTrigger):  # type: ignore[misc]  # APScheduler ships no types
    """Leaves it to the beat to say when a job runs next: a wall clock that is frozen or moved does not stop the house."""

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime:
        """Far from now; the beat sets it."""
        return now + timedelta(days=365)
