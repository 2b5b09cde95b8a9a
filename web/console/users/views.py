"""Users: the list, adding one, and a user's page with what an administrator may do about their log-in.

A link to set a password is written to them where letters go out; else it is shown to the administrator, once, to be handed over.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from flask import abort, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from helpdesk import identities, password_links, readiness_records, sign_ins, users
from helpdesk.customers import Unknown
from helpdesk.password_links import Kind
from helpdesk.users import EmailTaken, LastOne, NoSupporter
from models import Supporter, User
from models.values import Language, Role
from web.console import readiness
from web.console.blueprint import console
from web.console.users.forms import EndForm, NewUserForm, RoleForm
from web.given import given
from web.live import live
from web.page import page, words
from web.signing.forms import Confirmed
from web.visitors import opens_to, visitor
from web.words import N_

USER: Final = "/users/<int:user_id>"
TAKEN: Final = N_("Somebody logs in with that address already.")
NO_SUPPORTER: Final = N_("The role supporter needs a supporter on the telephone who has no log-in yet.")
LAST: Final = N_("They are the last administrator, and stay one; add another first.")
DONE: Final = {
    "role": N_("The role is changed; they have to sign in again."),
    "second": N_("The second factor is off: they sign in with the password alone until they set up a new app."),
    "unlinked": N_("The link is gone; they are signed out everywhere."),
    "out": N_("They are signed out everywhere."),
    "ended": N_("They log in no more. What they did keeps their name."),
}


@console.get("/users")
@opens_to(Role.ADMINISTRATOR, Role.AUDITOR)
def user_list() -> Response:
    """Everybody who logs in."""
    now = given().clock()
    with given().reading() as session:
        found = users.everybody(session)
        locked = {one.id for one in found if sign_ins.is_locked(one, now=now)}
        return page("console/users.html", 200, users=found, locked=locked, done=DONE.get(request.args.get("done", "")))


@console.route("/users/new", methods=["GET", "POST"])
@opens_to(Role.ADMINISTRATOR)
def new_user() -> Response:
    """Somebody new, and the link with which they set a password."""
    house = given()
    with house.writing() if request.method == "POST" else house.reading() as session:
        form = NewUserForm(users.without_log_in(session))
        if form.is_submitted() and form.validate() and (added := _added(session, form)) is not None:
            return _linked(session, added)
        status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_submitted() else HTTPStatus.OK
        return page("console/user_new.html", status, form=form)


@console.get(USER)
@opens_to(Role.ADMINISTRATOR, Role.AUDITOR)
def user(user_id: int) -> Response:
    """A user's log-in."""
    with given().reading() as session:
        return _shown(session, _of_address(session, user_id))


@console.get(f"{USER}/telephone")
@opens_to(Role.ADMINISTRATOR, Role.AUDITOR)
def telephone(user_id: int) -> Response:
    """What of a supporter's page moves: how the last test of their telephone went, or goes."""
    with given().reading() as session:
        return live(_shown(session, _a_supporter(session, user_id), template="console/user_telephone.html"))


@console.post(f"{USER}/ring")
@opens_to(Role.ADMINISTRATOR)
def ring_supporter(user_id: int) -> Response:
    """Their telephone is rung as a test."""
    with given().reading() as session:
        supporter_id = _a_supporter(session, user_id).supporter_id or 0
    refused = readiness.asked(supporter_id)
    if refused is None:
        return redirect(url_for(".user", user_id=user_id))
    with given().reading() as session:
        return _shown(session, _of_address(session, user_id), HTTPStatus.CONFLICT, refused=refused)


@console.post(f"{USER}/role")
@opens_to(Role.ADMINISTRATOR)
def change_role(user_id: int) -> Response:
    """What they may see and do from now on."""
    form, house = RoleForm(), given()
    with house.writing() as session:
        found = _of_address(session, user_id)
        if form.validate():
            try:
                users.change_role(session, found, Role(form.role.data), actor=visitor().email, now=house.clock())
                return redirect(url_for(".user", user_id=user_id, done="role"))
            except LastOne:
                form.refuse(form.role, words()(LAST))
            except NoSupporter:
                form.refuse(form.role, words()(NO_SUPPORTER))
        return _shown(session, found, HTTPStatus.UNPROCESSABLE_ENTITY, role=form)


@console.post(f"{USER}/link")
@opens_to(Role.ADMINISTRATOR)
def make_link(user_id: int) -> Response:
    """A new link to set a password with; older ones that were not used stay good until they expire."""
    with given().writing() as session:
        found = _of_address(session, user_id)
        if not Confirmed().validate():
            return _shown(session, found, HTTPStatus.UNPROCESSABLE_ENTITY)
        return _linked(session, found)


