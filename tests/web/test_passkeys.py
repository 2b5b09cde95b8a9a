"""Passkeys without a browser: a device that a test plays answers what the house asks."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from datetime import timedelta

import cbor2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import func, select

from app.database import Database
from helpdesk.passkeys import Site
from models import Audit, Errand, Passkey, SignInFailure, User
from models.values import ErrandKind, Role
from tests.house import House
from tests.web.people import PASSWORD, TOKEN, Somebody, before, signed_in

HOST = "vagt.example"
BASE = f"https://{HOST}"
PRESENT_VERIFIED = 0x05
PRESENT_VERIFIED_ATTESTED = 0x45


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def house(database: Database) -> House:
    return House(database, base=BASE)


def text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


class Device:
    """What a device answers that keeps a key for us (WebAuthn, attestation "none"); its count of uses stays 0, as many do."""

    def __init__(self) -> None:
        self.key, self.name = ec.generate_private_key(ec.SECP256R1()), b"a device's key 1"

    def makes(self, challenge: str) -> dict[str, object]:
        point = self.key.public_key().public_numbers()
        key = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})
        known = bytes(16) + len(self.name).to_bytes(2, "big") + self.name + key
        attested = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": self._data(PRESENT_VERIFIED_ATTESTED) + known})
        return self._answer("webauthn.create", challenge, attestationObject=attested)

    def shows(self, challenge: str) -> dict[str, object]:
        data = self._data(PRESENT_VERIFIED)
        signed = data + hashlib.sha256(client("webauthn.get", challenge)).digest()
        signature = self.key.sign(signed, ec.ECDSA(hashes.SHA256()))
        return self._answer("webauthn.get", challenge, authenticatorData=data, signature=signature)

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(HOST.encode()).digest() + bytes([flags]) + bytes(4)

    def _answer(self, what: str, challenge: str, **said: bytes) -> dict[str, object]:
        response = {name: text(raw) for name, raw in {"clientDataJSON": client(what, challenge), **said}.items()}
        name = text(self.name)
        return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}


def client(what: str, challenge: str) -> bytes:
    return json.dumps({"type": what, "challenge": challenge, "origin": BASE}).encode()


def asks(who: Somebody, path: str, *, page: str = "/account/", **said: object) -> tuple[int, dict[str, object]]:
    """What the script of a page asks."""
    found = TOKEN.search(who.sees(page).text)
    assert found
    answer = who.client.post(path, json=said, headers={"X-CSRFToken": found[1], "Referer": BASE}, base_url=BASE)
    return answer.status_code, answer.json or {}


def kept(who: Somebody) -> str:
    """The browser's cookie."""
    found = who.client.get_cookie("__Host-doegnvagt", domain=HOST)
    assert found is not None
    return found.value


def with_a_key(house: House) -> Device:
    """The device of somebody who made a key with it."""
    ulla, device = signed_in(house, Role.AUDITOR), Device()
    _, options = asks(ulla, "/account/passkeys/offer")
    status, _ = asks(ulla, "/account/passkeys", credential=device.makes(str(options["challenge"])), name="Telefon")
    assert status == 200
    return device


def failures(house: House) -> int:
    """How many sign-ins that failed are written down."""
    with house.database.reading() as session:
        return session.scalar(select(func.count()).select_from(SignInFailure)) or 0


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://Vagt.Example", "https://vagt.example"),
        ("https://vagt.example:443/vagt", "https://vagt.example"),
        ("https://vagt.example:8443", "https://vagt.example:8443"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://localhost:80", "http://localhost"),
    ],
)
def test_a_page_comes_from_where_its_browser_says_however_our_address_is_written(written: str, origin: str) -> None:
    site = Site.of(written)

    assert site is not None
    assert (site.origin, site.host) == (origin, origin.split("/")[2].partition(":")[0])


@pytest.mark.parametrize(("seconds", "status", "keys"), [(299, 200, 1), (300, 422, 0)])
def test_what_a_device_is_asked_is_good_for_five_minutes_and_once(house: House, seconds: int, status: int, keys: int) -> None:
    ulla, device = signed_in(house, Role.AUDITOR), Device()
    _, options = asks(ulla, "/account/passkeys/offer")
    answer = device.makes(str(options["challenge"]))
    house.forward(seconds=seconds)

    first, _ = asks(ulla, "/account/passkeys", credential=answer, name="Telefon")
    second, _ = asks(ulla, "/account/passkeys", credential=Device().makes(str(options["challenge"])), name="Telefon")

    with house.database.reading() as session:
        assert (first, second, len(session.scalars(select(Passkey.id)).all())) == (status, 422, keys)


