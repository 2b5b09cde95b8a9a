"""Rotas being written: begun from the version in force, typed into a form that needs no script, looked through, published."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final

from flask import abort, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from helpdesk import desks, rota_drafts, rota_previews
from helpdesk.rota_drafts import DraftChanged, NoSuchDraft, Stale
from models import RotaDraft
from models.local import to_local
from models.values import Flow, Role
from oncall.rota_file import BadRota
from web.console.blueprint import console
from web.console.plan import faults, pictures, swap_words
from web.console.plan.draft_form import MOST_LAYERS, MOVES, RotaForm
from web.console.plan.lines import Choice, chosen
from web.console.plan.windows import of_day, window
from web.drafting import drafted, sent
from web.given import given
from web.page import page, words
from web.signing.forms import Confirmed
from web.visitors import opens_to, visitor
from web.words import N_

WRONG: Final = HTTPStatus.UNPROCESSABLE_ENTITY
KEY: Final = "/duty/drafts/<int:number>"
WRITES: Final = opens_to(Role.ADMINISTRATOR)
MOST_CHANGES: Final = 60
REFUSALS: Final[Mapping[type[Exception], str]] = {
    DraftChanged: N_("Somebody else changed the draft meanwhile. Look at it again; nothing was done."),
    Stale: N_("Somebody published another version meanwhile. Nothing was published; the rota is as they left it."),
    BadRota: N_("It cannot be published yet."),
}


@console.post("/duty/drafts/new")
@WRITES
def begin_rota_draft() -> Response:
    """A draft from the line's version in force."""
    if not Confirmed().validate():
        return redirect(url_for(".duty"))
    with given().writing() as session:
        number = rota_drafts.begin(session, chosen(session).line, actor=visitor().email, now=given().clock())
    return redirect(url_for(".rota_draft", number=number))


@console.get(KEY)
@opens_to(Role.ADMINISTRATOR, Role.AUDITOR)
def rota_draft(number: int) -> Response:
    """A draft: its form, what it would change, its gaps and its week."""
    with given().reading() as session:
        row = _found(session, number)
        return _shown(session, row, RotaForm.of(row.content, version=row.version))


@console.post(KEY)
@WRITES
def change_rota_draft(number: int) -> Response:
    """Keeps what was typed, sound or not, and says what is wrong with it; a button may add, move or take out a layer."""
    form = RotaForm()
    is_kept = bool(form.validate()) and _kept(form, number)
    if is_kept and MOVES & request.form.keys():
        return redirect(url_for(".rota_draft", number=number, _anchor="layers"))
    with given().reading() as session:
        row = _found(session, number)
        if is_kept:
            form = RotaForm.of(row.content, version=row.version)
            _point_out(session, row, form)
            if not form.problems:
                return redirect(url_for(".rota_draft", number=number))
        return _shown(session, row, form)


@console.post(f"{KEY}/<any(publish, catch_up, drop):what>")
@WRITES
def finish_rota_draft(number: int, what: str) -> Response:
    """Publishes it, takes in what others published meanwhile, or gives it up."""
    if not Confirmed().validate():
        return redirect(url_for(".rota_draft", number=number))
    try:
        with given().writing() as session:
            line = rota_drafts.find(session, number).line
            FINISH[what](session, number, RotaForm().said_version)
    except NoSuchDraft:
        return _published_before(number) if what == "publish" else abort(HTTPStatus.NOT_FOUND)
    except (DraftChanged, Stale, BadRota) as refused:
        with given().reading() as session:
            row = _found(session, number)
            form = RotaForm.of(row.content, version=row.version)
            return _shown(session, row, form, wrong=words()(REFUSALS[type(refused)]))
    return redirect(url_for(".rota_draft", number=number)) if what == "catch_up" else _to_the_plan(line)


def _published_before(number: int) -> Response:
    """Who presses twice sees what came of it, as after the first time."""
    with given().reading() as session:
        line = rota_drafts.was_published(session, number)
    return _to_the_plan(line) if line is not None else abort(HTTPStatus.NOT_FOUND)


def _to_the_plan(line: Flow) -> Response:
    return redirect(Choice(line=line, names={}, wrong=None).way(".duty"))


def _publish(session: Session, number: int, version: int) -> None:
    rota_drafts.publish(session, number, version=version, actor=visitor().email, now=given().clock())


def _catch_up(session: Session, number: int, version: int) -> None:
    rota_drafts.catch_up(session, number, version=version, actor=visitor().email, now=given().clock())


def _drop(session: Session, number: int, _version: int) -> None:
    rota_drafts.drop(session, number, actor=visitor().email, now=given().clock())


FINISH: Final[Mapping[str, Callable[[Session, int, int], None]]] = {"publish": _publish, "catch_up": _catch_up, "drop": _drop}


def _kept(form: RotaForm, number: int) -> bool:
    """Whether it could be kept; the form says why not."""
    try:
        with given().writing() as session:
            version, content = form.said_version, form.content()
            rota_drafts.change(session, number, content, version=version, actor=visitor().email, now=given().clock())
            sent(session, form, f"{number}-{version}")
    except NoSuchDraft:
        abort(HTTPStatus.NOT_FOUND)
    except DraftChanged:
        form.refuse(None, words()("Somebody else changed the draft meanwhile. What you typed stands below, and was not kept."))
        return False
    return True


def _point_out(session: Session, row: RotaDraft, form: RotaForm) -> None:
    try:
        rota_drafts.sound(session, row)
    except BadRota as bad:
        faults.point_out(form, bad.faults)


def _shown(session: Session, row: RotaDraft, form: RotaForm, *, wrong: str | None = None) -> Response:
    now, names = given().clock(), desks.supporters(session)
    form.offer(names)
    drafted(form, f"{row.id}-{row.version}", within=session)
    is_stale = rota_drafts.is_stale(session, row)
    since = rota_drafts.published_since(session, row) if is_stale else []
    status = HTTPStatus.CONFLICT if wrong else WRONG if form.problems else HTTPStatus.OK
    shown = {"row": row, "form": form, "wrong": wrong, "is_stale": is_stale, "since": since, "people": ", ".join(names.values())}
    return page("console/plan/draft.html", status, **shown, most=MOST_LAYERS, **_preview(session, row), now=now)


def _preview(session: Session, row: RotaDraft) -> dict[str, Any]:
    """What it would come to, where it is sound; else what is wrong."""
    now = given().clock()
    try:
        sound = rota_drafts.sound(session, row)
    except BadRota as bad:
        return {"found": None, "unready": [faults.sentence(one) for one in bad.faults]}
    today = to_local(now).date()
    try:
        shown = window(week=request.args.get("week"), month=None, today=today)
    except (ValueError, OverflowError):
        shown = of_day(today, "week")
    found = rota_previews.preview(session, sound, shown.span, now=now)
    drawn = {"weeks": pictures.weeks(found.plan, shown, words(), now=now), "window": shown}
    told = {"said": lambda span: swap_words.said(span, words()), "where": lambda duty: pictures.where(duty, words())}
    return {"found": found, "unready": [], "changes": found.changes[:MOST_CHANGES], **drawn, **told}


def _found(session: Session, number: int) -> RotaDraft:
    try:
        return rota_drafts.find(session, number)
    except NoSuchDraft:
        abort(HTTPStatus.NOT_FOUND)
