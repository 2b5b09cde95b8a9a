"""Lock-outs: who cannot key a PIN now, who is about to, and whether the whole line sees more failures than people make (R3)."""

from __future__ import annotations

from http import HTTPStatus

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk import lock_outs as locks
from helpdesk.customers import Unknown
from models.values import Role
from web.console.blueprint import console
from web.given import given
from web.page import page
from web.signing.forms import Confirmed
from web.visitors import opens_to, visitor


@console.get("/lock-outs")
@opens_to(Role.ADMINISTRATOR, Role.AUDITOR)
def lock_outs() -> Response:
    """Who is locked out."""
    now = given().clock()
    with given().reading() as session:
        found = locks.lock_outs(session, now=now)
    return page("console/lock_outs.html", 200, found=found, now=now, done="lifted" in request.args)


@console.post("/lock-outs/<int:failure_id>/lift")
@opens_to(Role.ADMINISTRATOR)
def lift_lock_out(failure_id: int) -> Response:
    """Lets a caller key PINs again."""
    if Confirmed().validate():
        with given().writing() as session:
            try:
                locks.lift(session, failure_id, actor=visitor().email, now=given().clock())
            except Unknown:
                abort(HTTPStatus.NOT_FOUND)
    return redirect(url_for(".lock_outs", lifted=1))
