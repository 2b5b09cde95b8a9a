"""How an exchange moves through time: from moment to moment, everything in order, and a word to whoever watches."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from simulator.clock import Clock

MOST_AT_ONCE = 20_000
"""Events at one moment before the exchange says that something goes round for ever."""


class Timeline:
    """Time on `clock`. Hold `lock` while touching anything that the clock's events change."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        """Notified when something was planned or has happened."""
        self.on_tick: list[Callable[[datetime], None]] = []
        """Called with the moment each time that virtual time has moved, after what happened then."""
        self.tick_every: float | None = None
        """Seconds after which virtual time also stops by the way, so that `on_tick` is called."""
        self._ticked_at = clock.now
        self._is_running = False
        clock.wake = self._notify

    @property
    def now(self) -> datetime:
        """The moment it is at the exchange, aware, in UTC."""
        return self.clock.now

    def forward(self, *, seconds: float = 0, minutes: float = 0) -> None:
        """Let time pass: everything due on the way happens in order, each at its moment."""
        self.run_until(self.now + timedelta(seconds=seconds, minutes=minutes))

    def settle(self) -> None:
        """Let everything happen that is due at this very moment."""
        if self.clock.virtual and not self._is_running:
            self.run_until(self.now)

    def next_moment(self) -> datetime | None:
        """When the next thing happens, a tick included; None while nothing is planned."""
        with self.lock:
            moment = self.clock.next_moment()
        return min(moment, self._next_tick) if moment and self._next_tick else moment

    @property
    def _next_tick(self) -> datetime | None:
        return None if self.tick_every is None else self._ticked_at + timedelta(seconds=self.tick_every)

    def run_until(self, target: datetime) -> None:
        """Go from moment to moment and land exactly on `target`."""
        if self._is_running:
            raise RuntimeError("the exchange is being driven already: on_tick may not move its time")
        self._is_running = True
        try:
            while (moment := self._moment_before(target)) is not None:
                self._arrive(moment)
            self._arrive(target)
        finally:
            self._is_running = False

    def _moment_before(self, target: datetime) -> datetime | None:
        with self.lock:
            moments = [moment for moment in (self.clock.next_moment(), self._next_tick) if moment is not None]
        return min((moment for moment in moments if moment <= target), default=None)

    def _arrive(self, moment: datetime) -> None:
        with self.lock:
            self.clock.move(moment)
        for _count in range(MOST_AT_ONCE):
            if not self.run_next():
                break
        else:
            raise RuntimeError(f"{MOST_AT_ONCE} events at {moment}: something goes round for ever")
        if self.now > self._ticked_at:
            self._ticked_at = self.now
            for tick in self.on_tick:
                tick(self.now)

    def run_next(self) -> bool:
        """Let the next thing happen that is due; says whether there was one."""
        with self.lock:
            event = self.clock.due()
        if event is not None:
            event.action()
        return event is not None

    def _notify(self) -> None:
        with self.changed:
            self.changed.notify_all()
