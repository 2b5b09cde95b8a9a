"""The second factor of a sign-in: codes of an authenticator app (TOTP, RFC 6238), and recovery codes on paper.

A code is good once, and for the step of 30 seconds before and behind: a watch may be wrong by so much.
"""

from __future__ import annotations

import hmac
import secrets
from datetime import datetime
from hashlib import sha256
from typing import Final

import pyotp
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from helpdesk.sealing import Seal, SealBroken
from models import RecoveryCode, User

PURPOSE: Final = "second factor"
"""What the keys are derived for that seal the seeds."""
STEP: Final = 30
CODES: Final = 10
LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
LENGTH: Final = 10
ISSUER: Final = "Døgnvagt"


def drawn() -> str:
    """A new seed for an authenticator app, as it is typed into one (base32)."""
    return pyotp.random_base32()


def address(seed: str, user: User) -> str:
    """The seed as apps scan it (otpauth://)."""
    return pyotp.TOTP(seed).provisioning_uri(name=user.email, issuer_name=ISSUER)


def matches(seed: str, code: str, *, now: datetime) -> int | None:
    """The step of time that this code is of; None where it is none of now."""
    digits = "".join(code.split())
    step = int(now.timestamp()) // STEP
    generator = pyotp.TOTP(seed)
    near = (step, step - 1, step + 1)
    return next((one for one in near if hmac.compare_digest(generator.generate_otp(one).encode(), digits.encode())), None)


def put_on(user: User, seed: str, *, seal: Seal, step: int) -> None:
    """Makes it this user's; the code of that step was used to show that it works."""
    user.second_factor, user.second_factor_at = seal.close(seed, owner=_owner(user)), step


def take_off(session: Session, user: User) -> None:
    """The user has no authenticator app, and no recovery codes, any more."""
    user.second_factor = user.second_factor_at = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))


def is_right(session: Session, user: User, code: str, *, seal: Seal, now: datetime) -> bool:
    """Whether the code is the app's of now or an unused recovery code; used it is either way.

    Raises SealBroken where no key opens the app's seed any more; a recovery code is good without.
    """
    if user.second_factor is None:
        return False
    try:
        seed = seal.open(user.second_factor, owner=_owner(user))
    except SealBroken:
        if _recovers(session, user, code, now=now):
            return True
        raise
    step = matches(seed, code, now=now)
    if step is None:
        return _recovers(session, user, code, now=now)
    later = User.second_factor_at.is_(None) | (User.second_factor_at < step)
    used = update(User).where(User.id == user.id, later).values(second_factor_at=step).returning(User.id)
    return session.scalar(used.execution_options(synchronize_session=False)) is not None


def rekey(session: Session, seal: Seal) -> int:
    """Seals every seed with the first key that another one sealed; how many. The apps go on as they are."""
    sealed = select(User).where(User.second_factor.is_not(None)).order_by(User.id)
    locked = sealed.with_for_update(of=User).execution_options(populate_existing=True)  # an app that is set up meanwhile stays
    count = 0
    for user in session.scalars(locked):
        if anew := seal.renewed(user.second_factor or "", owner=_owner(user)):
            user.second_factor, count = anew, count + 1
    return count


def recovery_codes(session: Session, user: User) -> list[str]:
    """New recovery codes, told this once; older ones are no good any more."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    codes = ["".join(secrets.choice(LETTERS) for _ in range(LENGTH)) for _ in range(CODES)]
    session.add_all(RecoveryCode(user_id=user.id, code=_hashed(user, code)) for code in codes)
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def codes_left(session: Session, user_id: int) -> int:
    """How many recovery codes have not been used."""
    unused = select(func.count()).select_from(RecoveryCode).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return session.scalar(unused) or 0


def _recovers(session: Session, user: User, code: str, *, now: datetime) -> bool:
    kept = _hashed(user, "".join(letter for letter in code.lower() if letter.isalnum()))
    used = update(RecoveryCode).where(RecoveryCode.code == kept, RecoveryCode.used_at.is_(None)).values(used_at=now)
    return session.scalar(used.returning(RecoveryCode.id)) is not None


def _hashed(user: User, code: str) -> str:
    """A recovery code has 49 random bits and is good for one user: a plain hash is enough."""
    return sha256(f"{user.id}:{code}".encode()).hexdigest()


def _owner(user: User) -> str:
    return f"user:{user.id}"
