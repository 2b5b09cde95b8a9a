"""Passwords: kept as argon2id hashes, with the parameters of RFC 9106 for small machines (argon2-cffi's own default profile).

A password has at least twelve letters, and is not the user's own address or name: length is what counts (NIST SP 800-63B, 3.1.1.2).
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import Final

from argon2 import PasswordHasher, profiles
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST: Final = 12
LONGEST: Final = 200


class WeakPassword(ValueError):
    """A password that cannot be taken; `why` is `short`, `long` or `own`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def hashed(password: str, *, own: tuple[str, ...] = ()) -> str:
    """The hash to keep. `own` are words that everybody guesses first: the address, the name. Raises WeakPassword."""
    text = _same(password)
    if len(text) < SHORTEST:
        raise WeakPassword("short")
    if len(text) > LONGEST:
        raise WeakPassword("long")
    if any(word and word.casefold() in text.casefold() and len(text) - len(word) < SHORTEST // 2 for word in own):
        raise WeakPassword("own")
    return _hasher().hash(text)


def fits(kept: str | None, password: str) -> bool:
    """Whether it is the password of that hash. Without one it takes as long and is False: nobody learns who has a log-in."""
    try:
        _hasher().verify(kept or _nobodys(), _same(password)[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return kept is not None


def is_outdated(kept: str) -> bool:
    """Whether the hash was made with weaker parameters than those of today."""
    return _hasher().check_needs_rehash(kept)


def _same(password: str) -> str:
    """One spelling for what looks alike: an å keyed on another keyboard is the same letter."""
    return unicodedata.normalize("NFKC", password)


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher.from_parameters(profiles.RFC_9106_LOW_MEMORY)


@cache
def _nobodys() -> str:
    return _hasher().hash("nobody has this password")
