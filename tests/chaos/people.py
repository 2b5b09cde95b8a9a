"""Callers and supporters who act on what they hear, as people do who need something: whatever the house says, they go on."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Final

from simulator.handset import Handset, NotPossible
from simulator.legs import Doing, Leg
from tests.house import SUPPORT

TALKS: Final = (4, 130, 700, 880, 899, 901, 1_000, 1_500, 1_790, 1_805, 2_000)
"""Seconds of talk, of the exchange's time, that people mean to have."""
ASKED: Final = frozenset({Doing.ASKING, Doing.LISTENING})


@dataclass(eq=False)
class Telephone:
    """Somebody with a telephone. `pin` is a caller's; `calls_left` is how often a caller still means to call."""

    handset: Handset
    chance: Random
    pin: str = ""
    calls_left: int = 0
    _next_at: float = 0.0
    _question: tuple[str, int] = ("", 0)
    _planned: set[str] = field(default_factory=set)

    @property
    def is_done(self) -> bool:
        """Whether nothing more will come from here."""
        return self.handset.leg is None and self.calls_left == 0

    def begins(self, calls: int, within: float) -> None:
        """Means to call, the first time within so many seconds on the wall."""
        self.calls_left, self._next_at = calls, time.monotonic() + self.chance.uniform(0, within)

    def acts(self) -> None:
        """Does what is to be done now; hold the exchange's lock."""
        leg = self.handset.leg
        with suppress(NotPossible):
            if leg is None:
                self._from_idle()
            elif self.handset.rings:
                self._in_a_while(self.handset.pick_up)
            elif leg.other is not None:
                self._means_to_talk(leg)
            elif leg.doing is Doing.RECORDING:
                self._in_a_while(self.handset.hang_up)
            elif leg.doing in ASKED:
                self._is_asked(leg)

    def _from_idle(self) -> None:
        if self.calls_left and time.monotonic() > self._next_at:
            self.calls_left -= 1
            self.handset.dial(SUPPORT)

    def _is_asked(self, leg: Leg) -> None:
        last = next((note.text for note in reversed(self.handset.notes) if note.kind == "said"), "")
        keys = "1" if "Tast 1" in last else f"{self.pin}#" if "pinkode" in last else ""
        if (leg.sid, leg.question) != self._question and (keys or leg.doing is Doing.LISTENING):
            self._question = (leg.sid, leg.question)
            self.handset.press_all(keys or "1")

    def _means_to_talk(self, leg: Leg) -> None:
        """The caller mostly hangs up first, sometimes the supporter, who then leaves the caller to the good-bye."""
        if leg.sid in self._planned:
            return
        self._planned.add(leg.sid)
        self.calls_left = 0 if self.pin and self.chance.random() < 0.7 else self.calls_left
        longest = self.chance.choice(TALKS) if self.pin else self.chance.choice((*TALKS, 9_000, 9_000, 9_000))
        self.handset.exchange.clock.after(longest, partial(self._parts, leg))

    def _parts(self, leg: Leg) -> None:
        with self.handset.exchange.lock, suppress(NotPossible):
            if self.handset.leg is leg and leg.other is not None:
                self.handset.hang_up()
                self._next_at = time.monotonic() + self.chance.uniform(0, 2)

    def _in_a_while(self, action: Callable[[], None]) -> None:
        if self.chance.random() < 0.1:
            action()
