"""Alarms: matters that somebody must know of, each told once, then reminded of until it is acknowledged or over."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key, due_by, one_of


class AlarmKind(StrEnum):
    """What sort of matter.

    gap             nobody is on duty on a line, more than 48 hours ahead
    gap_soon        the same, the first gap of the line within 48 hours, or now
    telephone       somebody on duty within 24 hours has a telephone that does not work
    unreachable     nobody of a tier of a line can be reached, or nobody at all
    task            a callback, a message or a missed call is past its deadline (R14)
    provider        the telephone provider does not answer
    pins            more wrong PINs than people make (R3)
    prices          no price list is in force
    bridge          a call was bridged and nobody pressed 1 (R7)
    skew            a clock is wrong
    reconciliation  a day could not be reconciled
    webhook         an endpoint takes nothing
    shift           nobody acknowledged a coming shift, on a line that asks for it
    points          a call is about to end because its points run out (R11)
    """

    GAP = "gap"
    GAP_SOON = "gap_soon"
    TELEPHONE = "telephone"
    UNREACHABLE = "unreachable"
    TASK = "task"
    PROVIDER = "provider"
    PINS = "pins"
    PRICES = "prices"
    BRIDGE = "bridge"
    SKEW = "skew"
    RECONCILIATION = "reconciliation"
    WEBHOOK = "webhook"
    SHIFT = "shift"
    POINTS = "points"

    @property
    def is_urgent(self) -> bool:
        """Whether somebody is reminded every 15 minutes; of what can wait, daily."""
        return self in {
            AlarmKind.GAP_SOON,
            AlarmKind.TELEPHONE,
            AlarmKind.UNREACHABLE,
            AlarmKind.TASK,
            AlarmKind.PROVIDER,
            AlarmKind.PRICES,
        }


IS_OPEN = text("closed_at IS NULL")


class Alarm(Base):
    """One matter, known by its kind and `key`, of which one is open at a time. It is worded by `notice` and `told`.

    `tell_at` is when it is told, or told again; null when it is not any more, and for a task between its own times (R14).
    `reminders` counts how often it was told again. `seen_at` is when the matter was noticed last. `closed_at`: it is over.
    """

    __tablename__ = "alarms"
    __table_args__ = (
        CheckConstraint("(acknowledged_at IS NULL) = (acknowledged_by IS NULL)", name="acknowledged"),
        CheckConstraint("tell_at IS NULL OR (acknowledged_at IS NULL AND closed_at IS NULL)", name="told"),
        CheckConstraint("reminders >= 0", name="reminders"),
        Index("uq_alarms_open", "kind", "key", unique=True, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
        *due_by("tell_at"),
    )

    id: Mapped[Key]
    kind: Mapped[AlarmKind] = mapped_column(one_of(AlarmKind))
    key: Mapped[str] = mapped_column(String(200))
    notice: Mapped[str] = mapped_column(String(64))
    told: Mapped[dict[str, Any]]
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    tell_at: Mapped[datetime | None]
    reminders: Mapped[int] = mapped_column(default=0)
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None] = mapped_column(String(254))
    closed_at: Mapped[datetime | None]
