"""The clock of the web processes, held against that of this clock process once a minute: a talk is measured by theirs (R7).

A report of the provider's shows a web process whose clock is slow, and never one that is fast (helpdesk.skew). So `/healthz` is
asked at PUBLIC_BASE_URL, and the Date of its answer read. Where a proxy writes a Date of its own it is the proxy's clock that is
seen. That nobody answers is for others to tell.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import datetime
from time import monotonic
from typing import Final

import requests
import structlog

from app.clock import Clock, wall
from app.database import Database
from app.heart import moment
from helpdesk import skew

A_MINUTE: Final = 60.0
PATIENCE: Final = (2.0, 3.0)
log = structlog.get_logger()


class WebClock:
    """Looks at a web process's clock. `ask` gives the moment that it tells; `every` is how many seconds are between two looks."""

    def __init__(
        self,
        database: Database,
        ask: Callable[[], datetime | None],
        *,
        clock: Clock = wall,
        machine: str | None = None,
        every: float = A_MINUTE,
    ) -> None:
        self._database, self._ask, self._clock, self._every = database, ask, clock, every
        self._machine = machine or socket.gethostname()
        self._next_look = monotonic()

    def look(self) -> int:
        """Alarms where the two differ by more than two seconds, the time that asking took, and the fraction that a Date lacks."""
        if monotonic() < self._next_look:
            return 0
        self._next_look = monotonic() + self._every
        before = self._clock()
        told = self._ask()
        after = self._clock()
        if told is not None and abs(skew.ahead(told, before=before, after=after)) > skew.MOST:
            with self._database.writing() as session:
                skew.alarm_web(session, skew.ahead(told, before=before, after=after), machine=self._machine, now=after)
        return 0


def over_http(base_url: str) -> Callable[[], datetime | None]:
    """Asks whoever answers at PUBLIC_BASE_URL; None where nobody does, or without a Date."""

    def ask() -> datetime | None:
        try:
            answer = requests.get(f"{base_url}/healthz", timeout=PATIENCE, allow_redirects=False)
        except requests.RequestException as problem:
            log.info("web_clock_not_seen", problem=type(problem).__name__)
            return None
        return moment(answer.headers.get("Date"))

    return ask