@console.post(f"{USER}/second-factor/off")
@opens_to(Role.ADMINISTRATOR)
def lose_second_factor(user_id: int) -> Response:
    """Takes the authenticator app off, for somebody whose telephone is gone."""
    return _done(user_id, users.lose_second_factor, "second")


@console.post(f"{USER}/identity/unlink")
@opens_to(Role.ADMINISTRATOR)
def unlink_identity(user_id: int) -> Response:
    """Takes the link to the issuer away, for somebody who has a new account there, or shall have none."""
    return _done(user_id, identities.unlink, "unlinked")


@console.post(f"{USER}/sign-out")
@opens_to(Role.ADMINISTRATOR)
def sign_out_everywhere(user_id: int) -> Response:
    """Ends every sign-in of theirs."""
    return _done(user_id, users.sign_out, "out")


@console.post(f"{USER}/end")
@opens_to(Role.ADMINISTRATOR)
def end_user(user_id: int) -> Response:
    """They log in no more; confirmed by typing their address."""
    house = given()
    with house.writing() as session:
        found = _of_address(session, user_id)
        form = EndForm(found.email)
        if form.validate():
            try:
                users.end(session, found, actor=visitor().email, now=house.clock())
                return redirect(url_for(".user_list", done="ended"))
            except LastOne:
                form.refuse(form.email, words()(LAST))
        return _shown(session, found, HTTPStatus.UNPROCESSABLE_ENTITY, end=form)


def _of_address(session: Session, user_id: int) -> User:
    """The user of an address; no page for somebody who logs in no more."""
    try:
        found = users.one(session, user_id)
    except Unknown:
        abort(HTTPStatus.NOT_FOUND)
    if found.ended_at is not None:
        abort(HTTPStatus.NOT_FOUND)
    return found


def _a_supporter(session: Session, user_id: int) -> User:
    """The user of an address who is rung; no page for one who is nobody on the telephone."""
    found = _of_address(session, user_id)
    if found.supporter is None:
        abort(HTTPStatus.NOT_FOUND)
    return found


def _added(session: Session, form: NewUserForm) -> User | None:
    """The new user; None where the form says why there is none."""
    who = session.get_one(Supporter, int(form.supporter.data)) if form.supporter.data else None
    try:
        return users.add(
            session,
            email=form.email.data,
            name=" ".join(form.name.data.split()),
            role=Role(form.role.data),
            supporter=who,
            language=Language(form.language.data),
            actor=visitor().email,
            now=given().clock(),
        )
    except EmailTaken:
        form.refuse(form.email, words()(TAKEN))
    except NoSupporter:
        form.refuse(form.supporter, words()(NO_SUPPORTER))
    return None


def _linked(session: Session, found: User) -> Response:
    """Asks for the letter with the link; or shows the link this once."""
    house, now = given(), given().clock()
    password_links.welcome(session, found, actor=visitor().email, by_mail=house.sends_mail, now=now)
    link = None if house.sends_mail else house.links.made(found, Kind.WELCOME, now=now)
    return page("console/user_link.html", 200, user=found, link=link)


def _done(user_id: int, verb: Callable[..., None], done: str) -> Response:
    house = given()
    with house.writing() as session:
        found = _of_address(session, user_id)
        if not Confirmed().validate():
            return _shown(session, found, HTTPStatus.UNPROCESSABLE_ENTITY)
        verb(session, found, actor=visitor().email, now=house.clock())
    return redirect(url_for(".user", user_id=user_id, done=done))


def _shown(
    session: Session,
    found: User,
    status: int = 200,
    *,
    role: RoleForm | None = None,
    end: EndForm | None = None,
    refused: str | None = None,
    template: str = "console/user.html",
) -> Response:
    now, rung = given().clock(), [found.supporter_id] if found.supporter_id else []
    return page(
        template,
        status,
        test=readiness_records.last(session, rung).get(found.supporter_id or 0),
        results=readiness.RESULTS,
        refused=refused,
        user=found,
        sign_ins=sign_ins.of_user(session, found.id, now=now),
        identity=identities.of_user(session, found.id),
        locked=sign_ins.is_locked(found, now=now),
        role=role or RoleForm(formdata=None, data={"role": found.role.value}),
        end=end or EndForm(found.email, formdata=None),
        done=DONE.get(request.args.get("done", "")),
    )
