"""The time that stands on a case: the charged quarters of its calls, as the ledger has them now (R17)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing import ledger, meter
from models import Call, Case, Journal
from models.values import CallState, Points


@dataclass(frozen=True, kw_only=True)
class CaseTime:
    """A charged quarter as it stands on a case (R17)."""

    call: str
    quarter: int
    at: datetime
    points: Points


def time_on(session: Session, case: Case) -> list[CaseTime]:
    """The charged quarters of a case's calls, as they stand in the ledger now (R17). Points are what was paid: negative or 0."""
    found = session.scalars(select(Call).where(Call.case_id == case.id).order_by(Call.started_at, Call.id)).all()
    return [time for call in found for time in _quarters(session, call)]


def _quarters(session: Session, call: Call) -> list[CaseTime]:
    journals = session.execute(
        select(Journal.quarter, Journal.occurred_at, Journal.reverses_id).where(Journal.call_id == call.id).order_by(Journal.id)
    )
    last = {quarter: (at, reverses) for quarter, at, reverses in journals if quarter is not None}
    starts = {quarter: at for quarter, (at, reverses) in last.items() if reverses is None}
    paid, is_over = ledger.charged(session, call.id), call.state is CallState.ENDED
    return [
        CaseTime(call=call.sid, quarter=quarter, at=at, points=paid[quarter])
        for quarter, at in sorted(starts.items())
        if paid[quarter] or not is_over or quarter <= meter.count(call)  # of a free one nothing is ever taken back
    ]
