"""What callers said into a recording: at the provider until it is copied home, then here alone, for 90 days (R23)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key, due_by


class Recording(Base):
    """One recording, by the address at which the provider kept it; `sound` is a WAV file.

    `removed_at`: the provider has it no more. `erased_at`: we have it no more. `transcript` is what is said in it,
    where a service is configured that writes it down (`written_at`). `due_at` is when the clock copies it, has it removed
    or erases it; None when nothing is left to do. `problem` is what went wrong last.
    """

    __tablename__ = "recordings"
    __table_args__ = (
        CheckConstraint("(sound IS NOT NULL) = (copied_at IS NOT NULL AND erased_at IS NULL)", name="sound"),
        CheckConstraint("removed_at IS NULL OR copied_at IS NOT NULL OR erased_at IS NOT NULL", name="removed"),
        CheckConstraint("transcript IS NULL OR (written_at IS NOT NULL AND erased_at IS NULL)", name="transcript"),
        *due_by("due_at"),
    )

    id: Mapped[Key]
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    url: Mapped[str] = mapped_column(String(500), unique=True)
    recorded_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    copied_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]
    sound: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    written_at: Mapped[datetime | None]
    transcript: Mapped[str | None] = mapped_column(Text)
    problem: Mapped[str | None] = mapped_column(String(500))
