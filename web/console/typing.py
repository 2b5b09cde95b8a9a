"""What is being typed into a long field comes here two seconds after the typing stops."""

from __future__ import annotations

from http import HTTPStatus

from flask import Response, abort, request

from helpdesk import drafts
from models.values import Role
from web.console.blueprint import console
from web.drafting import NAME
from web.given import given
from web.page import page
from web.visitors import opens_to, visitor


@console.post("/drafts/<place>")
@opens_to(Role.SUPPORTER, Role.BILLING, Role.ADMINISTRATOR)
def keep_draft(place: str) -> Response:
    """Keeps it for whoever types, and says when; the one field that comes with the token is the text."""
    texts = [text for name, text in request.form.items() if name != "csrf_token"]
    if len(texts) != 1 or NAME.fullmatch(place) is None:
        abort(HTTPStatus.NOT_FOUND)
    now, is_kept = given().clock(), bool(texts[0].strip())
    try:
        with given().writing() as session:
            drafts.keep(session, visitor().user_id, place, texts[0], now=now)
    except drafts.TooLong:
        return page("console/draft_kept.html", HTTPStatus.UNPROCESSABLE_ENTITY, at=None, too_long=drafts.LONGEST)
    return page("console/draft_kept.html", at=now if is_kept else None)
