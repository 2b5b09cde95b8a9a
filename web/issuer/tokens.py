"""What the issuer says about a person: the ID token (OpenID Connect Core 1.0, 3.1.3.7), and whether it holds. Nothing is asked.

Which signatures count is ours to say, never the token's or the issuer's: neither `none`, nor a secret shared with whoever has the
public key (HS256).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ClaimError, ExpiredTokenError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

from helpdesk.identities import LONGEST_SUBJECT, Vouched
from web.issuer.asking import RUBBISH
from web.issuer.registration import Registration
from web.issuer.troubles import ClocksDiffer, IssuerStrange

LEEWAY: Final = 60  # seconds that clocks may differ
SIGNATURES: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
OF_TIME: Final = frozenset({"exp", "iat", "nbf"})
PUBLIC: Final = frozenset({"RSA", "EC", "OKP"})
LONGEST_EMAIL: Final = 254


class KeyUnknown(Exception):
    """The token was signed with a key that is not among these: perhaps it is new."""


def keys(document: Any) -> KeySet:  # noqa: ANN401 - JSON
    """The keys that the issuer signs with, out of its document. Raises IssuerStrange where there are none."""
    try:
        of_signing = [one for one in document["keys"] if one.get("kty") in PUBLIC and one.get("use", "sig") == "sig"]
        return KeySet.import_key_set({"keys": of_signing})
    except (JoseError, *RUBBISH) as problem:
        raise IssuerStrange(f"has no keys that can be used ({type(problem).__name__})") from problem


def claims(token: Mapping[str, Any], known: KeySet, us: Registration, *, nonce: str, now: datetime) -> dict[str, Any]:
    """What the ID token in an answer of the token endpoint says.

    Raises KeyUnknown, ClocksDiffer, and IssuerStrange where it does not hold.
    """
    expected = {"iss": {"essential": True, "value": us.issuer}, "aud": {"essential": True, "value": us.client_id}}
    about = {"nonce": nonce, "client_id": us.client_id, "access_token": token.get("access_token")}
    try:
        read = jwt.decode(token["id_token"], known, registry=JWSRegistry(algorithms=SIGNATURES, strict_check_header=False))
        checked = CodeIDToken(read.claims, read.header, expected, about)
        checked.validate(now=int(now.timestamp()), leeway=LEEWAY)
    except InvalidKeyIdError as problem:
        raise KeyUnknown from problem
    except ExpiredTokenError as problem:
        raise ClocksDiffer("gives a token that is over (exp)") from problem
    except ClaimError as problem:
        kind = ClocksDiffer if problem.claim in OF_TIME else IssuerStrange
        raise kind(f"gives a token that is not for this sign-in ({problem.claim})") from problem
    except (JoseError, *RUBBISH) as problem:
        raise IssuerStrange(f"gives a token that does not hold ({type(problem).__name__})") from problem
    return dict(checked)


def vouched(said: Mapping[str, Any], us: Registration) -> Vouched:
    """Whom the issuer vouches for. Raises IssuerStrange where that is nobody in particular."""
    subject, email, methods = said.get("sub"), said.get("email"), said.get("amr")
    if not isinstance(subject, str) or not 0 < len(subject) <= LONGEST_SUBJECT or not subject.isprintable():
        raise IssuerStrange("gives a token of nobody in particular (sub)")
    is_address = isinstance(email, str) and len(email) <= LONGEST_EMAIL and email.isprintable()
    return Vouched(
        issuer=us.issuer,
        subject=subject,
        email=email if is_address else None,
        is_verified=said.get("email_verified") is True,
        with_second_factor=isinstance(methods, list) and any(one in us.second_factors for one in methods if isinstance(one, str)),
    )
