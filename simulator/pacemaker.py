"""Drives an exchange in real time: a thread that lets things happen when they are due, and the demo's speed.

A chosen speed counts only while somebody talks and nobody is rung or asked anything, so that a human is never hurried.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Self

from simulator.records import BrokenTwiML

if TYPE_CHECKING:
    from simulator.clock import WallClock
    from simulator.clockfile import ClockFile
    from simulator.exchange import Exchange

LONGEST_NAP = 1.0
"""Seconds on the wall after which the clock's file is written again, whatever happens."""
FASTEST = 600.0
LEAD = 0.02
"""Seconds on the wall within which a slower speed stands in the clock's file."""
LAST_CALLS = 4.0
"""Seconds on the wall that the last requests have when the exchange closes; it closes at once when there are none."""
QUIET = 3
"""So many looks in a row find nothing under way before it is believed: between two steps there is a moment of nothing."""

log = logging.getLogger(__name__)


class Pacemaker:
    """The thread that moves an exchange on `clock`. Use it as a context."""

    def __init__(self, exchange: Exchange, clock: WallClock, file: ClockFile | None = None) -> None:
        self.chosen = 1.0
        self._exchange, self._clock, self._file = exchange, clock, file
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, name="pacemaker", daemon=True)

    def __enter__(self) -> Self:
        self._write()
        self._thread.start()
        return self

    def __exit__(self, *_args: object) -> None:
        self.stop()

    @property
    def speed(self) -> float:
        """How fast time really goes now."""
        return self._clock.speed

    def choose(self, speed: float) -> None:
        """Let time go so many times as fast from now on, where it may."""
        if not 1 <= speed <= FASTEST:
            raise ValueError(f"speed must be from 1 to {FASTEST:g}")
        with self._exchange.changed:
            self.chosen = speed
            self._exchange.changed.notify_all()

    def stop(self) -> None:
        """Hang up every call, tell the application what can be told at once, and leave time at its usual speed."""
        self._exchange.hang_everybody_up()
        self._wait_for_the_last()
        with self._exchange.changed:
            self._is_stopping = True
            self._go_on_at(1.0)
            self._exchange.changed.notify_all()
        self._thread.join(1.0)

    def _wait_for_the_last(self) -> None:
        until, quiet = time.monotonic() + LAST_CALLS, 0
        while time.monotonic() < until and quiet < QUIET:
            time.sleep(0.03)
            quiet = 0 if self._exchange.is_busy() else quiet + 1

    def _run(self) -> None:
        while not self._is_stopping:
            try:
                while self._exchange.run_next():
                    pass
            except BrokenTwiML:
                continue  # written down as a problem; there is no test to raise it in
            except Exception:
                log.exception("the exchange made a mistake; it goes on")
                continue
            self._rest()

    def _rest(self) -> None:
        with self._exchange.changed:
            self._adapt()
            moment = self._clock.next_moment()
            nap = LONGEST_NAP if moment is None else min(LONGEST_NAP, self._clock.wall_seconds_until(moment))
            if nap > 0 and not self._is_stopping:
                self._exchange.changed.wait(nap)

    def _adapt(self) -> None:
        speed = self.chosen if self._exchange.only_talk() else 1.0
        if speed != self._clock.speed:
            self._go_on_at(speed)
        elif time.monotonic() - self._written_at >= LONGEST_NAP:
            self._write()

    def _go_on_at(self, speed: float) -> None:
        slower = speed < self._clock.speed
        self._write(speed, lead=LEAD if slower else 0.0)

    def _write(self, speed: float | None = None, lead: float = 0.0) -> None:
        """Write the file. Whoever read the last one may be ahead of us: time jumps to where they can have got to."""
        self._written_at = time.monotonic()
        if self._file:
            self._clock.move(self._file.latest(self._clock.now, lead))
        self._clock.speed = speed or self._clock.speed
        if self._file:
            self._file.write(lambda: self._clock.now, self._clock.speed)
