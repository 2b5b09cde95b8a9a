"""Signing in: a password, then a second factor; what failed is counted, and where somebody is signed in can be ended.

Five failures within 15 minutes lock a log-in for 15 minutes, the next lock is twice as long, up to a day; thirty from one network
address lock that address. A refusal never says which of these it was, nor whether there is such a user at all.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from helpdesk import drafts, passkeys, passwords, second_factor
from helpdesk.passkeys import PasskeyRefused, Site
from helpdesk.sealing import Seal
from models import Audit, SignIn, SignInFailure, User

MOST_FAILURES: Final = 5
MOST_OF_ADDRESS: Final = 30
WINDOW: Final = timedelta(minutes=15)
LONGEST_LOCK: Final = timedelta(days=1)
IDLE: Final = timedelta(hours=12)
LONGEST: Final = timedelta(days=14)
SEEN_EVERY: Final = timedelta(minutes=1)
LONGEST_BROWSER: Final = 200
PROVED_FOR: Final = timedelta(minutes=10)
"""How long whoever showed to be who they are may change what lets them in."""


@dataclass(frozen=True, kw_only=True)
class Where:
    """From where somebody signs in: a network address, and what their browser calls itself."""

    address: str
    browser: str


def with_password(session: Session, email: str, password: str, *, where: Where, now: datetime) -> User | None:
    """Whose password it is; None where it is nobody's, or that log-in or address is locked. Failures are counted."""
    if is_crowded(session, where, now=now):
        return None
    mine = select(User).where(User.email == email.strip().casefold(), User.ended_at.is_(None))
    user = session.scalar(mine.with_for_update(of=User).execution_options(populate_existing=True))
    fits = passwords.fits(user.password if user else None, password)
    if user is None or is_locked(user, now=now) or not fits:
        failed(session, user, where=where, now=now)
        return None
    if passwords.is_outdated(user.password or ""):
        user.password = passwords.hashed(password)
    if user.second_factor is None:
        user.failures = user.locks = 0
    return user


def is_password(session: Session, user_id: int, password: str, *, where: Where, now: datetime) -> User | None:
    """The user, their row locked, where whoever is signed in as them knows the password too.

    A wrong one counts as a sign-in that failed; while the log-in is locked no one is right.
    """
    user = session.get_one(User, user_id, with_for_update={"of": User}, populate_existing=True)
    if not is_locked(user, now=now) and passwords.fits(user.password, password):
        return user
    failed(session, user, where=where, now=now)
    return None


def is_them(session: Session, user_id: int, password: str, code: str, *, seal: Seal, where: Where, now: datetime) -> User | None:
    """The same, where they have the second factor too, if they have one: its code, or a recovery code. Raises SealBroken."""
    user = is_password(session, user_id, password, where=where, now=now)
    if user is None or user.second_factor is None or second_factor.is_right(session, user, code, seal=seal, now=now):
        return user
    failed(session, user, where=where, now=now)
    return None


def with_code(session: Session, user_id: int, code: str, *, seal: Seal, where: Where, now: datetime) -> User | None:
    """The user, where the code is right; a wrong one counts as a failure. Raises helpdesk.sealing.SealBroken."""
    mine = select(User).where(User.id == user_id, User.ended_at.is_(None))
    user = session.scalar(mine.with_for_update(of=User).execution_options(populate_existing=True))
    if user is None or is_locked(user, now=now) or is_crowded(session, where, now=now):
        return None
    if not second_factor.is_right(session, user, code, seal=seal, now=now):
        failed(session, user, where=where, now=now)
        return None
    user.failures = user.locks = 0
    return user


def with_passkey(session: Session, answer: Any, *, challenge: bytes | None, site: Site, where: Where, now: datetime) -> User | None:  # noqa: ANN401 - JSON
    """Whose passkey was shown; None where it does not fit, or that log-in or address is locked. Failures are counted.

    `challenge` is what it has to answer; None where the browser was given none for this.
    """
    if is_crowded(session, where, now=now):
        return None
    try:
        user = passkeys.owner(session, answer, challenge=challenge, site=site, now=now)
    except PasskeyRefused:
        failed(session, None, where=where, now=now)
        return None
    if is_locked(user, now=now):
        failed(session, user, where=where, now=now)
        return None
    user.failures = user.locks = 0
    return user


def failed(session: Session, user: User | None, *, where: Where, now: datetime) -> None:
    """Counts a failure; the fifth locks."""
    _count(session, where, now=now)
    if user is None or is_locked(user, now=now):
        return
    is_new = user.failed_at is None or user.failed_at < now - WINDOW
    user.failures, user.failed_at = 1 if is_new else user.failures + 1, now
    _note(session, user, "sign_in_failed", where=where, now=now)
    if user.failures >= MOST_FAILURES:
        user.locked_until = now + min(WINDOW * 2**user.locks, LONGEST_LOCK)
        user.failures, user.locks = 0, min(user.locks + 1, 10)
        _note(session, user, "log_in_locked", where=where, now=now, until=user.locked_until.isoformat())


