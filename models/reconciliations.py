"""Our calls held against the provider's records, day by day: which days, what differed, and what the provider charged us."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key, Sid, due_by, one_of
from models.values import DiscrepancyKind, Points, Resolution


class Reconciliation(Base):
    """One local day. `due_at` is null when the clock has nothing left to do with it.

    Once it was done, `compared` says how many calls were, and `unpriced` of how many legs the provider told no price yet.
    """

    __tablename__ = "reconciliations"
    __table_args__ = (
        CheckConstraint("(done_at IS NULL) = (compared IS NULL) AND (done_at IS NULL) = (unpriced IS NULL)", name="done"),
        *due_by("due_at"),
    )

    id: Mapped[Key]
    day: Mapped[date] = mapped_column(unique=True)
    due_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    compared: Mapped[int | None]
    unpriced: Mapped[int | None]
    problem: Mapped[str | None] = mapped_column(String(500))


class Discrepancy(Base):
    """One call of which the provider tells something else than we. `here` and `there` are what each says; `points` what moved.

    `accept_at` is when the provider is asked again because `accepted_by` wants to take its word over; `accepted_at` when it was.
    """

    __tablename__ = "discrepancies"
    __table_args__ = (UniqueConstraint("reconciliation_id", "sid", "kind"), *due_by("accept_at"))

    id: Mapped[Key]
    reconciliation_id: Mapped[int] = mapped_column(ForeignKey("reconciliations.id"))
    kind: Mapped[DiscrepancyKind] = mapped_column(one_of(DiscrepancyKind))
    sid: Mapped[Sid] = mapped_column(index=True)
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"), index=True)
    here: Mapped[dict[str, Any]]
    there: Mapped[dict[str, Any]]
    resolution: Mapped[Resolution] = mapped_column(one_of(Resolution))
    points: Mapped[Points]
    found_at: Mapped[datetime]
    accept_at: Mapped[datetime | None]
    accepted_by: Mapped[str | None] = mapped_column(String(100))
    accepted_at: Mapped[datetime | None]


class Cost(Base):
    """What the provider charged us for one leg, in millionths of `currency`; it is told hours behind the call, or never."""

    __tablename__ = "costs"
    __table_args__ = (CheckConstraint("length(currency) = 3", name="currency"),)

    id: Mapped[Key]
    sid: Mapped[Sid] = mapped_column(unique=True)
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"), index=True)
    day: Mapped[date] = mapped_column(index=True)
    millionths: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    told_at: Mapped[datetime]
