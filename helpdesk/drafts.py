"""Long text is kept while it is typed (ui.md 5), so that neither a lost browser nor a night's sleep takes it: its user's own alone.

A draft is no change of anything: it stands in no audit. It goes with what it became, or after two weeks.

TooLong   no form of ours takes so much
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models import Draft

LONGEST: Final = 10_000
MOST: Final = 50
KEPT_FOR: Final = timedelta(days=14)


class TooLong(Exception):
    """More than LONGEST letters. Nothing was written."""


def keep(session: Session, user_id: int, place: str, text: str, *, now: datetime) -> None:
    """Keeps the text of that place in place of the one before, and a user's newest MOST. A blank one is none. Raises TooLong."""
    if len(text) > LONGEST:
        raise TooLong
    if not text.strip():
        forget(session, user_id, [place])
        return
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    kept = {"text": text.replace("\0", ""), "at": now}
    row = insert(Draft).values(user_id=user_id, place=place, **kept)
    session.execute(row.on_conflict_do_update(index_elements=["user_id", "place"], set_=kept))
    mine = select(Draft.place).where(Draft.user_id == user_id).order_by(Draft.at.desc(), Draft.place)
    forget(session, user_id, session.scalars(mine.offset(MOST)).all())


def of_user(session: Session, user_id: int, *, now: datetime) -> Mapping[str, tuple[str, datetime]]:
    """Every draft of a user, by its place: the text, and when it was typed."""
    mine = select(Draft.place, Draft.text, Draft.at).where(Draft.user_id == user_id, Draft.at > now - KEPT_FOR)
    return {place: (text, at) for place, text, at in session.execute(mine)}


def forget(session: Session, user_id: int, places: Sequence[str]) -> None:
    """They were sent, or emptied."""
    if places:
        session.execute(delete(Draft).where(Draft.user_id == user_id, Draft.place.in_(places)))


def forget_old(session: Session, *, now: datetime) -> None:
    """Nobody came back to them for two weeks."""
    session.execute(delete(Draft).where(Draft.at <= now - KEPT_FOR))
