"""Figures of a period: how much was called and when, how soon and by whom it was answered, what it came to, what was missed.

Everything is of the calls that started in [since, until). Local hours and weekdays, seconds and points; shares are of whole numbers
that stand beside them.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from billing import price_lists, quarters, tariff
from models import Account, Attempt, Call, Entry, Journal, Supporter, Task
from models.local import to_local
from models.values import CallOutcome, JournalKind, Seconds, TaskKind

LONGEST: Final = timedelta(days=100)
HOURS: Final = range(24)
WEEKDAYS: Final = range(1, 8)
SLOW: Final = 9  # of ten calls, how many were answered sooner


@dataclass(frozen=True, kw_only=True)
class PeriodSum:
    """What the quarters of one period of a price list came to."""

    quarters: int
    points: int


@dataclass(frozen=True, kw_only=True)
class SupporterSum:
    """What one supporter answered: calls, and whole seconds talked."""

    name: str
    calls: int
    seconds: Seconds


@dataclass(frozen=True, kw_only=True)
class TaskSum:
    """What became of the tasks of one kind: taken within the deadline, later, or not yet."""

    in_time: int
    late: int
    waiting: int


@dataclass(frozen=True, kw_only=True)
class Figures:
    """`by_hour` counts calls by ISO weekday and local hour; `answered_in` is sorted: seconds from the first ring to the 1.

    Of callbacks there is neither that nor a tier: there it is the customer who answers.
    """

    since: datetime
    until: datetime
    calls: int
    by_hour: Mapping[tuple[int, int], int]
    outcomes: Mapping[CallOutcome, int]
    answered_in: Sequence[int]
    tiers: Mapping[int, int]
    periods: Mapping[str, PeriodSum]
    supporters: Sequence[SupporterSum]
    tasks: Mapping[TaskKind, TaskSum]

    @property
    def median(self) -> int | None:
        """Seconds within which half of the talked calls were answered."""
        return self.answered_in[(len(self.answered_in) - 1) // 2] if self.answered_in else None

    @property
    def slow(self) -> int | None:
        """Seconds within which nine of ten were."""
        return self.answered_in[(len(self.answered_in) * SLOW - 1) // 10] if self.answered_in else None

    @property
    def busiest(self) -> int:
        """The most calls of any hour of the week: what a picture is scaled by."""
        return max(self.by_hour.values(), default=0)


def figures(session: Session, *, since: datetime, until: datetime) -> Figures:
    """The figures of a period of LONGEST at most. Raises ValueError for a longer one, or one that ends before it begins."""
    if not since < until <= since + LONGEST:
        raise ValueError(f"a period ends behind its beginning, and has at most {LONGEST.days} days")
    during = (Call.started_at >= since) & (Call.started_at < until)
    columns = (Call.started_at, Call.outcome, Call.ringing_since, Call.accepted_at, Call.ended_at, Call.is_outgoing)
    named = select(*columns, Supporter.name).outerjoin(Supporter, Supporter.id == Call.supporter_id)
    found = session.execute(named.where(during)).all()
    talked = [row for row in found if row.outcome is CallOutcome.TALKED and row.accepted_at is not None]
    came_in = [row for row in talked if row.ringing_since and not row.is_outgoing]
    hours = Counter((local.isoweekday(), local.hour) for local in (to_local(row.started_at) for row in found))
    return Figures(
        since=since,
        until=until,
        calls=len(found),
        by_hour=hours,
        outcomes=Counter(row.outcome for row in found if row.outcome is not None),
        answered_in=sorted(quarters.elapsed(row.ringing_since, row.accepted_at) for row in came_in),
        tiers=_tiers(session, during),
        periods=_periods(session, during),
        supporters=_supporters([(row.name, quarters.elapsed(row.accepted_at, row.ended_at)) for row in talked]),
        tasks=_tasks(session, during),
    )


def _tiers(session: Session, during: ColumnElement[bool]) -> dict[int, int]:
    """In which tier calls were taken; the last resort is of none."""
    answered = (
        select(Attempt.tier)
        .join(Call, (Call.id == Attempt.call_id) & (Call.accepted_attempt == Attempt.number))
        .where(during, Call.outcome == CallOutcome.TALKED, Call.is_outgoing.is_(False))
        .where(or_(Attempt.tier.is_not(None), Attempt.rota_id.is_(None)))
    )
    return dict(sorted(Counter(tier or 1 for tier in session.scalars(answered)).items()))


def _periods(session: Session, during: ColumnElement[bool]) -> dict[str, PeriodSum]:
    """Each quarter as it stands in the ledger now: what settling took back of it, or charged anew, is the same quarter's (R9)."""
    charged = (
        select(Journal.call_id, Journal.quarter, Journal.kind, Journal.occurred_at, Journal.price_list_id, Entry.points)
        .join(Call, Call.id == Journal.call_id)
        .join(Entry, Entry.journal_id == Journal.id)
        .join(Account, Account.id == Entry.account_id)
        .where(during, Journal.quarter.is_not(None), Account.customer_id.is_not(None), Journal.price_list_id.is_not(None))
        .order_by(Journal.id)
    )
    begun: dict[tuple[int | None, int | None], tuple[datetime, int]] = {}
    paid: Counter[tuple[int | None, int | None]] = Counter()
    for call, quarter, kind, at, list_id, moved in session.execute(charged):
        paid[call, quarter] -= moved
        if kind is JournalKind.QUARTER:
            begun[call, quarter] = (at, list_id or 0)
    counted: Counter[str] = Counter()
    points: Counter[str] = Counter()
    for which, (at, list_id) in begun.items():
        if paid[which]:
            name = tariff.period(price_lists.tariff(session, list_id), at).name
            counted[name] += 1
            points[name] += paid[which]
    return {name: PeriodSum(quarters=count, points=points[name]) for name, count in counted.most_common()}


def _supporters(talks: Sequence[tuple[str | None, int]]) -> list[SupporterSum]:
    calls: Counter[str] = Counter()
    seconds: Counter[str] = Counter()
    for name, talked in talks:
        calls[name or ""] += 1
        seconds[name or ""] += talked
    return [SupporterSum(name=name, calls=calls[name], seconds=Seconds(talked)) for name, talked in seconds.most_common()]


def _tasks(session: Session, during: ColumnElement[bool]) -> dict[TaskKind, TaskSum]:
    found = select(Task.kind, Task.due_at, Task.taken_at).join(Call, Call.id == Task.call_id).where(during)
    kinds: defaultdict[TaskKind, Counter[str]] = defaultdict(Counter)
    for kind, due_at, taken_at in session.execute(found):
        kinds[kind]["waiting" if taken_at is None else "in_time" if taken_at <= due_at else "late"] += 1
    return {
        kind: TaskSum(in_time=counted["in_time"], late=counted["late"], waiting=counted["waiting"])
        for kind, counted in sorted(kinds.items(), key=lambda item: item[0].value)
    }
