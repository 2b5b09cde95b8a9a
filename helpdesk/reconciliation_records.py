"""What can be read about reconciliation: how the days stand, what differed, what the provider charged us. Plain data.

Raises helpdesk.customers.Unknown for a day that nobody reconciled or was to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from helpdesk import reconciliation
from helpdesk.customers import Unknown
from models import Cost, Discrepancy, Reconciliation
from models.values import DiscrepancyKind, Points, Resolution

LAST_DAYS: Final = 14


@dataclass(frozen=True, kw_only=True)
class DiscrepancyRecord:
    """One call of which the two sides say something else; `points` is what came back to the customer.

    `is_ours`: we know the call. `asks_again`: `accepted_by` wants to take the provider's word over, once it has told it again.
    """

    discrepancy: int
    call: str
    is_ours: bool
    kind: DiscrepancyKind
    here: dict[str, Any]
    there: dict[str, Any]
    resolution: Resolution
    points: Points
    asks_again: bool
    accepted_by: str | None
    accepted_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class CostRecord:
    """What the legs that began on a day cost us, in millionths of a currency; and the same in words."""

    currency: str
    millionths: int
    amount: str


@dataclass(frozen=True, kw_only=True)
class DayRecord:
    """A local day. `found` has every kind, and what became of them, zeroes too; all but `day` may be missing before it is done."""

    day: date
    done_at: datetime | None
    due_at: datetime | None
    compared: int | None
    unpriced: int | None
    problem: str | None
    found: dict[str, int]
    costs: tuple[CostRecord, ...]
    discrepancies: tuple[DiscrepancyRecord, ...]


def day(session: Session, wanted: date) -> DayRecord:
    """That day. Raises Unknown."""
    row = session.scalar(select(Reconciliation).where(Reconciliation.day == wanted))
    if row is None:
        raise Unknown(f"{wanted} was not reconciled")
    return _record(session, row)


def days(session: Session, *, before: date | None = None, most: int = LAST_DAYS) -> list[DayRecord]:
    """The last days, or those that are older than `before`; the newest first."""
    last = select(Reconciliation).order_by(Reconciliation.day.desc()).limit(most)
    return [_record(session, row) for row in session.scalars(last.where(Reconciliation.day < before) if before else last)]


def _record(session: Session, row: Reconciliation) -> DayRecord:
    differing = select(Discrepancy).where(Discrepancy.reconciliation_id == row.id).order_by(Discrepancy.id)
    found = tuple(_discrepancy(one) for one in session.scalars(differing))
    told = (
        select(Cost.currency, func.sum(Cost.millionths)).where(Cost.day == row.day).group_by(Cost.currency).order_by(Cost.currency)
    )
    return DayRecord(
        day=row.day,
        done_at=row.done_at,
        due_at=row.due_at,
        compared=row.compared,
        unpriced=row.unpriced,
        problem=row.problem,
        found=reconciliation.counts(session, row.id),
        costs=tuple(_cost(currency, int(millionths)) for currency, millionths in session.execute(told)),
        discrepancies=found,
    )


def _discrepancy(one: Discrepancy) -> DiscrepancyRecord:
    return DiscrepancyRecord(
        discrepancy=one.id,
        call=one.sid,
        is_ours=one.call_id is not None,
        kind=one.kind,
        here=one.here,
        there=one.there,
        resolution=one.resolution,
        points=one.points,
        asks_again=one.accept_at is not None,
        accepted_by=one.accepted_by,
        accepted_at=one.accepted_at,
    )


def _cost(currency: str, millionths: int) -> CostRecord:
    whole, rest = divmod(abs(millionths), 1_000_000)
    return CostRecord(currency=currency, millionths=millionths, amount=f"{'-' if millionths < 0 else ''}{whole}.{rest:06d}")
