"""What guards PIN entry: failures and locks by caller number, kept in the database across calls and restarts (R3).

`caller` is an E.164 number, or one word for all withheld and malformed numbers together.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key


class PinGate(Base):
    """One caller's gate. `locks` counts lock-outs that still double the next one."""

    __tablename__ = "pin_gates"
    __table_args__ = (CheckConstraint("locks >= 0", name="locks"),)

    caller: Mapped[str] = mapped_column(String(32), primary_key=True)
    locks: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None] = mapped_column(index=True)
    last_failure_at: Mapped[datetime | None]


class PinFailure(Base):
    """One wrong PIN. `counted` ones still count towards a lock: a lock-out and a right PIN clear them."""

    __tablename__ = "pin_failures"
    __table_args__ = (Index("ix_pin_failures_caller_at", "caller", "at"),)

    id: Mapped[Key]
    caller: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(index=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    counted: Mapped[bool] = mapped_column(default=True)
