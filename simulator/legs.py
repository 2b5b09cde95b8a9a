"""Legs: one connection between Twilio and a telephone, with its own CallSid and its own end."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.clock import Event
    from simulator.exchange import Exchange
    from simulator.handset import Handset
    from simulator.numbers import TwilioNumber
    from simulator.records import Happening
    from simulator.tasks import Task


class State(StrEnum):
    """CallStatus, as Twilio spells it (twilio-contract §4.1)."""

    QUEUED = "queued"
    RINGING = "ringing"
    IN_PROGRESS = "in-progress"
    COMPLETED = "completed"
    BUSY = "busy"
    NO_ANSWER = "no-answer"
    FAILED = "failed"
    CANCELED = "canceled"


ENDS = frozenset({State.COMPLETED, State.BUSY, State.NO_ANSWER, State.FAILED, State.CANCELED})
RANK = {State.QUEUED: 0, State.RINGING: 1, State.IN_PROGRESS: 2} | dict.fromkeys(ENDS, 3)


class Doing(StrEnum):
    """What the telephone at the end of a leg is in."""

    WAITING = "waiting"
    """Nothing yet: being connected, or between two documents."""
    SPEAKING = "speaking"
    ASKING = "asking"
    """A prompt of a Gather is being said: keys count."""
    LISTENING = "listening"
    """The prompts are over, keys are waited for."""
    MUSIC = "music"
    PAUSE = "pause"
    RECORDING = "recording"
    DIALLING = "dialling"
    """The caller hears another telephone ring, or the callee is being asked."""
    BRIDGED = "bridged"


UNASKED = frozenset({Doing.WAITING, Doing.SPEAKING, Doing.MUSIC, Doing.PAUSE})
"""When keys go nowhere: no question is open, no other telephone is rung."""


class By(StrEnum):
    """Who or what ended a leg."""

    CALLER = "caller"
    CALLEE = "callee"
    DOCUMENT = "document"
    """Hangup, Reject, or the end of the TwiML."""
    API = "api"
    TIME_LIMIT = "time limit"
    TIMEOUT = "timeout"
    """It rang too long."""
    OTHER_LEG = "other leg"
    """The other side had left."""
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class StatusTarget:
    """Where a leg's status callbacks go, and for which events."""

    url: str
    method: str = "POST"
    events: frozenset[str] = frozenset({"completed"})


@dataclass(eq=False)
class Leg:
    """One leg. `moved_to` is the only way its state changes, and never back."""

    sid: str
    from_: str
    to: str
    direction: str
    created_at: datetime
    handset: Handset
    parent: Leg | None = None
    number: TwilioNumber | None = None
    status_target: StatusTarget | None = None
    listener: StatusTarget | None = None
    """Who is told whether a machine picked up (asynchronous answering-machine detection)."""
    fallback_url: str = ""
    fallback_method: str = "POST"
    state: State = State.QUEUED
    rang_at: datetime | None = None
    answered_at: datetime | None = None
    bridged_at: datetime | None = None
    ended_at: datetime | None = None
    ended_by: By | None = None
    doing: Doing = Doing.WAITING
    question: int = 0
    """How many questions (Gather, Record) it has been asked."""
    keyed: str = ""
    """What has been keyed to the question that is open."""
    keyed_ahead: str = ""
    """What was keyed while no question was open, for the next one (`Knobs.keys_between`)."""
    saying: Happening | None = None
    """The prompt that is being said or played."""
    hops: int = 0
    hopped_at: datetime | None = None
    events: int = 0
    """How many status callbacks were sent: the next SequenceNumber."""
    cookies: dict[str, str] = field(default_factory=dict)
    children: list[Leg] = field(default_factory=list)
    task: Task | None = None
    other: Leg | None = None
    """The leg it is bridged with."""
    detached: bool = False
    """Whether the REST API sent a dialled leg on a way of its own."""
    limit: Event | None = None
    """When Twilio ends it if nobody else does."""
    longest: int = 14_400
    """Seconds from its answer after which that is (twilio-contract §3.2, timeLimit)."""
    queue_milliseconds: int = 0
    """How long it waited because only so many calls may begin in a second."""

    @property
    def exchange(self) -> Exchange:
        """The exchange it runs through."""
        return self.handset.exchange

    @property
    def is_over(self) -> bool:
        """Whether it has ended, in whatever way."""
        return self.state in ENDS

    @property
    def is_answered(self) -> bool:
        """Whether somebody (or something) picked up."""
        return self.answered_at is not None

    @property
    def is_bridged(self) -> bool:
        """Whether it is connected with another leg right now."""
        return self.other is not None and not self.is_over

    def moved_to(self, state: State, now: datetime) -> bool:
        """Let it be `state` from now on, if that is a step forward; says whether it was."""
        if RANK[state] <= RANK[self.state]:
            return False
        self.state = state
        if state is State.RINGING:
            self.rang_at = now
        elif state is State.IN_PROGRESS:
            self.answered_at = now
        else:
            self.ended_at = now
        return True

    @property
    def seconds(self) -> int:
        """Whole seconds from its answer to its end, as Twilio counts a call (twilio-contract §4.3)."""
        if self.answered_at is None or self.ended_at is None:
            return 0
        return int((self.ended_at - self.answered_at).total_seconds())
