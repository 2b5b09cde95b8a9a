"""The calendars that were taken into a rota: what is still to come of each, and how all of it is taken out again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk import rota_imports
from helpdesk.rota_imports import Proposal
from models import Rota, Shift
from models.values import Flow
from oncall import roster, rotas
from oncall.plans import Absence


@dataclass(frozen=True, kw_only=True)
class Source:
    """A calendar that came in: what it is called here, whose absence it is (None: it brought shifts), and how much is to come."""

    name: str
    supporter: int | None
    called: str | None
    count: int


def sources(session: Session, line: Flow, *, now: datetime) -> Sequence[Source]:
    """Those of a line of which something is not over yet."""
    newest = rotas.newest(session, line)
    absences: dict[tuple[str, int], int] = {}
    for said, one in zip(*_absences(session, newest), strict=True):
        if "source" in said and one.span.ends_at > now:
            key = (said["source"], one.supporter)
            absences[key] = absences.get(key, 0) + 1
    names = roster.names(session, {supporter for _, supporter in absences})
    brought = (
        select(Shift.source, func.count())
        .where(Shift.line == line, Shift.source.is_not(None), Shift.ends_at > now)
        .group_by(Shift.source)
    )
    found = [Source(name=name, supporter=who, called=names[who], count=count) for (name, who), count in sorted(absences.items())]
    shifts = [Source(name=name, supporter=None, called=None, count=count) for name, count in session.execute(brought) if name]
    return [*found, *sorted(shifts, key=lambda one: one.name)]


def take_out(session: Session, source: str, *, supporter: int | None, line: Flow, by: str, now: datetime) -> Proposal:
    """Takes out what has not begun, as if the calendar were empty now. Raises helpdesk.rotas.NoRota."""
    if supporter is None:
        return rota_imports.shifts(session, [], tier=1, line=line, source=source, by=by, now=now, apply=True)
    return rota_imports.absence(session, [], supporter=supporter, line=line, source=source, by=by, now=now, apply=True)


def _absences(session: Session, rota: int | None) -> tuple[list[dict[str, str]], Sequence[Absence]]:
    """As the file says them, and as they are read."""
    if rota is None:
        return [], ()
    return session.get_one(Rota, rota).content.get("absence", []), rotas.plan(session, rota).absences
