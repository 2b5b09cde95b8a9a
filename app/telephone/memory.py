"""What the screen knows, whoever told it: happenings, telephones, the clock's pace, people, the book's page. No terminal here.

Everything stays as it was told last while the desk or the book is away.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from app.clock import wall
from app.telephone.book import Answerer, Caller, Directory, Page
from app.telephone.desk import Handset, Happening, Pace

KEPT: Final = 400
"""Happenings that are kept of each telephone."""
NOBODY: Final = Directory(callers=(), answerers=(), lines=())


@dataclass
class Memory:
    """What is known. `caller` and `answerer` are the two whose telephones are shown."""

    directory: Directory = NOBODY
    caller: Caller | None = None
    answerer: Answerer | None = None
    handsets: dict[str, Handset] = field(default_factory=dict)
    pace: Pace | None = None
    page: Page | None = None
    about: tuple[str, str | None] | None = None
    _happened: dict[str, deque[Happening]] = field(default_factory=lambda: defaultdict(lambda: deque(maxlen=KEPT)))
    _last: Happening | None = None
    _shown_after: int | None = None

    def heard(self, happenings: Iterable[Happening], *, anew: bool) -> None:
        """Takes in what happened. `anew`: it is everything that the exchange knows, and the exchange may be another one."""
        told = [it for it in happenings if it.kind != "webhook"]
        if anew:
            self._begin(told)
        for it in told:
            self._happened[it.number].append(it)
        self._last = told[-1] if told else self._last

    def handset(self, number: str) -> Handset:
        """A telephone as it was last seen; one that was never seen is idle."""
        return self.handsets.get(number) or Handset(number)

    def conversation(self, number: str) -> list[Happening]:
        """What a telephone went through since this screen was opened, and in a call that was running then."""
        live, after = self.handset(number).call, self._shown_after or 0
        return [it for it in self._happened[number] if it.id > after or it.call == live]

    def call_of(self, number: str) -> str | None:
        """The CallSid of the call that a caller's telephone made last."""
        live = self.handset(number).call
        return live or next((it.call for it in reversed(self.conversation(number)) if it.kind == "dialled"), None)

    def bridged_at(self, number: str) -> datetime | None:
        """Since when a telephone talks; None while it does not."""
        if self.handset(number).state != "bridged":
            return None
        return next((it.at for it in reversed(self._happened[number]) if it.kind == "bridged"), None)

    def ringing(self, handsets: Mapping[str, Handset]) -> set[str]:
        """The telephones that begin to ring with what was just seen."""
        return {number for number, it in handsets.items() if it.rings and not self.handset(number).rings}

    def now(self) -> datetime:
        """What the demo's clock shows."""
        return self.pace.now() if self.pace else wall()

    def is_about(self) -> bool:
        """Whether the book's page is about the caller who is shown."""
        return self.caller is not None and self.about is not None and self.about[0] == self.caller.customer

    def _begin(self, told: list[Happening]) -> None:
        same_exchange = self._last is None or self._last in told
        if self._shown_after is None:
            self._shown_after = told[-1].id if told else 0
        elif not same_exchange:
            self._shown_after = 0
        self._happened.clear()
