"""What cannot be answered, as `application/problem+json` (RFC 9457). A program reads `type`; the words are for people.

Problem    raised by whatever cannot answer; one subclass is not needed for each: PROBLEMS says which there are
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from flask import Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from werkzeug.exceptions import HTTPException

MEDIA_TYPE: Final = "application/problem+json"
TYPES: Final = "urn:doegnvagt:problem:"
PROBLEMS: Final[Mapping[str, tuple[HTTPStatus, str]]] = {
    "malformed-request": (HTTPStatus.BAD_REQUEST, "The request cannot be read"),
    "idempotency-key-missing": (HTTPStatus.BAD_REQUEST, "A write needs an Idempotency-Key"),
    "no-token": (HTTPStatus.UNAUTHORIZED, "A valid token is needed"),
    "missing-scope": (HTTPStatus.FORBIDDEN, "The token lacks a scope"),
    "not-found": (HTTPStatus.NOT_FOUND, "There is nothing here"),
    "method-not-allowed": (HTTPStatus.METHOD_NOT_ALLOWED, "This address knows other methods"),
    "conflict": (HTTPStatus.CONFLICT, "It cannot be done as things stand"),
    "too-large": (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "The request is too large"),
    "unsupported-media-type": (HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "Send application/json"),
    "invalid-request": (HTTPStatus.UNPROCESSABLE_ENTITY, "Something in the request cannot be used"),
    "idempotency-key-reused": (HTTPStatus.UNPROCESSABLE_ENTITY, "The Idempotency-Key was used for another request"),
    "too-many-requests": (HTTPStatus.TOO_MANY_REQUESTS, "The token asks too often"),
    "internal-error": (HTTPStatus.INTERNAL_SERVER_ERROR, "Something failed here; nothing was written"),
    "unavailable": (HTTPStatus.SERVICE_UNAVAILABLE, "The database does not answer; nothing was written"),
}
"""By slug: status and title. A slug never changes its meaning."""
SLUGS: Final = {status: slug for slug, (status, _) in reversed(tuple(PROBLEMS.items()))}


class Fault(BaseModel):
    """One thing that cannot be used: where it stands ("body.points", "query.limit"), and what is wrong with it."""

    model_config = ConfigDict(frozen=True)

    at: str
    detail: str


class ProblemShape(BaseModel):
    """RFC 9457. `type` is one of the table in the documentation and never changes its meaning."""

    model_config = ConfigDict(frozen=True, title="Problem")

    type: str = Field(pattern=f"^{TYPES}[a-z-]+$")
    title: str
    status: int
    detail: str | None = None
    errors: tuple[Fault, ...] | None = None
    request_id: str | None = None


class Problem(Exception):
    """What cannot be answered, by its slug."""

    def __init__(
        self, slug: str, detail: str | None = None, *, errors: Sequence[Fault] = (), headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(slug)
        self.slug, self.detail, self.errors, self.headers = slug, detail, errors, headers or {}

    def response(self, request_id: str | None) -> Response:
        """As it is answered."""
        status, title = PROBLEMS[self.slug]
        errors = tuple(self.errors) or None
        shape = ProblemShape(
            type=f"{TYPES}{self.slug}", title=title, status=status, detail=self.detail, errors=errors, request_id=request_id
        )
        said = shape.model_dump(mode="json", exclude_none=True)
        return Response(json.dumps(said, ensure_ascii=False), status, dict(self.headers), mimetype=MEDIA_TYPE)


def of_http(problem: HTTPException) -> Problem:
    """What the framework refuses, as a problem."""
    slug = SLUGS.get(HTTPStatus(problem.code or HTTPStatus.INTERNAL_SERVER_ERROR), "malformed-request")
    allowed = getattr(problem, "valid_methods", None)
    return Problem(slug, headers={"Allow": ", ".join(sorted(allowed))} if allowed else None)


def of_faults(where: str, wrong: ValidationError) -> Problem:
    """What the types refuse: a document that is none cannot be read, else each fault with its place."""
    found = wrong.errors(include_url=False, include_input=False, include_context=False)
    if any(one["type"] == "json_invalid" for one in found):
        return Problem("malformed-request", "the body is no JSON document in UTF-8")
    faults = [Fault(at=".".join([where, *map(_printable, one["loc"])]), detail=one["msg"]) for one in found]
    return Problem("invalid-request", errors=faults)


def fault(at: str, detail: str) -> Problem:
    """One thing that cannot be used."""
    return Problem("invalid-request", errors=[Fault(at=at, detail=detail)])


def _printable(part: Any) -> str:  # noqa: ANN401 - a name or a number
    return "".join(letter for letter in str(part) if letter.isprintable())[:80]
