"""Carries TwiML out on one leg: fetches documents and runs their verbs one after another (twilio-contract §3).

A verb is a script that gives back where to go next: None is the next verb, a Request another document, OVER the end.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from simulator import calls, verbs
from simulator.dial import dial
from simulator.fetching import fetched
from simulator.gather import gather
from simulator.legs import By, Doing, State
from simulator.prompts import say
from simulator.record import record
from simulator.run import OVER, Over, Run
from simulator.tasks import Moved

if TYPE_CHECKING:
    from collections.abc import Generator

    from simulator.legs import Leg
    from simulator.run import Performer, Step
    from simulator.twiml import Document, Verb
    from simulator.webhooks import Request


def perform(leg: Leg, request: Request, *, whisper: bool = False) -> Generator[Any, Any, bool]:
    """Carry out the document that `request` fetches and all that follow; True when the last one ran out.

    A whisper that ran out means: connect the two. A caller's leg that ran out has been hung up.
    """
    while True:
        try:
            leg.doing = Doing.WAITING
            found = yield from fetched(leg, request, whisper=whisper)
            step: Step = OVER
            if found is not None:
                document, url = found
                step = yield from carried_out(Run(leg, url), document)
        except Moved as moved:
            if whisper:
                raise
            request = moved.to
            continue
        if isinstance(step, Over):
            return False
        if step is None:
            if not whisper:
                calls.end(leg, State.COMPLETED, By.DOCUMENT)
            return True
        request = step


def carried_out(run: Run, document: Document) -> Generator[Any, Any, Step]:
    """Run the verbs of one document until one of them leads away from it."""
    for verb in document.verbs:
        if _picks_up(run.leg, verb):
            calls.answer(run.leg)
        step: Step = yield from VERBS[verb.name](run, verb)
        run.leg.doing = Doing.WAITING
        if step is not None:
            return step
    return None


def _picks_up(leg: Leg, verb: Verb) -> bool:
    """Every verb answers the call, except Reject, a first Dial answerOnBridge, and a first Pause for its length."""
    if leg.is_answered or verb.name in {"Reject", "Pause"}:
        return False
    return not (verb.name == "Dial" and verb.is_on("answerOnBridge"))


VERBS: dict[str, Performer] = {
    "Say": say,
    "Play": say,
    "Pause": verbs.pause,
    "Gather": gather,
    "Record": record,
    "Redirect": verbs.redirect,
    "Hangup": verbs.hangup,
    "Reject": verbs.reject,
    "Dial": partial(dial, perform),
}
