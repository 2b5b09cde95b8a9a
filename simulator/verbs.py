"""The verbs that need few words: Pause, Redirect, Hangup, Reject."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator import calls
from simulator.legs import By, Doing, State
from simulator.run import OVER, passed

if TYPE_CHECKING:
    from collections.abc import Generator

    from simulator.run import Run, Step
    from simulator.twiml import Verb


def pause(run: Run, verb: Verb) -> Generator[Any, Any, Step]:
    """Silence. As the first verb of an inbound call it delays the answer."""
    run.leg.doing = Doing.PAUSE
    yield from passed(run, float(verb.says("length", "1")))
    calls.answer(run.leg)
    return None


def redirect(run: Run, verb: Verb) -> Generator[Any, Any, Step]:
    """Go on with another document."""
    yield from ()
    return run.request("redirect", verb.text, verb.says("method", "POST"))


def hangup(run: Run, _verb: Verb) -> Generator[Any, Any, Step]:
    """End the leg."""
    yield from ()
    calls.end(run.leg, State.COMPLETED, By.DOCUMENT)
    return OVER


def reject(run: Run, verb: Verb) -> Generator[Any, Any, Step]:
    """Refuse the call without answering it; on an answered one it is a Hangup."""
    yield from ()
    unanswered = State.BUSY if verb.says("reason") == "busy" else State.NO_ANSWER
    calls.end(run.leg, State.COMPLETED if run.leg.is_answered else unanswered, By.DOCUMENT)
    return OVER
