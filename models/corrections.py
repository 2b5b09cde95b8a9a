"""What is given back or given: refunds of quarters, points for nothing, and the disputes that led there.

A correction above the limit waits for a second person; the database itself refuses one that its asker let through.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Key, one_of
from models.calls import Call
from models.customers import Customer
from models.values import Points


class CorrectionKind(StrEnum):
    """What is given: back for quarters that were charged, or for nothing."""

    REFUND = "refund"
    GRANT = "grant"


class CorrectionReason(StrEnum):
    """Why points are given back or given."""

    GOODWILL = "goodwill"
    OWN_FAULT = "own_fault"
    OUTAGE = "outage"
    WRONG_NUMBER = "wrong_number"


class CorrectionState(StrEnum):
    """How far a correction is: asked for and waiting for a second person, in the books, or refused."""

    ASKED = "asked"
    DONE = "done"
    REFUSED = "refused"


class DisputeState(StrEnum):
    """How far a dispute is."""

    OPEN = "open"
    REFUNDED = "refunded"
    REFUSED = "refused"


class Dispute(Base):
    """A customer finds a call's charge wrong. `said` is what they say; `answer` what they were told. A call has one open one."""

    __tablename__ = "disputes"
    __table_args__ = (
        CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="answered_at"),
        CheckConstraint("(state = 'open') = (answered_by IS NULL)", name="answered_by"),
        CheckConstraint("(state = 'open') = (answer IS NULL)", name="answer"),
        Index(
            "uq_disputes_open_call",
            "call_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[Key]
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    said: Mapped[str] = mapped_column(String(500))
    state: Mapped[DisputeState] = mapped_column(one_of(DisputeState), default=DisputeState.OPEN)
    opened_at: Mapped[datetime]
    opened_by: Mapped[str] = mapped_column(String(100))
    answer: Mapped[str | None] = mapped_column(String(500))
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None] = mapped_column(String(100))

    call: Mapped[Call] = relationship(lazy="joined", innerjoin=True)


class Correction(Base):
    """Points to be given back for a call's quarters (`refund`), or given (`grant`), with a reason and who asked for it."""

    __tablename__ = "corrections"
    __table_args__ = (
        CheckConstraint("points > 0", name="points"),
        CheckConstraint("(kind = 'refund') = (call_id IS NOT NULL)", name="call"),
        CheckConstraint("dispute_id IS NULL OR kind = 'refund'", name="dispute"),
        CheckConstraint("(state = 'asked') = (decided_at IS NULL)", name="decided_at"),
        CheckConstraint("(state = 'asked') = (decided_by IS NULL)", name="decided_by"),
        CheckConstraint("state != 'done' OR NOT above_limit OR decided_by != asked_by", name="second_person"),
    )

    id: Mapped[Key]
    kind: Mapped[CorrectionKind] = mapped_column(one_of(CorrectionKind))
    reason: Mapped[CorrectionReason] = mapped_column(one_of(CorrectionReason))
    note: Mapped[str] = mapped_column(String(400))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"), index=True)
    dispute_id: Mapped[int | None] = mapped_column(ForeignKey("disputes.id"), index=True)
    points: Mapped[Points]
    above_limit: Mapped[bool]
    state: Mapped[CorrectionState] = mapped_column(one_of(CorrectionState))
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(100))
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(100))

    customer: Mapped[Customer] = relationship(lazy="joined", innerjoin=True)
    call: Mapped[Call | None] = relationship()
    dispute: Mapped[Dispute | None] = relationship()
    quarters: Mapped[list[RefundedQuarter]] = relationship(order_by="RefundedQuarter.quarter", cascade="all, delete-orphan")


class RefundedQuarter(Base):
    """How many points of one quarter a refund gives back."""

    __tablename__ = "refunded_quarters"
    __table_args__ = (
        UniqueConstraint("correction_id", "quarter"),
        CheckConstraint("points > 0", name="points"),
        CheckConstraint("quarter >= 1", name="quarter"),
    )

    id: Mapped[Key]
    correction_id: Mapped[int] = mapped_column(ForeignKey("corrections.id"))
    quarter: Mapped[int]
    points: Mapped[Points]
