"""What a talk would cost: so many minutes from a moment on, by the list in force then (R8, R10)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from billing import quarters, tariff
from billing.tariff import Tariff
from models.values import Points


@dataclass(frozen=True, kw_only=True)
class QuotedQuarter:
    """One quarter: when it begins, what it costs, and the period that decides."""

    quarter: int
    at: datetime
    period: str
    points: Points


def quoted(prices: Tariff, *, begins: datetime, minutes: int) -> tuple[QuotedQuarter, ...]:
    """The quarters of a talk of so many minutes that is accepted at `begins`."""
    starts = [(number, quarters.starts_at(begins, number)) for number in range(1, quarters.begun(minutes * 60) + 1)]
    found = [(number, at, tariff.period(prices, at)) for number, at in starts]
    return tuple(QuotedQuarter(quarter=number, at=at, period=one.name, points=one.points) for number, at, one in found)
