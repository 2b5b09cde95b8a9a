"""What can be read about callbacks: those that go on, and how the last one for a task came out. Plain data."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Call, Callback, Customer, Person
from models.callbacks import CallbackOutcome
from models.values import CallState


class Stage(StrEnum):
    """How far one is: asked for, the supporter is rung, is told who it is about, the customer is rung, the two talk."""

    ASKED = "asked"
    SUPPORTER = "supporter"
    TOLD = "told"
    CUSTOMER = "customer"
    TALKING = "talking"


@dataclass(frozen=True, kw_only=True)
class RunningCallback:
    """One that goes on; `call` is there once the supporter has picked up."""

    task: int | None
    supporter: int
    name: str
    person: str
    company: str
    stage: Stage
    asked_at: datetime
    call: str | None


@dataclass(frozen=True, kw_only=True)
class TriedCallback:
    """How the last one for a task came out, when, and who rang."""

    name: str
    outcome: CallbackOutcome
    ended_at: datetime


def running(session: Session) -> list[RunningCallback]:
    """Those that go on, the oldest first."""
    people = select(Callback, Call.sid, Call.state, Person.name, Customer.name)
    joined = people.join(Person, Person.id == Callback.person_id).join(Customer, Customer.id == Person.customer_id)
    found = joined.outerjoin(Call, Call.id == Callback.call_id).where(Callback.ended_at.is_(None)).order_by(Callback.id)
    return [
        RunningCallback(
            task=one.task_id,
            supporter=one.supporter_id,
            name=one.supporter.name,
            person=person,
            company=company,
            stage=_stage(state) if one.rung_at is not None else Stage.ASKED,
            asked_at=one.asked_at,
            call=sid,
        )
        for one, sid, state, person, company in session.execute(found)
    ]


def tried(session: Session, tasks: Collection[int]) -> dict[int, TriedCallback]:
    """How the last callback that is over came out, by task."""
    last = (
        select(func.max(Callback.id)).where(Callback.task_id.in_(tasks), Callback.ended_at.is_not(None)).group_by(Callback.task_id)
    )
    found = session.scalars(select(Callback).where(Callback.id.in_(last))) if tasks else ()
    return {
        one.task_id: TriedCallback(name=one.supporter.name, outcome=one.outcome, ended_at=one.ended_at)
        for one in found
        if one.task_id is not None and one.outcome is not None and one.ended_at is not None
    }


def to_ring(session: Session, customer: str) -> dict[int, str]:
    """Who of a customer can be rung: those with a telephone, their names by their numbers."""
    there = select(Person.id, Person.name).join(Customer, Customer.id == Person.customer_id)
    found = there.where(Customer.number == customer, Person.phone.is_not(None), Person.ended_at.is_(None)).order_by(Person.name)
    return dict(session.execute(found).all())


def _stage(state: CallState | None) -> Stage:
    by_state = {CallState.ANSWERING: Stage.TOLD, CallState.RINGING: Stage.CUSTOMER, CallState.TALKING: Stage.TALKING}
    return Stage.SUPPORTER if state is None else by_state.get(state, Stage.TOLD)
