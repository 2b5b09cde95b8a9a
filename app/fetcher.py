"""Brings recordings home: claimed in one transaction, fetched or removed outside any, written down in another (R23)."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from sqlalchemy.orm import Session
from structlog.contextvars import bind_contextvars

from app.carrier import Ports
from app.clock import Clock
from app.database import Database
from helpdesk import recordings
from helpdesk.ports import PortFailed, Recordings
from helpdesk.recordings import Claimed, What

log = structlog.get_logger()
Writing = Callable[[Session], None]


def fetch_one(database: Database, ports: Ports, clock: Clock) -> int:
    """Does what is due about one recording; 1, or 0 where nothing is."""
    with database.writing() as session:
        claimed = recordings.claim(session, now=clock())
    if claimed is None:
        return 0
    bind_contextvars(call=claimed.call, recording=claimed.id)
    write = _done(ports.recordings, claimed, clock)
    with database.writing() as session:
        write(session)
    return 1


def _done(there: Recordings | None, claimed: Claimed, clock: Clock) -> Writing:
    """Does it; what is to be written about it."""
    if there is None:
        return _failed(claimed, PortFailed("TWILIO_ACCOUNT_SID is not set", permanent=True))
    try:
        if claimed.what is What.COPY:
            sound = there.heard(claimed.url)
            return lambda session: recordings.copied(session, claimed, sound, now=clock())
        there.forget(claimed.url)
    except PortFailed as problem:
        return _failed(claimed, problem)
    return lambda session: recordings.removed(session, claimed, now=clock())


def _failed(claimed: Claimed, problem: PortFailed) -> Writing:
    log.warning("recording_not_fetched", what=claimed.what.value, problem=str(problem))
    return lambda session: recordings.failed(session, claimed, problem)
