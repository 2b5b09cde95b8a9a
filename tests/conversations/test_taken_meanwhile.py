"""Somebody else takes the supporter between a turn's decision and its reservation (R4, R5, R12)."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from models import Attempt
from models.values import AttemptOutcome
from tests.broken import just_before
from tests.house import House


@pytest.mark.parametrize("backend", ["postgresql"])
def test_who_has_points_for_one_quarter_is_still_put_through(house: House) -> None:
    """R4, R5, R12: what was held before the supporter turned out to be gone is not missed; the next one is rung."""
    other, anna = house.caller(company="Hotel Strand"), house.supporter("Anna")
    house.connects(other, anna)
    caller, bo = house.caller(points=15), house.supporter("Bo")
    taken = _lets_go(house)

    with just_before(house.database, "INSERT INTO attempts", lambda _: _takes_her_back(house, taken)):
        house.accepts_price(caller).hears("Bliv i røret")
    house.phone(bo).picks_up().hears("Tast 1").keys("1")
    house.forward(seconds=30)
    house.phone(caller).hangs_up()
    house.phone(other).hangs_up()

    assert house.attempts(caller) == [("Bo", AttemptOutcome.ACCEPTED)]
    assert house.charges(caller) == [-15]


def _lets_go(house: House) -> int:
    """Her open attempt looks ended, as though she were free."""
    with house.database.writing() as session:
        gone: int | None = session.scalar(
            update(Attempt)
            .where(Attempt.ended_at.is_(None))
            .values(ended_at=house.now, outcome=AttemptOutcome.FAILED)
            .returning(Attempt.id)
        )
    assert gone is not None
    return gone


def _takes_her_back(house: House, attempt: int) -> None:
    """The other call has reserved her again: another worker's transaction."""
    with house.database.writing() as session:
        session.execute(update(Attempt).where(Attempt.id == attempt).values(ended_at=None, outcome=None))
