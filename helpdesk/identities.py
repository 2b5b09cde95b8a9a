"""Who a user is at the issuer: linked once, by an e-mail that the issuer has verified or by the user, and known by it ever after.

An issuer lets nobody in by itself: users are added here, and their roles are given here.

NotLetIn               the issuer vouches for somebody, whom we do not let in
├── NoLogIn            nobody logs in with that e-mail, or no more
├── Unverified         the issuer does not say that the e-mail is theirs
├── AlreadyLinked      that log-in is another identity's, or that identity another log-in's
└── LogInLocked        nobody can sign in as that user for now
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from helpdesk import sign_ins, ways_in
from models import Identity, User

LONGEST_SUBJECT: Final = 255


class NotLetIn(Exception):
    """The issuer vouches for somebody, whom we do not let in. Nothing was written."""


class NoLogIn(NotLetIn):
    """Nobody logs in with that e-mail, or no more."""


class Unverified(NotLetIn):
    """The issuer does not say that the e-mail is theirs: anybody could have written it there."""


class AlreadyLinked(NotLetIn):
    """That log-in is another identity's, or that identity another log-in's."""


class LogInLocked(NotLetIn):
    """Nobody can sign in as that user for now."""


@dataclass(frozen=True, kw_only=True)
class Vouched:
    """Whom an issuer vouches for. `subject` is who they are there, for ever; an e-mail may be given to another one day."""

    issuer: str
    subject: str
    email: str | None
    is_verified: bool
    with_second_factor: bool


def owner(session: Session, vouched: Vouched, *, now: datetime) -> User:
    """The user that it is; one who comes for the first time, with a verified e-mail, is linked. Raises NotLetIn."""
    identity = _known(session, vouched)
    user = identity.user if identity is not None else _of_email(session, vouched)
    if user.ended_at is not None:
        raise NoLogIn
    if sign_ins.is_locked(user, now=now):
        raise LogInLocked
    if identity is None:
        identity = link(session, user, vouched, now=now)
    identity.used_at = now
    return user


def link(session: Session, user: User, vouched: Vouched, *, now: datetime) -> Identity:
    """From now on it is this user, whose row is locked. Raises AlreadyLinked."""
    session.refresh(user, with_for_update={"of": User})
    there = (Identity.user_id == user.id) | (Identity.subject == vouched.subject)
    for one in session.scalars(select(Identity).where(Identity.issuer == vouched.issuer, there)):
        if (one.user_id, one.subject) == (user.id, vouched.subject):
            return one
        raise AlreadyLinked
    identity = Identity(user=user, issuer=vouched.issuer, subject=vouched.subject, linked_at=now)
    session.add(identity)
    try:
        session.flush()
    except IntegrityError as problem:  # another log-in took the same identity at this very moment
        raise AlreadyLinked from problem
    ways_in.changed(session, user, notice="identity_linked", actor=user.email, now=now, issuer=vouched.issuer)
    return identity


def unlink(session: Session, user: User, *, actor: str, now: datetime) -> None:
    """Takes every identity off, for one who has a new account at the issuer; every sign-in ends."""
    gone = delete(Identity).where(Identity.user_id == user.id).returning(Identity.issuer)
    for issuer in list(session.scalars(gone)):
        ways_in.changed(session, user, notice="identity_unlinked", actor=actor, now=now, issuer=issuer)
    sign_ins.end_all(session, user, now=now)


def of_user(session: Session, user_id: int) -> Identity | None:
    """Who a user is at an issuer, the last linked first; None where they are nobody there."""
    return session.scalar(select(Identity).where(Identity.user_id == user_id).order_by(Identity.id.desc()).limit(1))


def _known(session: Session, vouched: Vouched) -> Identity | None:
    mine = select(Identity).where(Identity.issuer == vouched.issuer, Identity.subject == vouched.subject)
    return session.scalar(mine)


def _of_email(session: Session, vouched: Vouched) -> User:
    """Who logs in with the e-mail, which must be verified: an address that was only claimed is nobody's."""
    if not vouched.is_verified or not vouched.email:
        raise Unverified
    user = session.scalar(select(User).where(User.email == vouched.email.strip().casefold()))
    if user is None:
        raise NoLogIn
    return user
