"""Secrets that must be read again, sealed with keys that the database never sees (authenticated encryption, as PINs are: R2).

A sealed text names its key, so that a comma list of root keys rotates: the first one seals, all of them open.
"""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE: Final = 12
BYTES: Final = 32


class SealBroken(Exception):
    """A sealed text that none of the keys opens, or that was sealed for another."""


@dataclass(frozen=True)
class Seal:
    """Keys for one purpose, the sealing one first, each with its name."""

    keys: tuple[tuple[str, bytes], ...] = field(repr=False)

    @classmethod
    def derive(cls, roots: Sequence[str], purpose: str) -> Seal:
        """Keys from root keys (SECRET_KEY) for this purpose alone."""
        return cls(tuple((derived(root, f"{purpose} name").hex()[:16], derived(root, purpose)) for root in roots))

    def close(self, text: str, *, owner: str) -> str:
        """The text sealed, for this owner alone: what is copied to another's row does not open."""
        name, key = self.keys[0]
        nonce = secrets.token_bytes(NONCE)
        return f"{name}.{urlsafe_b64encode(nonce + AESGCM(key).encrypt(nonce, text.encode(), owner.encode())).decode()}"

    def open(self, sealed: str, *, owner: str) -> str:
        """What was sealed for this owner. Raises SealBroken."""
        name, _, cipher = sealed.partition(".")
        key = dict(self.keys).get(name)
        if key is None:
            raise SealBroken("it needs a key that SECRET_KEY no longer names")
        try:
            raw = urlsafe_b64decode(cipher)
            return AESGCM(key).decrypt(raw[:NONCE], raw[NONCE:], owner.encode()).decode()
        except (InvalidTag, ValueError) as problem:
            raise SealBroken("it was changed, or sealed for another") from problem

    def renewed(self, sealed: str, *, owner: str) -> str | None:
        """The same, sealed with the first key; None where it is that already, or where no key opens it any more."""
        if sealed.partition(".")[0] == self.keys[0][0]:
            return None
        try:
            return self.close(self.open(sealed, owner=owner), owner=owner)
        except SealBroken:
            return None


def derived(root: str, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose, from a root key."""
    return HKDF(algorithm=SHA256(), length=BYTES, salt=None, info=f"doegnvagt {purpose}".encode()).derive(root.encode())
