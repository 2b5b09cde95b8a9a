"""The queue of tasks: what waits for somebody, the most urgent first; taken with one press, handed back or over with another."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, Final

from flask import abort, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from helpdesk import callback_records, desks, queue, sight
from helpdesk.customers import Unknown
from helpdesk.queue import TaskTaken
from models import Task
from models.values import Role, TaskKind
from web.console import callbacks
from web.console.blueprint import console
from web.filters import place, row_number
from web.given import given
from web.page import page
from web.papers.figures_of_period import TASKS
from web.visitors import EVERYBODY, opens_to, visitor

A_PAGE: Final = 50
MOST_TAKEN: Final = 10
TAKERS: Final = (Role.SUPPORTER, Role.ADMINISTRATOR)


@console.get("/tasks")
@opens_to(*EVERYBODY)
def tasks() -> AnyResponse:
    """The queue."""
    return _shown()


@console.post("/tasks/<int:task>/take")
@opens_to(*TAKERS)
def take_task(task: int) -> AnyResponse:
    """The visitor takes it; an administrator who is no supporter says who gets it."""
    house, there = given(), visitor()
    taker = there.supporter_id or row_number(request.form, "supporter")
    try:
        with house.writing() as session:
            if queue.kind_of(session, task) not in seen_kinds():
                abort(HTTPStatus.NOT_FOUND)
            if taker is not None:
                queue.take(session, task, taker, actor=there.email, now=house.clock())
    except Unknown:
        abort(HTTPStatus.NOT_FOUND)
    except TaskTaken:
        return _shown(HTTPStatus.CONFLICT, gone=task)
    if taker is None:
        return _shown(HTTPStatus.UNPROCESSABLE_ENTITY, nobody=task)
    return redirect(url_for(".tasks", taken=task))


@console.post("/tasks/<int:task>/hand-back")
@opens_to(*TAKERS)
def hand_task_back(task: int) -> AnyResponse:
    """It waits again: what a supporter has themselves, and an administrator whatever somebody has."""
    house, there = given(), visitor()
    try:
        with house.writing() as session:
            queue.hand_back(session, task, by=there.sees_as, actor=there.email, now=house.clock())
    except Unknown:
        abort(HTTPStatus.NOT_FOUND)
    except TaskTaken:
        return _shown(HTTPStatus.CONFLICT, gone=task)
    return redirect(url_for(".tasks", back=task))


@console.post("/tasks/<int:task>/hand-over")
@opens_to(*TAKERS)
def hand_task_over(task: int) -> AnyResponse:
    """A colleague has it from now on, and is told by text message."""
    house, there, to = given(), visitor(), row_number(request.form, "supporter")
    if to is None:
        return _shown(HTTPStatus.UNPROCESSABLE_ENTITY, nobody=task)
    try:
        with house.writing() as session:
            queue.hand_over(session, task, to, by=there.sees_as, actor=there.email, now=house.clock())
    except Unknown:
        abort(HTTPStatus.NOT_FOUND)
    except TaskTaken:
        return _shown(HTTPStatus.CONFLICT, gone=task)
    return redirect(url_for(".tasks", over=task))


def _shown(status: int = 200, **told: int) -> AnyResponse:
    """The queue, with what has just been done on top."""
    wanted, after = request.args.get("kind"), place("after")
    there, kinds = visitor(), [kind for kind in seen_kinds() if wanted in {None, "", kind.value}]
    oversees = there.role is Role.ADMINISTRATOR
    if not kinds:
        abort(HTTPStatus.NOT_FOUND)
    with given().reading() as session:
        found = queue.waiting(session, kinds=kinds, after=after, most=A_PAGE + 1)
        values: dict[str, Any] = {
            "found": found[:A_PAGE],
            "next": found[A_PAGE - 1].task if len(found) > A_PAGE else None,
            "told": {name: _about(session, task) for name, task in _told(told).items()},
            "supporters": desks.supporters(session),
            "mine": queue.taken_by(session, there.supporter_id or 0, most=MOST_TAKEN),
            "others": queue.taken_by_others(session, there.supporter_id, most=MOST_TAKEN) if oversees else [],
            "running": callback_records.running(session),
            "tried": callback_records.tried(session, [one.task for one in found]),
        }
    values |= {"stages": callbacks.STAGES, "outcomes": callbacks.OUTCOMES, "why_not": callbacks.why_not()}
    return page("console/tasks.html", status, **values, kinds=seen_kinds(), wanted=wanted, tasks=TASKS, now=given().clock())


def _told(told: dict[str, int]) -> dict[str, int]:
    """What the page says on top: about which task, by what was done."""
    done = {name: place(name) for name in ("taken", "back", "over", "called", "gone")}
    return {name: task for name, task in {**done, **told}.items() if task is not None}


def _about(session: Session, task: int) -> queue.QueuedTask | None:
    found = [one for one in queue.about(session, Task.id == task) if one.kind in seen_kinds()]
    return found[0] if found else None


def seen_kinds() -> tuple[TaskKind, ...]:
    """What sorts of tasks the visitor sees: a supporter those of whoever is on duty."""
    return tuple(kind for kind in TaskKind if visitor().sees_as is None or kind in sight.ON_DUTY)
