"""A small OpenID provider on this machine, built on Authlib's server side: it holds us to the protocol as a foreign one would.

Codes, redirect addresses, our secret and the challenge (PKCE) are checked by Authlib. Who signs in there, what is said about them,
and how it fails is up to the test; `back_to_normal` forgets all that.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from authlib.integrations.flask_oauth2 import AuthorizationServer
from authlib.oauth2.rfc6749 import ClientMixin
from authlib.oauth2.rfc6749.grants import AuthorizationCodeGrant
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oidc.core.grants import OpenIDCode
from flask import Flask, Response, abort, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet
from werkzeug.wrappers import Response as AnyResponse

from tests.serving import served

CLIENT_ID: Final = "doegnvagt"
CLIENT_SECRET: Final = "made-up~for.the_tests"
DISCOVERY: Final = "/.well-known/openid-configuration"


@dataclass
class Someone:
    """Who signs in there, and with which methods (amr)."""

    sub: str = "248289761001"
    email: str | None = None
    email_verified: bool | None = True
    amr: list[str] = field(default_factory=lambda: ["pwd"])


class _Client(ClientMixin):  # type: ignore[misc]  # Authlib has no types
    """Us, as the provider knows us."""

    client_id = CLIENT_ID
    back_to = ""

    def get_client_id(self) -> str:
        return CLIENT_ID

    def get_default_redirect_uri(self) -> str:
        return self.back_to

    def get_allowed_scope(self, scope: str) -> str:
        return scope

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return redirect_uri == self.back_to

    def check_client_secret(self, client_secret: str) -> bool:
        return client_secret == CLIENT_SECRET

    def check_endpoint_auth_method(self, method: str, _endpoint: str) -> bool:
        return method in {"client_secret_basic", "client_secret_post"}

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "authorization_code"


@dataclass
class _Code:
    code: str
    who: Someone
    redirect_uri: str
    scope: str
    nonce: str
    code_challenge: str
    code_challenge_method: str

    def get_redirect_uri(self) -> str:
        return self.redirect_uri

    def get_scope(self) -> str:
        return self.scope


class _Codes(AuthorizationCodeGrant):  # type: ignore[misc]
    """Codes, each good once."""

    def save_authorization_code(self, code: str, asked: Any) -> None:  # noqa: ANN401 - Authlib's
        said = asked.payload.data
        self.server.codes[code] = _Code(
            code,
            asked.user,
            asked.payload.redirect_uri,
            asked.payload.scope,
            said["nonce"],
            said["code_challenge"],
            said["code_challenge_method"],
        )

    def query_authorization_code(self, code: str, _client: object) -> _Code | None:
        found: _Code | None = self.server.codes.get(code)
        return found

    def delete_authorization_code(self, authorization_code: _Code) -> None:
        del self.server.codes[authorization_code.code]

    def authenticate_user(self, authorization_code: _Code) -> Someone:
        return authorization_code.who


class _Tokens(OpenIDCode):  # type: ignore[misc]
    """ID tokens, signed with a real key; a test may bend them."""

    def __init__(self, provider: Provider) -> None:
        super().__init__(require_nonce=True)
        self.provider = provider

    def exists_nonce(self, nonce: str, _asked: object) -> bool:
        return any(one.nonce == nonce for one in self.provider.server.codes.values())

    def encode_id_token(self, _token: object, asked: Any) -> str:  # noqa: ANN401 - Authlib's
        return self.provider.id_token(asked.user, asked.authorization_code.nonce)


class Provider:
    """The provider. `fails` answers a path otherwise, `bends` changes a token's claims, `seconds` is how fast its clock is."""

    def __init__(self) -> None:
        self.address = ""
        self.key = ECKey.generate_key("P-256", {"kid": "one", "use": "sig"})
        self.client = _Client()
        self.app = Flask("provider")
        self.server: Any = AuthorizationServer(self.app, query_client=self._client_of, save_token=lambda _token, _asked: None)
        self.server.codes = {}
        self.server.register_grant(_Codes, [_Tokens(self), CodeChallenge(required=True)])
        self.app.before_request(self._perhaps_fails)
        for path, view in {
            DISCOVERY: self._describes,
            "/authorize": self._authorizes,
            "/keys": self._shows_keys,
            "/userinfo": self._tells_more,
        }.items():
            self.app.add_url_rule(path, view_func=view, endpoint=path)
        self.app.add_url_rule("/token", view_func=self._gives_tokens, methods=["POST"])
        self.back_to_normal()

    def back_to_normal(self) -> None:
        """Nobody signs in, nothing fails."""
        self.who: Someone | None = None
        self.seconds = 0
        self.more: dict[str, Any] = {}
        self.bends: Callable[[dict[str, Any]], dict[str, Any]] = lambda claims: claims
        self.fails: dict[str, tuple[int, str]] = {}
        self.asked: list[str] = []
        self.only_when_asked = False
        self.server.codes.clear()

    def id_token(self, who: Someone, nonce: str) -> str:
        """What is said about somebody, signed."""
        now = int(time.time()) + self.seconds
        told = {} if self.only_when_asked else self._about(who)
        claims = {"iss": self.address, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": nonce, "sub": who.sub}
        return jwt.encode({"alg": "ES256", "kid": self.key.kid}, self.bends({**claims, "amr": who.amr, **told}), self.key)

    def _about(self, who: Someone) -> dict[str, Any]:
        told = {"email": who.email, "email_verified": who.email_verified}
        return {name: value for name, value in told.items() if value is not None}

    def _client_of(self, client_id: str) -> _Client | None:
        return self.client if client_id == CLIENT_ID else None

    def _perhaps_fails(self) -> Response | None:
        self.asked.append(request.path)
        status, body = self.fails.get(request.path, (0, ""))
        return Response(body, status) if status else None

    def _describes(self) -> Response:
        said = {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "userinfo_endpoint": f"{self.address}/userinfo",
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
        }
        return jsonify({**said, **self.more})

    def _authorizes(self) -> AnyResponse:
        if request.args.get("code_challenge_method") != "S256" or request.args.get("scope") != "openid email":
            abort(400)
        if self.who is None:
            return redirect(f"{self.client.back_to}?error=access_denied&state={request.args['state']}")
        grant = self.server.get_consent_grant(end_user=self.who)
        answer: Response = self.server.create_authorization_response(grant_user=self.who, grant=grant)
        return answer

    def _gives_tokens(self) -> Response:
        answer: Response = self.server.create_token_response()
        return answer

    def _shows_keys(self) -> Response:
        return jsonify(KeySet([self.key]).as_dict(private=False))

    def _tells_more(self) -> Response:
        if self.who is None or not request.headers.get("Authorization", "").startswith("Bearer "):
            abort(401)
        return jsonify({"sub": self.who.sub, **self._about(self.who)})


@contextmanager
def open_provider() -> Iterator[Provider]:
    """A provider that answers in this block."""
    provider = Provider()
    with served(provider.app) as address:
        provider.address = address
        yield provider
