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
    yield from found or [ok(CHECK, _well(last))]


def _well(last: date | None) -> str:
    if last is None:
        return "No day was held against Twilio's records yet."
    return f"The last day held against Twilio's records is {last}, and no difference waits for anybody."


def _failing(session: Session) -> Iterator[Finding]:
    first = select(Reconciliation).where(Reconciliation.problem.is_not(None)).order_by(Reconciliation.day).limit(1)
    if (day := session.scalar(first)) is not None:
        told = f"{day.day} could not be held against Twilio's records: {day.problem}."
        yield warning(CHECK, told, cure=f"mend it, then doegnvagt reconcile --day {day.day}")


def _late(session: Session, now: datetime) -> Iterator[Finding]:
    late = select(func.min(Reconciliation.day)).where(Reconciliation.due_at < now - LATE, Reconciliation.problem.is_(None))
    if (day := session.scalar(late)) is not None:
        told = f"{day} is due, and nobody has held it against Twilio's records."
        yield warning(CHECK, told, cure="start `doegnvagt clock`, or see in its log why it does not")


def _differing(session: Session) -> Iterator[Finding]:
    waiting = select(func.count()).select_from(Task).where(Task.kind == TaskKind.DISCREPANCY, Task.taken_at.is_(None))
    if count := session.scalar(waiting):
        told = f"Of {count} call{'s' if count > 1 else ''} Twilio tells something else than was charged, and nobody has looked."
        yield warning(CHECK, told, cure="doegnvagt task list, then doegnvagt explain CALLSID")
