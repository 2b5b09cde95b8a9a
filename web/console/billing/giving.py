"""Points bought, given and given back: filled in, read over, booked. Above the limit a correction waits for a second person."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, Final

from flask import abort, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from billing import ledger, purchases
from billing.ledger import DifferentRequest
from helpdesk import buying, correction_records, corrections, customers, disputes
from helpdesk.correction_records import Refundable
from helpdesk.corrections import CorrectionRefused, NotOver, Why
from helpdesk.customers import Unknown
from models import Customer
from models.corrections import CorrectionReason, CorrectionState
from models.values import Points
from web.console.billing import once
from web.console.billing.forms import REASONS, BuyForm, GrantForm, RefundForm, Sure, WithReason
from web.console.billing.refusals import told
from web.console.blueprint import console
from web.drafting import drafted, sent
from web.filters import named, place
from web.given import given
from web.page import page, words
from web.papers.figures import Figures
from web.visitors import MOVES_POINTS, opens_to, visitor

Facts = dict[str, str]
WRONG: Final = HTTPStatus.UNPROCESSABLE_ENTITY


@dataclass(frozen=True, kw_only=True)
class Deed:
    """What a form is for: how what will happen reads, and doing it, which hands back where to go on. Both may refuse the form.

    `about` is what its long texts are drafted about.
    """

    template: str
    facts: Callable[[Session], Facts]
    book: Callable[[Session], str]
    shown: dict[str, object] = field(default_factory=dict)
    about: str = ""


@console.route("/billing/buy", methods=["GET", "POST"])
@opens_to(*MOVES_POINTS)
def buy() -> Response:
    """Books points that a customer bought."""
    form = _filled(BuyForm)

    def facts(session: Session) -> Facts:
        told_of = _of(session, form, form.points.data) | {words()("Reference"): form.reference.data}
        return told_of | _known(session, form) if not form.problems else told_of

    def book(session: Session) -> str:
        bought = {"points": Points(form.points.data), "reference": form.reference.data}
        buying.buy(session, _customer(session, form), **bought, actor=visitor().email, now=given().clock())
        return url_for(".billing", customer=form.customer.data)

    return _twice(form, Deed(template="console/billing/buy.html", facts=facts, book=book))


@console.route("/billing/grant", methods=["GET", "POST"])
@opens_to(*MOVES_POINTS)
def grant() -> Response:
    """Gives points for nothing."""
    form = _filled(GrantForm)

    def facts(session: Session) -> Facts:
        return _of(session, form, form.points.data) | _because(form)

    def book(session: Session) -> str:
        row = corrections.grant(session, _customer(session, form), Points(form.points.data), why(form), now=given().clock())
        return _on(row.state, customer=form.customer.data)

    shown: dict[str, object] = {"limit": given().correction_limit}
    return _twice(form, Deed(template="console/billing/grant.html", facts=facts, book=book, shown=shown))


@console.route("/billing/refund", methods=["GET", "POST"])
@opens_to(*MOVES_POINTS)
def refund() -> Response:
    """Gives points of a call back: `?call=CA…`, with `&quarter=2` of that quarter, with `&dispute=3` as the answer to that one."""
    call, earlier = _call()
    form = _filled(RefundForm)
    form.offer({number: _in_words(call, number) for number in call.left})

    def facts(session: Session) -> Facts:
        return _given_back(session, form, call) | _because(form)

    def book(session: Session) -> str:
        what: dict[str, Any] = {"quarter": int(form.quarter.data) if form.quarter.data else None, "now": given().clock()}
        what["points"] = Points(form.points.data) if form.points.data else None
        if (dispute := _dispute()) is not None:
            row = disputes.refund(session, dispute, why(form), **what)
            return url_for(".dispute", number=row.dispute_id)
        return _on(corrections.refund(session, call.call, why(form), **what).state, call=call.call)

    shown: dict[str, object] = {"call": call, "earlier": earlier, "limit": given().correction_limit, "reasons": REASONS}
    return _twice(form, Deed(template="console/billing/refund.html", facts=facts, book=book, shown=shown, about=call.call))


def why(form: WithReason) -> Why:
    """What stands behind a correction: the form's words, and whoever is signed in."""
    reason = CorrectionReason(form.reason.data)
    return Why(reason=reason, note=form.note.data, by=visitor().email, limit=Points(given().correction_limit))


def _filled(kind: type[Any]) -> Any:  # noqa: ANN401 - a form of that kind
    """The form as it was sent, or as the address fills it in."""
    return kind() if request.method == "POST" else kind(formdata=None, data=request.args.to_dict())


