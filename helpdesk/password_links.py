"""Links with which somebody sets a password: a new user's first one (48 hours), or one in place of a forgotten one (30 minutes).

A link is sealed with keys outside the database and stands nowhere: the clock makes it when it sends it. It is bound to the
password that there is, so it is good once: whatever sets a password makes every link to set one void. It is bound to when its user
was added too: of whoever left and came back as somebody new an earlier link is none.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Final

from sqlalchemy.orm import Session

from helpdesk import errands, recipients, sign_ins
from helpdesk.sealing import Seal, SealBroken
from helpdesk.sign_ins import Where
from helpdesk.users import find
from models import Audit, User
from models.base import LARGEST_KEY

PATH: Final = "/welcome/"
OWNER: Final = "password link"
ONCE_IN: Final = 900  # seconds: as often a forgotten password is written about
LETTERS_OF_HASH: Final = 16


class Kind(StrEnum):
    """What a link is for; it is also the name of the notice that brings it."""

    WELCOME = "user_welcome"
    FORGOTTEN = "password_forgotten"


LASTS: Final = {Kind.WELCOME: timedelta(hours=48), Kind.FORGOTTEN: timedelta(minutes=30)}


@dataclass(frozen=True, kw_only=True)
class PasswordLinks:
    """Makes links that begin with `base_url`, and reads them."""

    seal: Seal
    base_url: str

    @classmethod
    def derive(cls, roots: Sequence[str], base_url: str) -> PasswordLinks:
        """With keys of their own from root keys (SECRET_KEY); the first one seals, all of them open."""
        return cls(seal=Seal.derive(roots, OWNER), base_url=base_url)

    def made(self, user: User, kind: Kind, *, now: datetime) -> str:
        """The whole address of a link for this user."""
        until = int((now + LASTS[kind]).timestamp())
        sealed = self.seal.close(f"{user.id} {until} {_bound(user)}", owner=OWNER)
        return f"{self.base_url}{PATH}{sealed.rstrip('=')}"

    def user(self, session: Session, token: str, *, now: datetime, to_change: bool) -> User | None:
        """Whose password it sets, locked `to_change` it; None where it is none, was used, is too old, or they log in no more."""
        try:
            number, until, bound = self.seal.open(token + "=" * (-len(token.partition(".")[2]) % 4), owner=OWNER).split(" ")
        except SealBroken:
            return None
        user = session.get(User, min(int(number), LARGEST_KEY), with_for_update={"of": User} if to_change else None)
        if user is None or user.ended_at is not None or now.timestamp() >= int(until):
            return None
        return user if hmac.compare_digest(bound, _bound(user)) else None


def forgotten(session: Session, email: str, *, where: Where, now: datetime) -> None:
    """Asks for the letter with a link to whoever logs in with that address, once in a quarter of an hour.

    Nobody learns whether there is such a user. Each request counts for its network address as a sign-in that failed does.
    """
    if not sign_ins.may_try(session, where, now=now):
        return
    user = find(session, email)
    if user is not None:
        key = f"{Kind.FORGOTTEN}:{user.id}:{int(now.timestamp()) // ONCE_IN}"
        _ask(session, user, Kind.FORGOTTEN, key, notice="password_forgotten", now=now)
        said = {"browser": where.browser[: sign_ins.LONGEST_BROWSER]}
        _note(session, user, "password_link_asked", said, actor=user.email, now=now)


def welcome(session: Session, user: User, *, actor: str, by_mail: bool, now: datetime) -> None:
    """A user is given a link to set a password with: written to them, or shown to `actor`, to be handed over."""
    if by_mail:
        _ask(session, user, Kind.WELCOME, f"{Kind.WELCOME}:{user.id}:{now.isoformat()}", notice="user_welcome", now=now)
    _note(session, user, "password_link_made", {"by": "mail" if by_mail else "hand"}, actor=actor, now=now)


def _ask(session: Session, user: User, kind: Kind, key: str, *, notice: str, now: datetime) -> None:
    """The errand keeps what the link is for, never the link."""
    about = {"link": kind.value}
    errands.notify(session, [recipients.user(user.id)], notice=notice, values={"link": "…"}, key=key, now=now, about=about)


def _note(session: Session, user: User, action: str, details: dict[str, str], *, actor: str, now: datetime) -> None:
    session.add(Audit(at=now, actor=actor, action=action, subject=f"user:{user.email}", details=details))


def _bound(user: User) -> str:
    """What tells the user and the password now from any other, and nothing about it."""
    return sha256(f"{user.id}:{user.created_at.timestamp()}:{user.password}".encode()).hexdigest()[:LETTERS_OF_HASH]
