"""The chain of a night: in a third of them tiers have orders, people second telephones and ring times, the rota a last resort.

What a call owes follows from none of it; who is rung, how often and for how long does (ADR 18).
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from helpdesk import rotas
from models import Supporter
from oncall.plans import Order
from tests.house import TEST

if TYPE_CHECKING:
    from tests.simulation.night import Night

CHAINED: Final = 3
NOBODYS: Final = """\
line = "support"
last_resort = {last}
[[layer]]
name = "Forbi"
people = [{last}]
starts = 2020-01-01T00:00:00
every = "day"
until = 2020-01-02T00:00:00
[[tier]]
tier = 1
order = "{first}"
[[tier]]
tier = 2
order = "{second}"
"""
"""A rota that puts nobody on duty: the shifts of the night are written beside it."""


def chained(night: Night) -> bool:
    """Whether this is such a night; it is prepared for it."""
    chance = Random(f"{night.seed} chain")  # noqa: S311 - of its own, so that other nights stay as they were
    if chance.randrange(CHAINED):
        return False
    vera = night.supporter("Vera", on_duty=False)
    numbers = [vera.phone]
    orders = {tier: chance.choice([*Order]).value for tier in ("first", "second")}
    with night.database.writing() as session:
        for place, them in enumerate(session.scalars(select(Supporter).order_by(Supporter.id)).all()):
            them.ring_seconds = chance.choice([10, 15, 15, 30])
            if chance.random() < 0.5:
                them.second_phone = f"+4540000{place:03}"
                numbers.append(them.second_phone)
        rotas.publish(session, NOBODYS.format(last=vera.id, **orders), by=TEST, now=night.now)
    for phone in numbers:
        night.lives(phone, None)
    return True
