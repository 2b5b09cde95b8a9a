"""What a supporter may see: the calls they were rung for or whose task they took, and the cases in which they have something to do.

Everybody else who may look at calls sees all of them.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, or_, select

from models import Attempt, Call, Case, Task
from models.values import TaskKind
from oncall import roster

ON_DUTY: Final = frozenset(kind for kind in TaskKind if not kind.is_an_administrators)
"""What those on duty are asked to do."""


def calls(supporter_id: int | None) -> list[ColumnElement[bool]]:
    """The condition on a call that this supporter may see it; none where nobody is meant, who sees all."""
    if supporter_id is None:
        return []
    rung = select(Attempt.call_id).where(Attempt.supporter_id == supporter_id)
    took = select(Task.call_id).where(Task.taken_by_id == supporter_id)
    return [Call.id.in_(rung.union(took))]


def cases(supporter_id: int | None) -> list[ColumnElement[bool]]:
    """The same of a case: one of their calls stands on it, or a task that they took, or one that waits for whoever is on duty."""
    if supporter_id is None:
        return []
    of_calls = select(Call.case_id).where(*calls(supporter_id))
    waits = select(Task.case_id).where(Task.alarm_at > roster.LONG_AGO, Task.kind.in_(ON_DUTY))
    took = select(Task.case_id).where(Task.taken_by_id == supporter_id)
    return [or_(Case.id.in_(of_calls), Case.id.in_(waits), Case.id.in_(took))]
