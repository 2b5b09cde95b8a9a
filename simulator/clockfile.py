"""The demo's clock as a file, so that every process of the demo lives in the same time as the exchange.

    {"wall": 1772568000.0, "virtual": 1772571600.0, "speed": 60.0}

`wall` is the Unix time at which it was written, `virtual` the time it was then for the demo. Anybody reads time as
`virtual + (wall_now - wall) * speed`. It is written atomically, once a second and at each change of speed.
"""

from __future__ import annotations

import json
import os
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

GRACE = 5.0
"""Seconds for which a process that was killed is believed to have gone on at the speed it had."""


CLOSE: Final = 0.001
MOST_LOOKS: Final = 100


@dataclass(frozen=True, slots=True)
class Reading:
    """What stands in the file."""

    wall: float
    virtual: float
    speed: float

    def at(self, wall: float) -> float:
        """The virtual Unix time when it is `wall` outside."""
        return self.virtual + (wall - self.wall) * self.speed


class ClockFile:
    """The file at `path`. Only the exchange writes it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._last: Reading | None = None

    def read(self) -> Reading | None:
        """What was written last; None where nothing readable is."""
        try:
            found = json.loads(self._path.read_text(encoding="utf-8"))
            return Reading(float(found["wall"]), float(found["virtual"]), float(found["speed"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def beginning(self) -> datetime:
        """Where virtual time goes on after a restart: now, or later if it had been later already."""
        wall, last = time.time(), self.read()
        if last is None:
            return datetime.fromtimestamp(wall, UTC)
        elapsed = min(max(wall - last.wall, 0.0), GRACE)
        self._last = last if wall - last.wall < GRACE else None
        return datetime.fromtimestamp(max(wall, last.virtual + elapsed * last.speed), UTC)

    def latest(self, now: datetime, lead: float = 0.0) -> datetime:
        """`now`, or the time that a reader of the file may believe it to be `lead` seconds from now, if that is later."""
        if self._last is None:
            return now
        return max(now, datetime.fromtimestamp(self._last.at(time.time() + lead), UTC))

    def write(self, now: Callable[[], datetime], speed: float) -> None:
        """Say what time it is, and how fast it goes on from here."""
        wall, virtual = _together(now)
        self._last = Reading(wall, virtual.timestamp(), speed)
        text = json.dumps(asdict(self._last))
        self._path.parent.mkdir(parents=True, exist_ok=True)
        beside = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        beside.write_text(text, encoding="utf-8")
        beside.replace(self._path)


def _together(now: Callable[[], datetime]) -> tuple[float, datetime]:
    """What it is on the wall and in virtual time at one moment: a thread that was held up in between looks again.

    At 120 times the speed, 50 ms between the two would put everybody who reads the file six seconds behind.
    """
    for _look in range(MOST_LOOKS):
        before = time.time()
        virtual = now()
        if time.time() - before < CLOSE:
            break
    return before, virtual
