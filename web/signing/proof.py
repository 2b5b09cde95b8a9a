"""What lets somebody in is changed by whoever showed a moment ago to be them: an open browser, or a stolen cookie, is not enough.

@account.post("/passkeys/<int:key_id>/remove")
@opens_to(*EVERYBODY, before_secured=True)
@after_proof
def remove(key_id: int) -> Response: ...
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any

from flask import jsonify, make_response, redirect, request, url_for
from werkzeug.wrappers import Response

from web.given import given
from web.page import words
from web.visitors import READS, visitor
from web.words import N_

PROVE = N_("Type your password first.")


def after_proof(view: Callable[..., Response]) -> Callable[..., Response]:
    """Leads to the page that asks for the password, unless it was given within ten minutes (helpdesk.sign_ins.PROVED_FOR)."""

    @wraps(view)
    def checked(**arguments: Any) -> Response:  # noqa: ANN401 - as the address has them
        if visitor().has_proved(given().clock()):
            return view(**arguments)
        back = request.path if request.method in READS else url_for("account.overview", done="proved")
        there = url_for("account.again", next=back)
        if request.is_json:
            return make_response(jsonify(next=there, problem=words()(PROVE)), HTTPStatus.UNPROCESSABLE_ENTITY)
        return redirect(there)

    return checked
