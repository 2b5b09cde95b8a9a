"""What happens here, written down for the endpoints that are told of it: one delivery for each, once, in a transaction with it.

What a person does is written in that person's own transaction. A call says with `tell_at`, in a statement that it writes anyhow,
that it has something to tell, and the clock writes it a moment later: no turn waits for endpoints, and where there is none
nothing is ever asked. What is told of a call follows from its facts: however often it is looked at, each event is written once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Final, cast

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session
from structlog.contextvars import bind_contextvars

from billing import bulk, ledger
from helpdesk import call_records
from helpdesk.call_records import CallRecord
from models import Call, Correction, Delivery, Journal, Task, WebhookEndpoint
from models.values import CallState, Points, masked, masked_within
from models.webhooks import DeliveryState, EventKind

DELIVERIES: Final = cast("Table", Delivery.__table__)
SINCE: Final = select(func.min(WebhookEndpoint.created_at)).where(WebhookEndpoint.ended_at.is_(None)).scalar_subquery()
"""When the oldest endpoint that is told of anything was added: what happened before is nobody's. Null where there is none."""
TELLABLE: Final = (Call.tell_at >= SINCE, Call.link_at.is_(None))
"""Whether somebody is there to be told of a call; a talked one first gets its case."""


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that happened. `key` tells it from others of its kind; `number` is a telephone number that few may see."""

    kind: EventKind
    key: str
    at: datetime
    data: Mapping[str, Any]
    number: str | None = None


def call_document(record: CallRecord, *, numbers: bool) -> dict[str, Any]:
    """A call as JSON has it (interface.md, `call show`); its telephone number masked but where `numbers` may be seen (R23)."""
    said = {"from" if name == "caller" else name: value for name, value in asdict(record).items()}
    return {**said, "from": record.caller if numbers else masked(record.caller)}


def correction_document(row: Correction, *, numbers: bool = True) -> dict[str, Any]:
    """A correction as JSON has it; a telephone number in its note is masked for who may see none (R23)."""
    return {
        "correction": row.id,
        "kind": row.kind.value,
        "customer": row.customer.number,
        "call": row.call.sid if row.call else None,
        "quarters": {str(one.quarter): one.points for one in row.quarters},
        "points": row.points,
        "reason": row.reason.value,
        "note": row.note if numbers else masked_within(row.note),
        "state": row.state.value,
        "dispute": row.dispute_id,
        "asked_at": row.asked_at,
        "asked_by": row.asked_by,
        "decided_at": row.decided_at,
        "decided_by": row.decided_by,
    }


def tell(session: Session, *events: Event, now: datetime) -> None:
    """Writes the events down for every endpoint that wants them, once each."""
    there = session.scalars(select(WebhookEndpoint).where(WebhookEndpoint.ended_at.is_(None))).all()
    rows = [_delivery(to, event, now=now) for to in there for event in events if _is_for(to, event)]
    if rows:
        bulk.insert_once(session, DELIVERIES, rows, unique="key", returning=(DELIVERIES.c.id,))


def tell_due(session: Session, now: datetime) -> int:
    """Writes down what one call has to tell; 1, or 0 where nothing is. Scheduler's unit of work."""
    due = select(Call).where(Call.tell_at <= now, *TELLABLE).order_by(Call.tell_at, Call.id).limit(1)
    call = session.scalar(due.with_for_update(skip_locked=True, of=Call))
    if call is None:
        return 0
    bind_contextvars(call=call.sid)
    call.tell_at = None
    tell(session, *_of_call(session, call, now=now), now=now)
    return 1


def _of_call(session: Session, call: Call, *, now: datetime) -> Iterator[Event]:
    paid = ledger.charged(session, call.id)
    record = call_records.record(session, call, paid, now=now)
    data, number = call_document(record, numbers=False), record.caller
    yield Event(kind=EventKind.CALL_STARTED, key=call.sid, at=call.started_at, data=data, number=number)
    if record.accepted_at is not None:
        key = f"{call.sid}:{call.accepted_attempt}"
        yield Event(kind=EventKind.CALL_ACCEPTED, key=key, at=record.accepted_at, data=data, number=number)
    if call.state is CallState.ENDED and call.ended_at is not None:
        yield Event(kind=EventKind.CALL_ENDED, key=call.sid, at=call.ended_at, data=data, number=number)
        last = session.scalar(select(func.max(Journal.id)).where(Journal.call_id == call.id))
        if last is not None:
            yield Event(kind=EventKind.CALL_SETTLED, key=f"{call.sid}:{last}", at=now, data=data, number=number)
    tasks = session.scalars(select(Task).where(Task.call_id == call.id).order_by(Task.id))
    yield from (_of_task(task, call) for task in tasks)


def _of_task(task: Task, call: Call) -> Event:
    data = {
        "task": task.id,
        "kind": task.kind,
        "case": task.case.number,
        "customer": task.case.customer.number if task.case.customer else None,
        "call": call.sid,
        "opened_at": task.opened_at,
        "due_at": task.due_at,
    }
    key = f"{task.id}:{task.kind}:{task.opened_at.astimezone(UTC).isoformat()}"
    return Event(kind=EventKind.TASK_OPENED, key=key, at=task.opened_at, data=data)


def purchase(*, customer: str, points: Points, reference: str, entry: int, balance: Points, at: datetime) -> Event:
    """A customer bought points."""
    data = {"customer": customer, "points": points, "reference": reference, "entry": entry, "balance": balance}
    return Event(kind=EventKind.PURCHASE_POSTED, key=str(entry), at=at, data=data)


def correction(row: Correction, *, now: datetime) -> Event:
    """A correction stands in the books."""
    return Event(kind=EventKind.CORRECTION_POSTED, key=str(row.id), at=now, data=correction_document(row, numbers=False))


def _is_for(to: WebhookEndpoint, event: Event) -> bool:
    return event.kind in to.wants and event.at >= to.created_at


def _delivery(to: WebhookEndpoint, event: Event, *, now: datetime) -> dict[str, Any]:
    shown = {"from": event.number} if to.sees_numbers and event.number is not None else {}
    return {
        "endpoint_id": to.id,
        "key": f"{to.id}:{event.kind}:{event.key}",
        "event": event.kind.value,
        "happened_at": event.at,
        "data": plain({**event.data, **shown}),
        "state": DeliveryState.DUE,
        "asked_at": now,
        "due_at": now,
        "tries": 0,
    }


def plain(value: Any) -> Any:  # noqa: ANN401 - whatever JSON has
    """The value as JSON has it: moments in ISO 8601 and UTC, with Z."""
    if isinstance(value, Mapping):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return said(value) if isinstance(value, datetime) else value


def said(moment: datetime) -> str:
    """A moment in ISO 8601 and UTC, with Z."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
