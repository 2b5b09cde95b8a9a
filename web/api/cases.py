"""Cases, and the tasks on them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from helpdesk import call_records, cases, customers, listed, records
from models import Audit, Case, Supporter, Task
from models.api import Scope
from models.values import CaseState, TaskKind
from web.api.asking import Asked
from web.api.fields import Asks, Number, Page, PageQuery, Row, Shape, cursor, position
from web.api.operation import operation
from web.api.problems import Problem, fault


class CaseShape(Shape):
    """What a customer needs help with; of a caller whom nobody knows it has none. `severity` is one of the HelpDesk's six."""

    case: str
    customer: str | None
    title: str
    severity: int
    state: CaseState


class CaseTimeShape(Shape):
    """A charged quarter that stands on the case as time; points are what was paid, negative or 0."""

    call: str
    quarter: int
    at: datetime
    points: int


class WholeCaseShape(CaseShape):
    """A case with its calls, the oldest first, and the time on it."""

    calls: list[str]
    time: list[CaseTimeShape]


class CasePage(Page):
    """Cases, the newest first."""

    cases: list[CaseShape]


class CasesQuery(PageQuery):
    """Which cases."""

    customer: Number | None = None
    state: CaseState | None = None


class TaskShape(Shape):
    """What somebody must do by `due_at`; `supporter` is who took it."""

    task: int
    kind: TaskKind
    case: str
    customer: str | None
    call: str
    opened_at: datetime
    due_at: datetime
    alarms: int
    taken_at: datetime | None
    supporter: int | None


class TaskPage(Page):
    """Tasks."""

    tasks: list[TaskShape]


class TasksQuery(PageQuery):
    """Which tasks: those that wait (`taken=false`), those that somebody took, or both."""

    taken: Literal["true", "false"] | None = None


class TakeAsks(Asks):
    """Who takes it."""

    supporter: Row


@operation("GET", "/cases", scope=Scope.CASES_READ, refusals=("not-found",))
def list_cases(asked: Asked, query: CasesQuery) -> CasePage:
    """List cases, the newest first."""
    customer = None if query.customer is None else customers.find(asked.session, query.customer)
    found = listed.cases(asked.session, customer=customer, state=query.state, after=position(query, int), most=query.limit)
    return CasePage(cases=[_case(one) for one in found.rows], next=cursor(found.then))


@operation("GET", "/cases/{case}", scope=Scope.CASES_READ)
def show_case(asked: Asked, case: Number) -> WholeCaseShape:
    """Show a case, its calls and the time on it."""
    return WholeCaseShape.model_validate(records.case_record(asked.session, case))


@operation("GET", "/tasks", scope=Scope.TASKS_READ)
def list_tasks(asked: Asked, query: TasksQuery) -> TaskPage:
    """List tasks: those that wait, the most urgent first; else the newest first."""
    taken = None if query.taken is None else query.taken == "true"
    after = position(query, datetime, int) if taken is False else position(query, int)
    found = listed.tasks(asked.session, taken=taken, after=after, most=query.limit)
    return TaskPage(tasks=[_task(task, sid) for task, sid in found.rows], next=cursor(found.then))


@operation("POST", "/tasks/{task}/take", scope=Scope.TASKS_WRITE, refusals=("conflict",))
def take_task(asked: Asked, task: Row, body: TakeAsks) -> TaskShape:
    """Take a task for a supporter: the alarms stop. It stays with whoever took it first."""
    session, supporter = asked.session, body.supporter
    if session.get(Supporter, supporter) is None:
        raise fault("body.supporter", f"there is no supporter {supporter}")
    taken = cases.take(session, task, supporter, now=asked.now)
    if taken.taken_by_id != supporter:
        raise Problem("conflict", f"task {task} was taken before")
    if taken.taken_at == asked.now:
        mark = {"action": "task_taken", "subject": f"task:{task}", "call_id": taken.call_id}
        session.add(Audit(at=asked.now, actor=asked.actor, details={"supporter": supporter}, **mark))
    return _task(taken, call_records.sid_of(session, taken.call_id))


def _case(one: Case) -> CaseShape:
    customer = one.customer.number if one.customer else None
    return CaseShape(case=one.number, customer=customer, title=one.title, severity=one.severity, state=one.state)


def _task(task: Task, sid: str) -> TaskShape:
    return TaskShape.model_validate(records.task_record(task, sid))
