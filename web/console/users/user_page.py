"""A user's page, for whatever was done on it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import abort, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from helpdesk import identities, readiness_records, sign_ins, users
from helpdesk.customers import Unknown
from models import User
from oncall import telephones as numbers
from web.console import readiness
from web.console.telephones import TelephonesForm
from web.console.users.forms import EndForm, RoleForm
from web.given import given
from web.page import page
from web.words import N_

USER: Final = "/users/<int:user_id>"
DONE: Final = {
    "role": N_("The role is changed; they have to sign in again."),
    "telephones": N_("From the next call on they are rung so."),
    "second": N_("The second factor is off: they sign in with the password alone until they set up a new app."),
    "unlinked": N_("The link is gone; they are signed out everywhere."),
    "out": N_("They are signed out everywhere."),
    "ended": N_("They log in no more. What they did keeps their name."),
}


def of_address(session: Session, user_id: int) -> User:
    """The user of an address; no page for somebody who logs in no more."""
    try:
        found = users.one(session, user_id)
    except Unknown:
        abort(HTTPStatus.NOT_FOUND)
    if found.ended_at is not None:
        abort(HTTPStatus.NOT_FOUND)
    return found


def a_supporter(session: Session, user_id: int) -> User:
    """The user of an address who is rung; no page for one who is nobody on the telephone."""
    found = of_address(session, user_id)
    if found.supporter is None:
        abort(HTTPStatus.NOT_FOUND)
    return found


def shown(
    session: Session,
    found: User,
    status: int = 200,
    *,
    role: RoleForm | None = None,
    telephones: TelephonesForm | None = None,
    end: EndForm | None = None,
    refused: str | None = None,
    template: str = "console/user.html",
) -> Response:
    """A user's page, or a part of it; a form that was sent and is wrong stands in place of a blank one."""
    now, rung = given().clock(), [found.supporter_id] if found.supporter_id else []
    return page(
        template,
        status,
        test=readiness_records.last(session, rung).get(found.supporter_id or 0),
        results=readiness.RESULTS,
        refused=refused,
        user=found,
        telephones=telephones or (TelephonesForm.of(found.supporter) if found.supporter else None),
        failing=numbers.failing(found.supporter) if found.supporter else [],
        sign_ins=sign_ins.of_user(session, found.id, now=now),
        identity=identities.of_user(session, found.id),
        locked=sign_ins.is_locked(found, now=now),
        role=role or RoleForm(formdata=None, data={"role": found.role.value}),
        end=end or EndForm(found.email, formdata=None),
        done=DONE.get(request.args.get("done", "")),
    )
