"""Answers kept for a day, by token and Idempotency-Key: a write that is sent again is answered the same, and done once.

A form that moves points has a key of its own, and no token: where it led is its answer.

The row is written first, in the transaction of the write itself: of two that come at once the second waits for the first one's
commit, and finds its answer. What was refused leaves nothing, so that it can be tried again.

KeyReused    the key was used for something else
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, cast

from sqlalchemy import Table, delete, select, update
from sqlalchemy.orm import Session

from billing import bulk
from models import KeptAnswer

KEPT_FOR: Final = timedelta(days=1)
ANSWERS: Final = cast("Table", KeptAnswer.__table__)


class KeyReused(Exception):
    """That key was used for another request, within a day."""


def of_before(session: Session, token_id: int, key: str, request: str, *, now: datetime) -> tuple[int, str] | None:
    """Status and body of the same write before; None where it is to be done now. `request` is a hash. Raises KeyReused."""
    session.execute(delete(KeptAnswer).where(KeptAnswer.asked_at <= now - KEPT_FOR))
    row = {"key": _key(token_id, key), "request": request, "asked_at": now}
    if bulk.insert_once(session, ANSWERS, [row], unique="key", returning=(ANSWERS.c.id,)).scalar() is not None:
        return None
    found = session.scalars(select(KeptAnswer).where(KeptAnswer.key == _key(token_id, key))).one()
    if found.request != request:
        raise KeyReused(key)
    return found.status or 0, found.body or ""


def kept(session: Session, token_id: int, key: str) -> str | None:
    """The body of what was answered; None where there is none (yet). Nothing is written."""
    return session.scalar(select(KeptAnswer.body).where(KeptAnswer.key == _key(token_id, key)))


def keep(session: Session, token_id: int, key: str, *, status: int, body: str) -> None:
    """Keeps what was answered."""
    session.execute(update(KeptAnswer).where(KeptAnswer.key == _key(token_id, key)).values(status=status, body=body))


def _key(token_id: int, key: str) -> str:
    return f"{token_id}:{key}"
