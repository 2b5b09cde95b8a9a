"""Tokens of programs: made, shown once, found again by their hash, ended (web.api; `doegnvagt token`).

A token begins with "dv_", so that whoever finds one knows where it belongs.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from helpdesk.customers import Unknown
from models import ApiToken, Audit
from models.api import Scope

PREFIX: Final = "dv_"
SEEN_EVERY: Final = timedelta(minutes=1)
LONGEST_NAME: Final = 80


def add(session: Session, name: str, scopes: Collection[Scope], *, actor: str, now: datetime) -> tuple[ApiToken, str]:
    """A new token; the text behind it is told this once. Raises ValueError without a name or a scope."""
    clean = " ".join(name.split())
    if not 1 <= len(clean) <= LONGEST_NAME or not clean.isprintable():
        raise ValueError(f"a name has 1 to {LONGEST_NAME} characters, all of them visible")
    if not scopes:
        raise ValueError("a token without a scope may do nothing")
    text = f"{PREFIX}{secrets.token_urlsafe(32)}"
    said = " ".join(scope.value for scope in Scope if scope in scopes)
    token = ApiToken(name=clean, hash=_hashed(text), scopes=said, created_at=now, created_by=actor)
    session.add(token)
    session.flush()
    _note(session, token, "token_added", actor=actor, now=now, scopes=said)
    return token, text


def of_text(session: Session, text: str) -> ApiToken | None:
    """The token with that text, while it is one."""
    return session.scalar(select(ApiToken).where(ApiToken.hash == _hashed(text), ApiToken.ended_at.is_(None)))


def is_stale(token: ApiToken, *, now: datetime) -> bool:
    """Whether that it was used should be written down again: not with every request."""
    return token.used_at is None or now - token.used_at >= SEEN_EVERY


def used(session: Session, token_id: int, *, now: datetime) -> None:
    """A program asks with it."""
    session.execute(update(ApiToken).where(ApiToken.id == token_id).values(used_at=now))


def listed(session: Session, *, ended: bool = False) -> Sequence[ApiToken]:
    """The tokens there are, the newest first; with `ended` those too that ended."""
    query = select(ApiToken).order_by(ApiToken.id.desc())
    return session.scalars(query if ended else query.where(ApiToken.ended_at.is_(None))).all()


def end(session: Session, token_id: int, *, actor: str, now: datetime) -> ApiToken:
    """Nobody asks with it any more. Raises Unknown."""
    token = session.get(ApiToken, token_id, with_for_update=True)
    if token is None or token.ended_at is not None:
        raise Unknown(f"there is no token {token_id}")
    token.ended_at = now
    _note(session, token, "token_ended", actor=actor, now=now)
    return token


def _hashed(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def _note(session: Session, token: ApiToken, action: str, *, actor: str, now: datetime, **details: object) -> None:
    said = {"name": token.name, **details}
    session.add(Audit(at=now, actor=actor, action=action, subject=f"token:{token.id}", details=said))
