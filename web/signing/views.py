"""Signing in: e-mail and password, then a code where the user has a second factor; and out again.

What failed is answered the same whatever it was: nobody learns who has a log-in, or which half was right.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from flask import Blueprint, redirect, request, session, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from helpdesk import sign_ins
from helpdesk.passkeys import Site
from models import User
from models.values import Language
from web.given import given
from web.page import LANGUAGE_COOKIE, page, words
from web.signing.forms import CodeForm, Confirmed, SignInForm
from web.visitors import TOKEN, anybody, inner_path, where
from web.words import N_

signing = Blueprint("signing", __name__)
HALF_WAY: Final = "half_way"
CODE_WITHIN: Final = 600
WRONG: Final = N_("E-mail or password is wrong. After five failures a log-in is locked for 15 minutes.")
WRONG_CODE: Final = N_("The code is wrong, or was used already. Wait for the next one.")
YEAR: Final = 365 * 86_400


@signing.route("/sign-in", methods=["GET", "POST"])
def sign_in() -> AnyResponse:
    """E-mail and password."""
    form = SignInForm()
    if not form.is_submitted():
        return _asked(form)
    if form.validate():
        house, now = given(), given().clock()
        with house.writing() as database:
            user = sign_ins.with_password(database, form.email.data, form.password.data, where=where(), now=now)
            if user is not None:
                return (
                    half_way(user, now, wanted=wanted()) if user.second_factor else signed_in(user, database, now, wanted=wanted())
                )
        form.refuse(None, words()(WRONG))
    return _asked(form, 422)


@signing.route("/sign-in/code", methods=["GET", "POST"])
def code() -> AnyResponse:
    """The second factor, within ten minutes of the first."""
    half, now = session.get(HALF_WAY), given().clock()
    if half is None or now.timestamp() - half["at"] > CODE_WITHIN:
        session.pop(HALF_WAY, None)
        return redirect(url_for(".sign_in", next=wanted()))
    form = CodeForm()
    if not form.is_submitted():
        return page("signing/code.html", form=form)
    if form.validate():
        house = given()
        with house.writing() as database:
            user = sign_ins.with_code(database, half["user"], form.code.data, seal=house.seal, where=where(), now=now)
            if user is not None:
                return signed_in(user, database, now, wanted=wanted())
        form.refuse(form.code, words()(WRONG_CODE))
    return page("signing/code.html", 422, form=form)


@signing.post("/sign-out")
def sign_out() -> AnyResponse:
    """Out: the sign-in ends, here and in the books."""
    there = anybody()
    if Confirmed().validate() and there is not None:
        with given().writing() as database:
            sign_ins.end(database, there.sign_in_id, user_id=there.user_id, now=given().clock())
        session.clear()
    return redirect(url_for(".sign_in", done="out"))


@signing.post("/language/<any(da, en):wanted>")
def choose_language(wanted: str) -> AnyResponse:
    """The language of the screens: kept with the user, or in a cookie for whoever is not signed in."""
    response = redirect(inner_path(request.form.get("back")))
    if not Confirmed().validate():
        return response
    there = anybody()
    if there is not None:
        with given().writing() as database:
            user = database.get_one(User, there.user_id)
            user.language = Language(wanted)
    response.set_cookie(LANGUAGE_COOKIE, wanted, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure)
    return response


def wanted() -> str | None:
    """Where the user was going when they were asked to sign in, as the address of the page has it."""
    return request.args.get("next")


def half_way(user: User, now: datetime, *, wanted: str | None) -> AnyResponse:
    """The second factor is asked for."""
    session.clear()
    session[HALF_WAY] = {"user": user.id, "at": now.timestamp()}
    return redirect(url_for("signing.code", next=wanted))


def signed_in(
    user: User, database: Session, now: datetime, *, wanted: str | None, secured: bool = False, proved: bool = True
) -> AnyResponse:
    """A new session: nothing of the one before is kept, so nobody can have laid one ready.

    `secured`: somebody else vouched for a second factor. `proved`: the user showed to be who they are by what this house knows.
    """
    token = sign_ins.begin(database, user, where=where(), now=now, secured=secured, proved=proved)
    session.clear()
    session[TOKEN] = token
    return redirect(inner_path(wanted))


def _asked(form: SignInForm, status: int = 200) -> AnyResponse:
    house = given()
    return page("signing/sign_in.html", status, form=form, site=Site.of(house.base_url), issuer=house.issuer, wanted=wanted())