def is_locked(user: User, *, now: datetime) -> bool:
    """Whether nobody can sign in as this user for now."""
    return user.locked_until is not None and now < user.locked_until


def is_crowded(session: Session, where: Where, *, now: datetime) -> bool:
    """Whether too much failed from that network address: nobody signs in from there for now."""
    recent = select(func.count()).select_from(SignInFailure)
    failed_there = recent.where(SignInFailure.address == where.address, SignInFailure.at > now - WINDOW)
    return (session.scalar(failed_there) or 0) >= MOST_OF_ADDRESS


def may_try(session: Session, where: Where, *, now: datetime) -> bool:
    """Whether that network address may try something for which nobody signs in; the try counts as a sign-in that failed does."""
    if is_crowded(session, where, now=now):
        return False
    _count(session, where, now=now)
    return True


def begin(session: Session, user: User, *, where: Where, now: datetime, secured: bool = False, proved: bool = True) -> str:
    """Signs in; the token is for the browser alone, and is told this once.

    `secured`: somebody else vouched for a second factor. `proved`: by what this house knows of the user, not by somebody's word.
    """
    token = secrets.token_urlsafe(32)
    browser = where.browser[:LONGEST_BROWSER]
    here = SignIn(user=user, token=_hashed(token), begun_at=now, seen_at=now, address=where.address, browser=browser)
    here.secured, here.proved_at = secured, now if proved else None
    session.add(here)
    drafts.forget_old(session, now=now)
    _note(session, user, "signed_in", where=where, now=now)
    return token


def of_token(session: Session, token: str, *, now: datetime) -> SignIn | None:
    """The sign-in with that token, while it is one."""
    found = session.scalar(select(SignIn).where(SignIn.token == _hashed(token), SignIn.ended_at.is_(None)))
    if found is None or found.user.ended_at is not None:
        return None
    return found if now - found.seen_at < IDLE and now - found.begun_at < LONGEST else None


def prove(session: Session, sign_in_id: int, *, now: datetime) -> None:
    """Whoever is signed in there knows the password too."""
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(proved_at=now))


def is_stale(found: SignIn, *, now: datetime) -> bool:
    """Whether that it was seen should be written down again: not with every page."""
    return now - found.seen_at >= SEEN_EVERY


def seen(session: Session, sign_in_id: int, *, now: datetime) -> None:
    """Somebody looks at a page with it."""
    session.execute(update(SignIn).where(SignIn.id == sign_in_id).values(seen_at=now))


def of_user(session: Session, user_id: int, *, now: datetime) -> list[SignIn]:
    """Where a user is signed in, the last seen first."""
    there = select(SignIn).where(SignIn.user_id == user_id, SignIn.ended_at.is_(None), SignIn.seen_at > now - IDLE)
    return list(session.scalars(there.where(SignIn.begun_at > now - LONGEST).order_by(SignIn.seen_at.desc(), SignIn.id.desc())))


def end(session: Session, sign_in_id: int, *, user_id: int, now: datetime) -> bool:
    """Ends one sign-in of this user; whether it was one."""
    ended = update(SignIn).where(SignIn.id == sign_in_id, SignIn.user_id == user_id, SignIn.ended_at.is_(None)).values(ended_at=now)
    return session.scalar(ended.returning(SignIn.id)) is not None


def end_all(session: Session, user: User, *, now: datetime, keep: int | None = None) -> None:
    """Ends every sign-in of a user, `keep` excepted."""
    others = SignIn.id != keep if keep is not None else SignIn.id.is_not(None)
    session.execute(update(SignIn).where(SignIn.user_id == user.id, SignIn.ended_at.is_(None), others).values(ended_at=now))


def _count(session: Session, where: Where, *, now: datetime) -> None:
    """One failure more from there; those that count no more are forgotten, be it that nobody ever signs in."""
    session.execute(delete(SignInFailure).where(SignInFailure.at <= now - WINDOW))
    session.add(SignInFailure(at=now, address=where.address))


def _hashed(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _note(session: Session, user: User, action: str, *, where: Where, now: datetime, **details: Any) -> None:  # noqa: ANN401 - JSON
    said = {"browser": where.browser[:LONGEST_BROWSER], **details}
    session.add(Audit(at=now, actor=user.email, action=action, subject=f"user:{user.email}", details=said, address=where.address))
