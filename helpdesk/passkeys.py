"""Passkeys: keys that a user's device keeps and shows only to its owner (W3C WebAuthn, level 3), in place of password and code.

A challenge is made for one purpose, and good for one answer within five minutes, whatever a browser keeps of it: one that was
answered is written down (SpentChallenge).

PasskeyRefused   it does not fit: another house's, an old or a spent challenge, a copy, or nobody's
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

import webauthn
from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session
from webauthn.helpers import base64url_to_bytes, options_to_json
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from billing import ledger
from helpdesk import ways_in
from models import Passkey, SpentChallenge, User

HOUSE: Final = "Døgnvagt"
LONGEST_NAME: Final = 60
USUAL_PORTS: Final = {"https": 443, "http": 80}
GOOD_FOR: Final = timedelta(minutes=5)  # as long as browsers ask their user
BROKEN: Final = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError)  # what nonsense makes of the library


class PasskeyRefused(Exception):
    """It does not fit. Nothing was written."""


@dataclass(frozen=True, kw_only=True)
class Site:
    """Whose keys they are: the host of our address, and where pages come from, as browsers write it (RFC 6454, 6.2)."""

    host: str
    origin: str

    @classmethod
    def of(cls, base_url: str) -> Site | None:
        """The site at that address; None where there can be no passkeys: browsers want a name, not a network address."""
        parts = urlsplit(base_url)
        host = parts.hostname or ""
        try:
            ip_address(host)
        except ValueError:
            port = f":{parts.port}" if parts.port not in {None, USUAL_PORTS.get(parts.scheme)} else ""
            return cls(host=host, origin=f"{parts.scheme}://{host}{port}")
        return None


def offered(session: Session, user: User, site: Site) -> tuple[dict[str, Any], bytes]:
    """What a browser needs to make a new key, and the challenge that it has to answer."""
    known = session.scalars(select(Passkey.credential).where(Passkey.user_id == user.id))
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=HOUSE,
        user_id=f"user:{user.id}".encode(),
        user_name=user.email,
        user_display_name=user.name,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
    )
    return json.loads(options_to_json(options)), options.challenge


def add(session: Session, user: User, answer: Any, *, challenge: bytes, site: Site, name: str, now: datetime) -> Passkey:  # noqa: ANN401 - JSON
    """Keeps the key that a browser made. Raises PasskeyRefused."""
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except BROKEN as problem:
        raise PasskeyRefused(str(problem)) from problem
    _spend(session, challenge, now=now)
    if session.scalar(select(Passkey.id).where(Passkey.credential == made.credential_id)) is not None:
        raise PasskeyRefused("that key is known already")
    key = Passkey(
        user_id=user.id,
        credential=made.credential_id,
        public_key=made.credential_public_key,
        signs=made.sign_count,
        name=name.strip()[:LONGEST_NAME] or HOUSE,
        added_at=now,
    )
    session.add(key)
    ways_in.changed(session, user, notice="passkey_added", actor=user.email, now=now, name=key.name)
    session.flush()
    return key


def asked(site: Site) -> tuple[dict[str, Any], bytes]:
    """What a browser needs to show a key of ours, whichever it has, and the challenge that it has to sign."""
    options = webauthn.generate_authentication_options(rp_id=site.host, user_verification=UserVerificationRequirement.REQUIRED)
    return json.loads(options_to_json(options)), options.challenge


def owner(session: Session, answer: Any, *, challenge: bytes | None, site: Site, now: datetime) -> User:  # noqa: ANN401 - JSON
    """Whose key it is that was shown. Raises PasskeyRefused; also for one whose count goes backwards: it was copied."""
    if challenge is None:
        raise PasskeyRefused("no challenge was given for this, or it is too old")
    try:
        wanted = base64url_to_bytes(answer["id"])
        key = session.scalar(select(Passkey).where(Passkey.credential == wanted).with_for_update(of=Passkey))
        if key is None or key.user.ended_at is not None:
            raise PasskeyRefused("that key is nobody's")
        shown = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.signs,
            require_user_verification=True,
        )
    except BROKEN as problem:
        raise PasskeyRefused(str(problem)) from problem
    _spend(session, challenge, now=now)
    key.signs, key.used_at = shown.new_sign_count, now
    return key.user


def of_user(session: Session, user_id: int) -> Sequence[Passkey]:
    """A user's keys, the newest first."""
    return session.scalars(select(Passkey).where(Passkey.user_id == user_id).order_by(Passkey.id.desc())).all()


def has_one(session: Session, user_id: int) -> bool:
    """Whether a user has any."""
    return bool(session.scalar(select(exists().where(Passkey.user_id == user_id))))


def remove(session: Session, key_id: int, *, user: User, now: datetime) -> bool:
    """Takes a key of this user's away; whether it was one."""
    gone = delete(Passkey).where(Passkey.id == key_id, Passkey.user_id == user.id).returning(Passkey.name)
    name = session.scalar(gone)
    if name is not None:
        ways_in.changed(session, user, notice="passkey_removed", actor=user.email, now=now, name=name)
    return name is not None


def _spend(session: Session, challenge: bytes, *, now: datetime) -> None:
    """Takes the challenge for this answer alone; forgets those that would be too old by now. Raises PasskeyRefused."""
    session.execute(delete(SpentChallenge).where(SpentChallenge.until <= now))
    values = {"challenge": sha256(challenge).hexdigest(), "until": now + GOOD_FOR}
    if not ledger.add_once(session, SpentChallenge, unique="challenge", values=values):
        raise PasskeyRefused("that challenge was answered already")
