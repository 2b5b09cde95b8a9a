"""What runs while time passes: a script that asks to wait or to send, and is resumed, signalled or interrupted.

A script is a generator. It yields `Wait` (until a moment, or until something happens) or `Send` (a request; it gets
the outcome back), and is never run twice at once: whatever happens to it goes through the clock's queue.

    Interruption            thrown into a script where it waits
    ├── HungUp              its leg is over
    └── Moved               its leg was sent to another document through the REST API
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from datetime import datetime

    from simulator.clock import Clock, Event
    from simulator.transport import Delivery, Outcome


@dataclass(frozen=True, slots=True)
class Wait:
    """Go on at `until`, or when something happens to the leg; None waits for the latter alone."""

    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Send:
    """Carry a request out and give its outcome back."""

    delivery: Delivery


@dataclass(frozen=True, slots=True)
class Key:
    """One key was pressed at the telephone."""

    digit: str


class Interruption(Exception):
    """What a script may be interrupted by."""


class HungUp(Interruption):
    """The leg is over; what is left to tell the application may still be told."""


@dataclass(eq=False)
class Moved(Interruption):
    """The leg was sent to another document from outside."""

    to: Any


Script: TypeAlias = Generator["Wait | Send", Any, Any]
Carrier: TypeAlias = Callable[["Delivery", "Callable[[Outcome], None]"], None]


class Switchroom(Protocol):
    """What a task needs of the exchange."""

    clock: Clock

    @property
    def lock(self) -> AbstractContextManager[Any]:
        """Held while anything in the exchange or in its clock changes."""

    def carry(self, delivery: Delivery, then: Callable[[Outcome], None]) -> None:
        """Send a request, without the lock, and hand its outcome over."""


class Task:
    """One script on its way. `done` when it has ended. Start, signal and interrupt it with the room's lock held."""

    def __init__(self, room: Switchroom, script: Script) -> None:
        self.done = False
        self._room = room
        self._script = script
        self._step = 0
        self._waiting = False
        self._timer: Event | None = None
        room.clock.after(0, partial(self._resume, None, at_step=0))

    def signal(self, happening: Key | None = None) -> None:
        """Wake the script where it waits; one that is not waiting at that moment misses it."""
        self._room.clock.after(0, partial(self._wake, happening))

    def interrupt(self, interruption: Interruption) -> None:
        """Throw `interruption` into the script where it waits or sends; an outcome on its way is lost."""
        self._room.clock.after(0, partial(self._resume, interruption))

    def _wake(self, happening: Key | None) -> None:
        with self._room.lock:
            if self._waiting:
                self._resume(happening)

    def _resume(self, value: object, *, at_step: int | None = None) -> None:
        with self._room.lock:
            if self.done or at_step not in {None, self._step}:
                return
            self._step += 1
            if self._timer:
                self._timer.cancelled = True
            try:
                wanted = self._script.throw(value) if isinstance(value, Interruption) else self._script.send(value)
            except (StopIteration, Interruption):
                self.done, self._waiting = True, False
            except BaseException:
                self.done, self._waiting = True, False
                raise
            else:
                self._provide(wanted)

    def _provide(self, wanted: Wait | Send) -> None:
        self._waiting = isinstance(wanted, Wait)
        onwards = partial(self._resume, at_step=self._step)
        if isinstance(wanted, Send):
            self._room.clock.after(0, partial(self._room.carry, wanted.delivery, onwards))
        elif wanted.until is not None:
            self._timer = self._room.clock.at(wanted.until, partial(onwards, None))
