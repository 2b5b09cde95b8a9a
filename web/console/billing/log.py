"""The billing log: every journal, filtered by what stands in the address, a page at a time; one of them; log and books as files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Final

from flask import Response, abort, request
from sqlalchemy.orm import Session

from billing import export, journals, wanted
from billing.journals import JournalRecord, Page, Totals
from billing.wanted import Wanted
from helpdesk import correction_records, explanations
from models.values import JournalKind, Role
from web.console.blueprint import console
from web.console.files import kept, paper_file
from web.filters import Choice, Period, Text, place
from web.given import given
from web.page import page, words
from web.papers import books, explanation, journal_log
from web.papers.books import Tool
from web.papers.explanation import Section
from web.papers.figures import Figures
from web.papers.formats import Format
from web.visitors import MOVES_POINTS, opens_to
from web.words import N_

A_PAGE: Final = 50
MOST: Final = 20_000  # journals of a file
LOOKS: Final = {
    JournalKind.QUARTER: ("grey", "◔"),
    JournalKind.PURCHASE: ("green", "✚"),
    JournalKind.REFUND: ("blue", "↩"),
    JournalKind.CORRECTION: ("amber", "±"),
    JournalKind.GRANT: ("violet", "♥"),
}
ACCOUNTS: Final = {
    "issued": N_("issued points"),
    "earned": N_("earned points"),
    "granted": N_("granted points"),
    "corrected": N_("corrected points"),
}
NOTHING: Final = Page(journals=(), newer=False, older=False)
KINDS: Final[Mapping[JournalKind, str]] = {
    JournalKind.QUARTER: N_("Quarter"),
    JournalKind.PURCHASE: N_("Purchase"),
    JournalKind.REFUND: N_("Refund"),
    JournalKind.CORRECTION: N_("Correction"),
    JournalKind.GRANT: N_("Grant"),
}


class LogFilters(Period):
    """The narrowing of the billing log; the period is that of writing, as in a statement."""

    endpoint = "console.billing"

    kind = Choice(N_("Kind"))
    customer = Text(N_("Customer number"))
    call = Text(N_("CallSid"))
    case = Text(N_("Case number"))

    def __init__(self) -> None:
        super().__init__()
        self.kind.offer((kind.value, words()(told)) for kind, told in KINDS.items())

    def wanted(self) -> Wanted:
        """Which journals are asked for."""
        kind = JournalKind(self.kind.data) if self.kind.data else None
        named = {"customer": self.customer.data, "call": self.call.data, "case": self.case.data}
        return Wanted(since=self.begins, until=self.ends, kind=kind, **named)


@console.get("/billing")
@opens_to(*MOVES_POINTS, Role.AUDITOR)
def billing() -> Response:
    """The log."""
    form = LogFilters()
    if not form.validate():
        return _log(form, NOTHING, None, HTTPStatus.UNPROCESSABLE_ENTITY)
    places = {"before": place("before"), "after": place("after")}
    with given().reading() as session:
        found = journals.page(session, form.wanted(), **places, most=A_PAGE)
        counts = "figures" in request.args or wanted.is_few(session, form.wanted())
        totals = journals.totals(session, form.wanted()) if counts else None
    return _log(form, found, totals, HTTPStatus.OK)


@console.get("/billing/figures")
@opens_to(*MOVES_POINTS, Role.AUDITOR)
def billing_figures() -> Response:
    """What the filtered log comes to: asked for once the log is there, because it reads all of it."""
    form = LogFilters()
    if not form.validate():
        abort(HTTPStatus.NOT_FOUND)
    with given().reading() as session:
        return page("console/billing/figures.html", totals=journals.totals(session, form.wanted()))


@console.get("/billing.<any(csv, xlsx):ending>")
@opens_to(*MOVES_POINTS, Role.AUDITOR)
def billing_file(ending: str) -> Response:
    """The filtered log as a file, whole or not at all: 422 where a filter is wrong, or it would have more than MOST journals."""
    form, house = LogFilters(), given()
    if not form.validate():
        return _log(form, NOTHING, None, HTTPStatus.UNPROCESSABLE_ENTITY)
    with house.reading() as session:
        found = journals.chosen(session, form.wanted(), most=MOST)
    if len(found) > MOST:
        most = Figures(words()).number(MOST)
        form.refuse(None, words()("These are more than {count} journals. Choose a shorter period, or take the books.", count=most))
        return _log(form, NOTHING, None, HTTPStatus.UNPROCESSABLE_ENTITY)
    filters = [(chip.label, chip.shown) for chip in form.chips()]
    paper = journal_log.paper(found, words(), filters=filters, made_at=house.clock())
    return paper_file(paper, Format(ending), words()("billing-log"))


@console.get("/billing/books.<any(beancount, hledger):tool>")
@opens_to(*MOVES_POINTS, Role.AUDITOR)
def billing_books(tool: str) -> Response:
    """The books of the period, all customers, for a foreign tool to add up; read and sent bit by bit."""
    form, house = LogFilters(), given()
    if not form.validate():
        return _log(form, NOTHING, None, HTTPStatus.UNPROCESSABLE_ENTITY)
    since, until = form.begins, form.ends

    def lines() -> Iterator[bytes]:
        with house.reading() as session:
            opening = export.opening(session, since) if since else []
            for line in books.written(Tool(tool), opening, export.booked(session, since=since, until=until), since=since):
                yield f"{line}\n".encode()

    return kept(lines(), f"{words()('books')}.{tool}", "text/plain; charset=utf-8")


@console.get("/billing/<int:number>")
@opens_to(*MOVES_POINTS, Role.AUDITOR)
def journal(number: int) -> Response:
    """One journal: its entries, what it corrects and what corrects it, and why."""
    with given().reading() as session:
        record = journals.record(session, number)
        if record is None:
            abort(HTTPStatus.NOT_FOUND)
        sections = list(_explained(session, record))
    told = {"record": record, "sections": sections, "accounts": ACCOUNTS, "looks": LOOKS, "log": journal_log}
    return page("console/billing/journal.html", **told)


@console.get("/billing/holds")
@opens_to(*MOVES_POINTS, Role.AUDITOR)
def holds() -> Response:
    """What running calls hold now."""
    with given().reading() as session:
        return page("console/billing/holds.html", holds=correction_records.holds(session))


def _log(form: LogFilters, found: Page, totals: Totals | None, status: int) -> Response:
    behind, before = found.journals[-1:], found.journals[:1]
    return page(
        "console/billing/log.html",
        status,
        form=form,
        found=found,
        totals=totals,
        older=form.here(before=behind[0].journal) if found.older and behind else None,
        newer=form.here(after=before[0].journal) if found.newer and before else None,
        looks=LOOKS,
        log=journal_log,
    )


def _explained(session: Session, record: JournalRecord) -> Iterator[Section]:
    """Why the journal is there: its entry, and of a charge, or what stands beside one, the quarter with its price."""
    told, one = words(), record.logged
    quarter = one.quarter
    for entry in record.entries:
        if entry.customer:
            about = explanations.entry_facts(session, entry.entry)
            quarter = about.entry.about
            yield explanation.entry_section(about, told)
    if one.call and quarter:
        facts = explanations.explain(session, one.call, now=given().clock())
        yield from explanation.quarter_sections(facts, told, quarter)
