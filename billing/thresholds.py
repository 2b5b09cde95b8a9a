"""Below how many points a customer is told that they run low; the statement that moves a balance notes that it crossed that."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import ColumnElement, bindparam, case, func, null

from models import Account
from models.values import Points

LOW: Final = Points(30)  # two quarters of a night


def crossed(moved: ColumnElement[Any]) -> dict[str, ColumnElement[Any]]:
    """What `Account.low_at` becomes when the balance has `moved`: `now` where that takes it below, null where it is not below."""
    columns = Account.__table__.c
    threshold = func.coalesce(columns.notify_below, LOW)
    noted = bindparam("now", type_=columns.low_at.type)
    return {"low_at": case((moved >= threshold, null()), (columns.balance >= threshold, noted), else_=columns.low_at)}
