"""Search that jumps on a number (ui.md 3): a case, a call, a caller; what is no number is looked for among customers."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from web.console.blueprint import console
from web.visitors import EVERYBODY, opens_to


@console.get("/search")
@opens_to(*EVERYBODY)
def search() -> Response:
    """Where what was typed leads."""
    return redirect(url_for("console.board", q=request.args.get("q", "")))
