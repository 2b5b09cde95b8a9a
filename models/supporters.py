"""Who answers, and when they are on duty."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Key, Name, Number, one_of
from models.values import Flow, Language


class Supporter(Base):
    """Somebody who can be rung. `free_at` is the end of the last wrap-up (R12); an open attempt reserves besides.

    `away_since`: they said that they cannot be reached, and are not rung until they say that they can.
    """

    __tablename__ = "supporters"

    id: Mapped[Key]
    name: Mapped[Name]
    phone: Mapped[Number] = mapped_column(unique=True)
    email: Mapped[str | None] = mapped_column(String(254))
    language: Mapped[Language] = mapped_column(one_of(Language), default=Language.DANISH)
    free_at: Mapped[datetime | None]
    away_since: Mapped[datetime | None]


class Shift(Base):
    """A span of duty on one line, [starts_at, ends_at) in UTC; tier 1 is rung first."""

    __tablename__ = "shifts"
    __table_args__ = (
        CheckConstraint("ends_at > starts_at", name="span"),
        CheckConstraint("tier >= 1", name="tier"),
        Index("ix_shifts_span", "starts_at", "ends_at"),
    )

    id: Mapped[Key]
    supporter_id: Mapped[int] = mapped_column(ForeignKey("supporters.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    tier: Mapped[int]
    line: Mapped[Flow] = mapped_column(one_of(Flow), default=Flow.SUPPORT, server_default=Flow.SUPPORT.value)

    supporter: Mapped[Supporter] = relationship(lazy="joined", innerjoin=True, viewonly=True)
