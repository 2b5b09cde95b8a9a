"""What time it is. The only place that reads the wall clock; everybody else is told.

In the demo the exchange of `simulator/` keeps the time, so that a quarter passes while one watches: a small file says what the
virtual clock showed at a moment of the wall clock, and how fast it runs since.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from app.settings import Settings

Clock = Callable[[], datetime]


def wall() -> datetime:
    """Now, aware, in UTC."""
    return datetime.now(UTC)


def of(settings: Settings) -> Clock:
    """The clock that the environment asks for: the wall clock; in the demo, the demo's."""
    return demo(settings.demo_clock) if settings.demo_clock else wall


def demo(path: Path) -> Clock:
    """The demo's clock (simulator's `--clock FILE`): virtual + (wall now - wall) · speed. Without the file, the wall clock."""

    def now() -> datetime:
        try:
            kept = json.loads(path.read_text("utf-8"))
        except (FileNotFoundError, ValueError):
            return wall()
        passed = wall().timestamp() - float(kept["wall"])
        return datetime.fromtimestamp(float(kept["virtual"]) + passed * float(kept["speed"]), UTC)

    return now
