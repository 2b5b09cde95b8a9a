"""What every line says that is written while a webhook is answered: call, leg, turn, step and case; None while unknown.

The door begins a trace and ends it, the switchboard adds to it as it finds out. A call is named by its CallSid, the caller's,
in the lines of a supporter's leg too.
"""

from __future__ import annotations

from contextvars import ContextVar
from enum import StrEnum
from time import monotonic
from typing import Final

import structlog
from structlog.contextvars import bind_contextvars, clear_contextvars

from ivr.forms import Webhook
from models import Call, Leg

_outcome: Final[ContextVar[Outcome | None]] = ContextVar("outcome", default=None)
log = structlog.get_logger()


class Outcome(StrEnum):
    """What became of a turn.

    answered    its step, or the same question again, was answered
    repeated    the stored answer, byte for byte: the turn was answered before (R19), or an error asked for the last question again
    refused     there is no such turn, or no such line
    failed      it raised: an apology, or help (R21)
    """

    ANSWERED = "answered"
    REPEATED = "repeated"
    REFUSED = "refused"
    FAILED = "failed"


def ends() -> None:
    """Nothing of a webhook stands in what follows it on this thread."""
    clear_contextvars()
    _outcome.set(None)


def begins(webhook: Webhook, *, leg: int | None = None, turn: int | None = None) -> None:
    """A webhook that is signed and understood; on a supporter's leg the call is its parent."""
    bind_contextvars(call=webhook.parent_sid or webhook.sid, leg=leg, turn=turn, step=None, case=None)
    if webhook.unread:
        log.warning("parameters_unread", names=webhook.unread)


def locked(leg: Leg) -> None:
    """The leg is found and its call locked."""
    bind_contextvars(leg=leg.id)
    about(leg.call)


def about(call: Call | None) -> None:
    """Which call it is, and the case that it is linked to by now."""
    if call is not None:
        bind_contextvars(call=call.sid, case=call.case.number if call.case else None)


def step(name: str) -> None:
    """This step judges, from now on."""
    bind_contextvars(step=name)


def decided(name: str, call: Call) -> None:
    """The turn is written: this step has judged, and linked the call to a case, perhaps."""
    step(name)
    about(call)


def is_repeated() -> None:
    """A stored answer is given."""
    _outcome.set(Outcome.REPEATED)


def answered(since: float, outcome: Outcome | None = None) -> None:
    """The turn has its answer, `since` (monotonic seconds) it came in: one line that says how long that took."""
    took_ms = int((monotonic() - since) * 1_000)
    log.info("turn_answered", outcome=(outcome or _outcome.get() or Outcome.ANSWERED).value, took_ms=took_ms)
