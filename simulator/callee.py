"""The dialled leg: it rings, may be asked before it is connected, and is then bridged (twilio-contract §3.3)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator import calls
from simulator.legs import StatusTarget
from simulator.numbers import is_e164, plain
from simulator.reports import report
from simulator.run import Run, passed
from simulator.tasks import Moved, Task, Wait

if TYPE_CHECKING:
    from collections.abc import Generator

    from simulator.legs import Leg
    from simulator.run import Perform
    from simulator.twiml import Verb
    from simulator.webhooks import Request

PAUSES = {"w": 0.5, "W": 1.0}
TONE = 0.1


def is_allowed(leg: Leg, caller_id: str) -> bool:
    """Whether Twilio lets Dial show that number: To or From of the call, one's own or a verified one (13214)."""
    known = {plain(leg.to), *leg.exchange.numbers, *leg.exchange.verified}
    if leg.exchange.knobs.shows_callers_number:
        known.add(plain(leg.from_))
    return is_e164(caller_id) and caller_id in known


def dialled(perform: Perform, run: Run, noun: Verb, caller_id: str) -> Leg:
    """A new leg to the number in `noun`, on its way."""
    target = None
    if "statusCallback" in noun.attributes:
        there = run.request("status", noun.says("statusCallback"), noun.says("statusCallbackMethod", "POST"))
        events = frozenset(noun.says("statusCallbackEvent", "completed").split())
        target = StatusTarget(there.url, there.method, events)
    leg = calls.outgoing(run.exchange, plain(noun.text), from_=caller_id, parent=run.leg, status_target=target)
    whisper = run.request("whisper", noun.says("url"), noun.says("method", "POST")) if noun.says("url") else None
    leg.task = Task(run.exchange, _led(perform, leg, noun, whisper))
    report(leg, "initiated")
    return leg


def _led(perform: Perform, leg: Leg, noun: Verb, whisper: Request | None) -> Generator[Any, Any, None]:
    try:
        yield from rung(leg)
        yield from passed(Run(leg, ""), sum(PAUSES.get(digit, TONE) for digit in noun.says("sendDigits")))
        if whisper is None or (yield from perform(leg, whisper, whisper=True)):
            calls.bridge(leg)
            while not leg.is_over:
                yield Wait()
    except Moved as moved:
        yield from perform(leg, moved.to)


def rung(leg: Leg) -> Generator[Any, Any, None]:
    """From dialling until somebody picks up."""
    yield from passed(Run(leg, ""), leg.exchange.knobs.setup_seconds)
    calls.ring(leg)
    while not leg.is_answered:
        yield Wait()
