"""How long callers hear nothing: neither a word nor music nor ringing, from one to the next, in seconds on the wall."""

from __future__ import annotations

import time
from collections.abc import Iterable

from simulator.legs import Doing, Leg


class Silences:
    """Listens at every caller's telephone. `heard` holds the length of each silence that has ended."""

    def __init__(self) -> None:
        self.heard: list[float] = []
        self._since: dict[str, float] = {}

    def listens(self, legs: Iterable[Leg]) -> None:
        """Listens once; hold the exchange's lock."""
        now = time.monotonic()
        for leg in legs:
            if leg.parent is not None:
                continue
            if leg.doing is Doing.WAITING and not leg.is_over:
                self._since.setdefault(leg.sid, now)
            elif (since := self._since.pop(leg.sid, None)) is not None:
                self.heard.append(now - since)

    def told(self) -> str:
        """The distribution, in words."""
        ordered = sorted(self.heard) or [0.0]
        parts = [(name, ordered[min(len(ordered) - 1, int(len(ordered) * share))]) for name, share in SHARES]
        return " · ".join(f"{name} {seconds:.1f} s" for name, seconds in parts)


SHARES = (("half of them under", 0.5), ("95 in 100 under", 0.95), ("99 in 100 under", 0.99), ("the longest", 1.0))
