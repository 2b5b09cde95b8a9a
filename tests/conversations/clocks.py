"""Clocks that are wrong."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from models import Attempt, Call
from tests.house import House


def kept_by_a_slow_clock(house: House, *, seconds: float) -> None:
    """The acceptance of the one call that there is stands in the books as if the clock that kept it had been so slow."""
    with house.database.writing() as session:
        for kept in (session.scalars(select(Call)).one(), session.scalars(select(Attempt)).one()):
            assert kept.accepted_at is not None
            kept.accepted_at -= timedelta(seconds=seconds)
