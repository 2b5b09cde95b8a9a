"""In what our calls and the provider's records differ, and what becomes of it: adjusted, left to a person, or left as it is.

What the provider says of a talk's end becomes a report like any other and is folded (R7: of several reports the earliest counts;
R19), then settled. It is taken back where the customer would pay more: that only a person may decide, so it becomes a task.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from billing import ledger
from helpdesk import cases, differences, sweep
from helpdesk.customers import Unknown
from helpdesk.differences import Difference
from helpdesk.ports import LegRecord, LegState
from helpdesk.reconciliation import Run
from models import Attempt, Audit, Call, Cost, Discrepancy, Leg, Line, Reconciliation
from models.local import to_local
from models.values import CallState, DiscrepancyKind, Points, Resolution, TaskKind

ACTOR: Final = "reconciliation"
NOTHING: Final = Points(0)


class Dearer(Exception):
    """The provider's word would cost the customer more; nothing of it is kept."""


def by_call(listed: Sequence[LegRecord]) -> dict[str, list[LegRecord]]:
    """The legs of each call, by the caller's CallSid; the caller's own first."""
    found: dict[str, list[LegRecord]] = {}
    for leg in sorted(listed, key=lambda leg: leg.parent is not None):
        found.setdefault(leg.parent or leg.sid, []).append(leg)
    return found


def different(session: Session, run: Run, legs: dict[str, list[LegRecord]], *, now: datetime) -> tuple[int, list[str]]:
    """How many calls were compared, and the CallSids of those of which the two sides say something else."""
    began = (Call.started_at >= run.since) & (Call.started_at < run.until)
    ours = session.scalars(select(Call).where(began).order_by(Call.started_at, Call.id)).all()
    on = _talked_on(session, began)
    found = [one.sid for one in ours if differences.between(one, legs.get(one.sid, []), talked_on=on.get(one.id), now=now)]
    strangers = _only_there(session, run, legs)
    return len(ours) + len(strangers), [*found, *strangers]


def settle(session: Session, run: Run, sid: str, legs: Sequence[LegRecord], *, now: datetime) -> None:
    """Brings one call into line with the provider's word, as far as that costs its customer nothing; the rest is a person's."""
    session.get_one(Reconciliation, run.id, with_for_update=True)
    as_it_is = {"populate_existing": True}
    call = session.scalar(select(Call).where(Call.sid == sid).with_for_update(of=Call), execution_options=as_it_is)
    if call is None:
        there = {"status": legs[0].status, "legs": len(legs)}
        unknown = Difference(kind=DiscrepancyKind.ONLY_THERE, here={}, there=there)
        _keep(session, run, sid, unknown, resolution=Resolution.NONE, now=now)
        return
    talked_on = _talked_on(session, Call.id == call.id).get(call.id)
    difference = differences.between(call, legs, talked_on=talked_on, now=now)
    if difference is None:
        return
    before = _charged(session, call)
    resolution = _resolve(session, call, difference, legs, now=now)
    moved = Points(_charged(session, call) - before)
    if resolution is Resolution.ADJUSTED:
        details = {"kind": difference.kind.value, "here": difference.here, "there": difference.there, "points": moved}
        mark = {"actor": ACTOR, "action": "reconciled", "subject": f"call:{call.sid}", "call_id": call.id}
        session.add(Audit(at=now, details=details, **mark))
    _keep(session, run, sid, difference, resolution=resolution, call=call, points=moved, now=now)


def accept(session: Session, sid: str, legs: Sequence[LegState], *, actor: str, now: datetime) -> Points:
    """A person takes the provider's word over, whatever it costs the customer; what moved on the account (a charge is negative).

    With it the task that asked somebody to look is done. Raises Unknown. Of several reports of the end the earliest counts
    still (R7): a later one moves nothing.
    """
    call = session.scalar(
        select(Call).where(Call.sid == sid).with_for_update(of=Call), execution_options={"populate_existing": True}
    )
    if call is None:
        raise Unknown(f"there is no call {sid}")
    before = _charged(session, call)
    sweep.told_of(session, call, legs, now=now)
    cases.task_is_done(session, call, TaskKind.DISCREPANCY, now=now)
    moved = Points(_charged(session, call) - before)
    mark = {"actor": actor, "action": "provider_believed", "subject": f"call:{call.sid}", "call_id": call.id}
    session.add(Audit(at=now, details={"points": moved}, **mark))
    for row in session.scalars(select(Discrepancy).where(Discrepancy.sid == sid, Discrepancy.accepted_at.is_(None))):
        row.accept_at, row.accepted_by, row.accepted_at = None, actor, now
    return moved


