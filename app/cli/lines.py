"""`doegnvagt line`: the numbers that people dial."""

from __future__ import annotations

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.cli.arguments import NAME, PHONE, one_of
from app.cli.commands import Group
from app.cli.desk import Desk
from billing import ledger
from models import Line
from models.values import Flow


@click.group(cls=Group)
def line() -> None:
    """Numbers that people dial."""


@line.command("set")
@click.argument("number", type=PHONE)
@click.option("--flow", type=one_of(Flow), required=True, help="The conversation it leads to.")
@click.option("--name", type=NAME, help="What supporters hear it called; a new line without one is called by its number.")
@click.pass_obj
def set_line(desk: Desk, number: str, flow: Flow, name: str | None) -> None:
    """Set which conversation a number leads to."""
    with desk.writing() as session:
        before, after = _set(session, number, flow, name)
        if before != after:
            desk.note(session, "line_set", f"line:{number}", before=before, after=after)
    desk.tell({"line": number, **after}, f"Line {number}: {after['flow']}, {after['name']}")


def _set(session: Session, number: str, flow: Flow, name: str | None) -> tuple[dict[str, str] | None, dict[str, str]]:
    """Makes or changes a line; how it was before, if it was, and how it is now."""
    made = ledger.add_once(session, Line, unique="number", values={"number": number, "flow": flow, "name": name or number})
    found = session.scalars(select(Line).where(Line.number == number).with_for_update()).one()
    before = None if made else _as_it_is(found)
    found.flow, found.name = flow, name or found.name
    return before, _as_it_is(found)


def _as_it_is(line: Line) -> dict[str, str]:
    return {"flow": line.flow.value, "name": line.name}
