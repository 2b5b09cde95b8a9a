"""Price lists: what a quarter costs, by local wall clock. A list is never changed; a later one takes over (R10).

A list that is still being written is a draft, and no list.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Key, Name, one_of
from models.values import Flow, Points


class PriceList(Base):
    """One published list for one line, in force from `valid_from` until the next one's. `source` is the file as it came."""

    __tablename__ = "price_lists"
    __table_args__ = (
        UniqueConstraint("line", "valid_from"),
        CheckConstraint("interval_minutes = 15", name="interval"),
        CheckConstraint("line IN ('support')", name="flow"),  # No list for a line without points: nothing can be charged there.
    )

    id: Mapped[Key]
    line: Mapped[Flow] = mapped_column(one_of(Flow, create_constraint=False))
    valid_from: Mapped[datetime]
    interval_minutes: Mapped[int]
    published_at: Mapped[datetime]
    source: Mapped[str] = mapped_column(Text)

    periods: Mapped[list[PricePeriod]] = relationship(order_by="PricePeriod.position", lazy="selectin")


class PricePeriod(Base):
    """One period of a list. `days` is a set of ISO weekdays as text ("12345"); minutes count from local midnight, 1440 ends it."""

    __tablename__ = "price_periods"
    __table_args__ = (
        UniqueConstraint("price_list_id", "position"),
        CheckConstraint("points >= 0", name="points"),
        CheckConstraint("from_minute BETWEEN 0 AND 1439", name="from_minute"),
        CheckConstraint("to_minute BETWEEN 0 AND 1440", name="to_minute"),
    )

    id: Mapped[Key]
    price_list_id: Mapped[int] = mapped_column(ForeignKey("price_lists.id"))
    position: Mapped[int]
    name: Mapped[Name]
    days: Mapped[str] = mapped_column(String(7), default="1234567")
    holidays: Mapped[bool | None]
    from_minute: Mapped[int]
    to_minute: Mapped[int]
    points: Mapped[Points] = mapped_column(Integer)


class PriceListHoliday(Base):
    """A local day that counts as a holiday under this list: a public one, or one of its `extra_holidays`."""

    __tablename__ = "price_list_holidays"

    price_list_id: Mapped[int] = mapped_column(ForeignKey("price_lists.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[Name]


class PriceDraft(Base):
    """A list that somebody writes. `content` is what its file would say, as it was typed, sound or not (billing.price_drafts).

    `version` counts up with each change, so that nobody writes over what another one wrote meanwhile. A dropped draft can be taken
    up again.
    """

    __tablename__ = "price_drafts"

    id: Mapped[Key]
    name: Mapped[Name]
    content: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(100))
    dropped_at: Mapped[datetime | None]
