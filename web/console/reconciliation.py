"""Our calls against the provider's records, day by day: what differs, what became of it, what the provider charged us."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from http import HTTPStatus
from typing import Any, Final

from flask import Response as Page
from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk import acceptances, reconciliation_records
from helpdesk.acceptances import AlreadyAccepted
from helpdesk.customers import Unknown
from models.local import midnight
from models.values import CallOutcome, CallState, DiscrepancyKind, Resolution, Role
from web.console.blueprint import console
from web.console.looks import STATES
from web.given import given
from web.page import page, words
from web.papers.figures import Figures
from web.papers.statement import OUTCOMES
from web.signing.forms import Confirmed
from web.visitors import MOVES_POINTS, opens_to, visitor
from web.words import N_

A_PAGE: Final = 30
KINDS: Final[Mapping[DiscrepancyKind, str]] = {
    DiscrepancyKind.ONLY_HERE: N_("Only here"),
    DiscrepancyKind.ONLY_THERE: N_("Only at the provider"),
    DiscrepancyKind.STATUS: N_("Status"),
    DiscrepancyKind.QUARTERS: N_("Number of quarters"),
    DiscrepancyKind.DURATION: N_("Duration"),
}
RESOLUTIONS: Final = {
    Resolution.ADJUSTED: ("green", "✓", N_("adjusted")),
    Resolution.REVIEW: ("amber", "…", N_("for a person to look at")),
    Resolution.NONE: ("grey", "○", N_("stays as it is")),
}
SAID: Final[Mapping[str, str]] = {
    "state": N_("state"),
    "outcome": N_("outcome"),
    "status": N_("status"),
    "supporter": N_("supporter's leg"),
    "ended_at": N_("ended"),
    "legs": N_("legs"),
}


@console.get("/reconciliation")
@opens_to(*MOVES_POINTS, Role.AUDITOR)
def reconciliation() -> Page:
    """The days, the newest first, each with what was found of every kind."""
    before = _day(request.args.get("before", ""))
    with given().reading() as session:
        days = reconciliation_records.days(session, before=before, most=A_PAGE + 1)
    older = url_for(".reconciliation", before=days[A_PAGE - 1].day.isoformat()) if len(days) > A_PAGE else None
    newer = url_for(".reconciliation") if before else None
    return page("console/reconciliation.html", days=days[:A_PAGE], midnight=midnight, kinds=KINDS, older=older, newer=newer)


@console.get("/reconciliation/<day>")
@opens_to(*MOVES_POINTS, Role.AUDITOR)
def reconciled_day(day: str) -> Page:
    """One day: each call of which the two sides say something else."""
    return _shown(day, None)


@console.post("/reconciliation/<day>/<int:number>/accept")
@opens_to(*MOVES_POINTS)
def accept_difference(day: str, number: int) -> Response:
    """Takes the provider's word over, whatever it costs the customer, as soon as the clock has asked it again."""
    return _moved(day, number, acceptances.ask_for)


@console.post("/reconciliation/<day>/<int:number>/withdraw")
@opens_to(*MOVES_POINTS)
def withdraw_acceptance(day: str, number: int) -> Response:
    """Takes that back, while it is not done."""
    return _moved(day, number, acceptances.withdraw)


def _moved(day: str, number: int, move: Callable[..., object]) -> Response:
    if not Confirmed().validate():
        return _shown(day, None)
    try:
        with given().writing() as session:
            move(session, number, actor=visitor().email, now=given().clock())
    except Unknown:
        abort(HTTPStatus.NOT_FOUND)
    except AlreadyAccepted:
        return _shown(
            day, words()("Somebody else has taken the provider's word over already, or asked for it. Nothing was written.")
        )
    return redirect(url_for(".reconciled_day", day=day))


def _shown(day: str, problem: str | None) -> Page:
    wanted = _day(day)
    with given().reading() as session:
        try:
            found = reconciliation_records.day(session, wanted) if wanted else None
        except Unknown:
            found = None
    if found is None:
        abort(HTTPStatus.NOT_FOUND)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK
    shown = {"day": found, "kinds": KINDS, "resolutions": RESOLUTIONS, "said": _said, "problem": problem}
    named = Figures(words()).day(midnight(found.day))
    return page("console/reconciled_day.html", status, **shown, named=named)


def _said(account: Mapping[str, Any]) -> str:
    """What one side says of a call, in words."""
    figures, told = Figures(words()), []
    for name, value in sorted(account.items(), key=lambda one: not isinstance(one[1], int)):  # how long, then how
        if name == "seconds":
            told.append(figures.duration(int(value)))
        elif name == "quarters":
            told.append(figures.quarters(int(value)))
        elif value is not None:
            told.append(f"{words()(SAID[name]) if name in SAID else name}: {_in_words(name, str(value))}")
    return " · ".join(told)


def _in_words(name: str, value: str) -> str:
    """A state or an outcome of ours in the reader's words; what the provider calls its own as the provider does."""
    if name == "state":
        return words()(STATES[CallState(value)][2])
    return words()(OUTCOMES[CallOutcome(value)]) if name == "outcome" else value


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
