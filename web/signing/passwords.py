"""A password set by a link: one in place of a forgotten one, or a new user's first. Nobody learns here who has a log-in."""

from __future__ import annotations

from http import HTTPStatus

from flask import redirect, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from helpdesk import password_links, users
from helpdesk.passwords import WeakPassword
from web.given import given
from web.page import page, words
from web.signing.account import WEAK
from web.signing.forms import ForgottenForm, NewPasswordForm
from web.signing.views import signing
from web.visitors import where


@signing.route("/forgot", methods=["GET", "POST"])
def forgot() -> AnyResponse:
    """Asks for a letter with a link; the answer is the same whether there is such a user or not."""
    form, house = ForgottenForm(), given()
    if not form.is_submitted():
        return page("signing/forgot.html", 200, form=form, asked=False)
    if not form.validate():
        return page("signing/forgot.html", HTTPStatus.UNPROCESSABLE_ENTITY, form=form, asked=False)
    with house.writing() as database:
        password_links.forgotten(database, form.email.data, where=where(), now=house.clock())
    return page("signing/forgot.html", 200, form=form, asked=True)


@signing.route("/welcome/<token>", methods=["GET", "POST"])
def welcome(token: str) -> AnyResponse:
    """Sets the password of whoever has the link, once; a second factor is still asked for when they sign in."""
    form, house = NewPasswordForm(), given()
    with house.writing() if form.is_submitted() else house.reading() as database:
        user = house.links.user(database, token, now=house.clock(), to_change=form.is_submitted())
        if user is None:
            return page("signing/link_is_void.html", HTTPStatus.NOT_FOUND)
        if form.is_submitted() and form.validate():
            try:
                users.set_password(database, user, form.new.data, actor=user.email, now=house.clock())
            except WeakPassword as weak:
                form.refuse(form.new, words()(WEAK[weak.why]))
            else:
                session.clear()
                return redirect(url_for(".sign_in", done="password"))
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_submitted() else HTTPStatus.OK
        return page("signing/welcome.html", status, form=form, user=user)
