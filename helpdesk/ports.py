"""What the house asks of the outside, as protocols. The doors hand in what fulfils them; tests hand in their own.

PortFailed   it did not work; `permanent` says whether trying again can help, `undecided` whether it may have worked all the same,
             `bad_number` that the telephone number is what cannot be reached, `unauthorized` that our key is not theirs
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from ipaddress import ip_address
from typing import Protocol


class PortFailed(Exception):
    """Something outside did not work."""

    def __init__(
        self, problem: str, *, permanent: bool, undecided: bool = False, bad_number: int | None = None, unauthorized: bool = False
    ) -> None:
        """`bad_number` is the provider's code where it refuses the number that it was told to reach, and not who asks or how."""
        super().__init__(problem)
        self.permanent = permanent
        self.undecided = undecided
        self.bad_number = bad_number
        self.unauthorized = unauthorized


@dataclass(frozen=True, kw_only=True)
class LegState:
    """What the provider says of one leg. `status` is a CallStatus; `ended_at` (UTC) is None while it goes on, or is not told.

    `lasted`: seconds from its answer to its end (twilio-contract.md §4.3); None while it goes on, or where nobody answered.
    """

    sid: str
    status: str
    ended_at: datetime | None
    lasted: int | None


@dataclass(frozen=True, kw_only=True)
class LegRecord(LegState):
    """What the provider keeps of one leg. `parent` is the caller's leg where this one was dialled for it.

    `is_inbound`: somebody dialled `to`, one of our numbers. `started_at` is None for a leg that never rang. What it cost us is told
    hours later, or never: millionths of `currency`.
    """

    parent: str | None
    is_inbound: bool
    to: str
    started_at: datetime | None
    cost_millionths: int | None
    currency: str | None


@dataclass(frozen=True, kw_only=True)
class Ringing:
    """A telephone that shall ring, `to`, with one of our numbers `shown` (R15), for so many `seconds`.

    Our own paths: whoever picks up is led by `turn_path`, by `fallback_path` where that fails, and all that becomes of it is told
    at `status_path`; where somebody `listens` also, some seconds later, whether a machine picked up, as far as can be heard.
    """

    to: str
    shown: str
    seconds: int
    turn_path: str
    fallback_path: str
    status_path: str
    listens: bool = True


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A plain-text letter. The same `key` again is the same letter, so that a mail system may recognise a repeat."""

    to: str
    subject: str
    body: str
    key: str
    at: datetime


class Phone(Protocol):
    """Calls, at the provider."""

    def legs(self, sid: str) -> list[LegState]:
        """How the caller's leg `sid` stands, and the legs that were dialled for it, the caller's first. Raises PortFailed."""

    def listed(self, first: date, last: date) -> list[LegRecord]:
        """Every leg that started on these days in UTC, both included, in any order. Raises PortFailed unless all of it came."""

    def redirect(self, sid: str, turn_path: str) -> None:
        """Sends the caller's leg `sid` to one of our turns ("/twilio/turn/7/12"). Raises PortFailed."""

    def ring(self, wanted: Ringing) -> str:
        """Rings a telephone; the provider's name for that call. Raises PortFailed."""

    def rung(self, to: str, shown: str, *, since: datetime) -> Sequence[str]:
        """The provider's names for the calls that it was told to make like this since then, the newest first. Raises PortFailed."""


class Text(Protocol):
    """Text messages."""

    def send(self, to: str, body: str) -> str:
        """Sends `body` to an E.164 number; the provider's name for the message. Raises PortFailed."""

    def sent(self, to: str, body: str, *, since: datetime) -> Sequence[str]:
        """The provider's names for the messages with this very text to this number, made since then. Raises PortFailed."""


class Recordings(Protocol):
    """What callers said, where the provider keeps it."""

    def heard(self, url: str) -> bytes:
        """The sound at that address, a WAV file. Raises PortFailed."""

    def forget(self, url: str) -> None:
        """Has it removed there; one that is not there is removed. Raises PortFailed."""


class Transcriber(Protocol):
    """Whoever writes down what was said."""

    def written(self, sound: bytes) -> str:
        """What is said in a WAV file; "" where nobody says anything. Raises PortFailed."""


class Mail(Protocol):
    """Electronic mail."""

    def send(self, letter: Letter) -> None:
        """Hands a letter over. Raises PortFailed; undecided where the connection broke when it had been handed over."""


def is_this_machine(host: str) -> bool:
    """Whether a host is the one that asks: what goes there travels nowhere."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
