"""Passkeys without a browser: a device that a test plays answers what the house asks."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import select

from app.database import Database
from models import Passkey
from models.values import Role
from tests.house import House
from tests.web.people import TOKEN, Somebody, signed_in

HOST = "vagt.example"
BASE = f"https://{HOST}"
PRESENT_VERIFIED_ATTESTED = 0x45


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def house(database: Database) -> House:
    return House(database, base=BASE)


def text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def made(challenge: str) -> dict[str, object]:
    """What a device answers that makes a key for us (WebAuthn, attestation "none")."""
    point = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers()
    key = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})
    name = b"a device's key 1"
    known = bytes(16) + len(name).to_bytes(2, "big") + name + key
    data = hashlib.sha256(HOST.encode()).digest() + bytes([PRESENT_VERIFIED_ATTESTED]) + bytes(4) + known
    client = json.dumps({"type": "webauthn.create", "challenge": challenge, "origin": BASE}).encode()
    response = {
        "clientDataJSON": text(client),
        "attestationObject": text(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
    }
    return {"id": text(name), "rawId": text(name), "type": "public-key", "response": response, "clientExtensionResults": {}}


def asks(who: Somebody, path: str, **said: object) -> tuple[int, dict[str, object]]:
    """What the script of the account page asks."""
    found = TOKEN.search(who.sees("/account/").text)
    assert found
    answer = who.client.post(path, json=said, headers={"X-CSRFToken": found[1], "Referer": BASE}, base_url=BASE)
    return answer.status_code, answer.json or {}


@pytest.mark.parametrize(("seconds", "status", "keys"), [(299, 200, 1), (300, 422, 0)])
def test_what_a_device_is_asked_is_good_for_five_minutes_and_once(house: House, seconds: int, status: int, keys: int) -> None:
    ulla = signed_in(house, Role.AUDITOR)
    _, options = asks(ulla, "/account/passkeys/offer")
    answer = made(str(options["challenge"]))
    house.forward(seconds=seconds)

    first, _ = asks(ulla, "/account/passkeys", credential=answer, name="Telefon")
    second, _ = asks(ulla, "/account/passkeys", credential=made(str(options["challenge"])), name="Telefon")

    with house.database.reading() as session:
        assert (first, second, len(session.scalars(select(Passkey.id)).all())) == (status, 422, keys)
