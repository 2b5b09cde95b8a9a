"""Calls, past and running, and the board of what goes on now."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from helpdesk import board as boards
from helpdesk import call_records, events, listed
from helpdesk.board import Board, LineState, LiveCall, Standing
from helpdesk.call_records import CallRecord
from models.api import Scope
from models.values import AttemptOutcome, CallOutcome, CallState, TaskKind
from web.api.asking import Asked
from web.api.duty import ReadinessShape
from web.api.fields import MomentText, Number, Page, PageQuery, Shape, Sid, cursor, moment, position
from web.api.operation import operation
from web.api.problems import fault


class AttemptShape(Shape):
    """Who was rung; without an outcome while it rings, or while the two are talking."""

    supporter: int
    outcome: AttemptOutcome | None


class CallShape(Shape):
    """A call as it stands now. `points` is what was charged, negative or 0. `from` is masked without the scope numbers:read."""

    call: str
    line: str
    from_: str = Field(alias="from")
    state: CallState
    outcome: CallOutcome | None
    customer: str | None
    person: int | None
    supporter: int | None
    case: str | None
    started_at: datetime
    accepted_at: datetime | None
    ended_at: datetime | None
    seconds: int
    quarters: int
    points: int
    attempts: list[AttemptShape]


class StepShape(Shape):
    """One step of the conversation, on the caller's leg (`attempt` null) or on an attempt's. What was keyed is never told."""

    attempt: int | None
    at: datetime
    step: str


class WholeCallShape(CallShape):
    """A call with its steps."""

    steps: list[StepShape]


class CallPage(Page):
    """Calls, the newest first."""

    calls: list[CallShape]


class CallsQuery(PageQuery):
    """Which calls."""

    customer: Number | None = None
    from_: Annotated[MomentText | None, Field(alias="from", description="Those that started then or later.")] = None
    to: Annotated[MomentText | None, Field(description="Those that started before.")] = None
    state: CallState | None = None
    outcome: CallOutcome | None = None


class LiveCallShape(Shape):
    """A call that goes on: who is being rung since when, and how many quarters more can be paid (null: no limit, or no talk)."""

    call: CallShape
    company: str | None
    person: str | None
    supporter: str | None
    rung: str | None
    rung_at: datetime | None
    waiting_since: datetime | None
    quarters_payable: int | None


class OnDutyShape(Shape):
    """Somebody on duty, in ringing order. `until` is the end of a wrap-up; `readiness` is null before the first test."""

    supporter: int
    name: str
    standing: Standing
    until: datetime | None
    call: str | None
    readiness: ReadinessShape | None


class WaitingShape(Shape):
    """A task that nobody took yet."""

    task: int
    kind: TaskKind
    case: str
    call: str
    company: str
    opened_at: datetime
    due_at: datetime


class LiveShape(Shape):
    """What goes on now: `line` is open (somebody can be rung), busy (everyone on duty is) or unmanned."""

    line: LineState
    calls: list[LiveCallShape]
    on_duty: list[OnDutyShape]
    waiting: list[WaitingShape]


class DutyShape(Shape):
    """Who is on duty now, in ringing order."""

    line: Literal["open", "busy", "unmanned"]
    on_duty: list[OnDutyShape]


@operation("GET", "/calls", scope=Scope.CALLS_READ, refusals=("not-found",))
def list_calls(asked: Asked, query: CallsQuery) -> CallPage:
    """List calls, the newest first."""
    start, end = moment(query.from_), moment(query.to)
    if start and end and end <= start:
        raise fault("query.to", "it must be later than `from`")
    found = listed.calls(
        asked.session,
        customer=query.customer,
        started_from=start,
        started_before=end,
        state=query.state,
        outcome=query.outcome,
        after=position(query, datetime, int),
        most=query.limit,
        now=asked.now,
    )
    return CallPage(calls=[_call(asked, one) for one in found.rows], next=cursor(found.then))


@operation("GET", "/calls/{call}", scope=Scope.CALLS_READ)
def show_call(asked: Asked, call: Sid) -> WholeCallShape:
    """Show a call, with its attempts and steps."""
    record = call_records.call_record(asked.session, call, now=asked.now)
    said = events.call_document(record, numbers=asked.numbers)
    return WholeCallShape.model_validate({**said, "steps": listed.steps(asked.session, call)})


@operation("GET", "/live", scope=Scope.CALLS_READ)
def show_live(asked: Asked) -> LiveShape:
    """Show what goes on now: calls, who is on duty, what waits for somebody."""
    found = boards.board(asked.session, now=asked.now)
    calls = [_live(asked, one) for one in found.calls]
    waiting = [WaitingShape.model_validate(one) for one in found.waiting]
    return LiveShape(line=found.line, calls=calls, on_duty=_duty(found), waiting=waiting)


@operation("GET", "/on-duty", scope=Scope.DUTY_READ)
def show_on_duty(asked: Asked) -> DutyShape:
    """Show who is on duty now, and how they stand."""
    found = boards.board(asked.session, now=asked.now)
    return DutyShape(line=found.line.value, on_duty=_duty(found))


def _duty(found: Board) -> list[OnDutyShape]:
    return [OnDutyShape.model_validate(one) for one in found.on_duty]


def _call(asked: Asked, record: CallRecord) -> CallShape:
    return CallShape.model_validate(events.call_document(record, numbers=asked.numbers))


def _live(asked: Asked, one: LiveCall) -> LiveCallShape:
    return LiveCallShape(
        call=_call(asked, one.record),
        company=one.company,
        person=one.person,
        supporter=one.supporter,
        rung=one.rung,
        rung_at=one.rung_at,
        waiting_since=one.waiting_since,
        quarters_payable=one.payable,
    )
