"""Time as the exchange knows it: a queue of things to come, ordered by moment and then by who asked first.

`Clock` is virtual: it stands still until somebody moves it. `WallClock` is the same queue against the wall,
faster if wanted; it reads the monotonic clock, so that nobody can turn it back. Neither locks: whoever shares one
between threads holds the exchange's lock while using it.
"""

from __future__ import annotations

import heapq
import itertools
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

START = datetime(2026, 3, 3, 20, 0, tzinfo=UTC)
"""A Tuesday evening in Denmark, where a test's clock stands unless it is told otherwise."""


@dataclass(order=True, slots=True)
class Event:
    """Something that will happen at a moment, unless it is `cancelled` before."""

    moment: datetime
    sequence: int
    action: Callable[[], None] = field(compare=False)
    cancelled: bool = field(default=False, compare=False)


class Clock:
    """Virtual time: `now` moves only by `move`."""

    virtual = True

    def __init__(self, start: datetime = START) -> None:
        self._now = start.astimezone(UTC)
        self._queue: list[Event] = []
        self._sequence = itertools.count()
        self.wake: Callable[[], None] = lambda: None
        """Called when something was planned, for whoever waits for the next thing."""

    @property
    def now(self) -> datetime:
        """The moment it is, aware, in UTC."""
        return self._now

    def move(self, moment: datetime) -> None:
        """Let it be `moment`; time never goes backwards."""
        self._now = max(self._now, moment)

    def at(self, moment: datetime, action: Callable[[], None]) -> Event:
        """Let `action` happen at `moment`, after everything that was asked for earlier at the same one."""
        event = Event(max(moment, self.now), next(self._sequence), action)
        heapq.heappush(self._queue, event)
        self.wake()
        return event

    def after(self, seconds: float, action: Callable[[], None]) -> Event:
        """Let `action` happen in so many seconds; 0 is at this very moment, but not before the caller is done."""
        return self.at(self.now + timedelta(seconds=seconds), action)

    def next_moment(self) -> datetime | None:
        """When the next thing will happen, or None while nothing is planned."""
        while self._queue and self._queue[0].cancelled:
            heapq.heappop(self._queue)
        return self._queue[0].moment if self._queue else None

    def due(self) -> Event | None:
        """Take out the first thing that is due by now, if there is one."""
        moment = self.next_moment()
        return heapq.heappop(self._queue) if moment is not None and moment <= self.now else None


class WallClock(Clock):
    """The same, but time goes by itself, `speed` times as fast as on the wall."""

    virtual = False

    def __init__(self, start: datetime | None = None, speed: float = 1.0) -> None:
        super().__init__(start or datetime.now(UTC))
        self._speed = speed
        self._anchor = time.monotonic()

    @property
    def now(self) -> datetime:
        """The moment it is, aware, in UTC."""
        return self._now + timedelta(seconds=(time.monotonic() - self._anchor) * self._speed)

    @property
    def speed(self) -> float:
        """How many virtual seconds pass in one on the wall."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        self._now, self._anchor = self.now, time.monotonic()
        self._speed = speed

    def move(self, moment: datetime) -> None:
        """Jump forward to `moment`; never backwards."""
        self._now, self._anchor = max(self.now, moment), time.monotonic()

    def wall_seconds_until(self, moment: datetime) -> float:
        """How long to wait on the wall until `moment`; never less than 0."""
        return max(0.0, (moment - self.now).total_seconds() / self._speed)
