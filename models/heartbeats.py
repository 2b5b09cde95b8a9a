"""Who is alive, and who answers: one row for each clock process, and one for the provider."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key


class Heartbeat(Base):
    """A sign of life. `name` is "clock:host:process", or "provider".

    `beat_at` is when there was a sign last; null while there was none. `failing_since` is when the first of the failures came that
    no success has followed, and `problem` the last of them in a few words, without numbers or secrets.
    """

    __tablename__ = "heartbeats"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(100), unique=True)
    beat_at: Mapped[datetime | None]
    failing_since: Mapped[datetime | None]
    problem: Mapped[str | None] = mapped_column(String(200))
