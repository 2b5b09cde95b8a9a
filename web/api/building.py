"""Puts the REST interface up: its operations, its document and the page that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from flask import Blueprint, Flask, Response, g, jsonify, request
from werkzeug.exceptions import HTTPException

from web.api import alarms, audit, calls, cases, customers, duty, points, webhooks
from web.api.asking import PREFIX, RATES, api, headed, numbered
from web.api.document import document
from web.api.problems import PROBLEMS, TYPES, of_http
from web.page import page
from web.rates import Rates
from web.words import N_

ROOMS = (
    calls,
    customers,
    points,
    cases,
    duty,
    alarms,
    audit,
    webhooks,
)  # each hangs its operations on the interface as it is loaded
NAMES: Final[Mapping[str, str]] = {
    "calls": N_("Calls"),
    "customers": N_("Customers"),
    "points": N_("Points"),
    "cases": N_("Cases"),
    "duty": N_("Duty and prices"),
    "alarms": N_("Alarms"),
    "audit": N_("Audit and health"),
    "webhooks": N_("Webhooks"),
}
docs = Blueprint("api_docs", __name__, url_prefix=PREFIX)


@docs.get("/openapi.json")
def openapi() -> Response:
    """The document."""
    return jsonify(document())


@docs.get("/docs")
def shown() -> Response:
    """The document as a page."""
    problems = [(f"{TYPES}{slug}", int(status), title) for slug, (status, title) in PROBLEMS.items()]
    return page("api/docs.html", document=document(), problems=problems, operations=_by_room(), rooms_named=NAMES)


def put_up(app: Flask, *, per_minute: int) -> None:
    """Adds the interface to the application; a token may ask so often in a minute, of each process."""
    app.extensions[RATES] = Rates(most=per_minute)
    app.register_blueprint(api)
    app.register_blueprint(docs)


def is_api() -> bool:
    """Whether what was asked for belongs to the interface, there or not."""
    return request.path.startswith(f"{PREFIX}/")


def outside(problem: HTTPException) -> Response:
    """A problem of an address that no operation has."""
    numbered()
    return headed(of_http(problem).response(g.request_id))


def _by_room() -> list[tuple[str, list[tuple[str, str, dict[str, object]]]]]:
    rooms: dict[str, list[tuple[str, str, dict[str, object]]]] = {}
    for path, methods in document()["paths"].items():
        for method, said in methods.items():
            rooms.setdefault(said["tags"][0], []).append((method.upper(), path, said))
    return list(rooms.items())
