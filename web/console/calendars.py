"""Calendar addresses and the contact card: a supporter's own page, and what an administrator does about a line's."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final

from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk import calendars, rounds
from helpdesk.customers import Unknown
from models import Supporter
from models.base import LARGEST_KEY
from models.supporters import ShiftNotice
from models.values import Role
from web.console.blueprint import console
from web.console.duty import THEIRS
from web.console.files import kept
from web.given import given
from web.page import page, words
from web.papers import contact_card
from web.papers.card import dialled
from web.signing.forms import Confirmed
from web.visitors import opens_to, own_supporter, visitor
from web.words import N_

NOTICES: Final[Mapping[ShiftNotice, str]] = {
    ShiftNotice.NONE: N_("Nothing"),
    ShiftNotice.TEXT: N_("A text message"),
    ShiftNotice.MAIL: N_("A letter by e-mail"),
}


@console.get("/me/settings")
@THEIRS
def my_settings() -> Response:
    """My calendar, what I am told, and the card of the lines."""
    with given().reading() as session:
        address, lines = calendars.of_supporter(session, own_supporter()), calendars.lines(session)
        me = session.get_one(Supporter, own_supporter())
        notices = {"notices": NOTICES, "notice": me.shift_notice, "week_ahead": me.week_ahead}
        return page(
            "console/settings.html",
            address=address,
            lines=[(line.name, dialled(line.number)) for line in lines],
            code=contact_card.code(lines) if lines else None,
            **notices,
        )


@console.get("/me/card.vcf")
@THEIRS
def contact() -> Response:
    """The card of the lines, for the telephone that is rung."""
    with given().reading() as session:
        return kept(contact_card.rendered(calendars.lines(session), words()), contact_card.NAME, contact_card.TYPE)


@console.post("/me/notices")
@THEIRS
def choose_notices() -> Response:
    """How I am told of my shifts."""
    notice = request.form.get("notice", "")
    if Confirmed().validate() and notice in set(ShiftNotice):
        with given().writing() as session:
            weekly, now = "week_ahead" in request.form, given().clock()
            rounds.choose(session, own_supporter(), ShiftNotice(notice), week_ahead=weekly, by=visitor().email, now=now)
    return redirect(url_for("console.my_settings", _anchor="notices"), HTTPStatus.SEE_OTHER)


@console.post("/me/calendar")
@THEIRS
def replace_my_calendar() -> Response:
    """A new address for my own duty, shown this once."""
    if not Confirmed().validate():
        return redirect(url_for("console.my_settings"))
    with given().writing() as session:
        made, secret = calendars.replace(session, supporter=own_supporter(), actor=visitor().email, now=given().clock())
        return _shown(secret, made.supporter.name if made.supporter else "", back=url_for("console.my_settings"))


@console.post("/me/calendar/end")
@THEIRS
def end_my_calendar() -> Response:
    """Nobody reads my duty by an address any more."""
    if Confirmed().validate():
        with given().writing() as session:
            calendars.end_of(session, own_supporter(), actor=visitor().email, now=given().clock())
    return redirect(url_for("console.my_settings"), HTTPStatus.SEE_OTHER)


@console.post("/calendars")
@opens_to(Role.ADMINISTRATOR)
def replace_calendar() -> Response:
    """A new address for a line, shown this once."""
    line = request.form.get("line", 0, type=int)
    if not Confirmed().validate() or not 0 < line <= LARGEST_KEY:
        return redirect(url_for("console.programs"), HTTPStatus.SEE_OTHER)
    try:
        with given().writing() as session:
            made, secret = calendars.replace(session, line=line, actor=visitor().email, now=given().clock())
            return _shown(secret, made.line.name if made.line else "", back=url_for("console.programs", _anchor="calendars"))
    except Unknown:
        abort(HTTPStatus.NOT_FOUND)


@console.post("/calendars/<int:address_id>/end")
@opens_to(Role.ADMINISTRATOR)
def end_calendar(address_id: int) -> Response:
    """Nobody reads by that address any more."""
    try:
        with given().writing() as session:
            calendars.end(session, address_id, actor=visitor().email, now=given().clock())
    except Unknown:
        abort(HTTPStatus.NOT_FOUND)
    return redirect(url_for("console.programs", _anchor="calendars"), HTTPStatus.SEE_OTHER)


def _shown(secret: str, owner: str, *, back: str) -> Response:
    address = f"{given().base_url}{url_for('calendar.feed', secret=secret)}"
    opens = f"webcal:{address.partition(':')[2]}"
    return page("console/secret.html", title=N_("The calendar's address"), secret=address, name=owner, back=back, opens=opens)
