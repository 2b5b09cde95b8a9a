"""Ringing a supporter's telephone as a test: whether a call would reach them, whatever the telephone is set to.

A test is no call: nobody waits in it, it costs nothing and connects nobody. So it has a turn log of its own: a leg is a part of a
call, whose row everything that judges a leg locks and folds into, and a test has none.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Key, Number, due_by, one_of
from models.lines import Line
from models.supporters import Supporter


class ReadinessOutcome(StrEnum):
    """What a test found out.

    ready         somebody pressed 1
    other_key     somebody picked up and pressed other keys
    silent        somebody picked up and pressed nothing
    voicemail     a voicemail picked up, as far as the provider can hear
    hung_up       somebody picked up and left before any answer
    busy          the telephone was busy, or the call was declined
    no_answer     it rang, and nobody picked up
    failed        it could not be rung
    on_a_call     it was not rung: a call had come a moment before
    unfinished    nothing more was heard of it, and the clock closed it (R20)
    """

    READY = "ready"
    OTHER_KEY = "other_key"
    SILENT = "silent"
    VOICEMAIL = "voicemail"
    HUNG_UP = "hung_up"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    FAILED = "failed"
    ON_A_CALL = "on_a_call"
    UNFINISHED = "unfinished"


class ReadinessAnswer(StrEnum):
    """What somebody who picked up answered, by keys: 1 · other keys · nothing."""

    READY = "ready"
    OTHER_KEY = "other_key"
    SILENT = "silent"


class ReadinessTest(Base):
    """One test, from asking for it to its result. While it is open its supporter has no other: one index says so.

    `phone` is what was rung; a supporter may have another by now. `rung_at` is when the provider was asked to ring it, `ringing_at`
    when it said that it rings. What was found out is a fold over `said` (by keys), `status` (how the provider says it ended) and
    `is_machine`, in whatever order they came. `due_at` is when the clock rings it, or asks about it.
    """

    __tablename__ = "readiness_tests"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)", name="outcome"),
        CheckConstraint("(ended_at IS NULL) = (due_at IS NOT NULL)", name="due"),
        Index(
            "uq_readiness_tests_open",
            "supporter_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_readiness_tests_supporter_id_asked_at", "supporter_id", "asked_at"),
        *due_by("due_at"),
    )

    id: Mapped[Key]
    supporter_id: Mapped[int] = mapped_column(ForeignKey("supporters.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("lines.id"))
    phone: Mapped[Number]
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(254))
    due_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    rung_at: Mapped[datetime | None]
    ringing_at: Mapped[datetime | None]
    picked_up_at: Mapped[datetime | None]
    sid: Mapped[str | None] = mapped_column(String(34), unique=True)
    said: Mapped[ReadinessAnswer | None] = mapped_column(one_of(ReadinessAnswer))
    status: Mapped[str | None] = mapped_column(String(16))
    is_machine: Mapped[bool | None]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[ReadinessOutcome | None] = mapped_column(one_of(ReadinessOutcome))
    problem: Mapped[str | None] = mapped_column(String(500))

    supporter: Mapped[Supporter] = relationship(lazy="joined", innerjoin=True, viewonly=True)
    line: Mapped[Line] = relationship(lazy="joined", innerjoin=True, viewonly=True)

    @property
    def rang(self) -> int | None:
        """How many seconds it rang until it was picked up, or stopped; None where it did not, or nobody knows."""
        since = self.ringing_at or self.rung_at
        until = self.picked_up_at or (self.ended_at if self.outcome is ReadinessOutcome.NO_ANSWER else None)
        return max(0, int((until - since).total_seconds())) if since is not None and until is not None else None


class ReadinessTurn(Base):
    """One webhook of a test: what was heard, what was asked next, and the TwiML that was answered (R19)."""

    __tablename__ = "readiness_turns"
    __table_args__ = (UniqueConstraint("test_id", "number"), CheckConstraint("number >= 1", name="number"))

    id: Mapped[Key]
    test_id: Mapped[int] = mapped_column(ForeignKey("readiness_tests.id"))
    number: Mapped[int]
    at: Mapped[datetime]
    step: Mapped[str] = mapped_column(String(64))
    heard: Mapped[dict[str, Any]]
    asked: Mapped[dict[str, Any]]
    answer: Mapped[str] = mapped_column(Text)
