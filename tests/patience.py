"""Waiting for another process, and no longer than patience lasts."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Final

PATIENCE: Final = 30.0


def comes_true(question: Callable[[], bool]) -> bool:
    """Whether something becomes true before patience ends."""
    until = time.monotonic() + PATIENCE
    while not question():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True
