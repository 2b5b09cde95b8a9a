"""Users of the console: added, given a role, ended. What they are signed in with stands in helpdesk.sign_ins.

UserError
├── EmailTaken      somebody else logs in with that address
├── NoSupporter     a supporter's log-in needs a supporter who has none yet
└── LastOne         nobody would be left who may do everything
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, false, func, or_, select
from sqlalchemy.orm import Session, joinedload

from helpdesk import calendars, passwords, second_factor, sign_ins, ways_in
from helpdesk.customers import Unknown
from helpdesk.sealing import Seal
from models import Audit, Draft, Identity, Passkey, Supporter, User
from models.values import Language, Role


class UserError(Exception):
    """Something about users that cannot be done; nothing was written."""


class EmailTaken(UserError):
    """Somebody else logs in with that address."""


class NoSupporter(UserError):
    """A supporter's log-in needs a supporter, who has none yet."""


class LastOne(UserError):
    """The last administrator stays one: somebody must be able to let others in."""


def add(
    session: Session,
    *,
    email: str,
    name: str,
    role: Role,
    actor: str,
    now: datetime,
    supporter: Supporter | None = None,
    language: Language = Language.DANISH,
) -> User:
    """A new user, without a password yet; who logged in before comes back, as one who never did. Raises EmailTaken, NoSupporter."""
    address = email.strip().casefold()
    known = _known(session, address, supporter)
    if any(one.email == address and one.ended_at is None for one in known):
        raise EmailTaken(address)
    if (role is Role.SUPPORTER and supporter is None) or len(known) > 1 or any(one.ended_at is None for one in known):
        raise NoSupporter(name)
    user = known[0] if known else User()
    user.email, user.name, user.role, user.language, user.supporter = address, name, role, language, supporter
    user.created_at = now  # so that links of before are void (helpdesk.password_links)
    session.add(user)
    session.flush()
    if user.ended_at is not None:
        _forget_ways_in(session, user)
    _note(session, user, "user_added", {"role": role.value} | ({"again": True} if known else {}), actor=actor, now=now)
    return user


def _known(session: Session, address: str, supporter: Supporter | None) -> Sequence[User]:
    """Who has that address, or is that supporter, whoever logs in no more among them."""
    is_supporter = (User.supporter_id == supporter.id) if supporter is not None else false()
    return session.scalars(select(User).where(or_(User.email == address, is_supporter)).with_for_update(of=User)).all()


def _forget_ways_in(session: Session, user: User) -> None:
    """Nothing that let them in before does now, nor is what they were typing kept: they are sent a link, as anybody who is new."""
    user.ended_at = user.password = user.locked_until = None
    user.failures = user.locks = 0
    second_factor.take_off(session, user)
    for kept in (Passkey, Identity, Draft):
        session.execute(delete(kept).where(kept.user_id == user.id))


def find(session: Session, email: str) -> User | None:
    """Who logs in with that address, however it is capitalised."""
    return session.scalar(select(User).where(User.email == email.strip().casefold(), User.ended_at.is_(None)))


def change_role(session: Session, user: User, role: Role, *, actor: str, now: datetime) -> None:
    """What they may do from now on; where they are signed in they have to sign in again. Raises LastOne, NoSupporter."""
    if role is user.role:
        return
    if role is Role.SUPPORTER and user.supporter_id is None:
        raise NoSupporter(user.name)
    _require_another(session, user)
    _note(session, user, "role_changed", {"before": user.role.value, "after": role.value}, actor=actor, now=now)
    user.role = role
    sign_ins.end_all(session, user, now=now)


def end(session: Session, user: User, *, actor: str, now: datetime) -> None:
    """Nobody logs in with it any more, nor reads the calendar of its duty; its name stays on what was done. Raises LastOne."""
    _require_another(session, user)
    user.ended_at = now
    sign_ins.end_all(session, user, now=now)
    calendars.end_of(session, user.supporter_id, actor=actor, now=now)
    _note(session, user, "user_ended", {}, actor=actor, now=now)


