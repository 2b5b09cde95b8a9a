"""Rotas: who is on duty by rotation, and by what was agreed besides. A rota is never changed; a later version takes over.

A draft is what somebody writes until it is published.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key, one_of
from models.values import Flow


class Rota(Base):
    """One version of one line's rota, in force from `published_at` until the next one's. What `content` says: docs/rota.md.

    `holidays` are the public ones, day by day with their names, as they were known then: an old answer stays what it was.
    """

    __tablename__ = "rotas"
    __table_args__ = (Index("ix_rotas_line_id", "line", "id"),)

    id: Mapped[Key]
    line: Mapped[Flow] = mapped_column(one_of(Flow))
    published_at: Mapped[datetime]
    published_by: Mapped[str] = mapped_column(String(100))
    content: Mapped[dict[str, Any]]
    holidays: Mapped[dict[str, Any]]


class RotaDraft(Base):
    """A rota that somebody writes, begun from version `based_on`. `content` is what was typed, sound or not (oncall.rota_typed).

    `version` counts up with each change, so that nobody writes over what another one wrote meanwhile.
    """

    __tablename__ = "rota_drafts"

    id: Mapped[Key]
    line: Mapped[Flow] = mapped_column(one_of(Flow))
    based_on: Mapped[int | None] = mapped_column(ForeignKey("rotas.id"))
    content: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime]
    changed_by: Mapped[str] = mapped_column(String(254))
