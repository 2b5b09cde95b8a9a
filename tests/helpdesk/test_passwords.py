"""Passwords are kept as argon2id hashes of today's strength; weak ones are refused by length, and by what everybody guesses."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher

from helpdesk import passwords
from helpdesk.passwords import WeakPassword


def test_a_hash_is_argon2id_fits_its_password_and_no_other() -> None:
    kept = passwords.hashed("en lang sætning om natten")

    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert passwords.fits(kept, "en lang sætning om natten")
    assert passwords.fits(kept, "en lang sætning om natten")  # æ as a keyboard elsewhere writes it
    assert not passwords.fits(kept, "en lang sætning om dagen")
    assert not passwords.fits(None, "en lang sætning om natten")
    assert not passwords.fits("no hash at all", "en lang sætning om natten")


@pytest.mark.parametrize(
    ("weak", "why"), [("kort", "short"), ("x" * 201, "long"), ("anna@house.example", "own"), ("Anna Lund 123", "own")]
)
def test_a_weak_password_is_refused_with_why(weak: str, why: str) -> None:
    with pytest.raises(WeakPassword) as refused:
        passwords.hashed(weak, own=("anna@house.example", "Anna Lund"))

    assert refused.value.why == why


def test_a_hash_of_weaker_times_is_known_as_such() -> None:
    weaker = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("en lang sætning om natten")

    assert passwords.is_outdated(weaker)
    assert not passwords.is_outdated(passwords.hashed("en lang sætning om natten"))
