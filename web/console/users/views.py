"""Users: the list, adding one, and a user's page with what an administrator may do about their log-in.

A link to set a password is written to them where letters go out; else it is shown to the administrator, once, to be handed over.
"""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from flask import redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from helpdesk import identities, password_links, sign_ins, users
from helpdesk.password_links import Kind
from helpdesk.users import EmailTaken, LastOne, NoSupporter
from models import Supporter, User
from models.values import Language, Role
from web.console.blueprint import console
from web.console.users.forms import EndForm, NewUserForm, RoleForm
from web.console.users.user_page import DONE, USER, of_address, shown
from web.given import given
from web.page import page, words
from web.signing.forms import Confirmed
from web.visitors import opens_to, visitor
from web.words import N_

TAKEN: Final = N_("Somebody logs in with that address already.")
NO_SUPPORTER: Final = N_("The role supporter needs a supporter on the telephone who has no log-in yet.")
LAST: Final = N_("They are the last administrator, and stay one; add another first.")


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
        return shown(session, of_address(session, user_id))


@console.post(f"{USER}/role")
@opens_to(Role.ADMINISTRATOR)
def change_role(user_id: int) -> Response:
    """What they may see and do from now on."""
    form, house = RoleForm(), given()
    with house.writing() as session:
        found = of_address(session, user_id)
        if form.validate():
            try:
                users.change_role(session, found, Role(form.role.data), actor=visitor().email, now=house.clock())
                return redirect(url_for(".user", user_id=user_id, done="role"))
            except LastOne:
                form.refuse(form.role, words()(LAST))
            except NoSupporter:
                form.refuse(form.role, words()(NO_SUPPORTER))
        return shown(session, found, HTTPStatus.UNPROCESSABLE_ENTITY, role=form)


@console.post(f"{USER}/link")
@opens_to(Role.ADMINISTRATOR)
def make_link(user_id: int) -> Response:
    """A new link to set a password with; older ones that were not used stay good until they expire."""
    with given().writing() as session:
        found = of_address(session, user_id)
        if not Confirmed().validate():
            return shown(session, found, HTTPStatus.UNPROCESSABLE_ENTITY)
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
        found = of_address(session, user_id)
        form = EndForm(found.email)
        if form.validate():
            try:
                users.end(session, found, actor=visitor().email, now=house.clock())
                return redirect(url_for(".user_list", done="ended"))
            except LastOne:
                form.refuse(form.email, words()(LAST))
        return shown(session, found, HTTPStatus.UNPROCESSABLE_ENTITY, end=form)


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
        found = of_address(session, user_id)
        if not Confirmed().validate():
            return shown(session, found, HTTPStatus.UNPROCESSABLE_ENTITY)
        verb(session, found, actor=visitor().email, now=house.clock())
    return redirect(url_for(".user", user_id=user_id, done=done))
