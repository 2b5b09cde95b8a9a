"""What one webhook is answered with: the doors it came in at, and the time there is until an answer must have left.

Twilio waits fifteen seconds and a caller less. An answer that leaves within five has room for a turn that had to wait for the
database, and for the apology that follows it; each part of the answer must have ended when its share of the time has passed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import Final, TypeVar

from flask import current_app, g
from sqlalchemy.orm import Session

from ivr.doors import Doors

T = TypeVar("T")
TURN: Final = 0.55
REPORT: Final = 0.7
COUNT: Final = 0.8
LAST: Final = 1.0


def doors() -> Doors:
    """What this application's doors were given (app.wsgi.create_app)."""
    given: Doors = current_app.extensions["doors"]
    return given


def begin() -> None:
    """A webhook has come in: from now on its time runs."""
    g.began, g.came_at = monotonic(), doors().clock()


def came_at() -> datetime:
    """When it came in: what it tells had happened by then, however long it takes to write that down."""
    came: datetime = g.came_at
    return came


def write(work: Callable[[Session, datetime], T], *, by: float = TURN) -> T:
    """Does `work` with a session and the time, in one transaction that is over when the share `by` of the time has passed."""
    left = doors().answer_within * by - (monotonic() - g.began)
    return doors().database.write(lambda session: work(session, doors().clock()), within=left)
