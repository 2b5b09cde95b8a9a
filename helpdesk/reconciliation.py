"""Our calls held against the provider's records, a local day at a time, with the day before once more.

1. `claim`, `by_hand`   the day that is due, or one that somebody names; every day up to today is written down with it
2. helpdesk.discrepancies   what differs, and what becomes of it
3. `finish`, `failed`   what was found, told also where that is nothing; or why not, and when it is tried again

Listing happens outside any transaction (app.reconciler). Calls that are open too long are the sweeper's (helpdesk.sweep).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from billing import ledger
from helpdesk import alarms, errands
from helpdesk.alarms import Matter
from models import Discrepancy, Reconciliation
from models.alarms import AlarmKind
from models.local import from_local, midnight, to_local
from models.values import DiscrepancyKind, Resolution

DUE: Final = time(7)  # the longest call of the day before is over, prices are told, and a text message wakes nobody
A_DAY: Final = timedelta(days=1)
MARGIN: Final = timedelta(hours=1)  # a leg belongs to a call that began a little earlier, on our clock or on theirs
LEASE: Final = timedelta(minutes=30)
FIRST_RETRY: Final = timedelta(minutes=5)
LAST_RETRY: Final = timedelta(hours=1)
GIVEN_UP: Final = timedelta(days=7)
TELL_AFTER: Final = 3
LONGEST_PROBLEM: Final = 500


@dataclass(frozen=True, kw_only=True)
class Run:
    """One day in hand: calls that began from `since` on and before `until`, those of the day before included.

    `by_hand`: somebody asked for it, and sees for themselves whether it worked.
    """

    id: int
    day: date
    since: datetime
    until: datetime
    by_hand: bool

    @property
    def utc_days(self) -> tuple[date, date]:
        """The days in UTC, first and last, that hold every leg of these calls."""
        return (self.since - MARGIN).date(), (self.until + MARGIN).date()


def claim(session: Session, *, now: datetime) -> Run | None:
    """The day that is due longest, made ours for half an hour; None where none is. The first day of all is today."""
    _plan(session, now=now)
    due = select(Reconciliation).where(Reconciliation.due_at <= now).order_by(Reconciliation.due_at, Reconciliation.id).limit(1)
    row = session.scalar(due.with_for_update(skip_locked=True))
    if row is None:
        return None
    row.due_at = now + LEASE
    return _run(row, by_hand=False)


def by_hand(session: Session, day: date, *, now: datetime) -> Run:
    """That day, whether or not it was reconciled before. Raises ValueError for one that has not begun."""
    if day > to_local(now).date():
        raise ValueError(f"{day} has not begun")
    _plan(session, now=now)
    ledger.add_once(session, Reconciliation, unique="day", values={"day": day, "due_at": None, "tries": 0})
    return _run(session.scalars(select(Reconciliation).where(Reconciliation.day == day)).one(), by_hand=True)


def finish(session: Session, run: Run, *, compared: int, unpriced: int, now: datetime) -> None:
    """The day is done; whoever is alarmed is told what was found. One that is not over yet stays due for the morning after.

    Where that is no longer today, today must be due, or no day would ever be again.
    """
    _plan(session, now=now)
    row = session.get_one(Reconciliation, run.id, with_for_update=True)
    over = now >= run.until
    alarms.over(session, AlarmKind.RECONCILIATION, run.day.isoformat(), now=now)
    row.due_at, row.problem = None if over else _usual(run.day), None
    row.done_at, row.compared, row.unpriced, row.tries = now, compared, unpriced, 0
    if over:
        values = {"day": run.day.isoformat(), "compared": compared, **counts(session, run.id)}
        errands.notify(session, [errands.ALARM], notice="reconciled", values=values, key=f"reconciled:{run.day}", now=now)


def failed(session: Session, run: Run, problem: str, *, now: datetime) -> None:
    """It did not work: kept, told the third time running, and tried again for a week, less and less often.

    A try by hand counts for nothing: whoever made it has read why it failed.
    """
    row = session.get_one(Reconciliation, run.id, with_for_update=True)
    row.problem = problem[:LONGEST_PROBLEM]
    if run.by_hand:
        return
    row.tries += 1
    if row.due_at is not None:
        again = now + min(FIRST_RETRY * 2 ** min(row.tries - 1, 10), LAST_RETRY)
        row.due_at = max(again, _usual(run.day)) if again < run.until + GIVEN_UP else None
    if row.tries == TELL_AFTER:
        values = {"day": run.day.isoformat(), "problem": row.problem}
        key = run.day.isoformat()
        alarms.sound(session, Matter(kind=AlarmKind.RECONCILIATION, key=key, notice="not_reconciled", told=values), now=now)


def counts(session: Session, reconciliation_id: int) -> dict[str, int]:
    """How many of each kind were found, and how many were adjusted or left to a person; zeroes too."""
    told = {kind.value: 0 for kind in DiscrepancyKind} | {Resolution.ADJUSTED.value: 0, Resolution.REVIEW.value: 0}
    for column in (Discrepancy.kind, Discrepancy.resolution):
        grouped = select(column, func.count()).where(Discrepancy.reconciliation_id == reconciliation_id).group_by(column)
        told |= {value.value: count for value, count in session.execute(grouped) if value.value in told}
    return told


def _plan(session: Session, *, now: datetime) -> None:
    """Writes down every day from the last one on up to today; of a house that has none, today."""
    today = to_local(now).date()
    last = session.scalar(select(func.max(Reconciliation.day)))
    day = today if last is None else last + A_DAY
    while day <= today:
        ledger.add_once(session, Reconciliation, unique="day", values={"day": day, "due_at": _usual(day), "tries": 0})
        day += A_DAY


def _usual(day: date) -> datetime:
    return from_local(datetime.combine(day + A_DAY, DUE))


def _run(row: Reconciliation, *, by_hand: bool) -> Run:
    since, until = midnight(row.day - A_DAY), midnight(row.day + A_DAY)
    return Run(id=row.id, day=row.day, since=since, until=until, by_hand=by_hand)
