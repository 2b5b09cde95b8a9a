"""A supporter whose Dial was never reported over, and keys that come too late."""

from __future__ import annotations

from sqlalchemy import select

from models import Attempt
from models.values import AttemptOutcome
from tests.house import House


def test_a_supporter_is_free_again_when_nothing_was_heard_of_an_attempt(house: House) -> None:
    """R12."""
    first, anna = house.caller(company="Nordvig"), house.supporter("Anna")
    house.accepts_price(first)
    house.phone(anna).hears_ringing()
    house.phone(anna).behaves("hand")
    house.exchange.knobs.action_after_hangup = False
    house.exchange.knobs.status_policy = lambda _params, _chance: []
    house.phone(first).hangs_up()

    house.forward(minutes=3)
    second = house.caller(company="Hotel Fjordblik")
    house.accepts_price(second)
    house.phone(anna).picks_up().hears("Hotel Fjordblik")

    with house.database.reading() as session:
        outcomes = list(session.scalars(select(Attempt.outcome).order_by(Attempt.id)))
    assert outcomes == [AttemptOutcome.FAILED, None]
