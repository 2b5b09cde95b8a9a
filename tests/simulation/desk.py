"""Whoever is told, as real people are: in nine nights of ten somebody takes what they were reminded of, and knows of an alarm.

Each is done in a web process, as everything that people do in a night of `plans`. In the tenth night all are reminded for ever.
"""

from __future__ import annotations

from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import alarms, queue
from models import Alarm, Supporter, Task
from models.alarms import AlarmKind

if TYPE_CHECKING:
    from tests.simulation.night import Night

DESERTED: Final = 10
EVERY: Final = 600.0
NEXT: Final = 20.0
REMINDED: Final = select(Task.id).where(Task.taken_at.is_(None), Task.alarms > 0).order_by(Task.due_at, Task.id).limit(1)
UNKNOWN: Final = (
    select(Alarm.id)
    .where(alarms.IS_OPEN, Alarm.acknowledged_at.is_(None), Alarm.kind != AlarmKind.TASK)
    .order_by(Alarm.id)
    .limit(1)
)


class Desk:
    """Somebody looks now and then, until all is over, and does one thing after another until nothing waits."""

    def __init__(self, night: Night) -> None:
        self.night = night
        self.chance = Random(f"{night.seed} desk")  # noqa: S311 - of its own
        self.is_deserted = not self.chance.randrange(DESERTED)

    def opens(self) -> None:
        """From now on, now and then."""
        if not self.is_deserted:
            self._looks_again(EVERY)

    def _looks_again(self, seconds: float) -> None:
        self.night.exchange.clock.after(self.chance.expovariate(1 / seconds), self._looks)

    def _looks(self) -> None:
        with self.night.database.reading() as session:
            waits = session.scalar(REMINDED), session.scalar(UNKNOWN)
        acts = [act for act, what in zip((self.takes_what_waits, self.knows_of_it), waits, strict=True) if what is not None]
        if acts:
            self.night.plans.does(self.chance.choice(acts))
        self._looks_again(NEXT if acts else EVERY)

    def takes_what_waits(self, session: Session, now: datetime) -> None:
        """What waits longest of what somebody was reminded of."""
        task = session.scalar(REMINDED)
        if task is not None:
            who = self.chance.choice(session.scalars(select(Supporter.id).order_by(Supporter.id)).all())
            queue.take(session, task, who, actor=f"{who}", now=now)
            self.night.plans.agreement.knows(f"task:{task}:alarm:")

    def knows_of_it(self, session: Session, now: datetime) -> None:
        """Of the oldest alarm that nobody knows of."""
        one = session.scalar(UNKNOWN)
        if one is not None:
            alarms.acknowledge(session, one, by="somebody", now=now)
            self.night.plans.agreement.knows(f"alarm:{one}:")
