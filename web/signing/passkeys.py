"""The pages' side of passkeys: a script fetches what the browser needs, and brings back what the device answered."""

from __future__ import annotations

from base64 import b64decode, b64encode
from http import HTTPStatus
from typing import Any, Final, Literal

from flask import abort, jsonify, make_response, redirect, session, url_for
from werkzeug.wrappers import Response

from helpdesk import passkeys, sign_ins
from helpdesk.passkeys import PasskeyRefused, Site
from models import User
from web.given import given
from web.page import words
from web.sent import sent_as_json
from web.signing.account import account
from web.signing.proof import after_proof
from web.signing.views import signed_in, signing, wanted
from web.visitors import EVERYBODY, opens_to, visitor, where
from web.words import N_

CHALLENGE: Final = "challenge"
Purpose = Literal["make", "show"]
NOT_THAT: Final = N_("That passkey does not fit. Try again, or sign in with your password.")


@account.post("/passkeys/offer")
@opens_to(*EVERYBODY, before_secured=True)
@after_proof
def offer() -> Response:
    """What the browser needs to make a key."""
    with given().reading() as database:
        options, challenge = passkeys.offered(database, database.get_one(User, visitor().user_id), _site())
    _keep(challenge, "make")
    return jsonify(options)


@account.post("/passkeys")
@opens_to(*EVERYBODY, before_secured=True)
@after_proof
def add() -> Response:
    """Keeps the key that the browser made."""
    said, house = _said(), given()
    try:
        with house.writing() as database:
            user = database.get_one(User, visitor().user_id)
            name, challenge = "".join(filter(str.isprintable, str(said.get("name") or ""))), _challenge("make")
            if challenge is None:
                return _refused()
            passkeys.add(database, user, said.get("credential"), challenge=challenge, site=_site(), name=name, now=house.clock())
    except PasskeyRefused:
        return _refused()
    return jsonify(next=url_for("account.overview", done="passkey"))


@account.post("/passkeys/<int:key_id>/remove")
@opens_to(*EVERYBODY, before_secured=True)
@after_proof
def remove(key_id: int) -> Response:
    """Takes one of one's own keys away."""
    with given().writing() as database:
        if not passkeys.remove(database, key_id, user=database.get_one(User, visitor().user_id), now=given().clock()):
            abort(HTTPStatus.NOT_FOUND)
    return redirect(url_for("account.overview", done="removed"))


@signing.post("/sign-in/passkey/ask")
def ask() -> Response:
    """What the browser needs to show a key."""
    options, challenge = passkeys.asked(_site())
    _keep(challenge, "show")
    return jsonify(options)


@signing.post("/sign-in/passkey")
def with_passkey() -> Response:
    """Signs in with the key that was shown: its owner unlocked it, so it is both factors at once."""
    challenge, house, now = _challenge("show"), given(), given().clock()
    with house.writing() as database:
        shown = _said().get("credential")
        user = sign_ins.with_passkey(database, shown, challenge=challenge, site=_site(), where=where(), now=now)
        if user is None:
            return _refused()
        answer = signed_in(user, database, now, wanted=wanted())
    return jsonify(next=answer.headers["Location"])


def _said() -> dict[str, Any]:
    """What the script sent; an empty document where it is none."""
    said = sent_as_json()
    return said if isinstance(said, dict) else {}


def _keep(challenge: bytes, purpose: Purpose) -> None:
    """In the session, which is the browser's: one that was copied says what it is for, and until when it is good."""
    until = given().clock() + passkeys.GOOD_FOR
    session[CHALLENGE] = {"said": b64encode(challenge).decode(), "for": purpose, "until": until.timestamp()}


def _challenge(purpose: Purpose) -> bytes | None:
    """The challenge that was given to this browser for that purpose, within five minutes, once; None for none."""
    kept = session.pop(CHALLENGE, None)
    if kept is None or kept.get("for") != purpose or given().clock().timestamp() >= kept["until"]:
        return None
    return b64decode(kept["said"])


def _site() -> Site:
    site = Site.of(given().base_url)
    if site is None:
        abort(HTTPStatus.NOT_FOUND)
    return site


def _refused() -> Response:
    return make_response(jsonify(problem=words()(NOT_THAT)), HTTPStatus.UNPROCESSABLE_ENTITY)
