"""The queue of corrections that wait for a second person, and those that were decided."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Final

from flask import Response as Page
from flask import abort, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from helpdesk import correction_records, corrections
from helpdesk.corrections import CorrectionRefused
from helpdesk.customers import Unknown
from models.base import LARGEST_KEY
from models.corrections import CorrectionKind, CorrectionState
from models.values import Role
from web.console.billing.forms import REASONS, RefuseForm
from web.console.billing.refusals import told
from web.console.blueprint import console
from web.filters import place
from web.forms import Form
from web.given import given
from web.page import page
from web.signing.forms import Confirmed
from web.visitors import MOVES_POINTS, opens_to, visitor
from web.words import N_

A_PAGE: Final = 50
KINDS: Final = {CorrectionKind.REFUND: ("blue", "↩", N_("Refund")), CorrectionKind.GRANT: ("violet", "♥", N_("Grant"))}
STATES: Final = {
    CorrectionState.ASKED: ("amber", "…", N_("waits")),
    CorrectionState.DONE: ("green", "✓", N_("booked")),
    CorrectionState.REFUSED: ("grey", "✕", N_("refused")),
}
KEY: Final = f"<int(max={LARGEST_KEY}):number>"


@console.get("/billing/corrections")
@opens_to(*MOVES_POINTS, Role.AUDITOR)
def corrections_page() -> Page:
    """What waits, and a page of what was decided."""
    with given().reading() as session:
        waiting = correction_records.corrections(session, decided=False, most=4 * A_PAGE)
        decided = correction_records.corrections(session, decided=True, before=place("before"), most=A_PAGE + 1)
    older = url_for(".corrections_page", before=decided[A_PAGE - 1].correction) if len(decided) > A_PAGE else None
    listed = {"waiting": waiting, "decided": decided[:A_PAGE], "older": older, "is_first": "before" not in request.args}
    return page("console/billing/corrections.html", **listed, kinds=KINDS, states=STATES, reasons=REASONS)


@console.get(f"/billing/corrections/{KEY}")
@opens_to(*MOVES_POINTS, Role.AUDITOR)
def correction(number: int) -> Page:
    """One correction, and what can be decided about it."""
    return _one(number, RefuseForm(formdata=None))


@console.post(f"/billing/corrections/{KEY}/approve")
@opens_to(*MOVES_POINTS)
def approve_correction(number: int) -> Response:
    """A second person lets it through; it is booked."""
    return _decided(
        number, Confirmed(), lambda session: corrections.approve(session, number, by=visitor().email, now=given().clock())
    )


@console.post(f"/billing/corrections/{KEY}/refuse")
@opens_to(*MOVES_POINTS)
def refuse_correction(number: int) -> Response:
    """It is not given, and why."""
    form = RefuseForm()

    def act(session: Session) -> object:
        return corrections.refuse(session, number, by=visitor().email, note=form.note.data, now=given().clock())

    return _decided(number, form, act)


def _decided(number: int, form: Form, act: Callable[[Session], object]) -> Response:
    """Does it, or shows the correction again with what was wrong."""
    if form.validate():
        try:
            with given().writing() as session:
                act(session)
            return redirect(url_for(".correction", number=number))
        except Unknown:
            abort(HTTPStatus.NOT_FOUND)
        except CorrectionRefused as refusal:
            form.refuse(None, told(refusal))
    return _one(number, form if isinstance(form, RefuseForm) else RefuseForm(formdata=None), form.problems)


def _one(number: int, form: RefuseForm, problems: list[tuple[str | None, str]] | None = None) -> Page:
    with given().reading() as session:
        try:
            row = correction_records.correction(session, number)
        except Unknown:
            abort(HTTPStatus.NOT_FOUND)
    form.strange = form.strange or [sentence for field, sentence in problems or [] if field is None]
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.problems else HTTPStatus.OK
    return page("console/billing/correction.html", status, row=row, form=form, kinds=KINDS, states=STATES, reasons=REASONS)
