"""Points as double entry: accounts, journals, entries and holds. Journals and entries are only ever added (R18).

A journal is one business event; its entries are signed amounts that sum to zero. Customer accounts keep `balance` and `held`
beside their entries, because a hold must be refused by the database's own arithmetic; system accounts keep neither.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key, due_by, one_of
from models.values import HoldState, JournalKind, Points

NO_QUARTER: Final = text("kind != 'quarter'")
"""What all but a few journals are not: the few have an index of their own, which a query finds that says it in these words."""
FREE: Final = {
    "sqlite": text("kind = 'quarter' AND json_extract(request, '$.amounts') = '[]'"),
    "postgresql": text("kind = 'quarter' AND (request ->> 'amounts') = '[]'"),
}
"""A quarter that cost nothing, in the words of each database: its journal has no entries. They too have an index of their own."""


class Account(Base):
    """A customer's points, or one of the house's own accounts (`issued`, `earned`, `granted`, `corrected`).

    `low_at` is when the balance sank below `notify_below` (null: the house's own threshold), as long as nobody was told.
    """

    __tablename__ = "accounts"
    __table_args__ = (
        CheckConstraint("held >= 0", name="held"),
        CheckConstraint(
            "(customer_id IS NULL) = (balance IS NULL) AND (customer_id IS NULL) = (held IS NULL)", name="kept_balance"
        ),
        *due_by("low_at"),
    )

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(64), unique=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), unique=True)
    balance: Mapped[Points | None]
    held: Mapped[Points | None]
    notify_below: Mapped[Points | None]
    low_at: Mapped[datetime | None]


class Journal(Base):
    """One business event, known by `key`. `request` is what was asked for: the same key with another request is an error."""

    __tablename__ = "journal"
    __table_args__ = (
        CheckConstraint("(kind != 'quarter') OR (call_id IS NOT NULL AND quarter IS NOT NULL AND quarter >= 1)", name="quarter"),
        Index("ix_journal_call_id_quarter", "call_id", "quarter"),
        Index("ix_journal_written_at_id", "written_at", "id"),
        Index("ix_journal_rare", "kind", "written_at", "id", sqlite_where=NO_QUARTER, postgresql_where=NO_QUARTER),
        Index("ix_journal_free", "id", sqlite_where=FREE["sqlite"], postgresql_where=FREE["postgresql"]),
    )

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(300), unique=True)
    kind: Mapped[JournalKind] = mapped_column(one_of(JournalKind))
    request: Mapped[dict[str, Any]]
    occurred_at: Mapped[datetime]
    written_at: Mapped[datetime]
    actor: Mapped[str] = mapped_column(String(100))
    reason: Mapped[str | None] = mapped_column(String(500))
    reference: Mapped[str | None] = mapped_column(String(200))
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"))
    quarter: Mapped[int | None]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"))
    price_list_id: Mapped[int | None] = mapped_column(ForeignKey("price_lists.id"))
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("journal.id"), index=True)


class Entry(Base):
    """One signed amount of a journal on one account."""

    __tablename__ = "entry"
    __table_args__ = (
        UniqueConstraint("journal_id", "account_id"),
        CheckConstraint("points != 0", name="points"),
        Index("ix_entry_account_id_journal_id", "account_id", "journal_id"),
    )

    id: Mapped[Key]
    journal_id: Mapped[int] = mapped_column(ForeignKey("journal.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    points: Mapped[Points]


class Hold(Base):
    """Points kept back for one quarter of one call (R4-R6)."""

    __tablename__ = "holds"
    __table_args__ = (
        UniqueConstraint("call_id", "quarter"),
        CheckConstraint("points >= 0", name="points"),
        CheckConstraint("quarter >= 1", name="quarter"),
        CheckConstraint("(state = 'open') = (ended_at IS NULL)", name="ended"),
        Index("ix_holds_account_id_state", "account_id", "state"),
    )

    id: Mapped[Key]
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    quarter: Mapped[int]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    points: Mapped[Points]
    state: Mapped[HoldState] = mapped_column(one_of(HoldState))
    held_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
