"""What went to and fro between the exchange and the house, and what the house's clocks showed then: the evidence of the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from app.database import Database
from helpdesk.ports import LegState
from simulator.clock import Clock
from simulator.exchange import Exchange
from simulator.knobs import Knobs
from simulator.transport import Delivery, Outcome, Response, WsgiTransport
from tests.ports import AtTheExchange
from tests.simulation.boundary import Boundary, Doing

A_SECOND: Final = timedelta(seconds=1)
OK: Final = 200
Job = Callable[[], Callable[[], None]]


@dataclass(eq=False, kw_only=True)
class Sent(Doing):
    """One thing that the house was told: a webhook, an answer of the provider's, or a cut that the provider carried out.

    `reading` is what the clock of `machine` showed, `kept` what the house committed while it was told (tables that were written).
    """

    kind: str
    at: datetime
    reading: datetime
    machine: str = ""
    path: str = ""
    params: dict[str, str] = field(default_factory=dict)
    answer: str = ""
    legs: tuple[LegState, ...] = ()

    @classmethod
    def webhook(cls, delivery: Delivery, now: datetime) -> Sent:
        """A webhook on its way."""
        parts = urlsplit(delivery.url)
        params = dict(parse_qsl(delivery.body.decode(), keep_blank_values=True))
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        return cls(kind="web", at=now, reading=now, path=path, params=params)

    @property
    def place(self) -> list[str]:
        """Its address in parts: ["turn", "7", "12"]."""
        return self.path.partition("?")[0].split("/")[2:]

    @property
    def query(self) -> dict[str, str]:
        """What the address carries."""
        return dict(parse_qsl(urlsplit(self.path).query))

    @property
    def call(self) -> str:
        """The CallSid of the call that it is about."""
        return self.params.get("ParentCallSid") or self.params.get("CallSid", self.path)

    def hears(self, outcome: Outcome) -> None:
        """Its answer, if one came."""
        if isinstance(outcome, Response) and outcome.status == OK:
            self.answer = outcome.body.decode(errors="replace")


@dataclass(eq=False, kw_only=True)
class Machine:
    """A process with a pool and a clock of its own; `skew` is by how much that clock is fast."""

    name: str
    now: Callable[[], datetime]
    database: Database
    skew: timedelta = timedelta(0)
    is_down: bool = False

    def rises(self) -> None:
        """It was started anew."""
        self.is_down = False

    def clock(self) -> datetime:
        """What its clock shows."""
        return self.now() + self.skew


class Asking(AtTheExchange):
    """The provider's API as one clock process sees it; what it is told is written down, and where callers were sent."""

    def __init__(self, exchange: Exchange, *, base_url: str, sms_from: str, wire: list[Sent], boundary: Boundary) -> None:
        super().__init__(exchange, base_url=base_url, sms_from=sms_from)
        self._told_at, self._wire, self._boundary = exchange, wire, boundary
        self.machine: Machine
        self.cuts: set[str] = set()

    def legs(self, sid: str) -> list[LegState]:
        found = super().legs(sid)
        self._note("asked", sid, tuple(found))
        return found

    def redirect(self, sid: str, turn_path: str) -> None:
        self.cuts.add(turn_path)
        super().redirect(sid, turn_path)
        dialled = self._told_at.legs[sid].parent
        self._note("cut", dialled.sid if dialled is not None else sid)

    def _note(self, kind: str, sid: str, legs: tuple[LegState, ...] = ()) -> None:
        told = Sent(kind=kind, at=self._told_at.now, reading=self.machine.clock(), path=sid, legs=legs)
        self._wire.append(told)
        self._boundary.goes_on_with(told)


class Crossing(Exchange):
    """An exchange whose requests reach the house alone, or in a crowd: all of one second together, beside the clocks' work."""

    def __init__(self, account: str, token: str, *, clock: Clock, knobs: Knobs, seed: str, is_crowded: bool) -> None:
        super().__init__(account, token, WsgiTransport(_nobody), clock=clock, knobs=knobs, seed=seed)
        self.is_crowded = is_crowded
        self.delivers: Callable[[Delivery, Sent], Outcome]
        self.together: Callable[[list[Callable[[], None]]], None]
        self.stepped: Callable[[], None] = lambda: None
        self._waiting: list[Job] = []

    def carry(self, delivery: Delivery, then: Callable[[Outcome], None]) -> None:
        """Sends a request and hands its outcome over."""

        def carried() -> Callable[[], None]:
            outcome = self.delivers(delivery, Sent.webhook(delivery, self.now))
            return partial(then, outcome)

        self.joins(carried)

    def joins(self, job: Job) -> None:
        """Does a process's work: at once, or at the next full second beside all others; then what it gives back."""
        if not self.is_crowded:
            after = job()
            self.stepped()
            after()
            return
        if not self._waiting:
            full = self.now.replace(microsecond=0)
            self.clock.at(full if full == self.now else full + A_SECOND, self._all)
        self._waiting.append(job)

    def _all(self) -> None:
        jobs, self._waiting = self._waiting, []
        after: list[Callable[[], None]] = []
        self.together([partial(_into, after, job) for job in jobs])
        self.stepped()
        for each in after:
            each()


def _into(after: list[Callable[[], None]], job: Job) -> None:
    after.append(job())


def _nobody(*_: object) -> list[bytes]:
    raise RuntimeError("requests go through `carry`")
