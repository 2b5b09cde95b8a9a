"""The pages there are without a log-in: health, a front page in Danish and English, and one for every address that has none."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, jsonify, render_template, request
from werkzeug.exceptions import NotFound

POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
TWILIO: Final = "/twilio/"
LANGUAGES: Final = ("da", "en")
HTML: Final = "text/html"
JSON: Final = "application/json"
TEXT: Final = "text/plain"


def blueprint(health: Callable[[], tuple[bool, Mapping[str, object]]]) -> Blueprint:
    """The pages. `health` says whether the house is well, and how each part is."""
    pages = Blueprint("web", __name__, template_folder="templates", static_folder="static", static_url_path="/static")
    pages.app_errorhandler(HTTPStatus.NOT_FOUND)(missing)

    @pages.get("/healthz")
    def healthz() -> tuple[dict[str, object], int]:
        """200 while this process and its database work, 503 otherwise; a silent clock or a failing provider is told beside it."""
        is_well, parts = health()
        return {"status": "ok" if is_well else "unwell", "parts": parts}, 200 if is_well else 503

    @pages.get("/")
    def front() -> Response:
        """What this address is, and how the line is tried."""
        return _page("front")

    return pages


def missing(problem: NotFound) -> Response | NotFound:
    """404 for whoever asked: a page for a reader, a document or a line for a program. What Twilio asks for is no page at all."""
    if request.path.startswith(TWILIO):
        return problem
    offered = [HTML, JSON, TEXT] if request.method in {"GET", "HEAD"} else [TEXT, JSON]
    wanted = request.accept_mimetypes.best_match(offered, TEXT) if request.accept_mimetypes else offered[0]
    response = _page("missing") if wanted == HTML else jsonify(error="not found") if wanted == JSON else _line("Not found")
    response.status_code = HTTPStatus.NOT_FOUND
    response.vary.add("Accept")
    return response


def _page(name: str) -> Response:
    """A page in the reader's language. It may load nothing from elsewhere, and runs nothing."""
    language = readers_language()
    response = Response(render_template(f"{name}.{language}.html", language=language))
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Content-Language"] = language
    response.headers["Vary"] = "Accept-Language"
    return response


def readers_language() -> str:
    """Which of ours the reader would rather read; en-GB is English before any da that comes behind it."""
    wanted = (language.partition("-")[0].lower() for language, quality in request.accept_languages if quality)
    return next((language for language in wanted if language in LANGUAGES), LANGUAGES[0])


def _line(text: str) -> Response:
    return Response(f"{text}\n", mimetype=TEXT)