def keep_costs(session: Session, legs: dict[str, list[LegRecord]], *, now: datetime) -> int:
    """Keeps what the provider charged us for each leg, as soon as it is told; for how many it is not told yet."""
    known = dict(session.execute(select(Call.sid, Call.id).where(Call.sid.in_(legs))).all()) if legs else {}
    unpriced = 0
    for sid, of_call in legs.items():
        for leg in of_call:
            if leg.cost_millionths is None or leg.currency is None or leg.started_at is None:
                unpriced += leg.status == "completed"
                continue
            told: dict[str, Any] = {
                "millionths": leg.cost_millionths,
                "currency": leg.currency,
                "day": to_local(leg.started_at).date(),
            }
            ledger.add_once(session, Cost, unique="sid", values={"sid": leg.sid, "call_id": known.get(sid), "told_at": now, **told})
    return unpriced


def _resolve(session: Session, call: Call, difference: Difference, legs: Sequence[LegRecord], *, now: datetime) -> Resolution:
    if difference.kind is DiscrepancyKind.STATUS and call.state is not CallState.ENDED:
        sweep.answered(session, call.sid, legs, now=now)
        return Resolution.ADJUSTED if call.sweep_at is None else Resolution.NONE
    if difference.ended_at is None:
        return _leave_to_a_person(session, call, difference, now=now) if _charged(session, call) else Resolution.NONE
    if call.ended_at is not None and difference.ended_at >= call.ended_at and not call.end_unknown:
        # Of several reports of the end the earliest counts: theirs moves nothing, and only a person may charge more.
        more = difference.kind is DiscrepancyKind.QUARTERS
        return _leave_to_a_person(session, call, difference, now=now) if more else Resolution.NONE
    try:
        with session.begin_nested():
            _take_over(session, call, legs, now=now)
    except Dearer:
        return _leave_to_a_person(session, call, difference, now=now)
    return Resolution.ADJUSTED


def _take_over(session: Session, call: Call, legs: Sequence[LegRecord], *, now: datetime) -> None:
    """The provider's word as reports, folded and settled. Raises Dearer where that would cost the customer more."""
    before = _charged(session, call)
    sweep.told_of(session, call, legs, now=now)
    if _charged(session, call) < before:
        raise Dearer


def _leave_to_a_person(session: Session, call: Call, difference: Difference, *, now: datetime) -> Resolution:
    """A task for an administrator, once for each call; nothing is left to do where somebody has accepted just this."""
    reviewed = select(Discrepancy).where(Discrepancy.call_id == call.id, Discrepancy.resolution == Resolution.REVIEW)
    known = session.scalars(reviewed).all()
    if any(one.accepted_at is not None and one.there == difference.there for one in known):
        return Resolution.NONE
    if all(one.accepted_at is not None for one in known):
        cases.link(session, call, now=now)
        cases.open_task(session, call, TaskKind.DISCREPANCY, now=now)
    return Resolution.REVIEW


def _keep(
    session: Session,
    run: Run,
    sid: str,
    difference: Difference,
    *,
    resolution: Resolution,
    call: Call | None = None,
    points: Points = NOTHING,
    now: datetime,
) -> None:
    named = {"reconciliation_id": run.id, "sid": sid, "kind": difference.kind}
    if session.scalar(select(Discrepancy.id).filter_by(**named)) is None:
        told = {"here": difference.here, "there": difference.there, "resolution": resolution, "points": points, "found_at": now}
        session.add(Discrepancy(**named, **told, call_id=call.id if call else None))


def _only_there(session: Session, run: Run, legs: dict[str, list[LegRecord]]) -> list[str]:
    """Calls to our lines of which nothing ever reached us."""
    lines = set(session.scalars(select(Line.number)))
    theirs = [
        leg.sid
        for leg in (of_call[0] for of_call in legs.values())
        if leg.is_inbound and leg.to in lines and leg.started_at and run.since <= leg.started_at < run.until
    ]
    known = set(session.scalars(select(Call.sid).where(Call.sid.in_(theirs)))) if theirs else set()
    return [sid for sid in theirs if sid not in known]


def _talked_on(session: Session, which: ColumnElement[bool]) -> dict[int, str | None]:
    """By call, the CallSid of the supporter's leg on which it was accepted."""
    accepted = (Attempt.call_id == Call.id) & (Attempt.number == Call.accepted_attempt)
    query = select(Call.id, Leg.sid).join(Attempt, accepted).join(Leg, Leg.attempt_id == Attempt.id).where(which)
    return dict(session.execute(query).all())


def _charged(session: Session, call: Call) -> int:
    """What a call was charged so far: negative or 0."""
    return sum(ledger.charged(session, call.id).values())
