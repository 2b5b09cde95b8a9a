"""Stretches of a day as people write them: "8-12, 12.30-16"; nothing is none. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

CLOCK: Final = r"(\d{1,2})(?:[.:](\d{2}))?"
STRETCH: Final = re.compile(rf"\s*{CLOCK}\s*[-–]\s*{CLOCK}\s*", re.ASCII)


def read(text: str) -> list[dict[str, str]] | None:
    """As a file of hours says them, from and to; None for a text that is none. Whether there is such an hour, the file says."""
    if not text.strip():
        return []
    found = [STRETCH.fullmatch(one) for one in text.split(",")]
    if any(one is None for one in found):
        return None
    return [{"from": _clock(one[1], one[2]), "to": _clock(one[3], one[4])} for one in found if one]


def written(minutes: Iterable[tuple[int, int]]) -> str:
    """Minutes after midnight, as they are written."""
    return ", ".join(f"{_minute(first)}-{_minute(last)}" for first, last in minutes)


def _minute(minute: int) -> str:
    return f"{minute // 60}.{minute % 60:02d}" if minute % 60 else f"{minute // 60}"


def _clock(hour: str, minute: str | None) -> str:
    return f"{int(hour):02d}:{minute or '00'}"
