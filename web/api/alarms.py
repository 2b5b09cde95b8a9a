"""Alarms: the open ones, and all there were."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from helpdesk import alarms
from helpdesk.alarms import IsATask
from models.alarms import AlarmKind
from models.api import Scope
from models.values import Language
from web.api.asking import Asked
from web.api.fields import Page, PageQuery, Row, Shape, cursor, position
from web.api.operation import operation
from web.api.problems import Problem


class AlarmShape(Shape):
    """A matter that somebody must know of, in English. `closed_at` is when it was over.

    `reminders` counts how often it was told again.
    """

    alarm: int
    kind: AlarmKind
    subject: str
    words: str
    opened_at: datetime
    reminders: int
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    closed_at: datetime | None


class AlarmPage(Page):
    """Alarms, the newest first."""

    alarms: list[AlarmShape]


class AlarmsQuery(PageQuery):
    """Which alarms: those that are open (`open=true`), or all."""

    open: Literal["true"] | None = None


@operation("GET", "/alarms", scope=Scope.DUTY_READ)
def list_alarms(asked: Asked, query: AlarmsQuery) -> AlarmPage:
    """List alarms, the newest first."""
    is_open = query.open is not None
    found = alarms.history(asked.session, Language.ENGLISH, is_open=is_open, after=position(query, int), most=query.limit)
    return AlarmPage(alarms=[AlarmShape.model_validate(one) for one in found.rows], next=cursor(found.then))


@operation("POST", "/alarms/{alarm}/acknowledge", scope=Scope.TASKS_WRITE, refusals=("conflict",))
def acknowledge_alarm(asked: Asked, alarm: Row) -> AlarmShape:
    """Acknowledge an alarm: nobody is reminded of it any more. That of a task is over when the task is taken, and refused."""
    try:
        found = alarms.acknowledge(asked.session, alarm, by=asked.actor, now=asked.now)
    except IsATask as why:
        raise Problem("conflict", str(why)) from why
    return AlarmShape.model_validate(alarms.record(found, Language.ENGLISH))
