"""`doegnvagt duty`: what duty came to, for payroll."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from app.cli import papers
from app.cli.arguments import LOCAL_END, LOCAL_START, one_of
from app.cli.commands import Group
from app.cli.desk import Desk
from app.cli.output import show
from helpdesk import duty_reports
from helpdesk.duty_reports import DutyReport, Person
from models.values import Language
from oncall.duty_hours import Hours
from oncall.rota import Span
from web.papers import duty_report, formats, text
from web.papers.formats import Format

TABLES = ("hours", "calls", "rest", "year", "changes", "shifts")


@click.group(cls=Group)
def duty() -> None:
    """What duty came to."""


@duty.command("report")
@click.option("--from", "since", type=LOCAL_START, required=True, help="Local time, YYYY-MM-DDTHH:MM.")
@click.option("--to", "until", type=LOCAL_END, required=True, help="Local time, YYYY-MM-DDTHH:MM.")
@click.option("--table", type=click.Choice(TABLES), default="hours", show_default=True, help="The one that CSV has.")
@click.option("--format", "form", type=one_of(Format), help="What comes out; text where nothing is said.")
@papers.with_output
@papers.with_language
@click.pass_obj
def report(
    desk: Desk,
    *,
    since: datetime,
    until: datetime,
    table: str,
    form: Format | None,
    output: Path | None,
    force: bool,
    language: Language | None,
) -> None:
    """Show hours on duty and in calls by person, short rests, the coming year, and shifts that were taken over."""
    papers.require_period(since, until)
    papers.require_form(desk, form, output, force=force, language=language)
    if until - since > duty_reports.LONGEST:
        raise click.BadParameter(f"a report is about {duty_reports.LONGEST.days} days at most", param_hint="--from and --to")
    with desk.reading() as session:
        made = duty_reports.report(session, Span(starts_at=since, ends_at=until), now=desk.now)
    if desk.wants_json:
        desk.tell(_document(made))
        return
    paper, form = duty_report.paper(made, papers.spoken_at(desk, language), made_at=desk.now, first=table), form or Format.TEXT
    if form is Format.TEXT and output is None:
        show("\n".join(text.lines(paper)))
    else:
        papers.hand_out([formats.rendered(paper, form)], output, force=force)


def _document(made: DutyReport) -> dict[str, object]:
    """Lengths are seconds."""
    return {
        "from": made.during.starts_at,
        "to": made.during.ends_at,
        "people": [_person(one) for one in made.people],
        "taken_over": [
            {"from": one.span.starts_at, "to": one.span.ends_at, "whose": one.whose, "by": one.taken_by, "how": one.how.value}
            for one in made.changes
        ],
        "spread": made.spread.total_seconds(),
    }


def _person(one: Person) -> dict[str, object]:
    return {
        "supporter": one.supporter,
        "name": one.name,
        "duty": _plain(one.standby),
        "calls": one.calls,
        "talked": _plain(one.talks),
        "short_rests": [{"from": rest.since, "to": rest.until, "by_call": rest.by_call} for rest in one.rests],
        "coming_year": _plain(one.ahead),
    }


def _plain(hours: Hours) -> dict[str, float]:
    return {worth.value: length.total_seconds() for worth, length in hours.items()}
