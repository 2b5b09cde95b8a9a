"""Calendars that somebody subscribes to: secret addresses, each of one supporter's duty or one line's."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Key
from models.lines import Line
from models.supporters import Supporter

STANDS = text("ended_at IS NULL")


class CalendarAddress(Base):
    """An address, known by the hash of its secret part; a supporter's, or a line's. Each has one at most that has not ended."""

    __tablename__ = "calendar_addresses"
    __table_args__ = (
        CheckConstraint("supporter_id IS NOT NULL OR line_id IS NOT NULL", name="owner"),
        Index("uq_calendar_addresses_supporter_id", "supporter_id", unique=True, sqlite_where=STANDS, postgresql_where=STANDS),
        Index("uq_calendar_addresses_line_id", "line_id", unique=True, sqlite_where=STANDS, postgresql_where=STANDS),
    )

    id: Mapped[Key]
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    supporter_id: Mapped[int | None] = mapped_column(ForeignKey("supporters.id"))
    line_id: Mapped[int | None] = mapped_column(ForeignKey("lines.id"))
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(100))
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    supporter: Mapped[Supporter | None] = relationship(lazy="joined", viewonly=True)
    line: Mapped[Line | None] = relationship(lazy="joined", viewonly=True)
