"""What holds for every operation: a token with its scope, a rate, a number for the request, problems, and writes done once."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

import structlog
from flask import Blueprint, Response, current_app, g, request
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from structlog.contextvars import bind_contextvars, clear_contextvars
from werkzeug.exceptions import HTTPException

from helpdesk import kept_answers, tokens
from helpdesk.customers import Unknown
from helpdesk.kept_answers import KeyReused
from helpdesk.sealing import SealBroken
from models import ApiToken
from models.api import Scope
from web.api.problems import Problem, of_http
from web.given import given
from web.rates import Rates

log = structlog.get_logger()
PREFIX: Final = "/api/v1"
JSON: Final = "application/json"
BEARER: Final = re.compile(r"Bearer +([A-Za-z0-9_\-]{20,100})")
REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
KEY: Final = re.compile(r"[\x21-\x7e]{1,64}")
RATES: Final = "api rates"

api = Blueprint("api", __name__, url_prefix=PREFIX)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What an operation works with: a session, the moment, and who asks (for journal and audit)."""

    session: Session
    now: datetime
    scopes: frozenset[Scope]
    actor: str

    @property
    def numbers(self) -> bool:
        """Whether telephone numbers may be shown whole (R23)."""
        return Scope.NUMBERS_READ in self.scopes


@api.before_request
def numbered() -> None:
    """A number for the request, in its logs and its answer: the asker's own, where it is one."""
    own = request.headers.get("X-Request-Id", "")
    g.request_id = own if REQUEST_ID.fullmatch(own) else uuid.uuid4().hex
    clear_contextvars()
    bind_contextvars(request=g.request_id)


@api.after_request
def headed(response: Response) -> Response:
    """What stands on every answer."""
    for name, value in g.get("rate_headers", {}).items():
        response.headers.setdefault(name, value)
    response.headers["X-Request-Id"] = g.request_id
    response.headers["Cache-Control"] = "no-store"
    clear_contextvars()
    return response


@api.errorhandler(Problem)
def refused(problem: Problem) -> Response:
    """The problem as it is answered."""
    return problem.response(g.get("request_id"))


@api.errorhandler(Unknown)
def unknown(why: Unknown) -> Response:
    """Something that was named does not exist."""
    return Problem("not-found", str(why)).response(g.get("request_id"))


@api.errorhandler(Exception)
def failed(problem: Exception) -> Response:
    """What nobody foresaw: logged, and told without a word of it."""
    if isinstance(problem, HTTPException):
        return of_http(problem).response(g.get("request_id"))
    log.error("api_failed", exc_info=problem)
    away = isinstance(problem, OperationalError | PoolTimeout)
    refusal = Problem("unavailable", headers={"Retry-After": "5"}) if away else Problem("internal-error")
    return refusal.response(g.get("request_id"))


def admitted(scope: Scope | None, *, now: datetime) -> ApiToken:
    """The token that asks. Raises Problem without one, too often, or without the scope."""
    found = BEARER.fullmatch(request.headers.get("Authorization", ""))
    house = given()
    with house.reading() as session:
        token = tokens.of_text(session, found[1]) if found else None
        if token is not None:
            session.expunge(token)
    if token is None:
        raise Problem("no-token", headers={"WWW-Authenticate": 'Bearer realm="doegnvagt"'})
    bind_contextvars(token=token.id)
    rates: Rates = current_app.extensions[RATES]
    asked = rates.count(token.id, now)
    g.rate_headers = asked.headers
    if asked.too_often:
        raise Problem("too-many-requests", headers={**asked.headers, "Retry-After": asked.headers["RateLimit-Reset"]})
    if scope is not None and scope not in token.may:
        raise Problem("missing-scope", f"this needs the scope {scope.value}")
    if tokens.is_stale(token, now=now):
        with house.writing() as session:
            tokens.used(session, token.id, now=now)
    return token


def read(token: ApiToken, work: Callable[[Asked], Response], *, now: datetime) -> Response:
    """Does what only looks."""
    with given().reading() as session:
        return work(_asked(session, token, now=now))


def written(token: ApiToken, work: Callable[[Asked], Response], *, tells_secret: bool, now: datetime) -> Response:
    """Does a write once for its Idempotency-Key. Raises Problem without one, or where it was used for something else.

    Of one that `tells_secret` the answer is kept sealed.
    """
    key = request.headers.get("Idempotency-Key", "")
    if not KEY.fullmatch(key):
        raise Problem("idempotency-key-missing", "an Idempotency-Key has 1 to 64 visible letters of ASCII, without spaces")
    asked = sha256(b"\n".join([request.method.encode(), request.path.encode(), request.get_data()])).hexdigest()
    with given().writing() as session:
        try:
            before = kept_answers.of_before(session, token.id, key, asked, now=now)
        except KeyReused:
            raise Problem("idempotency-key-reused") from None
        if before is not None:
            body = _opened(before[1], owner=key) if tells_secret else before[1]
            return Response(body, before[0], {"Idempotent-Replayed": "true"}, mimetype=JSON)
        answer = work(_asked(session, token, now=now))
        said = answer.get_data(as_text=True)
        body = given().hook_seal.close(said, owner=key) if tells_secret else said
        kept_answers.keep(session, token.id, key, status=answer.status_code, body=body)
        return answer


def _opened(sealed: str, *, owner: str) -> str:
    """The answer that was kept sealed. Raises Problem where SECRET_KEY names its key no more."""
    try:
        return given().hook_seal.open(sealed, owner=owner)
    except SealBroken:
        raise Problem("conflict", "it was done, and what was answered can be read by no key any more") from None


def _asked(session: Session, token: ApiToken, *, now: datetime) -> Asked:
    return Asked(session=session, now=now, scopes=token.may, actor=f"api:{token.name}")
