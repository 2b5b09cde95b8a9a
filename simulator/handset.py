"""A telephone: what its owner can do with it, and what it goes through. It knows no time; `phone` drives it in tests.

Somebody's hand works it, unless it has a `Behaviour` of its own: busy, never answered, a voicemail and so on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Literal

from simulator import calls
from simulator.legs import UNASKED, By, Doing, State
from simulator.tasks import Key

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from simulator.exchange import Exchange
    from simulator.legs import Leg
    from simulator.records import Happening

Kind = Literal["hand", "busy", "failed", "no_answer", "declines", "answers", "voicemail"]
KINDS: tuple[Kind, ...] = ("hand", "busy", "failed", "no_answer", "declines", "answers", "voicemail")
KEYS = frozenset("0123456789*#")


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What a telephone does when it rings; `after` so many seconds, where it does something."""

    kind: Kind = "hand"
    after: float = 3.0
    says: str = ""
    """What a voicemail says; nobody at the exchange listens to it."""


class NotPossible(Exception):
    """A telephone cannot do that now, for instance pick up when it does not ring."""


class Handset:
    """One subscriber's telephone. Everything here happens at once; hold the exchange's lock."""

    def __init__(self, exchange: Exchange, number: str) -> None:
        self.exchange, self.number = exchange, number
        self.behaviour = Behaviour()
        self.leg: Leg | None = None
        self.last_leg: Leg | None = None
        self.notes: list[Happening] = []
        self._spoken: list[tuple[datetime, datetime]] = []
        self._next_key_at: datetime | None = None
        self._is_connected = True

    @property
    def is_by_hand(self) -> bool:
        """Whether a person decides what it does."""
        return self.behaviour.kind == "hand"

    @property
    def rings(self) -> bool:
        """Whether it rings now."""
        return self.leg is not None and self.leg.direction != "inbound" and not self.leg.is_answered

    @property
    def state(self) -> str:
        """`idle`, `ringing`, or what it hears: see `Doing`."""
        if self.leg is None:
            return "idle"
        return "ringing" if self.rings else str(self.leg.doing)

    @property
    def transcript(self) -> str:
        """Everything it went through, a line each."""
        return "\n".join(f"  {note.at:%H:%M:%S} {note.kind:>10}  {note.text}" for note in self.notes)

    def dial(self, number: str, caller_id: str | None = None) -> Leg:
        """Call one of the account's numbers, showing `caller_id` (its own number unless told otherwise)."""
        if self.leg is not None:
            raise NotPossible(f"{self.number} is on a call already")
        leg = self.exchange.connect(self, number, self.number if caller_id is None else caller_id)
        self.exchange.logbook.note("dialled", leg, number)
        return leg

    def press(self, digit: str) -> None:
        """Press one key."""
        leg = self._on_the_line("press a key")
        if digit not in KEYS:
            raise NotPossible(f"a telephone has no key {digit!r}")
        self.exchange.logbook.note("key", leg, digit)
        if leg.other is not None:
            self.exchange.logbook.note("tone", leg.other, digit)
        if self._is_connected:
            self._sent(leg, digit)

    def _sent(self, leg: Leg, digit: str) -> None:
        if leg.doing in UNASKED:
            leg.keyed_ahead += digit if self.exchange.knobs.keys_between == "kept" else ""
        elif leg.task:
            leg.task.signal(Key(digit))

    def press_all(self, digits: str) -> None:
        """Press several keys, one shortly after the other, and behind those that were asked for before: there is one finger."""
        leg = self._on_the_line("press keys")
        unknown = set(digits) - KEYS
        if unknown:
            raise NotPossible(f"a telephone has no key {min(unknown)!r}")
        now = self.exchange.now
        at = max(now, self._next_key_at or now)
        for digit in digits:
            self._later((at - now).total_seconds(), leg, partial(self.press, digit))
            at += timedelta(seconds=self.exchange.knobs.key_gap)
        self._next_key_at = at

    def pick_up(self) -> None:
        """Answer the call that rings."""
        calls.answer(self._ringing("be picked up"))

    def decline(self) -> None:
        """Refuse the call that rings: the other side finds it busy."""
        calls.end(self._ringing("decline"), State.BUSY, By.CALLEE)

    def hang_up(self) -> None:
        """Put the receiver down."""
        calls.hung_up(self._on_the_line("hang up"))

    def lose_connection(self) -> None:
        """Drop off the network: the exchange notices only after a while."""
        leg = self._on_the_line("lose its connection")
        self._is_connected = False
        self._later(self.exchange.knobs.connection_loss_seconds, leg, partial(calls.hung_up, leg))

    def speak(self, seconds: float) -> None:
        """Say something for so many seconds; a recording is not silent meanwhile."""
        self._on_the_line("speak")
        now = self.exchange.now
        self._spoken.append((now, now + timedelta(seconds=seconds)))

    def spoken_until(self, default: datetime) -> datetime:
        """Until when its owner spoke, or will have."""
        return max((end for _begun, end in self._spoken), default=default)

    def spoken_since(self, moment: datetime) -> timedelta:
        """From the first word since `moment` to the last until now; nothing where there was none."""
        now = self.exchange.now
        heard = [(max(begun, moment), min(end, now)) for begun, end in self._spoken if end > moment and begun < now]
        return max(end for _begun, end in heard) - min(begun for begun, _end in heard) if heard else timedelta()

    def silent_since(self, moment: datetime) -> bool:
        """Whether nothing was said into it from `moment` until now."""
        return not any(end > moment and begun <= self.exchange.now for begun, end in self._spoken)

    def takes(self, leg: Leg) -> None:
        """It is this telephone's call from now on."""
        self.leg = self.last_leg = leg
        self._spoken.clear()
        self._next_key_at = None
        self._is_connected = True

    def lets_go(self, leg: Leg) -> None:
        """That call is over."""
        if self.leg is leg:
            self.leg = None

    def begins_to_ring(self) -> None:
        """Do by itself what its behaviour says."""
        leg, kind, after = self._ringing("ring"), self.behaviour.kind, self.behaviour.after
        if kind == "declines":
            self._later(after, leg, partial(calls.end, leg, State.BUSY, By.CALLEE))
        elif kind in {"answers", "voicemail"}:
            self._later(after, leg, partial(calls.answer, leg))

    def _later(self, seconds: float, leg: Leg, action: Callable[[], None]) -> None:
        def act() -> None:
            with self.exchange.lock:
                if not leg.is_over:
                    action()

        self.exchange.clock.after(seconds, act)

    def _ringing(self, what: str) -> Leg:
        if self.leg is None or not self.rings:
            raise NotPossible(f"{self.number} does not ring, so it cannot {what}")
        return self.leg

    def _on_the_line(self, what: str) -> Leg:
        if self.leg is None or self.rings:
            raise NotPossible(f"{self.number} is not on a call, so it cannot {what}")
        return self.leg

    def waits_for_hand(self) -> bool:
        """Whether nothing will change here before a person does something, or a question runs out of time."""
        leg = self.leg
        if leg is None:
            return True
        if leg.doing in {Doing.LISTENING, Doing.RECORDING, Doing.BRIDGED}:
            return True
        return any(child.handset.is_by_hand and child.handset.leg is child for child in leg.children)
