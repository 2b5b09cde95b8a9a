"""What the owner of a telephone has heard since they last did something, and how long they listen for more."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, NoReturn

from simulator.handset import Handset, NotPossible
from simulator.legs import Doing

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from simulator.legs import Leg
    from simulator.records import Happening

ASKED = frozenset({Doing.ASKING, Doing.LISTENING, Doing.RECORDING})


class Ear:
    """Listens at one telephone, and moves virtual time while it listens."""

    def __init__(self, handset: Handset) -> None:
        self._handset = handset
        self._exchange = handset.exchange
        self._since = 0

    @property
    def doing(self) -> Doing | None:
        """What is going on at the telephone, None while it is idle."""
        return self._handset.leg.doing if self._handset.leg else None

    def settle(self) -> None:
        """Let everything happen that is due now."""
        self._exchange.settle()

    def after(self, action: Callable[[], object]) -> None:
        """Do something and listen anew from there; what is still being said then counts."""
        with self._exchange.lock:
            try:
                action()
            except NotPossible as error:
                self.fail(f"could not: {error}")
            self._since = len(self._handset.notes)
        self.settle()
        leg = self._handset.leg
        if leg and leg.saying in self._handset.notes[: self._since]:
            self._since = self._handset.notes.index(leg.saying)

    def forget_until(self, moment: datetime) -> None:
        """What was said before `moment` no longer counts."""
        notes = self._handset.notes
        self._since = next((number for number, note in enumerate(notes) if note.at >= moment), len(notes))

    def wait_for(self, come_true: Callable[[], bool], seconds: float) -> bool:
        """Go from moment to moment until it has come true; False when it has not within so many seconds."""
        self.settle()
        until = self._exchange.now + timedelta(seconds=seconds)
        while not come_true():
            moment = self._exchange.next_moment()
            if moment is None or moment > until:
                return False
            self._exchange.run_until(moment)
        return True

    def fresh(self, kind: str) -> list[Happening]:
        """What of that kind happened since."""
        return [note for note in self._handset.notes[self._since :] if note.kind == kind]

    def heard(self) -> str:
        """Everything that was said since, or is being said."""
        return " ".join(note.text for note in self.fresh("said"))

    def found(self, words: str | re.Pattern[str]) -> bool:
        """Whether `words` are among it, in capitals or not."""
        if isinstance(words, str):
            return " ".join(words.split()).casefold() in " ".join(self.heard().split()).casefold()
        return words.search(self.heard()) is not None

    def is_asked(self, leg: Leg | None, question: int) -> bool:
        """Whether that question is still open."""
        return leg is not None and self._handset.leg is leg and leg.question == question and leg.doing in ASKED

    def hears_a_ring(self) -> bool:
        """Whether it rings itself, or another telephone does at the other end."""
        leg = self._handset.leg
        if leg is None or self._handset.rings:
            return leg is not None
        return leg.doing is Doing.DIALLING and any(child.handset.rings for child in leg.children)

    def fail(self, what: str) -> NoReturn:
        """Say what did not come true, with everything that happened until now."""
        state = self._handset.state
        raise AssertionError(f"{self._handset.number} {what}; it is now {state}. So far:\n{self._exchange.story()}")


def shown(words: str | re.Pattern[str]) -> str:
    """What was listened for, for a message."""
    return repr(words if isinstance(words, str) else words.pattern)
