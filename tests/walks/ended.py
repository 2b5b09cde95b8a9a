"""What must be true of every call when a walk is over: an end, what it cost, and who was told."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing import quarters
from models import Call, Task
from models.values import CallOutcome, CallState
from simulator.legs import By
from simulator.records import Truth
from tests.house import House

NEARLY: Final = 60
"""Seconds by which a talk may be told wrongly: the longest that a webhook was late, and whole seconds."""


def ended_well(house: House, session: Session, call: Call, calls: list[Call]) -> None:
    """R7, R8, R14, R20: over, with nobody reserved, at the price of what was talked; and an accepted price leads to somebody."""
    assert (call.state, call.sweep_at) == (CallState.ENDED, None)
    assert [attempt for attempt in call.attempts if attempt.ended_at is None] == []
    truth = house.exchange.truth(call.sid)
    assert truth.ended_by is not None
    _costs_what_it_took(house, call, truth)
    if call.price_accepted_at is not None and call.outcome not in {CallOutcome.TALKED, CallOutcome.NO_POINTS}:
        told = session.scalar(select(Task).where(Task.call_id == call.id).limit(1))
        again = [one for one in calls if one.id > call.id and (one.from_number, one.person_id) != (None, None)]
        assert told is not None or [one for one in again if _same_caller(one, call)], f"{call.sid} was left alone (R14)"


def _costs_what_it_took(house: House, call: Call, truth: Truth) -> None:
    cost = -house.cost(call.sid)
    if truth.bridged_at is None:
        assert (call.outcome is CallOutcome.TALKED, cost) == (False, 0)
        return
    if call.end_unknown:
        assert cost <= 15 * quarters.begun(truth.talked_seconds + NEARLY)
        return
    assert call.outcome is CallOutcome.TALKED
    seconds = house.seconds(call.sid)
    assert seconds is not None
    assert abs(seconds - truth.talked_seconds) <= NEARLY, f"{seconds} s are billed, {truth.talked_seconds} s were talked"
    owed = quarters.begun(seconds)
    if truth.bridge is not None and truth.bridge.ended_by is By.TIME_LIMIT:
        owed = min(owed, call.granted_quarters or 0)
    assert cost == 15 * owed


def _same_caller(one: Call, other: Call) -> bool:
    return one.person_id == other.person_id if one.person_id else one.from_number == other.from_number
