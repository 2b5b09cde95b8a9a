"""Status callbacks: sent beside the call, as the status policy lets them arrive (twilio-contract §4)."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from simulator import parameters
from simulator.tasks import Task
from simulator.webhooks import Answer, Failure, Request, sent

if TYPE_CHECKING:
    from collections.abc import Generator

    from simulator.legs import Leg

NOTHING = 204
EMPTY = (b"<Response/>", b"<Response></Response>", b"<Response />")


def report(leg: Leg, event: str) -> None:
    """Tell whoever asked for it that `event` happened to `leg`."""
    target = leg.status_target
    if target is None or event not in target.events:
        return
    params = parameters.status(leg, leg.exchange.account, event, leg.exchange.now) | leg.exchange.knobs.surprise
    post(leg, Request("status", target.url, target.method, params))


def tell_who_answered(leg: Leg) -> None:
    """Tell whoever asked for it whether a machine picked up, some seconds after it did; nothing where it has left by then."""
    listener, knobs = leg.listener, leg.exchange.knobs
    if listener is None:
        return
    answered_by = knobs.mistaken_for or ("machine_start" if leg.handset.behaviour.kind == "voicemail" else "human")
    duration = str(int(knobs.detection_seconds * 1000))
    params = {
        "CallSid": leg.sid,
        "AccountSid": leg.exchange.account,
        "AnsweredBy": answered_by,
        "MachineDetectionDuration": duration,
    }

    def tell() -> None:
        if not leg.is_over:
            post(leg, Request("status", listener.url, listener.method, params))

    leg.exchange.clock.after(knobs.detection_seconds, tell)


def post(leg: Leg, request: Request) -> None:
    """Send an asynchronous request: nobody waits for it, and its answer changes nothing."""
    for seconds in leg.exchange.knobs.status_policy(request.params, leg.exchange.chance):
        leg.exchange.clock.after(seconds, partial(_start, leg, request))


def _start(leg: Leg, request: Request) -> None:
    with leg.exchange.lock:
        Task(leg.exchange, _told(leg, request))


def _told(leg: Leg, request: Request) -> Generator[Any, Any, None]:
    answer = yield from sent(leg, request)
    problem = _complaint(answer)
    if problem:
        code = answer.code if isinstance(answer, Failure) else 12200
        leg.exchange.logbook.problem(code, f"{request.kind} callback to {request.url}: {problem}", leg)


def _complaint(answer: Answer | Failure) -> str:
    if isinstance(answer, Failure):
        return f"{answer.message}; it is lost"
    response = answer.response
    if response.status == NOTHING:
        return ""
    if not response.header("Content-Type").startswith(("text/xml", "application/xml")):
        return f"answered {response.header('Content-Type') or 'without a type'} instead of 204 or an empty Response"
    return "" if response.body.strip().endswith(EMPTY) else "answered TwiML, which is not carried out"
