"""Callers and supporters who do anything at any moment: mostly what they are asked for, sometimes anything else.

Somebody acts a while after something has happened at their telephone, and now and then for no reason at all. What a telephone
cannot do now is not done.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from random import Random
from typing import Final

from simulator.clock import Event
from simulator.exchange import Exchange
from simulator.handset import Behaviour, Handset, Kind, NotPossible
from simulator.legs import Doing
from simulator.records import Happening
from tests.house import SUPPORT

STIRS: Final = frozenset({"ringing", "said", "bridged", "recording", "parted", "ended", "ring_tone", "music"})
SHOWN: Final = [None, None, None, None, "anonymous", "", "client:bob", "+266696687"]
ODD_KEYS: Final = ["1", "2", "*", "#", "9", "11", "12#", "*1", "20001#", "00000000#", "1234567#"]
TALKS: Final = [3, 20, 200, 700, 899, 900, 901, 1_100, 1_790, 1_801, 2_800, 3_700]
PIN_WORDS: Final = ("pinkode på", "PIN of eight")
OFFICE_WORDS: Final = ("Ellers tast firkant", "Otherwise press hash")
CASE_WORDS: Final = ("sagens nummer", "number of the case")


@dataclass(frozen=True, kw_only=True)
class Manners:
    """How the people of a night are. Odds are once in so many; `lull` is the mean of seconds between two calls of somebody."""

    odd: int = 12
    lull: float = 600.0
    in_step: bool = False
    talks: tuple[int, ...] = tuple(TALKS)


@dataclass(eq=False)
class Somebody:
    """A person with a telephone; `pin` is what a caller keys. `may_dial` says whether another call may be begun, `number` where."""

    handset: Handset
    chance: Random
    manners: Manners
    may_dial: Callable[[], bool]
    pin: str | None = None
    number: Callable[[], str] = lambda: SUPPORT
    next: Event | None = None
    heard: list[str] = field(default_factory=list)

    @property
    def exchange(self) -> Exchange:
        """Where the telephone is."""
        return self.handset.exchange

    def stirs(self, happened: Happening) -> None:
        """Something has happened at the telephone: it is acted on in a while."""
        if happened.kind == "said":
            self.heard = [*self.heard[-3:], happened.text]
        self.acts_in(self._pause(happened.kind))

    def acts_in(self, seconds: float) -> None:
        """Acts in so many seconds, and not when else it was meant to."""
        if self.next is not None:
            self.next.cancelled = True
        self.next = self.exchange.clock.after(seconds, self._acts)

    def declines_in(self, seconds: float) -> None:
        """Lets it ring so long, and then does not take it."""
        if self.next is not None:
            self.next.cancelled = True
        self.next = self.exchange.clock.after(seconds, partial(self.tries, self.handset.decline))

    def _pause(self, kind: str) -> float:
        if kind == "bridged":
            talk = float(self.chance.choice(self.manners.talks))
            return talk + self.chance.choice([0.0, 0.3, self.chance.uniform(-2.0, 2.0)]) if talk > 5 else talk
        if kind == "ended":
            return 300.0 if self.manners.in_step else self.chance.expovariate(1 / self.manners.lull)
        if kind in {"ring_tone", "music"}:
            return self.chance.uniform(20.0, 120.0)
        return 1.0 if self.manners.in_step else self.chance.choice([0.4, 2.0, 5.0, self.chance.uniform(0.2, 12.0)])

    def _acts(self) -> None:
        with self.exchange.lock:
            try:
                self._does(oddly=not self.chance.randrange(self.manners.odd))
            except NotPossible:
                self.acts_in(5.0)

    def _does(self, *, oddly: bool) -> None:
        leg = self.handset.leg
        if leg is None:
            self._from_idle(oddly=oddly)
        elif oddly:
            self._anything()
        elif self.handset.rings:
            self.handset.pick_up()
        elif leg.doing is Doing.BRIDGED:
            self.handset.hang_up()
        elif leg.doing in {Doing.ASKING, Doing.LISTENING}:
            self.handset.press_all(self._sensible())
        elif leg.doing is Doing.RECORDING:
            self._speaks()
        elif leg.doing in {Doing.DIALLING, Doing.MUSIC} and not self.chance.randrange(4):
            self.handset.hang_up()
        else:
            self.acts_in(self.chance.uniform(2.0, 40.0))

    def _from_idle(self, *, oddly: bool) -> None:
        if self.pin is None and not oddly:
            return  # a supporter waits to be rung
        if self.may_dial():
            self.heard = []
            self.handset.dial(self.number(), self.chance.choice(SHOWN) if oddly else None)
        elif self.pin is not None:
            self.acts_in(60.0)

    def _sensible(self) -> str:
        if self.pin is None and not self.chance.randrange(6):
            return self.chance.choice(["2", "5", "9"])
        last = " ".join(self.heard[-1:])
        if self.pin is not None and any(words in last for words in PIN_WORDS):
            return f"{self.pin}#"
        if any(words in last for words in OFFICE_WORDS):
            return self.chance.choice(["#", "20001#"])
        return "20001#" if any(words in last for words in CASE_WORDS) else "1"

    def _speaks(self) -> None:
        seconds = self.chance.choice([0.5, 2.0, 9.0])
        self.handset.speak(seconds)
        self.exchange.clock.after(seconds, partial(self.tries, lambda: self.handset.press_all("#")))

    def _anything(self) -> None:
        """Whatever a hand can do with a telephone."""
        whatever: list[Callable[[], object]] = [
            self.handset.hang_up,
            self.handset.lose_connection,
            self.handset.pick_up,
            self.handset.decline,
            partial(self.handset.speak, 5.0),
            partial(self.handset.press_all, self.chance.choice(ODD_KEYS)),
            partial(self.handset.press_all, self.chance.choice(["1", "2", "2"])),
            partial(self.acts_in, self.chance.uniform(1.0, 60.0)),
        ]
        self.chance.choice(whatever)()

    def behaves(self) -> None:
        """The telephone does something by itself from now on, or is in its owner's hand again."""
        kinds: tuple[Kind, ...] = ("hand", "hand", "busy", "failed", "no_answer", "declines", "answers", "voicemail", "voicemail")
        self.handset.behaviour = Behaviour(self.chance.choice(kinds), after=self.chance.uniform(0.5, 14.0))

    def tries(self, action: Callable[[], object]) -> None:
        """Does something, unless the telephone cannot."""
        with self.exchange.lock:
            try:
                action()
            except NotPossible:
                return
