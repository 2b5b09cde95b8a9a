"""The last test of each supporter's telephone, as plain data, for whoever looks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import ReadinessTest
from models.readiness import ReadinessOutcome
from oncall import telephones


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """A supporter's last test; without an outcome it goes on. `rang` is for how many seconds, until it was picked up or stopped.

    `other_number`: the supporter has had another telephone since. `problem` says why it could not be rung.
    """

    supporter: int
    asked_at: datetime
    asked_by: str
    outcome: ReadinessOutcome | None
    rang: int | None
    ended_at: datetime | None
    other_number: bool
    problem: str | None


def last(session: Session, supporters: Collection[int]) -> dict[int, Readiness]:
    """By supporter, their last test; nothing for one who was never tested."""
    if not supporters:
        return {}
    newest = select(func.max(ReadinessTest.id)).where(ReadinessTest.supporter_id.in_(supporters))
    tests = session.scalars(select(ReadinessTest).where(ReadinessTest.id.in_(newest.group_by(ReadinessTest.supporter_id))))
    return {test.supporter_id: _read(test) for test in tests}


def _read(test: ReadinessTest) -> Readiness:
    return Readiness(
        supporter=test.supporter_id,
        asked_at=test.asked_at,
        asked_by=test.asked_by,
        outcome=test.outcome,
        rang=test.rang,
        ended_at=test.ended_at,
        other_number=test.phone not in telephones.numbers(test.supporter),
        problem=test.problem if test.outcome is ReadinessOutcome.FAILED else None,
    )