def test_a_key_that_was_shown_once_signs_nobody_in_again_with_a_copied_cookie(house: House) -> None:
    device, browser, thief = (
        with_a_key(house),
        Somebody(house.app.test_client(), base=BASE),
        Somebody(house.app.test_client(), base=BASE),
    )
    _, options = asks(browser, "/sign-in/passkey/ask", page="/sign-in")
    cookie, answer = kept(browser), device.shows(str(options["challenge"]))

    first, _ = asks(browser, "/sign-in/passkey", page="/sign-in", credential=answer)
    thief.client.set_cookie("__Host-doegnvagt", cookie, domain=HOST, secure=True)
    again, _ = asks(thief, "/sign-in/passkey", page="/sign-in", credential=answer)

    assert (first, again) == (200, 422)


def test_a_challenge_to_make_a_key_is_none_to_show_one(house: House) -> None:
    device, ulla = with_a_key(house), signed_in(house, Role.AUDITOR, name="Anna")
    _, options = asks(ulla, "/account/passkeys/offer")

    status, _ = asks(ulla, "/sign-in/passkey", credential=device.shows(str(options["challenge"])))

    assert status == 422


def test_a_key_is_made_and_taken_away_by_whoever_typed_the_password_and_they_are_told(house: House) -> None:
    with_a_key(house)
    with house.database.reading() as session:
        user, key = session.execute(select(User.email, Passkey.id).join(User, User.id == Passkey.user_id)).one()
    ulla = before(house.app, house.database, user, base=BASE, now=house.now)
    house.skip(minutes=10)

    status, said = asks(ulla, "/account/passkeys/offer")
    ulla.sends(str(said["next"]), password=PASSWORD)
    ulla.sends(f"/account/passkeys/{key}/remove", page="/account/")

    assert (status, said["next"]) == (422, "/account/again?next=/account/?done%3Dproved")
    with house.database.reading() as session:
        letters = [
            (one.payload["notice"], one.payload["to"], one.kind) for one in session.scalars(select(Errand).order_by(Errand.id))
        ]
        done = list(session.scalars(select(Audit.action).where(Audit.action.startswith("passkey")).order_by(Audit.id)))
    assert letters == [("passkey_added", "user:1", ErrandKind.MAIL), ("passkey_removed", "user:1", ErrandKind.MAIL)]
    assert done == ["passkey_added", "passkey_removed"]


@pytest.mark.parametrize("sent", ["[" * 60_000, "5", "\udcff"])
def test_nonsense_in_place_of_a_key_is_refused(house: House, sent: str) -> None:
    anybody = Somebody(house.app.test_client(), base=BASE)
    token = TOKEN.search(anybody.sees("/sign-in").text)
    assert token
    headers = {"X-CSRFToken": token[1], "Referer": BASE, "Content-Type": "application/json"}

    answer = anybody.client.post("/sign-in/passkey", data=sent.encode(errors="surrogateescape"), headers=headers, base_url=BASE)

    assert answer.status_code == 422


def test_a_locked_log_in_is_locked_for_its_passkey_too(house: House) -> None:
    device, browser = with_a_key(house), Somebody(house.app.test_client(), base=BASE)
    with house.database.writing() as session:
        session.scalars(select(User)).one().locked_until = house.now + timedelta(minutes=15)

    answers = []
    for _ in range(2):
        _, options = asks(browser, "/sign-in/passkey/ask", page="/sign-in")
        answers.append(asks(browser, "/sign-in/passkey", page="/sign-in", credential=device.shows(str(options["challenge"])))[0])
        house.skip(minutes=15)

    assert answers == [422, 200]


def test_nonsense_from_one_address_locks_it_out_and_leaves_thirty_rows_at_most(house: House) -> None:
    device, browser = with_a_key(house), Somebody(house.app.test_client(), base=BASE)
    with house.database.writing() as session:
        session.add_all(SignInFailure(at=house.now, address="127.0.0.1") for _ in range(29))

    for _ in range(3):
        asks(browser, "/sign-in/passkey", page="/sign-in", credential="?")
    _, options = asks(browser, "/sign-in/passkey/ask", page="/sign-in")
    locked, _ = asks(browser, "/sign-in/passkey", page="/sign-in", credential=device.shows(str(options["challenge"])))
    rows = failures(house)
    house.skip(minutes=15)
    asks(browser, "/sign-in/passkey", page="/sign-in", credential="?")

    assert (locked, rows) == (422, 30)
    assert failures(house) == 1, "what counts no more is forgotten, though nobody has signed in"


def test_a_key_is_called_by_letters_that_can_be_seen(house: House) -> None:
    ulla = signed_in(house, Role.AUDITOR)
    _, options = asks(ulla, "/account/passkeys/offer")

    status, _ = asks(ulla, "/account/passkeys", credential=Device().makes(str(options["challenge"])), name="Min\0 \ud800\u202eø")

    with house.database.reading() as session:
        assert (status, session.scalars(select(Passkey.name)).one()) == (200, "Min ø")
