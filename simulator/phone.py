"""The telephone of a test: a conversation, line by line, that moves virtual time as far as each line needs.

    exchange.phone(caller).dials(SUPPORT).hears("pinkode").keys("12345678#").hears("15 point").keys("1")
    exchange.phone(anna).picks_up().hears("Hotel Strand").keys("1")

Every line gives the telephone back; a line that does not come true fails with the whole conversation so far.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Self

from simulator.ear import ASKED, Ear, shown
from simulator.handset import Behaviour, Handset
from simulator.legs import Doing

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

    from simulator.handset import Kind

LONGEST_LISTENING = 600.0
"""Seconds that `hears` goes on through prompts that never ask anything."""


class Phone:
    """One telephone in a test. `exchange.phone(number)` gives it, the same for the same number."""

    def __init__(self, handset: Handset) -> None:
        self._handset = handset
        self._exchange = handset.exchange
        self._ear = Ear(handset)

    def __repr__(self) -> str:
        return f"<telephone {self.number}: {self._handset.state}>"

    @property
    def number(self) -> str:
        """Its number."""
        return self._handset.number

    # What its owner does

    def behaves(self, kind: Kind, *, after: float = 3.0, says: str = "") -> Self:
        """From now on do by itself when it rings: hand, busy, failed, no_answer, declines, answers, voicemail."""
        self._handset.behaviour = Behaviour(kind, after, says)
        return self

    def dials(self, number: str, caller_id: str | None = None) -> Self:
        """Call `number`; `caller_id` is what is shown instead of its own: "anonymous", "", "client:bob" …."""
        return self._do(lambda: self._handset.dial(number, caller_id))

    def keys(self, digits: str) -> Self:
        """Press these keys now, one shortly after the other."""
        for count, digit in enumerate(digits):
            if count:
                self._exchange.forward(seconds=self._exchange.knobs.key_gap)
                if self._handset.leg is None:
                    break
            self._do(partial(self._handset.press, digit))
        return self

    def picks_up(self) -> Self:
        """Answer; waits a while for it to begin to ring."""
        self._ear.wait_for(lambda: self._handset.rings, self._exchange.knobs.patience)
        return self._do(self._handset.pick_up)

    def declines(self) -> Self:
        """Refuse the call: the caller's side finds it busy."""
        self._ear.wait_for(lambda: self._handset.rings, self._exchange.knobs.patience)
        return self._do(self._handset.decline)

    def does_not_answer(self) -> Self:
        """Let it ring until it stops."""
        self.hears_ringing()
        leg = self._handset.leg
        self._ear.wait_for(lambda: self._handset.leg is not leg, LONGEST_LISTENING)
        return self

    def hangs_up(self) -> Self:
        """Put the receiver down."""
        return self._do(self._handset.hang_up)

    def loses_connection(self) -> Self:
        """Drop off the network; the exchange notices after `knobs.connection_loss_seconds`."""
        return self._do(self._handset.lose_connection)

    def speaks_message(self, seconds: float = 5.0) -> Self:
        """Talk into a recording for so many seconds; waits for the beep first."""
        if not self._ear.wait_for(lambda: self._ear.doing is Doing.RECORDING, LONGEST_LISTENING):
            self._ear.fail("was never asked for a message")
        self._do(lambda: self._handset.speak(seconds))
        self._exchange.forward(seconds=seconds)
        return self

    def waits(self, seconds: float) -> Self:
        """Let time pass."""
        self._exchange.forward(seconds=seconds)
        return self

    def is_silent(self) -> Self:
        """Let the question that is open run out of time, up to whatever is said next."""
        if not self._ear.wait_for(lambda: self._ear.doing in ASKED, LONGEST_LISTENING):
            self._ear.fail("was not asked anything")
        leg = self._handset.leg
        question = leg.question if leg else 0
        self._ear.wait_for(lambda: not self._ear.is_asked(leg, question), LONGEST_LISTENING)
        self._ear.forget_until(self._exchange.now)
        self._ear.wait_for(lambda: bool(self._ear.fresh("said")) or self._handset.waits_for_hand(), LONGEST_LISTENING)
        return self

    # What its owner hears

    def hears(self, words: str | re.Pattern[str]) -> Self:
        """Be told `words` since it last keyed something: said already, being said now, or still to be said."""
        self._ear.settle()
        self._ear.wait_for(lambda: self._ear.found(words) or self._handset.waits_for_hand(), LONGEST_LISTENING)
        if not self._ear.found(words):
            self._ear.fail(f"never heard {shown(words)}")
        return self

    def does_not_hear(self, words: str | re.Pattern[str]) -> Self:
        """Not be told `words` before it is asked, bridged or cut off."""
        self._ear.wait_for(self._handset.waits_for_hand, LONGEST_LISTENING)
        if self._ear.found(words):
            self._ear.fail(f"heard {shown(words)}")
        return self

    def hears_ringing(self) -> Self:
        """Ring, or (for a caller) hear another telephone ring."""
        if not self._ear.wait_for(self._ear.hears_a_ring, self._exchange.knobs.patience):
            self._ear.fail("heard no ringing")
        return self

    def hears_music(self) -> Self:
        """Have a sound played."""
        self._ear.wait_for(lambda: bool(self._ear.fresh("music")) or self._handset.waits_for_hand(), LONGEST_LISTENING)
        if not self._ear.fresh("music"):
            self._ear.fail("heard no music")
        return self

    def talks_with(self, whose: object) -> Self:
        """Be connected with another telephone; waits a while for it, as when an answer is late."""
        number = str(getattr(whose, "phone", getattr(whose, "number", whose)))
        if not self._ear.wait_for(lambda: self.bridged_with == number, self._exchange.knobs.patience):
            self._ear.fail(f"was never connected with {number}")
        return self

    # What can be seen

    @property
    def rings(self) -> bool:
        """Whether it rings now."""
        self._ear.settle()
        return self._handset.rings

    @property
    def ringing_from(self) -> str | None:
        """The number that it shows while it rings or talks, None while nobody calls it."""
        self._ear.settle()
        leg = self._handset.leg
        return leg.from_ if leg and leg.direction != "inbound" else None

    @property
    def said(self) -> list[str]:
        """What it has been told in its call, this one or the last, prompt by prompt."""
        self._ear.settle()
        leg = self._handset.last_leg
        return [note.text for note in self._handset.notes if note.kind == "said" and leg and note.sid == leg.sid]

    @property
    def texts(self) -> list[str]:
        """The texts that were delivered to it."""
        self._ear.settle()
        return [note.text for note in self._handset.notes if note.kind == "text"]

    @property
    def transcript(self) -> str:
        """Everything it went through, a line each."""
        self._ear.settle()
        return self._handset.transcript

    @property
    def bridged_with(self) -> str | None:
        """The number it is talking with, or None."""
        self._ear.settle()
        leg = self._handset.leg
        return leg.other.handset.number if leg and leg.other else None

    @property
    def on_the_line(self) -> bool:
        """Whether it is in a call."""
        self._ear.settle()
        return self._handset.leg is not None and not self._handset.rings

    @property
    def is_over(self) -> bool:
        """Whether it had a call and has none now."""
        self._ear.settle()
        return self._handset.leg is None and self._handset.last_leg is not None

    @property
    def call_sid(self) -> str:
        """The CallSid of its call, this one or the last."""
        self._ear.settle()
        if self._handset.last_leg is None:
            self._ear.fail("has had no call")
        return self._handset.last_leg.sid

    def _do(self, action: Callable[[], object]) -> Self:
        self._ear.after(action)
        return self
