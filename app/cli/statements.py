"""`doegnvagt points statement` and `doegnvagt ledger export`: the papers of the books."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path

import click

from app.cli import papers
from app.cli.arguments import KEY, one_of
from app.cli.commands import Command
from app.cli.desk import Desk
from app.cli.output import show
from billing import export
from billing.statements import StatementEntry
from helpdesk import statements
from helpdesk.statements import CustomerStatement
from models.values import Language
from web.papers import books, formats, statement, text
from web.papers.books import Tool
from web.papers.formats import Format

PROMISED = ("at", "kind", "points", "balance", "call", "quarter", "case", "reference")


@click.command("statement", cls=Command)
@click.argument("customer", type=KEY)
@papers.with_period
@click.option("--format", "form", type=one_of(Format), help="What comes out; text where nothing is said.")
@papers.with_output
@papers.with_language
@click.pass_obj
def show_statement(
    desk: Desk,
    customer: str,
    *,
    since: datetime | None,
    until: datetime | None,
    form: Format | None,
    output: Path | None,
    force: bool,
    language: Language | None,
) -> None:
    """Show a customer's points: what there was, every entry that was written, what there is; its calls and cases."""
    papers.require_period(since, until)
    papers.require_form(desk, form, output, force=force, language=language)
    with desk.reading() as session:
        made = statements.customer_statement(session, customer, since=since, until=until, now=desk.now)
    if desk.wants_json:
        desk.tell(_document(made))
        return
    paper, form = statement.paper(made, papers.spoken_at(desk, language)), form or Format.TEXT
    if form is Format.TEXT and output is None:
        show("\n".join(text.lines(paper)))
    else:
        papers.hand_out([formats.rendered(paper, form)], output, force=force)


@click.command("export", cls=Command)
@click.option("--format", "tool", type=one_of(Tool), required=True, help="The language of the books.")
@papers.with_period
@papers.with_output
@click.pass_obj
def export_books(
    desk: Desk, *, tool: Tool, since: datetime | None, until: datetime | None, output: Path | None, force: bool
) -> None:
    """Write the books for another program to add up: beancount or hledger."""
    papers.require_period(since, until)
    papers.require_free(output, force=force)
    if desk.wants_json:
        raise click.UsageError("--json has no place here: the books are in the language of --format.")
    with desk.reading() as session:
        opening = export.opening(session, since) if since else []
        journals = export.booked(session, since=since, until=until)
        lines = books.written(tool, opening, journals, since=since)
        papers.hand_out((f"{line}\n".encode() for line in lines), output, force=force)


def _document(made: CustomerStatement) -> dict[str, object]:
    """As it was promised (interface.md); a period has more to tell."""
    one = made.statement
    promised: dict[str, object] = {
        "customer": one.customer,
        "balance": one.balance,
        "held": one.held,
        "available": one.available,
        "entries": [_entry(entry, more=bool(one.since or one.until)) for entry in one.entries],
    }
    if not (one.since or one.until):
        return promised
    ends = {"from": one.since, "to": one.until, "opening": one.opening, "closing": one.closing}
    return {**promised, **ends, "calls": [asdict(call) for call in made.calls], "cases": [asdict(case) for case in made.cases]}


def _entry(entry: StatementEntry, *, more: bool) -> dict[str, object]:
    known = asdict(entry)
    return known if more else {name: known[name] for name in PROMISED}
