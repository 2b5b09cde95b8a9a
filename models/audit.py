"""Who changed what, and what the system marked for a person to look at. Rows are only ever added."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, ForeignKey, Index, String, event
from sqlalchemy.orm import Mapped, Mapper, mapped_column, object_session

from models.base import Base, Key

FROM: Final = "from"
"""In a session's `info`: the network address that the changes of its transaction come from, where they come from one."""


class Audit(Base):
    """One line of the audit: `actor` did `action` to `subject` ("customer:10042", "call:CA…"), from that network address."""

    __tablename__ = "audit"
    __table_args__ = (
        Index("ix_audit_subject", "subject"),
        Index("ix_audit_actor_at", "actor", "at"),
        Index("ix_audit_action_at", "action", "at"),
    )

    id: Mapped[Key]
    at: Mapped[datetime] = mapped_column(index=True)
    actor: Mapped[str] = mapped_column(String(100))
    action: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(100))
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"), index=True)
    details: Mapped[dict[str, Any]]
    address: Mapped[str | None] = mapped_column(String(64))


@event.listens_for(Audit, "before_insert")
def _says_from_where(_mapper: Mapper[Audit], _connection: Connection, line: Audit) -> None:
    session = object_session(line)
    if session is not None and line.address is None:
        line.address = session.info.get(FROM)
