"""How often somebody may ask in a minute, of each process."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

MINUTE: Final = 60


@dataclass(frozen=True)
class Asked:
    """One request, counted: the headers that say how many are left, and whether it was one too many."""

    headers: Mapping[str, str]
    too_often: bool


@dataclass
class Rates:
    """How often each asked in this minute, of this process; `most` is how often each may."""

    most: int
    minute: int = 0
    counts: dict[Hashable, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, who: Hashable, now: datetime) -> Asked:
        """Counts one request."""
        second = int(now.timestamp())
        with self.lock:
            if second // MINUTE != self.minute:
                self.minute, self.counts = second // MINUTE, {}
            self.counts[who] = asked = self.counts.get(who, 0) + 1
        headers = {
            "RateLimit-Limit": str(self.most),
            "RateLimit-Remaining": str(max(self.most - asked, 0)),
            "RateLimit-Reset": str(MINUTE - second % MINUTE),
        }
        return Asked(headers, asked > self.most)
