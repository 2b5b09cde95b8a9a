"""What an operator asks about the house from inside: its clocks, its messages, its reconciliation, its books' size. Plain data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from models import Errand, Heartbeat, Reconciliation
from models.values import ErrandState

CLOCK: Final = "clock:"
RECENT: Final = timedelta(days=7)
WAITS: Final = (ErrandState.DUE, ErrandState.UNDECIDED, ErrandState.KEPT, ErrandState.FAILED)


@dataclass(frozen=True, kw_only=True)
class Beat:
    """A clock process by its name, and when it was last heard of."""

    name: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Told:
    """`errands` counts those of the last seven days that are not simply done; `reconciled` is the last day that was compared."""

    beats: Sequence[Beat]
    errands: Mapping[ErrandState, int]
    reconciled: Reconciliation | None


def told(session: Session, *, now: datetime) -> Told:
    """All of it."""
    beats = select(Heartbeat).where(Heartbeat.name.startswith(CLOCK), Heartbeat.beat_at.is_not(None)).order_by(Heartbeat.name)
    recent = (
        select(Errand.state, func.count()).where(Errand.asked_at > now - RECENT, Errand.state.in_(WAITS)).group_by(Errand.state)
    )
    counted = {one[0]: one[1] for one in session.execute(recent)}
    last = select(Reconciliation).where(Reconciliation.done_at.is_not(None)).order_by(Reconciliation.day.desc()).limit(1)
    return Told(
        beats=[Beat(name=one.name.removeprefix(CLOCK), at=one.beat_at) for one in session.scalars(beats) if one.beat_at],
        errands={state: counted.get(state, 0) for state in WAITS},
        reconciled=session.scalar(last),
    )
