"""Numbers that people say aloud: one short sequence of digits each, five or more, never reused (R16)."""

from __future__ import annotations

from typing import Final

from sqlalchemy import update
from sqlalchemy.orm import Session

from models import NumberSeries

CUSTOMERS: Final = "customer"
CASES: Final = "case"


def draw(session: Session, series: str) -> str:
    """The next number of a series; the migrations began them. A number drawn in a transaction that fails is not drawn."""
    counted = update(NumberSeries).where(NumberSeries.name == series).values(last=NumberSeries.last + 1)
    drawn = session.scalars(counted.returning(NumberSeries.last).execution_options(synchronize_session=False)).one()
    return str(drawn)
