"""The issuer, as signing in needs it: where to send a browser, and who it is that came back.

    1  way           the browser is sent there, with state, nonce and challenge of a new trip
    2                the user signs in there, or says no
    3  came_back     state and issuer are compared, the code is exchanged, the token checked: that is whom the issuer vouches for

Authlib writes the address and exchanges the code (PKCE, our secret); which token holds is decided in web.issuer.tokens.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from joserfc.jwk import KeySet

from helpdesk.identities import Vouched
from models.values import Language
from web.issuer import asking, documents, tokens
from web.issuer.documents import Document, Kept
from web.issuer.registration import Registration
from web.issuer.trips import Trip
from web.issuer.troubles import Denied, IssuerAway, IssuerStrange, StaleTrip

SCOPE: Final = "openid email"
NEW_KEYS_AFTER: Final = timedelta(minutes=1)
TOO_BUSY: Final = frozenset({"server_error", "temporarily_unavailable"})
SAID_NO: Final = frozenset(
    {"access_denied", "login_required", "interaction_required", "consent_required", "account_selection_required"}
)


class Issuer:
    """`back_to` is our address that a browser comes back to; `clock` is the world's time, which tokens go by."""

    def __init__(self, us: Registration, *, back_to: str, clock: Callable[[], datetime]) -> None:
        self.us, self.back_to, self.clock = us, back_to, clock
        self._document: Kept[Document] = Kept(lambda: documents.fetched(us.issuer), clock)
        self._keys: Kept[KeySet] = Kept(self._fetched_keys, clock)

    @property
    def name(self) -> str:
        """What users call it."""
        return self.us.name

    def way(self, trip: Trip, *, language: Language, anew: bool = False) -> str:
        """Where to send a browser; `anew` asks who it is even if the issuer knows already. Raises IssuerTrouble."""
        document = self._document.value()
        more = {"prompt": "login"} if anew else {}
        with self._session(document) as session:
            address, _state = session.create_authorization_url(
                document.authorization_endpoint,
                state=trip.state,
                code_verifier=trip.verifier,
                nonce=trip.nonce,
                ui_locales=language.value,
                **more,
            )
        return str(address)

    def came_back(self, said: Mapping[str, str], trip: Trip) -> Vouched:
        """Whom the issuer vouches for, by what a browser brought back in its address. Raises IssuerTrouble."""
        if not trip.is_of(said.get("state")):
            raise StaleTrip("the state is not this browser's")
        document = self._document.value()
        _require_sender(said, document)
        _require_yes(said)
        token = self._exchanged(document, said.get("code") or "", trip)
        found = self._claims(token, trip)
        if "email" not in found and document.userinfo_endpoint is not None:
            found = {**self._more(document.userinfo_endpoint, token, found), **found}
        return tokens.vouched(found, self.us)

    def _session(self, document: Document) -> OAuth2Session:
        session = OAuth2Session(
            self.us.client_id,
            self.us.client_secret,
            scope=SCOPE,
            redirect_uri=self.back_to,
            code_challenge_method="S256",
            token_endpoint_auth_method=document.auth_method,
        )
        session.register_compliance_hook("access_token_response", asking.read)
        return session

    def _exchanged(self, document: Document, code: str, trip: Trip) -> Mapping[str, Any]:
        """What the token endpoint gives for a code, which is good once."""
        limits = {"timeout": asking.PATIENCE, "stream": True, "allow_redirects": False}
        try:
            with asking.asking(), self._session(document) as session:
                return dict(
                    session.fetch_token(
                        document.token_endpoint,
                        grant_type="authorization_code",
                        code=code,
                        code_verifier=trip.verifier,
                        **limits,
                    )
                )
        except OAuthError as refused:
            if refused.error == "invalid_grant":
                raise StaleTrip("the code is not good, or not any more") from None
            raise IssuerStrange(f"refuses our registration ({_code(refused.error)})") from None

    def _claims(self, token: Mapping[str, Any], trip: Trip) -> dict[str, Any]:
        """What the ID token says; its keys are looked up anew, once a minute at most, where it needs one that is not known."""
        for age in (documents.KEPT, NEW_KEYS_AFTER):
            try:
                return tokens.claims(token, self._keys.value(at_most=age), self.us, nonce=trip.nonce, now=self.clock())
            except tokens.KeyUnknown:
                continue
        raise IssuerStrange("signs with a key that it does not name")

    def _more(self, address: str, token: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
        """What the issuer tells of the same person only when it is asked (OpenID Connect Core 1.0, 5.3)."""
        body = asking.got(address, bearer=str(token.get("access_token")))
        with asking.asking():
            more = dict(json.loads(body))
        if more.get("sub") != found["sub"]:
            raise IssuerStrange("tells of somebody else (sub)")
        return {name: more[name] for name in ("email", "email_verified") if name in more}

    def _fetched_keys(self) -> KeySet:
        body = asking.got(self._document.value().jwks_uri)
        try:
            return tokens.keys(json.loads(body))
        except asking.RUBBISH as problem:
            raise IssuerStrange("has no keys that can be used") from problem


def _require_sender(said: Mapping[str, str], document: Document) -> None:
    """The answer says whose it is, where the issuer promises that (RFC 9207). Raises IssuerStrange."""
    sender = said.get("iss")
    if sender != document.issuer and (sender is not None or document.authorization_response_iss_parameter_supported):
        raise IssuerStrange("sends an answer that is another issuer's (iss)")


def _require_yes(said: Mapping[str, str]) -> None:
    """Raises what the issuer says is wrong."""
    wrong = said.get("error")
    if wrong in SAID_NO:
        raise Denied(f"says no ({wrong})")
    if wrong in TOO_BUSY:
        raise IssuerAway(f"cannot do it now ({wrong})")
    if wrong is not None:
        raise IssuerStrange(f"refuses our request ({_code(wrong)})")


def _code(error: object) -> str:
    """The name of an error, where it is one; never whatever else an issuer wrote there."""
    return error if isinstance(error, str) and re.fullmatch(r"[a-z_]{1,60}", error) else "unnamed"
