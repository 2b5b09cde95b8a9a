"""PINs: eight random digits, found by a keyed hash, shown again to their owner by a cipher (R1, R2), guarded by a gate (R3).

    PinError
    └── KeyGone   a PIN needs a key that SECRET_KEY no longer names

The root keys are handed in; the database never sees them. A comma list rotates: the first key writes, all of them read.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from helpdesk.sealing import derived
from models import Person

DIGITS: Final = 8
NONCE: Final = 12
HOLDER: Final = select(Person).where(Person.pin_lookup.in_(bindparam("lookups", expanding=True)))
"""Who has one of these PINs, also among those who have left: they may come back."""
OWNER: Final = HOLDER.where(Person.ended_at.is_(None))


class PinError(Exception):
    """Something about PINs that cannot be done."""


class KeyGone(PinError):
    """A PIN was written with a key that is not among the keys now."""


@dataclass(frozen=True)
class PinKey:
    """What one root key gives: a name for it, a key to find PINs by, a key to encrypt them with."""

    name: str
    lookup: bytes = field(repr=False)
    cipher: bytes = field(repr=False)


@dataclass(frozen=True)
class PinKeys:
    """All keys, the writing one first."""

    keys: tuple[PinKey, ...]

    @classmethod
    def derive(cls, roots: Sequence[str]) -> PinKeys:
        """Keys from root keys (SECRET_KEY). Raises ValueError where there is none."""
        if not roots:
            raise ValueError("PINs need a secret key")
        return cls(tuple(_derive(root) for root in roots))

    @property
    def first(self) -> PinKey:
        """The key that writes."""
        return self.keys[0]


@dataclass(frozen=True)
class SealedPin:
    """A PIN as the database keeps it."""

    lookup: str
    cipher: str
    key: str

    def put_on(self, person: Person, *, now: datetime) -> None:
        """Makes it this person's PIN."""
        person.pin_lookup, person.pin_cipher, person.pin_key, person.pin_set_at = self.lookup, self.cipher, self.key, now


def draw(session: Session, keys: PinKeys) -> str:
    """A random PIN that nobody has, under any key (R1)."""
    while True:
        pin = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
        if session.scalar(HOLDER, {"lookups": [_lookup(key, pin) for key in keys.keys]}) is None:
            return pin


def seal(keys: PinKeys, pin: str) -> SealedPin:
    """Encrypts a PIN with the first key; the look-up hash is sealed in with it, so that ciphers cannot be swapped."""
    key, nonce = keys.first, secrets.token_bytes(NONCE)
    lookup = _lookup(key, pin)
    cipher = nonce + AESGCM(key.cipher).encrypt(nonce, pin.encode(), lookup.encode())
    return SealedPin(lookup=lookup, cipher=urlsafe_b64encode(cipher).decode(), key=key.name)


def reveal(keys: PinKeys, person: Person) -> str:
    """A person's PIN, for its owner to see (R2). Raises KeyGone."""
    for key in keys.keys:
        if key.name == person.pin_key:
            raw = urlsafe_b64decode(person.pin_cipher)
            return AESGCM(key.cipher).decrypt(raw[:NONCE], raw[NONCE:], person.pin_lookup.encode()).decode()
    raise KeyGone(f"the PIN of person {person.id} needs a key that SECRET_KEY no longer names")


def owner(session: Session, keys: PinKeys, digits: str) -> Person | None:
    """Whose PIN these digits are; None for anything that is nobody's, or that of somebody who has left."""
    if len(digits) != DIGITS or not digits.isascii() or not digits.isdigit():
        return None
    lookups = [_lookup(key, digits) for key in keys.keys]
    return session.scalar(OWNER, {"lookups": lookups})


def require_keys(session: Session, keys: PinKeys) -> None:
    """Raises KeyGone while any PIN needs a key that is gone (interface.md, `pins rekey`)."""
    if session.scalar(_gone(keys).limit(1)) is not None:
        raise KeyGone(
            "SECRET_KEY: a PIN needs a key that is gone; put the old key back behind a comma, then `doegnvagt pins rekey`;"
            " if it is lost for good, `doegnvagt pins replace --key-lost`"
        )


def lost(session: Session, keys: PinKeys) -> Sequence[Person]:
    """Whose PINs nobody can read, because their key is gone: also of those who have left. Their rows are held."""
    return session.scalars(_gone(keys).order_by(Person.id).with_for_update(of=Person)).all()


def exist(session: Session) -> bool:
    """Whether anybody has a PIN."""
    return session.scalar(select(Person.id).limit(1)) is not None


def rekey(session: Session, keys: PinKeys, *, now: datetime) -> int:
    """Seals every PIN with the first key that another one sealed; how many. The PINs stay what they are."""
    stale = session.scalars(
        select(Person)
        .where(Person.pin_key != keys.first.name)
        .with_for_update(of=Person)  # A PIN that is being replaced meanwhile must not come back.
        .execution_options(populate_existing=True)
    ).all()
    for person in stale:
        set_at = person.pin_set_at
        seal(keys, reveal(keys, person)).put_on(person, now=now)
        person.pin_set_at = set_at
    return len(stale)


def _gone(keys: PinKeys) -> Select[Person]:
    return select(Person).where(Person.pin_key.not_in([key.name for key in keys.keys]))


def _derive(root: str) -> PinKey:
    def of(purpose: str) -> bytes:
        return derived(root, f"pin {purpose}")

    return PinKey(name=of("key name").hex()[:16], lookup=of("look-up"), cipher=of("cipher"))


def _lookup(key: PinKey, pin: str) -> str:
    return hmac.new(key.lookup, pin.encode(), sha256).hexdigest()
