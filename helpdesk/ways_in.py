"""What lets somebody in was changed: a password, a passkey, an app, a link with the issuer. It is audited, and its user is told.

Whoever has stolen a sign-in would add a way of their own: the letter goes to the one who would not know.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk import errands, recipients
from models import Audit, User


def changed(session: Session, user: User, *, notice: str, actor: str, now: datetime, **details: str) -> None:
    """Writes it down, and asks for the letter; `notice` is what the audit calls it too."""
    session.add(Audit(at=now, actor=actor, action=notice, subject=f"user:{user.email}", details=dict(details)))
    key = f"{notice}:{user.id}:{now.isoformat()}"
    errands.notify(session, [recipients.user(user.id)], notice=notice, values={"at": now.isoformat(), **details}, key=key, now=now)
