"""Below how many points a customer is told that they run low; the statement that moves a balance notes that it crossed that."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, case, func, literal, null

from models import Account
from models.values import Points

LOW: Final = Points(30)  # two quarters of a night


def crossed(moved: ColumnElement[Any], now: datetime) -> ColumnElement[Any]:
    """What `Account.low_at` becomes when the balance has `moved`: now where that takes it below, null where it is not below."""
    columns = Account.__table__.c
    threshold = func.coalesce(columns.notify_below, LOW)
    noted = literal(now, columns.low_at.type)
    return case((moved >= threshold, null()), (columns.balance >= threshold, noted), else_=columns.low_at)
