"""The queue of corrections that wait for a second person, and those that were decided."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import Response as Page
from flask import url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from helpdesk import correction_records, corrections
from models.corrections import CorrectionKind, CorrectionState
from models.values import Role
from web.console.billing import queues
from web.console.billing.forms import REASONS, RefuseForm
from web.console.billing.queues import KEY
from web.console.blueprint import console
from web.drafting import drafted
from web.forms import Form
from web.given import given
from web.page import page
from web.signing.forms import Confirmed
from web.visitors import MOVES_POINTS, opens_to, visitor
from web.words import N_

KINDS: Final = {CorrectionKind.REFUND: ("blue", "↩", N_("Refund")), CorrectionKind.GRANT: ("violet", "♥", N_("Grant"))}
STATES: Final = {
    CorrectionState.ASKED: ("amber", "…", N_("waits")),
    CorrectionState.DONE: ("green", "✓", N_("booked")),
    CorrectionState.REFUSED: ("grey", "✕", N_("refused")),
}
LOOKS: Final = {"kinds": KINDS, "states": STATES, "reasons": REASONS}


@console.get("/billing/corrections")
@opens_to(*MOVES_POINTS, Role.AUDITOR)
def corrections_page() -> Page:
    """What waits, and a page of what was decided."""
    listed = queues.queue(correction_records.corrections, ".corrections_page", "correction")
    return page("console/billing/corrections.html", **listed, **LOOKS)


@console.get(f"/billing/corrections/{KEY}")
@opens_to(*MOVES_POINTS, Role.AUDITOR)
def correction(number: int) -> Page:
    """One correction, and what can be decided about it."""
    return _one(number, RefuseForm(formdata=None))


@console.post(f"/billing/corrections/{KEY}/approve")
@opens_to(*MOVES_POINTS)
def approve_correction(number: int) -> Response:
    """A second person lets it through; it is booked."""
    form = Confirmed()

    def act(session: Session) -> object:
        return corrections.approve(session, number, by=visitor().email, now=given().clock())

    return queues.decided(form, act, lambda _: url_for(".correction", number=number)) or _one(number, form)


@console.post(f"/billing/corrections/{KEY}/refuse")
@opens_to(*MOVES_POINTS)
def refuse_correction(number: int) -> Response:
    """It is not given, and why."""
    form = RefuseForm()

    def act(session: Session) -> object:
        return corrections.refuse(session, number, by=visitor().email, note=form.note.data, now=given().clock())

    return queues.decided(form, act, lambda _: url_for(".correction", number=number), str(number)) or _one(number, form)


def _one(number: int, sent: Form) -> Page:
    """It as it stands; what was wrong with the form that was sent is said on the one that can be filled in."""
    row = queues.one(lambda session: correction_records.correction(session, number))
    form = sent if isinstance(sent, RefuseForm) else RefuseForm(formdata=None)
    form.strange = sent.strange
    drafted(form, str(number))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if sent.problems else HTTPStatus.OK
    return page("console/billing/correction.html", status, row=row, form=form, **LOOKS)
