"""The pages there are without a log-in: health, a front page in Danish and English, and one for every address that has none."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, jsonify, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from web.api.building import is_api, outside
from web.given import given
from web.page import language, page

TWILIO: Final = "/twilio/"
HTML: Final = "text/html"
JSON: Final = "application/json"
TEXT: Final = "text/plain"

pages = Blueprint("web", __name__, template_folder="templates", static_folder="static", static_url_path="/static")


@pages.get("/healthz")
def healthz() -> tuple[dict[str, object], int]:
    """200 while this process and its database work, 503 otherwise; a silent clock or a failing provider is told beside it."""
    is_well, parts = given().health()
    return {"status": "ok" if is_well else "unwell", "parts": parts}, 200 if is_well else 503


@pages.get("/")
def front() -> Response:
    """What this address is, and how the line is tried."""
    return page(f"front.{language()}.html", is_demo=given().is_demo)


@pages.app_errorhandler(HTTPStatus.METHOD_NOT_ALLOWED)
@pages.app_errorhandler(HTTPStatus.NOT_FOUND)
def missing(problem: HTTPException) -> Response | HTTPException:
    """404 for whoever asked: a page for a reader, a document or a line for a program. What Twilio asks for is no page at all.

    405 alike: a reader who loads the address again that a wrong form was sent to finds no page there.
    """
    if request.path.startswith(TWILIO):
        return problem
    if is_api():
        return outside(problem)
    offered = [HTML, JSON, TEXT] if request.method in {"GET", "HEAD"} else [TEXT, JSON]
    wanted = request.accept_mimetypes.best_match(offered, TEXT) if request.accept_mimetypes else offered[0]
    response = (
        page(f"missing.{language()}.html")
        if wanted == HTML
        else jsonify(error=problem.name.lower())
        if wanted == JSON
        else _line(problem.name.capitalize())
    )
    response.status_code = problem.code or HTTPStatus.NOT_FOUND
    if isinstance(problem, MethodNotAllowed):
        response.allow.update(problem.valid_methods or ())
    response.vary.add("Accept")
    return response


@pages.app_errorhandler(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
def too_large(problem: HTTPException) -> Response | HTTPException:
    """413: a page for whoever sent a form with too large a file."""
    if is_api():
        return outside(problem)
    is_program = request.path.startswith(TWILIO) or not request.accept_mimetypes.accept_html
    return problem if is_program else page("too_large.html", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


@pages.app_errorhandler(HTTPStatus.INTERNAL_SERVER_ERROR)
def broken(problem: HTTPException) -> Response | HTTPException:
    """500: a page for a reader, where one can still be made; it is in the log already."""
    if is_api():
        return outside(problem)
    if request.path.startswith(TWILIO) or not request.accept_mimetypes.accept_html:
        return problem
    try:
        return page("broken.html", HTTPStatus.INTERNAL_SERVER_ERROR)
    except Exception:  # noqa: BLE001 - what broke the page may break this one too
        return problem


def _line(text: str) -> Response:
    return Response(f"{text}\n", mimetype=TEXT)
