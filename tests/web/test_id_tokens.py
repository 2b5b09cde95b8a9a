"""Which ID token holds: signed by the issuer with an algorithm of ours, for us, for this sign-in, now (OpenID Connect, 3.1.3.7)."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final

import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from web.issuer import tokens
from web.issuer.registration import Registration
from web.issuer.tokens import KeyUnknown
from web.issuer.troubles import ClocksDiffer, IssuerStrange

NOW: Final = datetime(2026, 11, 23, 2, 10, tzinfo=UTC)
AT: Final = int(NOW.timestamp())
US: Final = Registration(
    issuer="https://issuer.example/",
    client_id="doegnvagt",
    client_secret="a secret of 32 characters or more",
    name="Firmaet",
    second_factors=frozenset({"mfa"}),
)
GOOD: Final = {"iss": US.issuer, "aud": US.client_id, "sub": "7", "iat": AT, "exp": AT + 300, "nonce": "n"}
Signs = Callable[[dict[str, Any]], str]


@cache
def an_ec_key() -> ECKey:
    return ECKey.generate_key("P-256", {"kid": "ec"})


@cache
def an_rsa_key() -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": "rsa"})


@cache
def known() -> KeySet:
    return tokens.keys(KeySet([an_ec_key(), an_rsa_key()]).as_dict(private=False))


def ec(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "ES256", "kid": "ec"}, claims, an_ec_key())


def rsa(claims: dict[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "rsa"}, claims, an_rsa_key())


def forged(header: dict[str, str], claims: dict[str, Any], secret: bytes) -> str:
    """Signed with a secret, by hand: libraries refuse to."""
    said = b".".join(urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=") for part in (header, claims))
    signature = urlsafe_b64encode(hmac.digest(secret, said, "sha256")) if secret else b""
    return (said + b"." + signature.rstrip(b"=")).decode()


def unsigned(claims: dict[str, Any]) -> str:
    return forged({"alg": "none", "kid": "ec"}, claims, b"")


def with_the_public_key(claims: dict[str, Any]) -> str:
    return forged({"alg": "HS256", "kid": "rsa"}, claims, an_rsa_key().as_pem(private=False))


def with_our_secret(claims: dict[str, Any]) -> str:
    return forged({"alg": "HS256"}, claims, US.client_secret.encode())


def by_somebody_else(claims: dict[str, Any]) -> str:
    other = ECKey.generate_key("P-256")
    return jwt.encode({"alg": "ES256", "kid": "ec", "jwk": other.as_dict(private=False)}, claims, other)


def bent(claims: dict[str, Any]) -> str:
    head, body, signature = ec(claims).split(".")
    return f"{head}.{ec({**claims, 'sub': '8'}).split('.')[1]}.{signature}" if body else ""


def read(token: object, **more: object) -> dict[str, Any]:
    return tokens.claims({"id_token": token, **more}, known(), US, nonce="n", now=NOW)


@pytest.mark.parametrize("signs", [ec, rsa])
def test_a_token_of_the_issuers_holds(signs: Signs) -> None:
    assert read(signs(GOOD))["sub"] == "7"
    assert read(signs({**GOOD, "iat": AT + 59, "exp": AT - 59}))["sub"] == "7", "clocks may differ by a minute"
    assert read(signs({**GOOD, "aud": [US.client_id, "another"], "azp": US.client_id}))["sub"] == "7"


FORGED: Final = [
    (unsigned, "UnsupportedAlgorithmError"),
    (with_the_public_key, "UnsupportedAlgorithmError"),
    (with_our_secret, "UnsupportedAlgorithmError"),
    (by_somebody_else, "BadSignatureError"),
    (bent, "BadSignatureError"),
]


@pytest.mark.parametrize(("signs", "why"), FORGED)
def test_a_token_that_the_issuer_did_not_sign_does_not_hold(signs: Signs, why: str) -> None:
    with pytest.raises(IssuerStrange, match=why):
        read(signs(GOOD))


WRONG: Final[dict[str, tuple[dict[str, Any], type[Exception]]]] = {
    "another issuer's": ({"iss": "https://issuer.example"}, IssuerStrange),
    "for another": ({"aud": "another"}, IssuerStrange),
    "for another, given to us": ({"aud": "another", "azp": US.client_id}, IssuerStrange),
    "for others": ({"aud": ["another", "a third"], "azp": "another"}, IssuerStrange),
    "for us among others, unsaid": ({"aud": [US.client_id, "another"]}, IssuerStrange),
    "given to another": ({"azp": "another"}, IssuerStrange),
    "another sign-in's": ({"nonce": "m"}, IssuerStrange),
    "no sign-in's": ({"nonce": None}, IssuerStrange),
    "nobody's": ({"sub": None}, IssuerStrange),
    "with another access token": ({"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, IssuerStrange),
    "over": ({"exp": AT - 61}, ClocksDiffer),
    "without an end": ({"exp": "never"}, ClocksDiffer),
    "of tomorrow": ({"iat": AT + 61}, ClocksDiffer),
    "not yet good": ({"nbf": AT + 61}, ClocksDiffer),
}


@pytest.mark.parametrize(("changes", "trouble"), WRONG.values(), ids=WRONG)
def test_a_token_that_is_not_for_us_here_and_now_does_not_hold(changes: dict[str, Any], trouble: type[Exception]) -> None:
    claims = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}

    with pytest.raises(trouble):
        read(ec(claims), access_token="an access token")


def test_what_is_no_token_does_not_hold() -> None:
    a_list = jws.serialize_compact({"alg": "ES256", "kid": "ec"}, b"[1]", an_ec_key())
    nonsense: list[object] = [None, 7, [], "", "a.b.c", "a.b.c.d.e", "é.é.é", ec(GOOD)[:-4], a_list]
    for token in nonsense:
        with pytest.raises(IssuerStrange):
            read(token)


def test_a_key_that_is_not_known_is_looked_up_anew() -> None:
    with pytest.raises(KeyUnknown):
        read(jwt.encode({"alg": "ES256", "kid": "new"}, GOOD, ECKey.generate_key("P-256")))


@pytest.mark.parametrize("document", [None, {}, {"keys": []}, {"keys": [7]}, {"keys": [{"kty": "oct", "k": "c2VjcmV0"}]}])
def test_keys_that_are_none_or_shared_secrets_are_refused(document: object) -> None:
    with pytest.raises(IssuerStrange):
        tokens.keys(document)


def test_an_e_mail_counts_where_the_issuer_says_so_and_a_second_factor_where_we_do() -> None:
    vouched = tokens.vouched({"sub": "7", "email": "a@b.example", "email_verified": True, "amr": ["pwd", "mfa"]}, US)
    doubtful = tokens.vouched({"sub": "7", "email": ["a@b.example"], "email_verified": "true", "amr": "mfa"}, US)

    assert (vouched.email, vouched.is_verified, vouched.with_second_factor) == ("a@b.example", True, True)
    assert (doubtful.email, doubtful.is_verified, doubtful.with_second_factor) == (None, False, False)
    for subject in (None, "", "x" * 256, 7, "a\x00b"):
        with pytest.raises(IssuerStrange):
            tokens.vouched({"sub": subject}, US)
