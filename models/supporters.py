"""Who answers, and when they are on duty."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Key, Name, Number, one_of
from models.values import Flow, Language


class ShiftNotice(StrEnum):
    """How a supporter is told that a shift begins or is over."""

    NONE = "none"
    TEXT = "text"
    MAIL = "mail"


RING_SECONDS: Final = 15
"""For how many seconds somebody is rung who said nothing else (R12)."""
SHORTEST_RING: Final = 10
LONGEST_RING: Final = 30


class Supporter(Base):
    """Somebody who can be rung. `free_at` is the end of the last wrap-up (R12); an open attempt reserves besides.

    `second_phone` is rung where the first did not reach them; each rings for `ring_seconds`. `failing` says of numbers that the
    provider could not ring since when, and why (oncall.telephones).
    `away_since`: they said that they cannot be reached, and are not rung until they say that they can.
    `shift_notice` and `week_ahead`: what they want to be told of their shifts (helpdesk.rounds).
    """

    __tablename__ = "supporters"
    __table_args__ = (
        CheckConstraint("second_phone != phone", name="second_phone"),
        CheckConstraint(f"ring_seconds BETWEEN {SHORTEST_RING} AND {LONGEST_RING}", name="ring_seconds"),
        Index("uq_supporters_second_phone", "second_phone", unique=True),
    )

    id: Mapped[Key]
    name: Mapped[Name]
    phone: Mapped[Number] = mapped_column(unique=True)
    second_phone: Mapped[str | None] = mapped_column(String(32))
    ring_seconds: Mapped[int] = mapped_column(default=RING_SECONDS, server_default=str(RING_SECONDS))
    failing: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    email: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[Language] = mapped_column(one_of(Language), default=Language.DANISH)
    free_at: Mapped[datetime | None]
    away_since: Mapped[datetime | None]
    shift_notice: Mapped[ShiftNotice] = mapped_column(one_of(ShiftNotice), default=ShiftNotice.NONE, server_default="none")
    week_ahead: Mapped[bool] = mapped_column(default=False, server_default=false())


class Shift(Base):
    """A span of duty on one line, [starts_at, ends_at) in UTC; tier 1 is rung first.

    `source` and `uid`: the calendar that it came in from, and what it is called there; of one that was written by hand neither.
    """

    __tablename__ = "shifts"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="span"),
        CheckConstraint("tier >= 1", name="tier"),
        CheckConstraint("(source IS NULL) = (uid IS NULL)", name="origin"),
        Index("uq_shifts_line_source", "line", "source", "uid", unique=True),
        Index("ix_shifts_span", "starts_at", "ends_at"),
    )

    id: Mapped[Key]
    supporter_id: Mapped[int] = mapped_column(ForeignKey("supporters.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    tier: Mapped[int]
    line: Mapped[Flow] = mapped_column(one_of(Flow), default=Flow.SUPPORT, server_default=Flow.SUPPORT.value)
    source: Mapped[str | None] = mapped_column(String(100))
    uid: Mapped[str | None] = mapped_column(String(200))

    supporter: Mapped[Supporter] = relationship(lazy="joined", innerjoin=True, viewonly=True)


class ShiftAcknowledgement(Base):
    """A supporter knows of a shift of theirs, which is known by `key`: line, supporter and beginning (helpdesk.shifts)."""

    __tablename__ = "shift_acknowledgements"

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(200), unique=True)
    supporter_id: Mapped[int] = mapped_column(ForeignKey("supporters.id"))
    line: Mapped[Flow] = mapped_column(one_of(Flow))
    starts_at: Mapped[datetime] = mapped_column(index=True)
    acknowledged_at: Mapped[datetime]
