"""What a supporter may see: the calls they were rung for or whose task they took, and the cases in which they have something to do.

Everybody else who may look at calls sees all of them.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement, and_, exists, literal, or_, select

from models import Attempt, Call, Case, Task
from models.values import TaskKind

ON_DUTY: Final = frozenset(kind for kind in TaskKind if not kind.is_an_administrators)
"""What those on duty are asked to do."""


def calls(supporter_id: int | None) -> list[ColumnElement[bool]]:
    """The condition on a call that this supporter may see it; none where nobody is meant, who sees all."""
    if supporter_id is None:
        return []
    return [or_(was_rung(supporter_id), literal(supporter_id).in_(select(Task.taken_by_id).where(Task.call_id == Call.id)))]


def was_rung(supporter_id: int) -> ColumnElement[bool]:
    """The condition on a call that the supporter was rung for it: asked of the call's few attempts, not of the supporter's many."""
    return literal(supporter_id).in_(select(Attempt.supporter_id).where(Attempt.call_id == Call.id))


def cases(supporter_id: int | None) -> list[ColumnElement[bool]]:
    """The same of a case: one of their calls stands on it, or a task that they took, or one that waits for whoever is on duty."""
    if supporter_id is None:
        return []
    waits = and_(Task.alarm_at.is_not(None), Task.kind.in_(ON_DUTY))
    has_call = exists().where(Call.case_id == Case.id, *calls(supporter_id))
    has_task = exists().where(Task.case_id == Case.id, or_(waits, Task.taken_by_id == supporter_id))
    return [or_(has_call, has_task)]
