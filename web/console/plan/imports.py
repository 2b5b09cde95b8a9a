"""Calendars taken into a rota: a file is read, what it would change is shown, and only then it is done; and taken out again."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from typing import Any, Final

from flask import abort, redirect, request
from flask_wtf.file import FileField
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Optional

from helpdesk import desks, rota_imports, rota_sources
from helpdesk.rota_imports import Proposal, Unmatched
from helpdesk.rotas import NoRota
from models.values import Role
from oncall import calendar_file, roster
from oncall import rotas as versions
from oncall.calendar_file import BadCalendar
from oncall.rota import Span
from web.console.blueprint import console
from web.console.plan import faults, swap_words
from web.console.plan.lines import Choice, chosen
from web.filters import row_number
from web.forms import Form, at_most, in_one_line, stripped
from web.given import given
from web.page import page, words
from web.signing.forms import Confirmed
from web.visitors import opens_to, visitor
from web.words import N_

LARGEST_FILE: Final = 40 * 1024
LAST_TIER: Final = 9
WRITES: Final = opens_to(Role.ADMINISTRATOR)
SHIFTS: Final = "shifts"


class ImportForm(Form):
    """A calendar file, and what its events are. `text` is the file again, once what it would change was shown."""

    file = FileField(N_("A calendar as an iCalendar file (.ics)"), render_kw={"accept": ".ics,text/calendar"})
    kind = SelectField(N_("Its events are"), [InputRequired()])
    tier = SelectField(N_("Tier of the shifts"), [Optional()], choices=[str(tier) for tier in range(1, LAST_TIER + 1)])
    source = StringField(
        N_("What the calendar is called here"),
        [InputRequired(), at_most(100), in_one_line],
        filters=[stripped],
        description=N_("The same name takes the same calendar in anew: what moved moves, and what vanished goes."),
    )
    text = TextAreaField(N_("The file"))
    apply = StringField(N_("What was shown"))

    def offer(self, names: dict[int, str]) -> None:
        """Whose absence it may be."""
        people = [(str(number), words()("absence of {name}", name=name)) for number, name in names.items()]
        self.kind.choices = [*people, (SHIFTS, words()("shifts of whoever each event names"))]

    def said(self) -> str | None:
        """What the file says; None, and the form says why, for one that is none or too long."""
        content = self.file.data.read(LARGEST_FILE + 1) if self.file.data else (self.text.data or "").encode()
        if not content:
            self.refuse(self.file, words()("Choose a file."))
        elif len(content) > LARGEST_FILE:
            self.refuse(self.file, words()("The file is too large. Take it in with `doegnvagt rota import`."))
        else:
            return content.decode("utf-8-sig", errors="replace")
        return None


@console.get("/duty/import")
@opens_to(Role.ADMINISTRATOR, Role.AUDITOR)
def import_page() -> Response:
    """What was taken in, and the form for more."""
    return _shown(ImportForm(formdata=None, data={"source": words()("calendar")}))


@console.post("/duty/import")
@WRITES
def import_calendar() -> Response:
    """Shows what a file would change; or does it, where that was shown and is still what it would change."""
    form, names = ImportForm(), _names()
    form.offer(names)
    text = form.said() if form.validate() else None
    if text is None:
        return _shown(form)
    was_shown = bool(form.apply.data)
    try:
        told = _taken_in(form, text)
        if was_shown:
            return redirect(_choice().way(".duty", _anchor="agreed"))
    except OtherThanShown as other:
        form.refuse(
            None, words()("The plan or the file is another one than when this was shown. Nothing was done: look at it again.")
        )
        told = other.told
    except (BadCalendar, Unmatched) as bad:
        for fault in bad.faults:
            form.refuse(form.file, faults.sentence(fault).removeprefix("event "))
        return _shown(form)
    except NoRota:
        form.refuse(None, words()("There is no rota yet that absence could be noted in."))
        return _shown(form)
    form.text.data = text
    return _shown(form, told)


class OtherThanShown(Exception):
    """What it would change now is not what was shown; nothing was done."""

    def __init__(self, told: Proposal) -> None:
        super().__init__("it would change something else")
        self.told = told


@console.post("/duty/import/take-out")
@WRITES
def take_source_out() -> Response:
    """Takes out what has not begun of a calendar that came in."""
    source, supporter = request.form.get("source", ""), row_number(request.form, "supporter")
    choice = _choice()
    if Confirmed().validate():
        try:
            with given().writing() as session:
                rota_sources.take_out(
                    session, source, supporter=supporter, line=choice.line, by=visitor().email, now=given().clock()
                )
        except NoRota:
            abort(HTTPStatus.NOT_FOUND)
    return redirect(choice.way(".import_page"))


def _taken_in(form: ImportForm, text: str) -> Proposal:
    """What it would change; or changes, where that was shown: found, compared and done in one transaction.

    `form.apply` is the seal of what comes back. Raises OtherThanShown, BadCalendar, Unmatched, NoRota.
    """
    now, shown = given().clock(), form.apply.data or None
    found = calendar_file.read(text, Span(starts_at=now, ends_at=now + rota_imports.AHEAD))
    with given().writing() as session:
        line = chosen(session).line
        plan = versions.newest(session, line)
        how: dict[str, Any] = {"line": line, "source": form.source.data, "by": visitor().email, "now": now, "apply": bool(shown)}
        if form.kind.data == SHIFTS:
            told = rota_imports.shifts(session, found, tier=int(form.tier.data or 1), **how)
        else:
            told = rota_imports.absence(session, found, supporter=int(form.kind.data), **how)
        lines = text.splitlines()  # a browser sends back other line ends than the file has
        form.apply.data = _seal(told, line.value, form.kind.data, form.tier.data, form.source.data, lines, plan, now=now)
        if shown not in {None, form.apply.data}:
            raise OtherThanShown(told)
    return told


def _seal(told: Proposal, *what: object, now: datetime) -> str:
    """The file, the plan, and what comes of the two, in short. That time passes meanwhile is no difference."""
    soon = Span(starts_at=now, ends_at=now + roster.AHEAD)
    comes_of_it = [(one.key, one.supporter, _within(one.span, soon)) for one in told.conflicts]
    gaps = [_within(one, soon) for one in told.gaps]
    return sha256(repr((*what, told.added, told.moved, told.removed, comes_of_it, gaps)).encode()).hexdigest()


def _within(span: Span, soon: Span) -> tuple[datetime | None, datetime | None]:
    """Its beginning and its end, where it is seen."""
    starts_at, ends_at = span.starts_at, span.ends_at
    return (starts_at if starts_at > soon.starts_at else None, ends_at if ends_at < soon.ends_at else None)


def _choice() -> Choice:
    with given().reading() as session:
        return chosen(session)


def _names() -> dict[int, str]:
    with given().reading() as session:
        return desks.supporters(session)


def _shown(form: ImportForm, told: Proposal | None = None) -> Response:
    now = given().clock()
    with given().reading() as session:
        choice = chosen(session)
        form.offer(desks.supporters(session))
        known = rota_sources.sources(session, choice.line, now=now)
    wrong = HTTPStatus.CONFLICT if told else HTTPStatus.UNPROCESSABLE_ENTITY
    status = wrong if form.problems or choice.wrong else HTTPStatus.OK
    shown = {"form": form, "told": told, "line": choice, "sources": known}
    return page("console/plan/import.html", status, **shown, said=lambda span: swap_words.said(span, words()))
