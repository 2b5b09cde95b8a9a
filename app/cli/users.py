"""`doegnvagt user`: who logs in to the console."""

from __future__ import annotations

import secrets
import sys
from typing import Final

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cli.arguments import MAIL, NAME, ROW, one_of
from app.cli.commands import Group
from app.cli.desk import Desk
from app.cli.output import table
from helpdesk import users
from helpdesk.customers import Unknown
from helpdesk.passwords import WeakPassword
from helpdesk.users import EmailTaken, LastOne, NoSupporter
from models import Supporter, User
from models.values import Language, Role

DRAWN: Final = 12
WEAK: Final = {"short": "has fewer than 12 characters", "long": "has more than 200", "own": "is their own name or address"}


@click.group(cls=Group)
def user() -> None:
    """People who log in to the console."""


@user.command("add")
@click.argument("email", type=MAIL)
@click.argument("name", type=NAME)
@click.option("--role", type=one_of(Role), required=True, help="What they may see and do.")
@click.option("--supporter", type=ROW, help="Who they are on the telephone; needed for the role supporter.")
@click.option("--language", type=one_of(Language), default=Language.DANISH.value, show_default=True, help="What they read.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of drawing one.")
@click.pass_obj
def add_user(
    desk: Desk, email: str, name: str, *, role: Role, supporter: int | None, language: Language, password_stdin: bool
) -> None:
    """Add somebody who logs in, with a password that is printed this once."""
    password = _password(read=password_stdin)
    with desk.writing() as session:
        try:
            who = _supporter(session, supporter)
            added = users.add(
                session, email=email, name=name, role=role, supporter=who, language=language, actor=desk.actor, now=desk.now
            )
        except EmailTaken as taken:
            raise click.BadParameter(f"somebody logs in with {taken} already", param_hint="EMAIL") from taken
        except NoSupporter as none:
            said = "is needed for the role supporter, and names one who has no log-in yet"
            raise click.BadParameter(said, param_hint="--supporter") from none
        _set_password(desk, session, added, password)
        address = added.email
    told = {} if password_stdin else {"password": password}
    desk.tell(
        {"user": address, "role": role.value, **told}, f"{name} logs in as {address}", *map("Password: {}".format, told.values())
    )


@user.command("list")
@click.pass_obj
def list_users(desk: Desk) -> None:
    """List who logs in."""
    with desk.reading() as session:
        found = [_document(one) for one in session.scalars(select(User).where(User.ended_at.is_(None)).order_by(User.email))]
    rows = [(one["user"], one["name"], one["role"], "on" if one["second_factor"] else "off") for one in found]
    lines = table(("E-mail", "Name", "Role", "Second factor"), rows) if rows else ["Nobody logs in yet: `doegnvagt user add`."]
    desk.tell({"users": found}, *lines)


@user.command("password")
@click.argument("email", type=MAIL)
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input instead of drawing one.")
@click.pass_obj
def set_password(desk: Desk, email: str, *, password_stdin: bool) -> None:
    """Give somebody a new password: a lock is lifted, and they are signed out everywhere."""
    password = _password(read=password_stdin)
    with desk.writing() as session:
        found = _found(session, email)
        _set_password(desk, session, found, password)
        address = found.email
    told = {} if password_stdin else {"password": password}
    desk.tell({"user": address, **told}, f"{address} has a new password", *map("Password: {}".format, told.values()))


@user.command("role")
@click.argument("email", type=MAIL)
@click.argument("role", type=one_of(Role))
@click.pass_obj
def change_role(desk: Desk, email: str, role: Role) -> None:
    """Change what somebody may see and do."""
    with desk.writing() as session:
        found = _found(session, email)
        try:
            users.change_role(session, found, role, actor=desk.actor, now=desk.now)
        except LastOne as last:
            raise click.UsageError(f"{last} is the last administrator, and stays one.") from last
        except NoSupporter as none:
            raise click.UsageError(f"{none} is no supporter on the telephone.") from none
        address = found.email
    desk.tell({"user": address, "role": role.value}, f"{address}: {role.value}")


@user.command("no-second-factor")
@click.argument("email", type=MAIL)
@click.pass_obj
def lose_second_factor(desk: Desk, email: str) -> None:
    """Take the authenticator app off somebody's log-in, whose telephone is gone."""
    with desk.writing() as session:
        found = _found(session, email)
        users.lose_second_factor(session, found, actor=desk.actor, now=desk.now)
        address = found.email
    desk.tell({"user": address, "second_factor": False}, f"{address} signs in with the password alone, until they set up a new app")


@user.command("end")
@click.argument("email", type=MAIL)
@click.pass_obj
def end_user(desk: Desk, email: str) -> None:
    """Let somebody log in no more; what they did keeps their name."""
    with desk.writing() as session:
        found = _found(session, email)
        try:
            users.end(session, found, actor=desk.actor, now=desk.now)
        except LastOne as last:
            raise click.UsageError(f"{last} is the last administrator; add another first.") from last
        address = found.email
    desk.tell({"user": address, "ended": True}, f"{address} logs in no more")


def _password(*, read: bool) -> str:
    if not read:
        return secrets.token_urlsafe(DRAWN)
    try:
        typed = sys.stdin.readline().rstrip("\n")
        typed.encode()  # what a terminal without an encoding cannot read comes as letters that none has
    except UnicodeError:
        raise click.BadParameter("it must be text in UTF-8", param_hint="--password-stdin") from None
    return typed


def _set_password(desk: Desk, session: Session, who: User, password: str) -> None:
    try:
        users.set_password(session, who, password, actor=desk.actor, now=desk.now)
    except WeakPassword as weak:
        raise click.BadParameter(f"the password {WEAK[weak.why]}", param_hint="--password-stdin") from weak


def _supporter(session: Session, number: int | None) -> Supporter | None:
    found = None if number is None else session.get(Supporter, number)
    if number is not None and found is None:
        raise Unknown(f"there is no supporter {number}")
    return found


def _found(session: Session, email: str) -> User:
    found = users.find(session, email)
    if found is None:
        raise Unknown(f"nobody logs in with {email}")
    return found


def _document(one: User) -> dict[str, object]:
    return {
        "user": one.email,
        "name": one.name,
        "role": one.role.value,
        "supporter": one.supporter_id,
        "second_factor": one.second_factor is not None,
    }
