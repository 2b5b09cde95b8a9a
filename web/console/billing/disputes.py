"""What customers find wrong with a charge: the list, one of them, and its answer by a refund or a refusal."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import Response as Page
from flask import abort, redirect, request, url_for
from werkzeug.wrappers import Response

from helpdesk import correction_records, disputes
from helpdesk.corrections import CorrectionRefused
from helpdesk.customers import Unknown
from models.base import LARGEST_KEY
from models.corrections import DisputeState
from models.values import Role
from web.console.billing.forms import AnswerForm
from web.console.billing.refusals import told
from web.console.blueprint import console
from web.filters import place
from web.given import given
from web.page import page
from web.visitors import MOVES_POINTS, opens_to, visitor
from web.words import N_

A_PAGE: Final = 50
STATES: Final = {
    DisputeState.OPEN: ("amber", "…", N_("open")),
    DisputeState.REFUNDED: ("blue", "↩", N_("given back")),
    DisputeState.REFUSED: ("grey", "✕", N_("refused")),
}
KEY: Final = f"<int(max={LARGEST_KEY}):number>"


@console.get("/billing/disputes")
@opens_to(*MOVES_POINTS, Role.AUDITOR)
def disputes_page() -> Page:
    """The open ones, and a page of those that were answered."""
    with given().reading() as session:
        waiting = correction_records.disputes(session, answered=False, most=4 * A_PAGE)
        answered = correction_records.disputes(session, answered=True, before=place("before"), most=A_PAGE + 1)
    older = url_for(".disputes_page", before=answered[A_PAGE - 1].dispute) if len(answered) > A_PAGE else None
    listed = {"waiting": waiting, "answered": answered[:A_PAGE], "older": older, "is_first": "before" not in request.args}
    return page("console/billing/disputes.html", **listed, states=STATES)


@console.get(f"/billing/disputes/{KEY}")
@opens_to(*MOVES_POINTS, Role.AUDITOR)
def dispute(number: int) -> Page:
    """One dispute, and what it can be answered with."""
    return _one(number, AnswerForm(formdata=None))


@console.post(f"/billing/disputes/{KEY}/refuse")
@opens_to(*MOVES_POINTS)
def refuse_dispute(number: int) -> Response:
    """The charge stands; the customer is told why."""
    form = AnswerForm()
    if form.validate():
        try:
            with given().writing() as session:
                disputes.refuse(session, number, answer=form.note.data, by=visitor().email, now=given().clock())
            return redirect(url_for(".dispute", number=number))
        except Unknown:
            abort(HTTPStatus.NOT_FOUND)
        except CorrectionRefused as refusal:
            form.refuse(None, told(refusal))
    return _one(number, form)


def _one(number: int, form: AnswerForm) -> Page:
    with given().reading() as session:
        try:
            row = correction_records.dispute(session, number)
        except Unknown:
            abort(HTTPStatus.NOT_FOUND)
        earlier = correction_records.of_call(session, row.call)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.problems else HTTPStatus.OK
    return page("console/billing/dispute.html", status, row=row, earlier=earlier, form=form, states=STATES)
