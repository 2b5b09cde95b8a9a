"""The pages there are without a log-in: health, and a front page in Danish and English."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

import structlog
from flask import Blueprint, Response, render_template, request
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

ANSWER_WITHIN: Final = 4.0
log = structlog.get_logger()
POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def blueprint(reading: Callable[..., AbstractContextManager[Session]]) -> Blueprint:
    """The pages, reading through the given transactions."""
    pages = Blueprint("web", __name__, template_folder="templates", static_folder="static", static_url_path="/static")

    @pages.get("/healthz")
    def healthz() -> tuple[dict[str, str], int]:
        """200 while this process and its database work, 503 otherwise."""
        try:
            with reading(within=ANSWER_WITHIN) as session:
                session.execute(text("SELECT 1"))
        except SQLAlchemyError:
            log.exception("database_unwell")
            return {"status": "unwell", "database": "unreachable"}, 503
        return {"status": "ok", "database": "ok"}, 200

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
