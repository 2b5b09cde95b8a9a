"""Signs of life, written down for whoever asks whether the house is well: each clock's beat, and how the provider answers.

They are about processes, so they go by the wall clock even where the demo's time runs faster. Somebody who is asked too often is
disturbed: a sign is written every ten seconds at most, and when something changes.
"""

from __future__ import annotations

import os
import socket
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from time import monotonic
from typing import Any, Final

import requests
import structlog
from sqlalchemy import delete, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from twilio.http import HttpClient
from twilio.http.response import Response

from app.clock import Clock, wall
from app.database import Database
from billing import ledger
from helpdesk import skew
from models import Heartbeat

EVERY: Final = 10.0
FORGOTTEN_AFTER: Final = timedelta(days=1)
CLOCK: Final = "clock:"
PROVIDER: Final = "provider"
SERVER_ERROR: Final = 500
NOT_LET_IN: Final = frozenset({401, 403})
log = structlog.get_logger()


class Heart:
    """Writes signs of life. `name` is this process's, and `every` how many seconds there are between two signs."""

    def __init__(self, database: Database, *, clock: Clock = wall, name: str | None = None, every: float = EVERY) -> None:
        self._database, self._clock, self._every = database, clock, every
        self._machine = socket.gethostname()
        self._name = f"{CLOCK}{name or f'{self._machine}:{os.getpid()}'}"[:100]
        self._next_beat = self._next_word = monotonic()
        self._next_look = monotonic()
        self._problem: str | None = None

    def beat(self) -> int:
        """This clock is alive, if it is time to say so again; clocks that were silent for a day are forgotten. Gives 0: no work."""
        if monotonic() < self._next_beat:
            return 0
        now = self._clock()
        with self._database.writing() as session:
            _write(session, self._name, beat_at=now)
            session.execute(delete(Heartbeat).where(Heartbeat.name.startswith(CLOCK), Heartbeat.beat_at < now - FORGOTTEN_AFTER))
        self._next_beat = monotonic() + self._every
        return 0

    def provider(self, problem: str | None) -> None:
        """The provider answered, or `problem` is what went wrong. A database out of reach is no reason to disturb whoever asked."""
        if monotonic() < self._next_word and problem == self._problem:
            return
        self._problem, self._next_word = problem, monotonic() + self._every
        now = self._clock()
        try:
            with self._database.writing() as session:
                if problem is None:
                    _write(session, PROVIDER, beat_at=now, failing_since=None, problem=None)
                else:
                    _write(session, PROVIDER, problem=problem[:200])
                    first = update(Heartbeat).where(Heartbeat.name == PROVIDER, Heartbeat.failing_since.is_(None))
                    session.execute(first.values(failing_since=now))
        except SQLAlchemyError:
            log.exception("provider_not_noted", problem=problem)

    def compare(self, date: str | None, *, before: datetime) -> None:
        """The answer to what was asked at `before` says when it was given: a clock that is wrong alarms (helpdesk.skew)."""
        now = self._clock()
        told = moment(date)
        if told is None or monotonic() < self._next_look:
            return
        wrong_by = skew.ahead(told, before=before, after=now)
        if abs(wrong_by) <= skew.MOST:
            return
        self._next_look = monotonic() + self._every
        try:
            with self._database.writing() as session:
                skew.alarm(session, wrong_by, machine=self._machine, now=now)
        except SQLAlchemyError:
            log.exception("clock_not_noted")

    def asks(self) -> datetime:
        """Something is asked now."""
        return self._clock()


class Listening(HttpClient):  # type: ignore[misc]  # twilio ships no types
    """Twilio's HTTP client, with a heart told how each request went, and when it was answered."""

    def __init__(self, client: HttpClient, heart: Heart) -> None:
        super().__init__(client.logger, client.is_async, client.timeout)
        self._client, self._heart = client, heart

    def request(self, *asked: Any, **named: Any) -> Response:  # noqa: ANN401 - twilio's own arguments, handed on
        """As it is."""
        before = self._heart.asks()
        try:
            answer = self._client.request(*asked, **named)
        except requests.RequestException as problem:
            self._heart.provider(type(problem).__name__)
            raise
        failed = answer.status_code >= SERVER_ERROR or answer.status_code in NOT_LET_IN
        self._heart.provider(f"HTTP {answer.status_code}" if failed else None)
        self._heart.compare((answer.headers or {}).get("Date"), before=before)
        return answer


def moment(date: str | None) -> datetime | None:
    """What a Date says: `Fri, 20 Aug 2010 01:13:42 GMT`; None for anything else."""
    try:
        return parsedate_to_datetime(date).astimezone(UTC) if date else None
    except ValueError:
        return None


def _write(session: Session, name: str, **signs: object) -> None:
    nothing = {"name": name, "beat_at": None, "failing_since": None, "problem": None}
    ledger.add_once(session, Heartbeat, unique="name", values=nothing)
    session.execute(update(Heartbeat).where(Heartbeat.name == name).values(**signs))
