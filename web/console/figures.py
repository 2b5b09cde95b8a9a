"""Figures of a period: tables, and beside each its picture where there is JavaScript; the same tables as files."""

from __future__ import annotations

from datetime import date, timedelta
from http import HTTPStatus
from typing import Final

from flask import request
from werkzeug.wrappers import Response

from helpdesk import figures as domain
from helpdesk.figures import Figures
from models.local import midnight, to_local
from models.values import Role
from web.console.blueprint import console
from web.given import given
from web.page import page, words
from web.papers import figures_of_period, formats
from web.papers.formats import Format
from web.visitors import opens_to
from web.words import N_

READERS: Final = opens_to(Role.ADMINISTRATOR, Role.BILLING, Role.AUDITOR)
USUAL: Final = timedelta(days=27)
ONE_DAY: Final = timedelta(days=1)
FILES: Final = {
    "csv": (Format.CSV, "text/csv; charset=utf-8"),
    "xlsx": (Format.XLSX, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "pdf": (Format.PDF, "application/pdf"),
}


@console.get("/figures")
@READERS
def figures() -> Response:
    """The last four weeks, or the days that the address names."""
    first, last, problem = _days()
    if problem:
        return page("console/figures.html", HTTPStatus.UNPROCESSABLE_ENTITY, first=first, last=last, problem=problem, told=None)
    told, said = _told(first, last), words()
    asked, summary = list(figures_of_period.questions(told, said)), list(figures_of_period.summary(told, said))
    return page("console/figures.html", first=first, last=last, problem=None, told=told, questions=asked, summary=summary)


@console.get("/figures.<any(csv, xlsx, pdf):ending>")
@READERS
def figures_file(ending: str) -> Response:
    """The same tables as a file; of CSV the table that `table` names."""
    first, last, problem = _days()
    if problem:
        return page("console/figures.html", HTTPStatus.UNPROCESSABLE_ENTITY, first=first, last=last, problem=problem, told=None)
    form, mimetype = FILES[ending]
    paper = figures_of_period.paper(_told(first, last), words(), made_at=given().clock(), first=request.args.get("table"))
    made = Response(formats.rendered(paper, form), mimetype=mimetype)
    made.headers["Content-Disposition"] = f'attachment; filename="figures-{first}-{last}.{ending}"'
    return made


def _told(first: date, last: date) -> Figures:
    with given().reading() as session:
        return domain.figures(session, since=midnight(first), until=midnight(last + ONE_DAY))


def _days() -> tuple[date, date, str | None]:
    """The first and the last local day, both in it; and what is wrong with what the address says."""
    today = to_local(given().clock()).date()
    try:
        last = date.fromisoformat(request.args.get("to") or today.isoformat())
        first = date.fromisoformat(request.args.get("from") or (last - USUAL).isoformat())
    except (ValueError, OverflowError):
        return today - USUAL, today, words()(N_("A day is written as 2026-11-23."))
    if not timedelta(0) <= last - first < domain.LONGEST - ONE_DAY or not 2000 <= first.year < 2100:  # noqa: PLR2004 - our years
        return first, last, words()(N_("The last day is not before the first, and there are at most 99 days."))
    return first, last, None
