"""`doegnvagt task`: what waits for a person."""

from __future__ import annotations

from dataclasses import asdict

import click

from app.cli.arguments import ROW
from app.cli.commands import Group
from app.cli.desk import Desk
from app.cli.output import local, table
from helpdesk import queue, records


@click.group(cls=Group)
def task() -> None:
    """What somebody must do, by when."""


@task.command("list")
@click.option("--all", "taken", is_flag=True, help="Those too that somebody took.")
@click.pass_obj
def list_tasks(desk: Desk, taken: bool) -> None:
    """List the tasks that wait for somebody, the most urgent first."""
    with desk.reading() as session:
        found = list(records.tasks(session, taken=taken))
    headings = ("Task", "What", "Due", "Case", "Customer", "Taken by", "Call", "Recording")
    rows = [
        (one.task, one.kind, local(one.due_at), one.case, one.customer, one.supporter, one.call, one.recording) for one in found
    ]
    lines = table(headings, rows, right=("Task", "Taken by")) if rows else ["Nothing waits."]
    desk.tell({"tasks": [asdict(one) for one in found]}, *lines)


@task.command("take")
@click.argument("task", type=ROW)
@click.argument("supporter", type=ROW)
@click.pass_obj
def take_task(desk: Desk, task: int, supporter: int) -> None:
    """Take a task: the alarms stop. It stays with whoever took it first."""
    try:
        with desk.writing() as session:
            at = queue.take(session, task, supporter, actor=desk.actor, now=desk.now).taken_at
    except queue.TaskTaken as taken:
        raise click.ClickException(str(taken)) from taken
    desk.tell({"task": task, "supporter": supporter, "taken_at": at}, f"Task {task}: taken by supporter {supporter}, {local(at)}")
