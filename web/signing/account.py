"""A user's own account: password, second factor with recovery codes, and where they are signed in."""

from __future__ import annotations

from http import HTTPStatus

import segno
from flask import Blueprint, abort, redirect, request, session, url_for
from werkzeug.wrappers import Response as AnyResponse

from helpdesk import identities, passkeys, second_factor, sign_ins, users
from helpdesk.passkeys import Site
from helpdesk.passwords import WeakPassword
from models import User
from web.given import given
from web.page import page, words
from web.signing.forms import Confirmed, PasswordForm, ProofForm, SecondFactorForm
from web.signing.proof import after_proof
from web.visitors import EVERYBODY, inner_path, let_in, opens_to, visitor, where
from web.words import N_

account = Blueprint("account", __name__, url_prefix="/account")
let_in(account)
SEED = "seed"
NOT_YOURS = N_("That is not your password.")
NOT_BOTH = N_("Password or code is wrong, or the code was used already. Wait for the next one.")
WEAK = {
    "short": N_("It has fewer than 12 characters."),
    "long": N_("It has more than 200 characters."),
    "own": N_("It is your own name or address; take something nobody guesses."),
}


@account.get("/")
@opens_to(*EVERYBODY, before_secured=True)
def overview() -> AnyResponse:
    """All of it on one page."""
    return _overview()


@account.route("/again", methods=["GET", "POST"])
@opens_to(*EVERYBODY, before_secured=True)
def again() -> AnyResponse:
    """The password again, and a code of whoever has an app, before what lets somebody in is changed; then back."""
    form, there, house = ProofForm(), visitor(), given()
    if not form.is_submitted() and "next" in request.args and there.has_proved(house.clock()):  # signed in anew on the way here
        return redirect(inner_path(request.args.get("next")))
    with house.reading() as database:
        if database.get_one(User, there.user_id).second_factor is None:
            del form.code
    if form.is_submitted() and form.validate():
        if _is_them(form):
            return redirect(inner_path(request.args.get("next")))
        form.refuse(form.password, words()(NOT_BOTH if form.code else NOT_YOURS))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_submitted() else HTTPStatus.OK
    return page("signing/again.html", status, form=form, back=inner_path(request.args.get("next")))


@account.post("/password")
@opens_to(*EVERYBODY, before_secured=True)
def password() -> AnyResponse:
    """A new password; every other sign-in ends."""
    form, there, house = PasswordForm(), visitor(), given()
    if form.validate():
        with house.writing() as database:
            user = sign_ins.is_password(database, there.user_id, form.old.data, where=where(), now=house.clock())
            if user is None:
                form.refuse(form.old, words()(NOT_YOURS))
            else:
                try:
                    users.set_password(database, user, form.new.data, actor=there.email, now=house.clock(), keep=there.sign_in_id)
                except WeakPassword as weak:
                    form.refuse(form.new, words()(WEAK[weak.why]))
                else:
                    return redirect(url_for(".overview", done="password"))
    return _overview(HTTPStatus.UNPROCESSABLE_ENTITY, password=form)


@account.route("/second-factor", methods=["GET", "POST"])
@opens_to(*EVERYBODY, before_secured=True)
@after_proof
def second() -> AnyResponse:
    """Sets up an authenticator app: a picture to scan, and the first code to show that it works. Tells the recovery codes."""
    form, there, house = SecondFactorForm(), visitor(), given()
    with house.reading() as database:
        user = database.get_one(User, there.user_id)
    if form.is_submitted() and SEED in session and form.validate():
        codes = _secured(form)
        if codes:
            return page("signing/recovery_codes.html", codes=codes)
    if SEED not in session:
        session[SEED] = second_factor.drawn()
    uri = second_factor.address(session[SEED], user)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_submitted() else HTTPStatus.OK
    return page("signing/second_factor.html", status, form=form, seed=session[SEED], picture=_picture(uri))


@account.post("/second-factor/off")
@opens_to(*EVERYBODY, before_secured=True)
@after_proof
def second_off() -> AnyResponse:
    """Takes the authenticator app off."""
    if Confirmed().validate():
        with given().writing() as database:
            users.unsecure(database, database.get_one(User, visitor().user_id, with_for_update={"of": User}), now=given().clock())
    return redirect(url_for(".overview", done="off"))


@account.post("/sign-ins/<int:sign_in_id>/end")
@opens_to(*EVERYBODY, before_secured=True)
def end(sign_in_id: int) -> AnyResponse:
    """Ends one of one's own sign-ins, for instance on a telephone that was lost."""
    there, house = visitor(), given()
    if Confirmed().validate():
        with house.writing() as database:
            if not sign_ins.end(database, sign_in_id, user_id=there.user_id, now=house.clock()):
                abort(HTTPStatus.NOT_FOUND)
    return redirect(url_for(".overview", done="ended"))


def _is_them(form: ProofForm) -> bool:
    """Whether it is whoever is signed in; what they may change now they may for ten minutes."""
    there, house, now = visitor(), given(), given().clock()
    code = form.code.data if form.code else ""
    with house.writing() as database:
        user = sign_ins.is_them(database, there.user_id, form.password.data, code, seal=house.seal, where=where(), now=now)
        if user is None:
            return False
        sign_ins.prove(database, there.sign_in_id, now=now)
    return True


def _secured(form: SecondFactorForm) -> list[str]:
    """The recovery codes of the app that is the user's from now on; none where the form says why not."""
    there, house, now = visitor(), given(), given().clock()
    step = second_factor.matches(session[SEED], form.code.data, now=now)
    if step is None:
        form.refuse(form.code, words()(N_("That is not the code of now. Is the clock of the telephone right?")))
        return []
    with house.writing() as database:
        user = database.get_one(User, there.user_id, with_for_update={"of": User})
        return users.secure(database, user, session.pop(SEED), seal=house.seal, step=step, now=now)


def _overview(status: int = 200, **forms: object) -> AnyResponse:
    there, house = visitor(), given()
    with house.reading() as database:
        user = database.get_one(User, there.user_id)
        return page(
            "signing/account.html",
            status,
            user=user,
            sign_ins=sign_ins.of_user(database, there.user_id, now=house.clock()),
            passkeys=passkeys.of_user(database, there.user_id),
            site=Site.of(house.base_url),
            issuer=house.issuer,
            identity=identities.of_user(database, there.user_id),
            codes_left=second_factor.codes_left(database, there.user_id),
            now=house.clock(),
            has_proved=request.args.get("done") == "proved",
            **{"password": PasswordForm(formdata=None), **forms},
        )


def _picture(uri: str) -> str:
    """The address as an SVG picture to scan, as a data: URI; black on white in the dark too, or apps do not read it."""
    return segno.make(uri, error="m").svg_data_uri(scale=5, border=4, light="#fff")
