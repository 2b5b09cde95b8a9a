"""Signing in with the issuer: a browser is sent there, and comes back with who it is. What goes wrong is said calmly.

The trip is kept in a cookie of its own, sealed, good for ten minutes and one return. Nothing is asked of the issuer for a browser
that brings no trip of ours: no page elsewhere can make us ask, or make anybody's network address look guilty.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final

import structlog
from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk import identities, sign_ins
from helpdesk.identities import AlreadyLinked, LogInLocked, NoLogIn, NotLetIn, Unverified, Vouched
from models import User
from web.given import Given, Vouching, given
from web.issuer.trips import BACK, LASTS, Trip
from web.issuer.troubles import ClocksDiffer, Denied, IssuerAway, IssuerStrange, IssuerTrouble, StaleTrip
from web.page import language, page
from web.signing.views import half_way, signed_in, signing, wanted
from web.visitors import anybody, where
from web.words import N_

log = structlog.get_logger()


class Crowded(IssuerTrouble):
    """Too much failed from that network address."""


@dataclass(frozen=True)
class Told:
    """What a person reads: what happened, and what to do. `{name}` is the issuer's, `{email}` theirs there."""

    status: HTTPStatus
    title: str
    advice: str


TOLD: Final[dict[type[Exception], Told]] = {
    IssuerAway: Told(
        HTTPStatus.BAD_GATEWAY,
        N_("{name} does not answer"),
        N_("You are not signed in. Try again in a moment, or sign in with your password."),
    ),
    IssuerStrange: Told(
        HTTPStatus.BAD_GATEWAY,
        N_("{name} gave an answer that we cannot use"),
        N_("You are not signed in. Sign in with your password, and tell an administrator: what was wrong stands in the log."),
    ),
    ClocksDiffer: Told(
        HTTPStatus.BAD_GATEWAY,
        N_("The clock of {name} and ours differ"),
        N_("You are not signed in. Sign in with your password, and tell an administrator that a clock is wrong."),
    ),
    Denied: Told(
        HTTPStatus.FORBIDDEN,
        N_("{name} did not let you in"),
        N_("You said no there, or {name} did. Try again, or sign in with your password."),
    ),
    StaleTrip: Told(
        HTTPStatus.BAD_REQUEST,
        N_("That took too long, or began elsewhere"),
        N_("You are not signed in. It has to begin and end in the same browser, within ten minutes. Start again."),
    ),
    Crowded: Told(
        HTTPStatus.TOO_MANY_REQUESTS,
        N_("Too much has failed from your network"),
        N_("Nobody signs in from here for now. Try again in a quarter of an hour."),
    ),
    NoLogIn: Told(
        HTTPStatus.FORBIDDEN,
        N_("You are not a user here"),
        N_("{name} says that you are {email}, and nobody logs in here with that, or no more. Ask an administrator to add you."),
    ),
    Unverified: Told(
        HTTPStatus.FORBIDDEN,
        N_("{name} does not say that your e-mail is yours"),
        N_("Sign in with your password, and link {name} on the page My account; or have your e-mail confirmed there."),
    ),
    AlreadyLinked: Told(
        HTTPStatus.FORBIDDEN,
        N_("Your log-in is linked to another account at {name}"),
        N_("Use that account, or ask an administrator to take the link away."),
    ),
    LogInLocked: Told(
        HTTPStatus.FORBIDDEN,
        N_("Your log-in is locked for now"),
        N_("Too many sign-ins have failed. Try again later, or ask an administrator for a link to set a new password."),
    ),
}
COUNTED: Final = (StaleTrip, NotLetIn)


@signing.get("/sign-in/oidc")
def leave() -> Response:
    """Sends the browser to the issuer."""
    issuer, house, now = issuer_here(), given(), given().clock()
    trip = Trip.begun(now=now, wanted=wanted())
    try:
        _require_room(house, now)
        answer = redirect(issuer.way(trip, language=language(), anew="anew" in request.args))
    except IssuerTrouble as problem:
        return told(problem, issuer, wanted())
    return keeping(answer, trip, house)


