"""When each job of the clock has something to do: rows say so, in indexed `…_at` columns, and one question asks all of them.

Where a job would claim anything, its appointment is due.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, bindparam, exists, literal_column, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from helpdesk import deliveries, events, left_behind, rounds
from models import (
    Account,
    Alarm,
    Attempt,
    Call,
    Callback,
    Delivery,
    Discrepancy,
    Errand,
    ReadinessTest,
    Reconciliation,
    Recording,
    Round,
    Task,
)
from models.values import ErrandKind

ONE: Final[ColumnElement[int]] = literal_column("1")
"""Written out: for a limit that comes as a value PostgreSQL plans to read a tenth of the table."""


@dataclass(frozen=True)
class Appointment:
    """Where rows tell when a job has something to do: at that `moment`, or so much `later`; or always, where `untold`."""

    moment: InstrumentedAttribute[datetime | None] | InstrumentedAttribute[datetime]
    which: tuple[ColumnElement[bool], ...] = ()
    later: timedelta = timedelta(0)
    untold: ColumnElement[bool] | None = None

    def is_due(self, name: str) -> ColumnElement[bool]:
        """Whether it has, where `name` is now, less what it is later."""
        first = select(self.moment).where(self.moment <= bindparam(name), *self.which).order_by(self.moment).limit(ONE)
        told = first.scalar_subquery().is_not(None)
        return told if self.untold is None else or_(told, self.untold)


def _round(name: str) -> Appointment:
    mine = Round.name == name
    return Appointment(Round.due_at, (mine,), untold=~exists(select(Round.id).where(mine)))


DUE: Final[Mapping[str, Appointment]] = {
    "holds": Appointment(Call.next_hold_at),
    "quarters": Appointment(Call.next_quarter_at),
    "cases": Appointment(Call.link_at),
    "missed": Appointment(Call.follow_up_at),
    "attempts": Appointment(Attempt.rung_at, left_behind.MAY_RING, later=left_behind.LONGEST_ATTEMPT),
    "alarms": Appointment(Task.alarm_at),
    "tellings": Appointment(Alarm.tell_at),
    "warnings": Appointment(Call.warn_at),
    "balances": Appointment(Account.low_at),
    "events": Appointment(Call.tell_at, events.TELLABLE),
    "cuts": Appointment(Call.cut_at),
    "sweeps": Appointment(Call.sweep_at),
    "callbacks": Appointment(Callback.due_at),
    "tests": Appointment(ReadinessTest.due_at),
    "recordings": Appointment(Recording.due_at),
    "texts": Appointment(Errand.due_at, (Errand.kind == ErrandKind.TEXT,)),
    "letters": Appointment(Errand.due_at, (Errand.kind == ErrandKind.MAIL,)),
    "hooks": Appointment(Delivery.due_at),
    "pruning": Appointment(Delivery.done_at, later=deliveries.KEPT_FOR),
    **{name: _round(name) for name in rounds.ROUNDS},
    "acceptances": Appointment(Discrepancy.accept_at),
    "days": Appointment(Reconciliation.due_at, untold=~exists(select(Reconciliation.id))),
}
"""When a job may have something to do: where it would claim anything, its appointment is due."""
WAITING: Final = select(*(appointment.is_due(name) for name, appointment in DUE.items()))


def due(session: Session, now: datetime) -> set[str]:
    """The jobs that may have something to do."""
    found = session.execute(WAITING, {name: now - appointment.later for name, appointment in DUE.items()}).one()
    return {name for name, is_due in zip(DUE, found, strict=True) if is_due}
