"""One attempt of one request on its way, as the network of the knobs lets it travel, and what is written down about it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING, Any

from simulator.faults import Attempt
from simulator.records import Doubled, Logged
from simulator.tasks import Interruption, Send, Task, Wait
from simulator.transport import ConnectTimedOut, ReadTimedOut, Response, TransportError

if TYPE_CHECKING:
    from collections.abc import Generator

    from simulator.faults import Passage
    from simulator.transport import Delivery, Limits, Outcome
    from simulator.webhooks import Request, Subject


@dataclass(frozen=True, slots=True)
class Trip:
    """What came back from one attempt, and how many seconds it took on the way."""

    outcome: Outcome
    seconds: float


def travelled(about: Subject, request: Request, delivery: Delivery, *, number: int) -> Generator[Any, Any, Trip]:
    """Let attempt `number` of `request` travel. Whoever waits for it is held up as long as Twilio would be."""
    exchange = about.exchange
    passage = exchange.knobs.network(Attempt(request.kind, delivery.url, request.params, number), exchange.chance)
    if str(passage):
        exchange.logbook.note("network", about, f"{passage} {request.kind}")
    copies = _Copies(about, request, delivery)
    for seconds in passage.again:
        copies.arrive_in(seconds)
    if passage.arrives and passage.late < delivery.limits.read:
        return (yield from _delivered(copies, passage))
    if passage.arrives:
        copies.arrive_in(passage.late)
    error = (passage.loss or ReadTimedOut)("the network lost it")
    _written_down(about, request, delivery, error)
    yield from _waited(about, cost(error, delivery.limits))
    return Trip(error, cost(error, delivery.limits))


def _delivered(copies: _Copies, passage: Passage) -> Generator[Any, Any, Trip]:
    about, limits = copies.about, copies.delivery.limits
    due = about.exchange.now + timedelta(seconds=passage.late)
    try:
        yield from _waited(about, passage.late)
    except Interruption:
        copies.arrive_in((due - about.exchange.now).total_seconds())  # nobody waits any more, and it is on its way all the same
        raise
    outcome: Outcome = yield Send(replace(copies.delivery, limits=replace(limits, read=limits.read - passage.late)))
    copies.answered(outcome)
    seconds = passage.late
    if passage.loss:
        outcome = passage.loss("the network lost the answer")
    if isinstance(outcome, TransportError):
        seconds = max(seconds, cost(outcome, limits))
    _written_down(about, copies.request, copies.delivery, outcome)
    if passage.loss or about.exchange.clock.virtual:  # a real failure has taken its time already
        yield from _waited(about, seconds - passage.late)
    return Trip(outcome, seconds)


class _Copies:
    """One delivery, and every copy of it that goes astray; two answers to it are put beside each other."""

    def __init__(self, about: Subject, request: Request, delivery: Delivery) -> None:
        self.about, self.request, self.delivery = about, request, delivery
        self._first: bytes | None = None

    def arrive_in(self, seconds: float) -> None:
        """Let one more copy arrive in so many seconds; nobody waits for its answer."""
        self.about.exchange.clock.after(seconds, self._start)

    def answered(self, outcome: Outcome) -> None:
        """The application has answered one copy."""
        if not isinstance(outcome, Response):
            return
        if self._first is None:
            self._first = outcome.body
            return
        both = Doubled(self.request.kind, self.delivery.url, self.request.params, self._first, outcome.body)
        self.about.exchange.logbook.doubled(both)

    def _start(self) -> None:
        with self.about.exchange.lock:
            Task(self.about.exchange, self._astray())

    def _astray(self) -> Generator[Any, Any, None]:
        outcome = yield Send(self.delivery)
        self.answered(outcome)
        _written_down(self.about, self.request, self.delivery, outcome, astray=True)


def cost(error: TransportError, limits: Limits) -> float:
    """How many seconds pass until Twilio knows of a failure."""
    if isinstance(error, ConnectTimedOut):
        return limits.connect
    return limits.read if isinstance(error, ReadTimedOut) else 0.0


def _waited(about: Subject, seconds: float) -> Generator[Any, Any, None]:
    until = about.exchange.now + timedelta(seconds=seconds)
    while about.exchange.now < until:
        yield Wait(until)


def _written_down(about: Subject, request: Request, delivery: Delivery, outcome: Outcome, *, astray: bool = False) -> None:
    status, body = (0, b"") if isinstance(outcome, TransportError) else (outcome.status, outcome.body)
    logged = Logged(about.exchange.now, request.kind, about.sid, delivery.url, request.params, dict(delivery.headers), status, body)
    about.exchange.logbook.logged(logged, about)
    if isinstance(outcome, Response) and not astray:
        for name, value in outcome.headers:
            if name.lower() == "set-cookie":
                about.cookies |= _cookies(value)


def _cookies(header: str) -> dict[str, str]:
    try:
        return {name: morsel.coded_value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}
