"""What the exchange writes down: every request, every mistake it met, everything a telephone went through.

BrokenTwiML         the application answered something that Twilio would not carry out as it was meant
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.legs import By, Leg, State


class BrokenTwiML(Exception):
    """The application's answer is not what Twilio takes. `code` is Twilio's error number where it has one."""

    def __init__(self, message: str, code: int = 12200) -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True, slots=True)
class Logged:
    """One request and its answer; `status` is 0 when none came.

    `kind`: voice, action, redirect, whisper, fallback, status, recording.
    """

    at: datetime
    kind: str
    sid: str
    url: str
    params: dict[str, str]
    headers: dict[str, str]
    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Doubled:
    """Two answers to the same webhook."""

    kind: str
    url: str
    params: dict[str, str]
    first: bytes
    second: bytes


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that Twilio's debugger would show. `fatal`: the document cannot be carried out."""

    code: int
    message: str
    fatal: bool = False
    at: datetime | None = None
    sid: str = ""

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


@dataclass(frozen=True, slots=True)
class Happening:
    """One thing that a telephone went through, for its transcript and for whoever watches.

    `kind`: dialled, ringing, picked_up, said, music, key, tone, recording, recorded, ring_tone, bridged, parted, ended,
    text; and what the telephone does not notice: webhook, network (what becomes of one: `faults.Passage`), problem, unreached.
    `language` is that of what is said, as the document names it ("da-DK"), where it does.
    """

    id: int
    at: datetime
    kind: str
    number: str
    sid: str
    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class AttemptTruth:
    """What really happened on one dialled leg."""

    sid: str
    number: str
    state: State
    rang_at: datetime | None
    answered_at: datetime | None
    bridged_at: datetime | None
    ended_at: datetime | None
    ended_by: By | None


@dataclass(frozen=True, slots=True)
class Truth:
    """What really happened on a call, to compare the application's books with."""

    sid: str
    from_: str
    to: str
    state: State
    answered_at: datetime | None
    ended_at: datetime | None
    ended_by: By | None
    attempts: tuple[AttemptTruth, ...]

    @property
    def bridge(self) -> AttemptTruth | None:
        """The attempt that was bridged, the last if there were several."""
        return next((attempt for attempt in reversed(self.attempts) if attempt.bridged_at), None)

    @property
    def bridged_at(self) -> datetime | None:
        """When the two could talk."""
        return self.bridge.bridged_at if self.bridge else None

    @property
    def parted_at(self) -> datetime | None:
        """When they no longer could."""
        return self.bridge.ended_at if self.bridge else None

    @property
    def talked_seconds(self) -> int:
        """Whole seconds between the two, fractions dropped; 0 while they still talk or never did."""
        if self.bridged_at is None or self.parted_at is None:
            return 0
        return int((self.parted_at - self.bridged_at).total_seconds())


def truth(leg: Leg) -> Truth:
    """What is so far true of `leg` and its attempts."""
    attempts = tuple(
        AttemptTruth(
            child.sid,
            child.to,
            child.state,
            child.rang_at,
            child.answered_at,
            child.bridged_at,
            child.ended_at,
            child.ended_by,
        )
        for child in leg.children
    )
    return Truth(leg.sid, leg.from_, leg.to, leg.state, leg.answered_at, leg.ended_at, leg.ended_by, attempts)
