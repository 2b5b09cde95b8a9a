"""The provider's records: whether the days are held against them, and what of that waits for somebody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.doctor.findings import Finding, ok, warning
from app.doctor.installation import Installation
from models import Reconciliation, Task
from models.values import TaskKind
from web.words import N_

CHECK: Final = "records"
LATE: Final = timedelta(hours=2)


def check(house: Installation) -> Iterator[Finding]:
    """The day that was done last, the first that cannot be, and differences that nobody has looked at."""
    unknown = house.unknown(CHECK, [], needs_database=True)
    if unknown or house.database is None:
        yield from filter(None, [unknown])
        return
    with house.database.reading() as session:
        found = [*_failing(session), *_late(session, house.now), *_differing(session)]
        last = session.scalar(select(func.max(Reconciliation.day)).where(Reconciliation.done_at.is_not(None)))
    yield from found or [_well(last)]


def _well(last: date | None) -> Finding:
    if last is None:
        return ok(CHECK, N_("No day was held against Twilio's records yet."))
    return ok(CHECK, N_("The last day held against Twilio's records is {day}, and no difference waits for anybody."), day=last)


def _failing(session: Session) -> Iterator[Finding]:
    first = select(Reconciliation).where(Reconciliation.problem.is_not(None)).order_by(Reconciliation.day).limit(1)
    if (day := session.scalar(first)) is not None:
        told = N_("{day} could not be held against Twilio's records: {problem}.")
        yield warning(CHECK, told, cure=N_("mend it, then doegnvagt reconcile --day {day}"), day=day.day, problem=day.problem)


def _late(session: Session, now: datetime) -> Iterator[Finding]:
    late = select(func.min(Reconciliation.day)).where(Reconciliation.due_at < now - LATE, Reconciliation.problem.is_(None))
    if (day := session.scalar(late)) is not None:
        told = N_("{day} is due, and nobody has held it against Twilio's records.")
        yield warning(CHECK, told, cure=N_("start `doegnvagt clock`, or see in its log why it does not"), day=day)


def _differing(session: Session) -> Iterator[Finding]:
    waiting = select(func.count()).select_from(Task).where(Task.kind == TaskKind.DISCREPANCY, Task.taken_at.is_(None))
    if count := session.scalar(waiting):
        one = N_("Of one call Twilio tells something else than was charged, and nobody has looked.")
        several = N_("Of {count} calls Twilio tells something else than was charged, and nobody has looked.")
        cure = N_("doegnvagt task list, then doegnvagt explain CALLSID")
        yield warning(CHECK, one if count == 1 else several, cure=cure, count=count)