def set_password(session: Session, user: User, password: str, *, actor: str, now: datetime, keep: int | None = None) -> None:
    """A new password: every sign-in but `keep` ends, and a lock with it. Raises passwords.WeakPassword.

    Whoever had another one is told by letter.
    """
    is_first = user.password is None
    user.password = passwords.hashed(password, own=(user.email, user.email.partition("@")[0], user.name))
    user.failures, user.locks, user.locked_until = 0, 0, None
    sign_ins.end_all(session, user, now=now, keep=keep)
    if is_first:
        _note(session, user, "password_set", {}, actor=actor, now=now)
    else:
        ways_in.changed(session, user, notice="password_set", actor=actor, now=now)


def secure(session: Session, user: User, seed: str, *, seal: Seal, step: int, now: datetime) -> list[str]:
    """The user's authenticator app from now on; recovery codes, told this once. The code of that step showed that it works."""
    second_factor.put_on(user, seed, seal=seal, step=step)
    ways_in.changed(session, user, notice="second_factor_set_up", actor=user.email, now=now)
    return second_factor.recovery_codes(session, user)


def unsecure(session: Session, user: User, *, now: datetime) -> None:
    """The user takes their own authenticator app off, if they have one."""
    if user.second_factor is None:
        return
    second_factor.take_off(session, user)
    ways_in.changed(session, user, notice="second_factor_taken_off", actor=user.email, now=now)


def lose_second_factor(session: Session, user: User, *, actor: str, now: datetime) -> None:
    """Takes the authenticator app off, if there is one, for one whose telephone is gone; every sign-in ends."""
    sign_ins.end_all(session, user, now=now)
    if user.second_factor is None:
        return
    second_factor.take_off(session, user)
    ways_in.changed(session, user, notice="second_factor_taken_off", actor=actor, now=now)


def _require_another(session: Session, user: User) -> None:
    """The last administrator who is left keeps everything; their rows are locked, so that two do not go at once."""
    if user.role is not Role.ADMINISTRATOR:
        return
    there = select(User.id).where(User.role == Role.ADMINISTRATOR, User.ended_at.is_(None)).order_by(User.id)
    if list(session.scalars(there.with_for_update())) == [user.id]:
        raise LastOne(user.name)


def everybody(session: Session) -> list[User]:
    """Everybody who logs in, by name."""
    there = select(User).options(joinedload(User.supporter)).where(User.ended_at.is_(None))
    return list(session.scalars(there.order_by(User.name, User.id)))


def one(session: Session, user_id: int) -> User:
    """The user of that id, whoever logs in no more among them. Raises helpdesk.customers.Unknown."""
    found = session.get(User, user_id)
    if found is None:
        raise Unknown(f"there is no user {user_id}")
    return found


def without_log_in(session: Session) -> list[Supporter]:
    """The supporters who cannot log in yet, by name."""
    taken = select(User.supporter_id).where(User.supporter_id.is_not(None), User.ended_at.is_(None))
    return list(session.scalars(select(Supporter).where(Supporter.id.not_in(taken)).order_by(Supporter.name, Supporter.id)))


def sign_out(session: Session, user: User, *, actor: str, now: datetime) -> None:
    """Ends every sign-in of a user: wherever they are signed in, they have to sign in again."""
    sign_ins.end_all(session, user, now=now)
    _note(session, user, "signed_out_everywhere", {}, actor=actor, now=now)


def exist(session: Session) -> bool:
    """Whether anybody can log in."""
    return bool(session.scalar(select(func.count()).select_from(User).where(User.ended_at.is_(None))))


def _note(session: Session, user: User, action: str, details: dict[str, Any], *, actor: str, now: datetime) -> None:
    session.add(Audit(at=now, actor=actor, action=action, subject=f"user:{user.email}", details=details))
