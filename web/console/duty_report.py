"""What duty came to in a month: for payroll as files, and for whoever makes the plan."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Final

from flask import request
from werkzeug.wrappers import Response

from helpdesk import duty_reports
from helpdesk.duty_reports import DutyReport
from models.local import midnight, to_local
from models.values import Role
from oncall.rota import Span
from web.console.blueprint import console
from web.console.files import paper_file
from web.given import given
from web.page import page, words
from web.papers import duty_report as papers
from web.papers.formats import Format
from web.visitors import opens_to
from web.words import N_

READERS: Final = opens_to(Role.ADMINISTRATOR, Role.BILLING, Role.AUDITOR)
FILES: Final = {"csv": Format.CSV, "xlsx": Format.XLSX, "pdf": Format.PDF}
YEARS: Final = range(2000, 2089)
A_MONTH: Final = timedelta(days=31)


@console.get("/reports/duty")
@READERS
def duty_report() -> Response:
    """This month, or the one that the address names."""
    first, problem = _month()
    if problem:
        return page("console/duty_report.html", HTTPStatus.UNPROCESSABLE_ENTITY, first=first, problem=problem, told=None)
    told, said = _told(first), words()
    asked = [one for one in papers.questions(told, said) if one.name != papers.FILES_ONLY]
    shown = {"questions": asked, "summary": list(papers.summary(told, said)), "notes": papers.NOTES}
    return page(
        "console/duty_report.html", first=first, problem=None, told=told, before=_before(first), after=_after(first), **shown
    )


@console.get("/reports/duty.<any(csv, xlsx, pdf):ending>")
@READERS
def duty_report_file(ending: str) -> Response:
    """The same tables as a file, and every shift; of CSV the table that `table` names."""
    first, problem = _month()
    if problem:
        return page("console/duty_report.html", HTTPStatus.UNPROCESSABLE_ENTITY, first=first, problem=problem, told=None)
    paper = papers.paper(_told(first), words(), made_at=given().clock(), first=request.args.get("table"))
    return paper_file(paper, FILES[ending], f"duty-{first:%Y-%m}")


def _told(first: date) -> DutyReport:
    with given().reading() as session:
        return duty_reports.report(session, Span(starts_at=midnight(first), ends_at=midnight(_after(first))), now=given().clock())


def _month() -> tuple[date, str | None]:
    """The first day of the month; and what is wrong with what the address says."""
    this = to_local(given().clock()).date().replace(day=1)
    try:
        first = datetime.strptime(request.args.get("month") or f"{this:%Y-%m}", "%Y-%m").date()  # noqa: DTZ007 - a month
    except ValueError:
        first = date.min
    return (first, None) if first.year in YEARS else (this, words()(N_("A month is written as 2026-11.")))


def _after(first: date) -> date:
    return (first + A_MONTH).replace(day=1)


def _before(first: date) -> date:
    return (first - timedelta(days=1)).replace(day=1)