@signing.get(BACK)
def come_back() -> Response:
    """The browser is back: whom the issuer vouches for is signed in, or asked for our own second factor."""
    issuer, house, now = issuer_here(), given(), given().clock()
    trip: Trip | None = None
    vouched: Vouched | None = None
    try:
        trip = Trip.opened(request.cookies.get(_cookie(house)), seal=house.trip_seal, now=now)
        _require_room(house, now)
        vouched = issuer.came_back(request.args, trip)
        answer = _let_in(house, vouched, trip, now) if trip.links is None else _linked(house, vouched, trip, now)
    except (IssuerTrouble, NotLetIn) as problem:
        if trip is not None and isinstance(problem, COUNTED):
            with house.writing() as database:
                sign_ins.failed(database, None, where=where(), now=now)
        answer = told(problem, issuer, trip.wanted if trip else None, vouched)
    answer.delete_cookie(_cookie(house), secure=_is_https(house), httponly=True, samesite="Lax")
    return answer


def issuer_here() -> Vouching:
    """The issuer; where there is none there is no such page."""
    issuer = given().issuer
    if issuer is None:
        abort(HTTPStatus.NOT_FOUND)
    return issuer


def keeping(answer: Response, trip: Trip, house: Given) -> Response:
    """The answer, with which the browser keeps the trip."""
    answer.set_cookie(
        _cookie(house),
        trip.sealed(house.trip_seal),
        max_age=LASTS,
        secure=_is_https(house),
        httponly=True,
        samesite="Lax",  # it comes back with a link from the issuer's page, and with nothing else from elsewhere
    )
    answer.cache_control.no_store = True
    return answer


def told(problem: IssuerTrouble | NotLetIn, issuer: Vouching, going: str | None, vouched: Vouched | None = None) -> Response:
    """A page that says what went wrong."""
    said = TOLD[type(problem)]
    log.warning("sign_in_elsewhere_failed", problem=type(problem).__name__, why=str(problem) or None)
    there = {"name": issuer.name, "email": (vouched.email if vouched else None) or "?"}
    back = url_for("signing.sign_in", next=going)  # the language is changed there: the way back from the issuer is good once
    answer = page(
        "signing/elsewhere.html", said.status, said=said, there=there, going=going, back=back, anew=isinstance(problem, NotLetIn)
    )
    answer.cache_control.no_store = True
    return answer


def _let_in(house: Given, vouched: Vouched, trip: Trip, now: datetime) -> Response:
    """Our own second factor is asked for where the user has one and the issuer does not vouch for any. Raises NotLetIn."""
    with house.writing() as database:
        user = identities.owner(database, vouched, now=now)
        if user.second_factor and not vouched.with_second_factor:
            return half_way(user, now, wanted=trip.wanted)
        proved = user.password is None  # who has none here has nothing else to show
        return signed_in(user, database, now, wanted=trip.wanted, secured=vouched.with_second_factor, proved=proved)


def _linked(house: Given, vouched: Vouched, trip: Trip, now: datetime) -> Response:
    """The identity is the user's, who must still be signed in here. Raises AlreadyLinked, StaleTrip."""
    there = anybody()
    if there is None or there.user_id != trip.links:
        raise StaleTrip("whoever went to link their log-in is not signed in any more")
    with house.writing() as database:
        identities.link(database, database.get_one(User, there.user_id), vouched, now=now)
    return redirect(url_for("account.overview", done="linked"))


def _require_room(house: Given, now: datetime) -> None:
    """Raises Crowded where too much failed from there."""
    with house.reading() as database:
        if sign_ins.is_crowded(database, where(), now=now):
            raise Crowded("too much failed from that address")


def _cookie(house: Given) -> str:
    return "__Host-doegnvagt-trip" if _is_https(house) else "doegnvagt-trip"


def _is_https(house: Given) -> bool:
    return house.base_url.startswith("https:")
