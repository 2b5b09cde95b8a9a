"""A supporter's telephones on their user's page: how they are rung, and tests of them."""

from __future__ import annotations

from http import HTTPStatus

from flask import redirect, url_for
from werkzeug.wrappers import Response

from models.values import Role
from web.console import readiness
from web.console.blueprint import console
from web.console.telephones import TelephonesForm
from web.console.users.user_page import USER, a_supporter, of_address, shown
from web.given import given
from web.live import live
from web.visitors import opens_to


@console.get(f"{USER}/telephone")
@opens_to(Role.ADMINISTRATOR, Role.AUDITOR)
def telephone(user_id: int) -> Response:
    """What of a supporter's page moves: how the last test of their telephone went, or goes."""
    with given().reading() as session:
        return live(shown(session, a_supporter(session, user_id), template="console/user_telephone.html"))


@console.post(f"{USER}/ring")
@opens_to(Role.ADMINISTRATOR)
def ring_supporter(user_id: int) -> Response:
    """Their telephone is rung as a test."""
    with given().reading() as session:
        supporter_id = a_supporter(session, user_id).supporter_id or 0
    refused = readiness.asked(supporter_id)
    if refused is None:
        return redirect(url_for(".user", user_id=user_id))
    with given().reading() as session:
        return shown(session, of_address(session, user_id), HTTPStatus.CONFLICT, refused=refused)


@console.post(f"{USER}/telephones")
@opens_to(Role.ADMINISTRATOR)
def change_telephones(user_id: int) -> Response:
    """Other telephones of theirs are rung, or for longer."""
    form = TelephonesForm()
    with given().writing() as session:
        found = a_supporter(session, user_id)
        if form.changes(session, found.supporter_id or 0):
            return redirect(url_for(".user", user_id=user_id, done="telephones"))
        return shown(session, found, HTTPStatus.UNPROCESSABLE_ENTITY, telephones=form)
