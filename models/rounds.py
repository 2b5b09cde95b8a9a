"""What the clock goes and looks at by itself, and when it goes next."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key, due_by


class Round(Base):
    """A round, known by its name."""

    __tablename__ = "rounds"
    __table_args__ = tuple(due_by("due_at"))

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(32), unique=True)
    due_at: Mapped[datetime]
