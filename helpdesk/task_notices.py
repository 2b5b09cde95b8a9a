"""What is written about a task, to those on duty and whoever is alarmed (R14). Nobody on duty is woken for an administrator's."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.orm import Session

from helpdesk import errands, phrases, recipients
from models import Call, Task
from models.values import ErrandKind

MINUTE: Final = timedelta(minutes=1)


def tell(session: Session, task: Task, call: Call, *, key: str, now: datetime) -> None:
    """What waits, and until when."""
    to = [*_on_duty(session, task, call, now=now), recipients.ALARM]
    notice, about = f"task_{task.kind.value}", {"task": task.id}
    values = _values(task, call)
    errands.notify(session, to, notice=notice, values=values, key=key, now=now, call_id=call.id, about=about)


def remind(session: Session, task: Task, *, now: datetime, ways: Collection[ErrandKind]) -> None:
    """They were told before, so it says how long it has waited and how it is taken. `ways`: how whoever is alarmed is reached."""
    call = session.get_one(Call, task.call_id)
    key, notice = f"task:{task.id}:alarm:{task.alarms}", f"reminder_{task.kind.value}"
    values, about = _values(task, call) | {"waited": (now - task.opened_at) // MINUTE}, {"task": task.id}
    for to, number in _on_duty(session, task, call, now=now).items():
        told = {**values, "taker": number}
        errands.notify(session, [to], notice=notice, values=told, key=key, now=now, call_id=call.id, about=about)
    payload = {"to": recipients.ALARM, "notice": notice, "values": {**values, "taker": "SUPPORTER"}, **about}
    for kind in ways:
        errands.ask(session, kind, f"{key}:{recipients.ALARM}:{kind.value}", payload, now=now, call_id=call.id)


def _on_duty(session: Session, task: Task, call: Call, *, now: datetime) -> dict[str, str]:
    """Who of those on duty is told, as errands call them; and their number."""
    them = [] if task.kind.is_an_administrators else recipients.on_duty(session, call.line.flow, now)
    return {recipients.supporter(one.id): str(one.id) for one in them}


def _values(task: Task, call: Call) -> dict[str, Any]:
    return {
        "task": task.id,
        "case": task.case.number,
        "company": recipients.company(call),
        "person": call.person.name if call.person else "",
        "number": recipients.number(call) or (phrases.RECORDED if task.recording_url else None),
        "due": task.due_at.isoformat(),
    }
