"""`doegnvagt doctor`: is everything well, and if not, what is to be done about it? Made for installations that are not."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict

import click

from app import doctor as examination
from app.cli.commands import Command
from app.cli.desk import Desk
from app.doctor.findings import Level, Told
from models.values import Language


@click.command("doctor", cls=Command)
@click.pass_obj
def doctor(desk: Desk) -> None:
    """Look at everything that calls depend on, with the cure beside what is not well; exit status 1 where something is an error."""
    found = list(examination.examine(desk.env, Language.ENGLISH))
    counted = Counter(finding.level for finding in found)
    is_well = not counted[Level.ERROR]
    document = {"ok": is_well, **_counts(counted), "findings": [asdict(finding) for finding in found]}
    desk.tell(document, *(line for finding in found for line in _lines(finding)), "", _sum(counted))
    if not is_well:
        raise click.exceptions.Exit(1)


def _counts(counted: Counter[Level]) -> dict[str, int]:
    return {"errors": counted[Level.ERROR], "warnings": counted[Level.WARNING]}


def _lines(finding: Told) -> list[str]:
    head = f"{finding.level:<8} {finding.check:<10} {finding.found}"
    return [head, *([f"{'':<19} → {finding.cure}"] if finding.cure else [])]


def _sum(counted: Counter[Level]) -> str:
    if not counted[Level.ERROR] and not counted[Level.WARNING]:
        return "All is well."
    names = ((Level.ERROR, "error"), (Level.WARNING, "warning"))
    return ", ".join(f"{counted[level]} {name}{'s' * (counted[level] != 1)}" for level, name in names) + "."
