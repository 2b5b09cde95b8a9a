"""Swaps that one supporter asks another for: who asked whom, and when. What they agree on becomes a part of the rota."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Key, Name, one_of
from models.supporters import Supporter
from models.values import Flow

OPEN: Final = text("state = 'asked'")


class SwapState(StrEnum):
    """How a request stands.

    asked      the colleague has not answered yet
    agreed     they said yes: it is a part of the rota
    declined   they said no
    withdrawn  whoever asked has thought better of it
    lapsed     nobody answered before one of the shifts began
    undone     it was agreed, and an administrator took it out of the rota again
    """

    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"
    UNDONE = "undone"


class SwapRequest(Base):
    """A supporter asks a colleague to take a shift over, or to swap it for one of theirs (`return_…`); once a shift at a time.

    A shift is named as the rota names it, by its layer and its nominal start in local time (2026-11-24T16:00:00), and stands with
    when it was at the time of asking. `rota_id` is the version that it became a part of.
    """

    __tablename__ = "swap_requests"
    __table_args__ = (
        CheckConstraint("supporter_id <> colleague_id", name="two"),
        CheckConstraint("ends_at > starts_at", name="span"),
        CheckConstraint("return_ends_at > return_starts_at", name="return_span"),
        CheckConstraint(
            "(return_layer IS NULL) = (return_starts IS NULL) AND (return_layer IS NULL) = (return_starts_at IS NULL)"
            " AND (return_layer IS NULL) = (return_ends_at IS NULL)",
            name="return",
        ),
        CheckConstraint(
            "(state = 'asked') = (answered_at IS NULL) AND (answered_at IS NULL) = (answered_by IS NULL)", name="answered"
        ),
        CheckConstraint("state NOT IN ('agreed', 'undone') OR rota_id IS NOT NULL", name="rota"),
        Index("uq_swap_requests_open", "line", "layer", "starts", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    )

    id: Mapped[Key]
    line: Mapped[Flow] = mapped_column(one_of(Flow))
    state: Mapped[SwapState] = mapped_column(one_of(SwapState))
    supporter_id: Mapped[int] = mapped_column(ForeignKey("supporters.id"), index=True)
    colleague_id: Mapped[int] = mapped_column(ForeignKey("supporters.id"), index=True)
    layer: Mapped[Name]
    starts: Mapped[str] = mapped_column(String(19))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime] = mapped_column(index=True)
    return_layer: Mapped[str | None] = mapped_column(String(200))
    return_starts: Mapped[str | None] = mapped_column(String(19))
    return_starts_at: Mapped[datetime | None]
    return_ends_at: Mapped[datetime | None]
    asked_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by: Mapped[str | None] = mapped_column(String(254))
    rota_id: Mapped[int | None] = mapped_column(ForeignKey("rotas.id"))

    supporter: Mapped[Supporter] = relationship(lazy="joined", innerjoin=True, viewonly=True, foreign_keys=[supporter_id])
    colleague: Mapped[Supporter] = relationship(lazy="joined", innerjoin=True, viewonly=True, foreign_keys=[colleague_id])
