"""The pages there are without a log-in: health, and a front page in Danish and English."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, render_template, request

POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def blueprint(health: Callable[[], tuple[bool, Mapping[str, object]]]) -> Blueprint:
    """The pages. `health` says whether the house is well, and how each part is."""
    pages = Blueprint("web", __name__, template_folder="templates", static_folder="static", static_url_path="/static")

    @pages.get("/healthz")
    def healthz() -> tuple[dict[str, object], int]:
        """200 while this process and its database work, 503 otherwise; a silent clock or a failing provider is told beside it."""
        is_well, parts = health()
        return {"status": "ok" if is_well else "unwell", "parts": parts}, 200 if is_well else 503

    @pages.get("/")
    def front() -> Response:
        """What this address is, and how the line is tried."""
        language = request.accept_languages.best_match(["da", "en"], "da")
        response = Response(render_template(f"front.{language}.html", language=language))
        response.headers["Content-Security-Policy"] = POLICY
        response.headers["Content-Language"] = language or "da"
        response.headers["Vary"] = "Accept-Language"
        return response

    return pages
