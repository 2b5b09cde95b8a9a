"""Brings recordings home: claimed in one transaction, fetched, removed or transcribed outside any, noted in another (R23)."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from sqlalchemy.orm import Session
from structlog.contextvars import bind_contextvars

from app.carrier import Ports
from app.clock import Clock
from app.database import Database
from helpdesk import recordings
from helpdesk.ports import PortFailed, Recordings, Transcriber
from helpdesk.recordings import Claimed, What

log = structlog.get_logger()
Writing = Callable[[Session], None]


def fetch_one(database: Database, ports: Ports, clock: Clock) -> int:
    """Does what is due about one recording; 1, or 0 where nothing is."""
    with database.writing() as session:
        claimed = recordings.claim(session, transcribes=ports.transcriber is not None, now=clock())
    if claimed is None:
        return 0
    bind_contextvars(call=claimed.call, recording=claimed.id)
    write = _done(ports, claimed, clock)
    with database.writing() as session:
        write(session)
    return 1


def _done(ports: Ports, claimed: Claimed, clock: Clock) -> Writing:
    """Does it; what is to be written about it."""
    try:
        match claimed.what:
            case What.COPY:
                sound = _there(ports).heard(claimed.url)
                return lambda session: recordings.copied(session, claimed, sound, now=clock())
            case What.REMOVE:
                _there(ports).forget(claimed.url)
                return lambda session: recordings.removed(session, claimed, now=clock())
            case What.WRITE_DOWN:
                words = _writer(ports).written(claimed.sound)
                return lambda session: recordings.written(session, claimed, words, now=clock())
    except PortFailed as problem:
        return _failed(claimed, problem)


def _there(ports: Ports) -> Recordings:
    if ports.recordings is None:
        raise PortFailed("TWILIO_ACCOUNT_SID is not set", permanent=False)
    return ports.recordings


def _writer(ports: Ports) -> Transcriber:
    if ports.transcriber is None:
        raise PortFailed("TRANSCRIBE_URL is not set", permanent=False)
    return ports.transcriber


def _failed(claimed: Claimed, problem: PortFailed) -> Writing:
    log.warning("recording_not_fetched", what=claimed.what.value, problem=str(problem))
    return lambda session: recordings.failed(session, claimed, problem)
