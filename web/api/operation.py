"""An operation: a function whose types say what it is asked and answers; the same types check requests and make the document.

    @operation("GET", "/calls/{call}", scope=Scope.CALLS_READ)
    def call(asked: Asked, *, call: Sid) -> CallShape:
        '''Show a call, with its attempts and steps.'''

`query` and `body` are what their names say; every other argument stands in the path. What is answered is a shape, or a page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final, TypeVar, get_type_hints
from urllib.parse import urlencode

from flask import Response, request
from pydantic import BaseModel, TypeAdapter, ValidationError

from models.api import Scope
from web.api import asking
from web.api.asking import JSON, Asked, api
from web.api.fields import Asks, Page
from web.api.problems import Problem, of_faults
from web.given import given

View = TypeVar("View", bound=Callable[..., BaseModel])
NOT_PATH: Final = frozenset({"asked", "query", "body", "return"})
OPERATIONS: Final[list[Operation]] = []
"""In the order of the documentation."""


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One operation. `writes`: it is done in a transaction that writes, once for its Idempotency-Key.

    `tells_secret`: what is kept of its answer, to be answered again, is sealed.
    """

    method: str
    path: str
    scope: Scope | None
    status: HTTPStatus
    refusals: frozenset[str]
    writes: bool
    tells_secret: bool
    view: Callable[..., BaseModel]
    types: Mapping[str, Any] = field(repr=False)

    @property
    def name(self) -> str:
        """How programs call it: "list_calls"."""
        return self.view.__name__

    @property
    def answer(self) -> type[BaseModel]:
        """What it answers."""
        found: type[BaseModel] = self.types["return"]
        return found

    @property
    def query(self) -> type[Asks] | None:
        """What may stand behind the path."""
        return self.types.get("query")

    @property
    def body(self) -> type[Asks] | None:
        """What is sent to it."""
        return self.types.get("body")

    @property
    def places(self) -> dict[str, Any]:
        """What stands in the path, by name."""
        return {name: kind for name, kind in self.types.items() if name not in NOT_PATH}


def operation(
    method: str,
    path: str,
    *,
    scope: Scope | None,
    status: HTTPStatus = HTTPStatus.OK,
    refusals: tuple[str, ...] = (),
    writes: bool | None = None,
    tells_secret: bool = False,
) -> Callable[[View], View]:
    """Hangs an operation on the interface. `refusals` are the problems that are its own (web.api.problems)."""

    def hung(view: View) -> View:
        made = Operation(
            method=method,
            path=path,
            scope=scope,
            status=status,
            refusals=frozenset(refusals),
            writes=method != "GET" if writes is None else writes,
            tells_secret=tells_secret,
            view=view,
            types=get_type_hints(view, include_extras=True),
        )
        OPERATIONS.append(made)
        rule = re.sub(r"\{(\w+)\}", r"<\1>", path)
        api.add_url_rule(rule, made.name, lambda **places: answered(made, places), methods=[method])
        return view

    return hung


def answered(made: Operation, places: Mapping[str, str]) -> Response:
    """One request to an operation. Raises Problem."""
    now = given().clock()
    token = asking.admitted(made.scope, now=now)
    said = _said(made, places)

    def work(asked: Asked) -> Response:
        return _response(made, made.view(asked, **said))

    return (
        asking.written(token, work, tells_secret=made.tells_secret, now=now) if made.writes else asking.read(token, work, now=now)
    )


def _said(made: Operation, places: Mapping[str, str]) -> dict[str, Any]:
    """What the request says, checked by the types. Raises Problem."""
    said: dict[str, Any] = {}
    for name, kind in made.places.items():
        try:
            said[name] = TypeAdapter(kind).validate_strings(places[name])
        except ValidationError:
            raise Problem("not-found", f"there is no such {name}") from None
    if made.query is not None:
        said["query"] = _query(made.query)
    elif request.args:
        raise Problem("invalid-request", "nothing may stand behind the path")
    if made.body is not None:
        said["body"] = _body(made.body)
    return said


def _query(kind: type[Asks]) -> Asks:
    if any(len(values) > 1 for _, values in request.args.lists()):
        raise Problem("invalid-request", "what stands behind the path may be said once")
    try:
        return kind.model_validate_strings(request.args.to_dict())
    except ValidationError as wrong:
        raise of_faults("query", wrong) from None


def _body(kind: type[Asks]) -> Asks:
    if request.mimetype != JSON:
        raise Problem("unsupported-media-type")
    try:
        return kind.model_validate_json(request.get_data(), strict=True)
    except ValidationError as wrong:
        raise of_faults("body", wrong) from None


def _response(made: Operation, shape: BaseModel) -> Response:
    answer = Response(shape.model_dump_json(by_alias=True), made.status, mimetype=JSON)
    if isinstance(shape, Page) and shape.next is not None:
        query = urlencode({**request.args.to_dict(), "after": shape.next})
        answer.headers["Link"] = f'<{given().base_url}{request.path}?{query}>; rel="next"'
    return answer
