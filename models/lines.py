"""The numbers that people dial."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON, CheckConstraint, func, select
from sqlalchemy.orm import Mapped, column_property, mapped_column

from models.base import Base, Key, Name, Number, one_of
from models.rotas import Rota
from models.values import Flow


class Line(Base):
    """A dialled number and the conversation it leads to. `rota_id` is the newest version of its rota, read with the row.

    `hours` are its opening hours as `helpdesk.line_hours` keeps them, with the public holidays; None if nobody said any.
    A call does not need them, so they are read when they are asked for. `callback_minutes` is within how many minutes a caller is
    called back (R14); None is the house's own half hour. `acknowledge_hours` is how many hours ahead a shift is to be acknowledged;
    with None nobody is asked.
    """

    __tablename__ = "lines"
    __table_args__ = (
        CheckConstraint("callback_minutes >= 1", name="callback_minutes"),
        CheckConstraint("acknowledge_hours >= 1", name="acknowledge_hours"),
    )

    id: Mapped[Key]
    number: Mapped[Number] = mapped_column(unique=True)
    flow: Mapped[Flow] = mapped_column(one_of(Flow))
    name: Mapped[Name]
    callback_minutes: Mapped[int | None]
    acknowledge_hours: Mapped[int | None]
    hours: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), deferred=True)

    rota_id: Mapped[int | None] = column_property(
        select(func.max(Rota.id)).where(Rota.line == flow).correlate_except(Rota).scalar_subquery()
    )
