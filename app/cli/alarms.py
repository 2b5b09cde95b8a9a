"""`doegnvagt alarms`: what somebody must know of."""

from __future__ import annotations

from dataclasses import asdict

import click

from app.cli.arguments import ROW
from app.cli.commands import Command
from app.cli.desk import Desk
from app.cli.output import local, table
from helpdesk import alarms as matters
from helpdesk.alarms import IsATask
from models.values import Language


@click.command(cls=Command)
@click.option("--acknowledge", "number", type=ROW, help="Say that somebody knows of this one: no more reminders.")
@click.pass_obj
def alarms(desk: Desk, number: int | None) -> None:
    """List the alarms that are open, those first of which nobody knows; or acknowledge one."""
    if number is not None:
        _acknowledge(desk, number)
        return
    with desk.reading() as session:
        found = matters.opened(session, Language.ENGLISH)
    headings = ("Alarm", "What", "Since", "Reminders", "Acknowledged by")
    rows = [(one.alarm, one.subject, local(one.opened_at), one.reminders, one.acknowledged_by) for one in found]
    lines = table(headings, rows, right=("Alarm", "Reminders")) if rows else ["No alarm is open."]
    desk.tell({"alarms": [asdict(one) for one in found]}, *lines)


def _acknowledge(desk: Desk, number: int) -> None:
    try:
        with desk.writing() as session:
            found = matters.record(matters.acknowledge(session, number, by=desk.actor, now=desk.now), Language.ENGLISH)
    except IsATask as why:
        raise click.ClickException(str(why)) from why
    desk.tell(asdict(found), f"Alarm {number}: {found.subject}. Acknowledged by {found.acknowledged_by or 'nobody: it was over'}")
