"""What customers find wrong with a charge: the list, opening one, and its answer by a refund or a refusal."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import Response as Page
from flask import request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from helpdesk import correction_records, disputes
from models.corrections import DisputeState
from models.values import Role
from web.console.billing import queues
from web.console.billing.forms import AnswerForm, DisputeForm
from web.console.billing.queues import KEY
from web.console.blueprint import console
from web.drafting import drafted
from web.given import given
from web.page import page
from web.visitors import MOVES_POINTS, opens_to, visitor
from web.words import N_

STATES: Final = {
    DisputeState.OPEN: ("amber", "…", N_("open")),
    DisputeState.REFUNDED: ("blue", "↩", N_("given back")),
    DisputeState.REFUSED: ("grey", "✕", N_("refused")),
}


@console.get("/billing/disputes")
@opens_to(*MOVES_POINTS, Role.AUDITOR)
def disputes_page() -> Page:
    """The open ones, and a page of those that were answered."""
    return page(
        "console/billing/disputes.html", **queues.queue(correction_records.disputes, ".disputes_page", "dispute"), states=STATES
    )


@console.route("/billing/disputes/new", methods=["GET", "POST"])
@opens_to(*MOVES_POINTS)
def new_dispute() -> Response:
    """What a customer says on the telephone about a charge, by the number on the receipt: `?receipt=` fills that in."""
    form = DisputeForm() if request.method == "POST" else DisputeForm(formdata=None, data=request.args.to_dict())
    about = request.args.get("receipt", "")

    def act(session: Session) -> object:
        said, by = form.said.data, visitor().email
        return disputes.open_dispute(session, form.call or "", said, by=by, now=given().clock()).id

    opened = queues.decided(form, act, lambda number: url_for(".dispute", number=number), about) if form.is_submitted() else None
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.problems else HTTPStatus.OK
    return opened or page("console/billing/dispute_new.html", status, form=drafted(form, about))


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

    def act(session: Session) -> object:
        return disputes.refuse(session, number, answer=form.note.data, by=visitor().email, now=given().clock())

    return queues.decided(form, act, lambda _: url_for(".dispute", number=number), str(number)) or _one(number, form)


def _one(number: int, form: AnswerForm) -> Page:
    row = queues.one(lambda session: correction_records.dispute(session, number))
    earlier = queues.one(lambda session: correction_records.of_call(session, row.call))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.problems else HTTPStatus.OK
    return page("console/billing/dispute.html", status, row=row, earlier=earlier, form=drafted(form, str(number)), states=STATES)
