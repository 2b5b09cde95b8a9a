"""What must be done outside a call: a row that the clock carries out, retried, done once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key, due_by, one_of
from models.values import ErrandKind, ErrandState


class Errand(Base):
    """One errand, known by `key` so that it is asked for once. `due_at` is null when the clock has nothing left to do with it."""

    __tablename__ = "errands"
    __table_args__ = tuple(due_by("due_at"))

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[ErrandKind] = mapped_column(one_of(ErrandKind))
    state: Mapped[ErrandState] = mapped_column(one_of(ErrandState), default=ErrandState.DUE)
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"), index=True)
    payload: Mapped[dict[str, Any]]
    asked_at: Mapped[datetime] = mapped_column(index=True)
    due_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(500))
