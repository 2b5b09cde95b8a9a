"""A supporter's own pages, made for a telephone at night: what goes on, last calls, next shifts, whether they can be reached."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from flask import abort, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms.validators import InputRequired, Length

from helpdesk import desks, own_duty, shifts
from helpdesk.corrections import CorrectionRefused
from helpdesk.customers import Unknown
from helpdesk.notes import LONGEST
from helpdesk.own_duty import LastReachable, NotTheirs
from models.values import Flow, Role
from web.console import readiness
from web.console.blueprint import console
from web.console.looks import STATES
from web.console.plan import swap_words
from web.console.telephones import TelephonesForm
from web.drafting import LongText, drafted, sent
from web.fields import required
from web.forms import Form
from web.given import given
from web.live import live
from web.page import page, words
from web.papers.figures_of_period import TASKS
from web.signing.forms import Confirmed
from web.visitors import opens_to, visitor
from web.visitors import own_supporter as _me
from web.words import N_

THEIRS: Final = opens_to(Role.SUPPORTER)
LONGEST_REASON: Final = 400
WHOLE: Final = "console/duty.html"


class NoteForm(Form):
    """What was done in a call."""

    text = LongText(N_("What was done?"), [InputRequired(), required, Length(max=LONGEST)], kept_as="note", render_kw={"rows": 3})


class FaultForm(Form):
    """Why a call should cost nothing."""

    note = LongText(
        N_("What did we do wrong?"),
        [InputRequired(), required, Length(max=LONGEST_REASON)],
        kept_as="fault",
        description=N_("Somebody else decides. The customer reads this sentence if the points are given back."),
        render_kw={"rows": 2},
    )


@console.get("/me")
@THEIRS
def my_duty() -> Response:
    """All of it."""
    return shown()


@console.get("/me/live")
@THEIRS
def my_live_duty() -> Response:
    """What of it moves."""
    return live(shown("console/live_duty.html"))


@console.post("/me/away")
@THEIRS
def go_away() -> Response:
    """Cannot be reached. The last who could be is asked whether they are sure."""
    return _away(sure=False)


@console.post("/me/away/sure")
@THEIRS
def go_away_surely() -> Response:
    """Cannot be reached, and knows that nobody else can."""
    return _away(sure=True)


@console.post("/me/back")
@THEIRS
def come_back() -> Response:
    """Can be reached again."""
    with given().writing() as session:
        own_duty.come_back(session, _me(), by=visitor().email, now=given().clock())
    return _home()


@console.post("/me/ready")
@THEIRS
def ready() -> Response:
    """The wrap-up is over."""
    with given().writing() as session:
        own_duty.is_ready(session, _me(), by=visitor().email, now=given().clock())
    return _home()


@console.post("/me/longer")
@THEIRS
def longer() -> Response:
    """Five minutes more of it."""
    with given().writing() as session:
        own_duty.needs_longer(session, _me(), by=visitor().email, now=given().clock())
    return _home()


@console.post("/me/shifts/<any(support, office):line>/<starts_at>/acknowledge")
@THEIRS
def acknowledge_shift(line: str, starts_at: str) -> Response:
    """They know of a coming shift."""
    try:
        begins = datetime.fromisoformat(starts_at)
    except ValueError:
        abort(HTTPStatus.NOT_FOUND)
    if begins.tzinfo is None:
        abort(HTTPStatus.NOT_FOUND)
    if Confirmed().validate():
        try:
            with given().writing() as session:
                shifts.acknowledge(session, _me(), Flow(line), begins, by=visitor().email, now=given().clock())
        except Unknown:
            abort(HTTPStatus.NOT_FOUND)
    return _home()


@console.post("/me/ring")
@THEIRS
def ring_me() -> Response:
    """Their telephone is rung as a test."""
    refused = readiness.asked(_me())
    return shown(status=HTTPStatus.CONFLICT, refused=refused) if refused else _home()


@console.post("/me/number")
@THEIRS
def change_number() -> Response:
    """Other telephones are rung, or for longer."""
    form = TelephonesForm()
    with given().writing() as session:
        if form.changes(session, _me()):
            return _home()
    return shown(status=HTTPStatus.UNPROCESSABLE_ENTITY, number=form)


@console.post("/me/calls/<sid>/note")
@THEIRS
def write_note(sid: str) -> Response:
    """A note on the case of a call of theirs."""
    form = NoteForm(prefix=sid)
    if not form.validate():
        return shown(status=HTTPStatus.UNPROCESSABLE_ENTITY, notes={sid: form})
    try:
        with given().writing() as session:
            own_duty.write_note(session, _me(), sid, form.text.data, by=visitor().email, now=given().clock())
            sent(session, form, sid)
    except (NotTheirs, Unknown):
        abort(HTTPStatus.NOT_FOUND)
    return _home()


@console.post("/me/calls/<sid>/own-fault")
@THEIRS
def own_fault(sid: str) -> Response:
    """Asks that a call of theirs costs nothing."""
    form = FaultForm(prefix=sid)
    if form.validate():
        try:
            with given().writing() as session:
                own_duty.own_fault(session, _me(), sid, form.note.data, by=visitor().email, now=given().clock())
                sent(session, form, sid)
        except (NotTheirs, Unknown):
            abort(HTTPStatus.NOT_FOUND)
        except CorrectionRefused:
            form.refuse(form.note, words()(N_("Nothing is left to give back of that call, or it is not over yet.")))
        else:
            return _home()
    return shown(status=HTTPStatus.UNPROCESSABLE_ENTITY, faults={sid: form})


def _away(*, sure: bool) -> Response:
    if Confirmed().validate():
        try:
            with given().writing() as session:
                own_duty.go_away(session, _me(), by=visitor().email, sure=sure, now=given().clock())
        except LastReachable as last:
            return shown(status=HTTPStatus.CONFLICT, asks_again=last)
    return _home()


def shown(
    template: str = WHOLE,
    *,
    status: int = 200,
    asks_again: LastReachable | None = None,
    refused: str | None = None,
    **forms: object,
) -> Response:
    """The page, or the part of it that moves; `refused` says why something was not done."""
    house, now = given(), given().clock()
    with house.reading() as session:
        duty = own_duty.duty(session, _me(), now=now)
        filled = _forms(session, duty, forms) if template == WHOLE else {}
        if template == WHOLE:
            filled["swaps"] = swap_words.mine(session, _me(), words(), now=now)
        told: dict[str, object] = {"asks_again": asks_again, "refused": refused, "results": readiness.RESULTS}
        told |= {"supporters": desks.supporters(session), "tasks": TASKS}
        return page(template, status, duty=duty, now=now, states=STATES, **told, **filled)


def _forms(session: Session, duty: own_duty.Duty, sent_wrong: Mapping[str, Any]) -> dict[str, Any]:
    """The forms of the page: by call where there is one for each; what was sent and is wrong stands in place of a blank one."""
    notes = {call.sid: NoteForm(formdata=None, prefix=call.sid) for call in duty.taken} | sent_wrong.get("notes", {})
    faults = {call.sid: FaultForm(formdata=None, prefix=call.sid) for call in duty.taken} | sent_wrong.get("faults", {})
    for sid, form in (*notes.items(), *faults.items()):
        drafted(form, sid, within=session)
    number = sent_wrong.get("number") or TelephonesForm.of(duty.supporter)
    return {"notes": notes, "faults": faults, "number": number}


def _home() -> Response:
    return redirect(url_for("console.my_duty"))