def _twice(form: Sure, deed: Deed) -> Response:
    """Shows what will happen; once that was read over, does it. Whoever would rather change it has the form as it was filled in."""
    if not form.is_submitted() or "change" in request.form:
        return page(deed.template, form=drafted(form, deed.about), **deed.shown)
    if form.validate():
        with given().writing() as session:
            if form.is_sure and (way := once.led(session, form)) is not None:
                return redirect(way)
            facts = deed.facts(session)
            if not form.problems and not form.is_sure:
                form.once.data = secrets.token_urlsafe(16)
                return page("console/billing/sure.html", form=form, facts=facts, action=request.full_path.rstrip("?"))
            if not form.problems:
                try:
                    with session.begin_nested():
                        way = deed.book(session)
                        sent(session, form, deed.about)
                        once.leads(session, form, way)
                        return redirect(way)
                except (CorrectionRefused, DifferentRequest) as refusal:
                    form.refuse(None, told(refusal))
    elif (way := once.led_before(form)) is not None:
        return redirect(way)
    form.sure.data = ""
    return page(deed.template, WRONG, form=drafted(form, deed.about), **deed.shown)


def _customer(session: Session, form: Any) -> Customer:  # noqa: ANN401 - one that has a customer
    return customers.find(session, form.customer.data)


def _of(session: Session, form: Any, points: int) -> Facts:  # noqa: ANN401 - as above
    """Whose points, how many, and what the balance becomes; a customer who is not there refuses the form."""
    try:
        customer = _customer(session, form)
    except Unknown:
        form.refuse(form.customer, words()("There is no such customer."))
        return {}
    figures, said = Figures(words()), words()
    balance = ledger.customer_account(session, customer.id).balance or 0
    return {
        said("Customer"): f"{customer.number} {customer.name}",
        said("Points"): figures.change(points),
        said("Balance"): f"{figures.number(balance)} → {figures.number(balance + points)}",
    }


def _known(session: Session, form: Any) -> Facts:  # noqa: ANN401 - the form of a purchase
    """What a purchase comes to whose reference is booked already: nothing; of other points it refuses the form."""
    customer, figures = _customer(session, form), Figures(words())
    before = purchases.booked(session, customer, form.reference.data)
    if before is None:
        return {}
    if before != form.points.data:
        form.refuse(None, told(DifferentRequest(form.reference.data)))
    balance = figures.number(ledger.customer_account(session, customer.id).balance or 0)
    return {words()("Balance"): words()("{balance}, as before: that reference is booked already.", balance=balance)}


def _because(form: WithReason) -> Facts:
    return {words()("Reason"): words()(REASONS[CorrectionReason(form.reason.data)]).capitalize(), words()("Note"): form.note.data}


def _call() -> tuple[Refundable, list[correction_records.CorrectionRecord]]:
    """The call that the address names, and what was given back of it before."""
    with given().reading() as session:
        try:
            call = correction_records.refundable(session, named("call") or "")
            dispute = _dispute()
            if dispute is not None and correction_records.dispute(session, dispute).call != call.call:
                abort(HTTPStatus.NOT_FOUND)
        except Unknown:
            abort(HTTPStatus.NOT_FOUND)
        return call, correction_records.of_call(session, call.call)


def _dispute() -> int | None:
    return place("dispute")


def _given_back(session: Session, form: RefundForm, call: Refundable) -> Facts:
    """What comes back; more than there is left refuses the form."""
    left = call.left if not form.quarter.data else {int(form.quarter.data): call.left[int(form.quarter.data)]}
    points = form.points.data or sum(left.values())
    if not call.is_over:
        form.refuse(None, told(NotOver()))
    elif points > sum(left.values()) or not points:
        form.refuse(form.points, words()("There is not so much left to give back."))
    what = words()("Quarter {number}", number=form.quarter.data) if form.quarter.data else words()("The whole call")
    customer = customers.find(session, call.customer)
    balance, figures = ledger.customer_account(session, customer.id).balance or 0, Figures(words())
    return {
        words()("Customer"): f"{call.customer} {call.company}",
        words()("Call"): f"{call.call} · {figures.minute(call.at)}",
        words()("What is given back"): what,
        words()("Points"): figures.change(points),
        words()("Balance"): f"{figures.number(balance)} → {figures.number(balance + points)}",
    }


def _in_words(call: Refundable, quarter: int) -> str:
    left = Figures(words()).points(call.left[quarter])
    return words()("Quarter {number}: {points} can be given back", number=quarter, points=left)


def _on(state: CorrectionState, **filters: Any) -> str:  # noqa: ANN401 - as the address has them
    """Where to go on: what waits for a second person stands in the queue, what was booked in the log."""
    return url_for(".corrections_page") if state is CorrectionState.ASKED else url_for(".billing", **filters)
