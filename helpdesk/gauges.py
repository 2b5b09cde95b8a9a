"""How much there is of what, now and in the last day: numbers for whoever watches the house from outside, and nobody's name.

Every question finds what is open, or of the last day, by an index: it costs the same with a million calls in history.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Call, Correction, Errand, Hold, Reconciliation, Task
from models.calls import IS_OPEN
from models.corrections import CorrectionState
from models.values import HoldState
from oncall import roster

DAY: Final = timedelta(days=1)


@dataclass(frozen=True)
class Gauge:
    """One number: its name, what it says, and its labels where it is one of several."""

    name: str
    says: str
    value: float
    labels: tuple[tuple[str, str], ...] = ()


def gauges(session: Session, *, now: datetime) -> Iterator[Gauge]:
    """All of them."""
    yield from _calls(session, now=now)
    yield from _work(session, now=now)
    yield Gauge("supporters_on_duty", "Supporters on duty who can be reached.", len(roster.on_duty(session, now)))
    held = select(func.coalesce(func.sum(Hold.points), 0)).where(Hold.state == HoldState.OPEN)
    yield Gauge("points_held", "Points held for quarters that have not begun.", session.scalar(held) or 0)
    last = session.scalar(select(func.max(Reconciliation.done_at)))
    if last is not None:
        yield Gauge(
            "reconciled_seconds", "Seconds since a day was last reconciled with the provider.", (now - last).total_seconds()
        )


def _calls(session: Session, *, now: datetime) -> Iterator[Gauge]:
    open_ones = select(Call.state, func.count()).where(IS_OPEN).group_by(Call.state)
    for state, count in session.execute(open_ones):
        yield Gauge("calls_now", "Calls that go on, by state.", count, (("state", state.value),))
    ended = select(Call.outcome, func.count()).where(Call.ended_at > now - DAY, Call.outcome.is_not(None)).group_by(Call.outcome)
    for outcome, count in session.execute(ended):
        if outcome is None:
            continue
        yield Gauge("calls_last_day", "Calls that ended in the last 24 hours, by outcome.", count, (("outcome", outcome.value),))
    late = select(func.min(Call.next_quarter_at)).where(Call.next_quarter_at <= now)
    behind = session.scalar(late)
    yield Gauge(
        "quarters_late_seconds",
        "How long the oldest begun quarter waits for its charge.",
        (now - behind).total_seconds() if behind else 0,
    )


def _work(session: Session, *, now: datetime) -> Iterator[Gauge]:
    waiting = select(func.count()).select_from(Task).where(Task.alarm_at.is_not(None))
    yield Gauge("tasks_waiting", "Tasks that nobody took yet.", session.scalar(waiting) or 0)
    overdue = session.scalar(waiting.where(Task.due_at <= now)) or 0
    yield Gauge("tasks_overdue", "Tasks that nobody took by their deadline.", overdue)
    due = select(func.count()).select_from(Errand).where(Errand.due_at <= now)
    yield Gauge("errands_due", "Messages and other errands that the clock should carry out now.", session.scalar(due) or 0)
    asked = select(func.count()).select_from(Correction).where(Correction.state == CorrectionState.ASKED)
    yield Gauge("corrections_waiting", "Refunds and grants that wait for a second person.", session.scalar(asked) or 0)
