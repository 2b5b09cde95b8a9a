"""Calls that the REST API makes, and what it does to calls that run (twilio-contract §5)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from simulator import calls
from simulator.interpreter import perform
from simulator.legs import By, Doing, State
from simulator.reports import report
from simulator.run import Run, passed
from simulator.tasks import Moved, Task, Wait

if TYPE_CHECKING:
    from collections.abc import Generator

    from simulator.legs import Leg
    from simulator.webhooks import Request


class NotInProgress(Exception):
    """The call is not in a state in which that can be done to it (`Knobs.not_in_progress`)."""


def originate(leg: Leg, request: Request, *, timeout: int) -> None:
    """Ring the telephone of `leg` as soon as calls may begin, and carry `request` out once it is picked up."""
    exchange = leg.exchange
    begin = max(exchange.now, exchange.next_start)
    exchange.next_start = begin + timedelta(seconds=1 / exchange.knobs.calls_per_second)
    leg.queue_milliseconds = int((begin - exchange.now).total_seconds() * 1000)
    leg.task = Task(exchange, _led(leg, request, timeout))


def _led(leg: Leg, request: Request, timeout: int) -> Generator[Any, Any, None]:
    try:
        yield from _rung(leg, timeout)
    except Moved as moved:
        request = moved.to
    yield from perform(leg, request)


def _rung(leg: Leg, timeout: int) -> Generator[Any, Any, None]:
    run = Run(leg, "")
    yield from passed(run, leg.queue_milliseconds / 1000)
    report(leg, "initiated")
    yield from passed(run, leg.exchange.knobs.setup_seconds)
    calls.ring(leg)
    until = leg.exchange.now + timedelta(seconds=timeout + leg.exchange.knobs.ring_extra)
    while not leg.is_answered:
        if leg.exchange.now >= until:
            calls.end(leg, State.NO_ANSWER, By.TIMEOUT)
        yield Wait(until if not leg.is_over else None)


def move(leg: Leg, request: Request) -> None:
    """Send a running call to another document; a Dial under way ends, a dialled leg goes its own way from here."""
    if leg.is_over or leg.task is None or (leg.direction != "inbound" and not leg.is_answered):
        raise NotInProgress
    if leg.parent:
        leg.detached = True
        other, leg.other = leg.other, None
        if other:
            other.other, other.doing = None, Doing.WAITING
        calls.wake(leg.parent)
    leg.task.interrupt(Moved(request))


def cancel(leg: Leg) -> None:
    """Take a call back that nobody has answered yet; one that is queued tells nobody (twilio-contract §4.1)."""
    if leg.is_over or (leg.is_answered and not leg.exchange.knobs.cancels_answered):
        raise NotInProgress
    if leg.state is State.QUEUED:
        leg.status_target = None
    calls.end(leg, State.CANCELED, By.API)


def complete(leg: Leg) -> None:
    """End a call from outside."""
    if leg.is_over:
        raise NotInProgress
    calls.end(leg, State.COMPLETED if leg.is_answered or leg.direction == "inbound" else State.CANCELED, By.API)
