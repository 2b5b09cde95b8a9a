"""Fragments that a page asks for again and again: answered 304 without a body while nothing has changed (ui.md 7)."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response


def live(response: Response) -> Response:
    """The fragment with its ETag; nothing of it where the page has it already."""
    response.add_etag()
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)
