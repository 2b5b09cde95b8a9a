"""`doegnvagt rota` and `oncall`: who is on duty by which plan, and why."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import click

from app.cli import output, proposals
from app.cli.arguments import ICS_FILE, LOCAL_START, OF_LINE, ROW, TIER, TOML_FILE, WHO
from app.cli.commands import Command, Group
from app.cli.desk import Desk
from helpdesk import line_hours, rota_imports
from helpdesk import rotas as publishing
from helpdesk.customers import Unknown
from helpdesk.on_call import OnCall, on_call
from helpdesk.rota_imports import Unmatched
from models import Rota, Supporter
from models.values import Flow, Language
from oncall import calendar_file, grounds, roster, rotas
from oncall.calendar_file import BadCalendar
from oncall.rota import Span
from oncall.rota_file import RotaRefused
from web.papers import duties
from web.words import Words

AT = click.option("--at", type=LOCAL_START, help="Then instead of now: local time, YYYY-MM-DDTHH:MM.")

ENGLISH = Words(Language.ENGLISH)


@click.group(cls=Group)
def rota() -> None:
    """Who is on duty by rotation, and by what was agreed besides."""


@rota.command("publish")
@click.argument("file", type=TOML_FILE)
@click.pass_obj
def publish(desk: Desk, file: str) -> None:
    """Publish a rota, in force at once; the version before is kept. Warns of gaps in the coming eight weeks."""
    with desk.writing() as session:
        made = publishing.publish(session, file, by=desk.actor, now=desk.now)
    warned = [f"Warning: nobody is on duty from {_span(gap)}" for gap in made.gaps]
    warned += [f"Warning: swap {swap.number} counts for nothing, for a shift is not there or not theirs" for swap in made.resting]
    document = {"rota": made.rota, "gaps": [_plain(gap) for gap in made.gaps], "resting": [swap.number for swap in made.resting]}
    desk.tell(document, f"Rota {made.rota}: {made.line}, in force from now on", *warned)


@rota.command("show")
@AT
@OF_LINE
@click.pass_obj
def show(desk: Desk, at: datetime | None, line: Flow) -> None:
    """Show the rota that is in force, who is on duty by it and why, and when nobody is in the coming eight weeks."""
    at = at or desk.now
    with desk.reading() as session:
        number = rotas.in_force(session, line, at)
        version = session.get_one(Rota, number) if number is not None else None
        on_duty = _on_duty(on_call(session, at, line=line))
        gaps = roster.gaps(session, Span(starts_at=at, ends_at=at + roster.AHEAD), line=line)
        gaps = line_hours.while_open(session, gaps, line=line)
    document = {"at": at, "rota": number, "published_at": version and version.published_at, "by": version and version.published_by}
    content = version.content if version else None
    published = f", published {output.local(version.published_at)} by {version.published_by}" if version else ""
    desk.tell(
        {**document, "on_duty": on_duty, "gaps": [_plain(gap) for gap in gaps], "content": content},
        f"{f'Rota {number}' if number else 'No rota'}{published}",
        *_told(at, on_duty),
        *(f"Nobody is on duty from {_span(gap)}" for gap in gaps),
    )


@rota.command("import")
@click.argument("file", type=ICS_FILE)
@click.option("--absence", "supporter", type=ROW, help="The events are this supporter's absence.")
@click.option("--shifts", "shifts", is_flag=True, help="The events are shifts of whoever they name.")
@click.option("--tier", type=TIER, default="1", show_default=True, help="Of the shifts.")
@OF_LINE
@click.option("--source", type=WHO, default="calendar", show_default=True, help="What this calendar is called here.")
@click.option("--apply", "apply", is_flag=True, help="Do it; without this only what would change is shown.")
@click.pass_obj
def import_calendar(
    desk: Desk, file: str, *, supporter: int | None, shifts: bool, tier: int, line: Flow, source: str, apply: bool
) -> None:
    """Take in absence, or an outside rota, from a calendar file (iCalendar). What would change is shown first."""
    if (supporter is not None) == shifts:
        raise click.UsageError("say --absence SUPPORTER or --shifts, one of the two.")
    how: dict[str, Any] = {"line": line, "source": source, "by": desk.actor, "now": desk.now, "apply": apply}
    try:
        found = calendar_file.read(file, Span(starts_at=desk.now, ends_at=desk.now + rota_imports.AHEAD))
        with desk.writing() as session:
            if supporter is not None and session.get(Supporter, supporter) is None:
                raise Unknown(f"there is no supporter {supporter}")
            told = (
                rota_imports.shifts(session, found, tier=tier, **how)
                if supporter is None
                else rota_imports.absence(session, found, supporter=supporter, **how)
            )
    except (BadCalendar, Unmatched, RotaRefused) as refused:
        raise click.ClickException(str(refused)) from refused
    desk.tell(proposals.document(told, applied=apply), *proposals.lines(told, applied=apply))


@click.command("oncall", cls=Command)
@AT
@OF_LINE
@click.pass_obj
def oncall(desk: Desk, at: datetime | None, line: Flow) -> None:
    """Show who is on duty, in the order in which they are rung, and why."""
    at = at or desk.now
    with desk.reading() as session:
        found = on_call(session, at, line=line)
    on_duty = _on_duty(found)
    desk.tell({"at": at, "rota": found.rota, "on_duty": on_duty}, *_told(at, on_duty))


def _on_duty(found: OnCall) -> list[dict[str, Any]]:
    return [
        {
            "supporter": duty.supporter,
            "name": found.names[duty.supporter],
            "tier": duty.tier,
            "place": duty.place,
            "shift": duty.shift,
            "away": duty.supporter in found.away,
            "why": duties.why(duty.grounds, found.names, ENGLISH),
            "grounds": grounds.plain(duty.grounds),
        }
        for duty in found.duties
    ]


def _told(at: datetime, on_duty: list[dict[str, Any]]) -> list[str]:
    """For people; a table of nobody is a sentence."""
    if not on_duty:
        return [f"{output.local(at)}: nobody is on duty"]
    return [
        f"{output.local(at)}",
        *(f"  tier {one['tier']}  {one['name']}{' (cannot be reached)' if one['away'] else ''}: {one['why']}" for one in on_duty),
    ]


def _span(gap: Span) -> str:
    return f"{output.local(gap.starts_at)} to {output.local(gap.ends_at)}"


def _plain(gap: Span) -> dict[str, datetime]:
    return {"from": gap.starts_at, "to": gap.ends_at}
