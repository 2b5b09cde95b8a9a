"""Two calls of one customer, and points for half of them."""

from __future__ import annotations

import re

from models.values import Policy
from simulator.phone import Phone
from tests.house import ACaller, ASupporter, House


def two_calls_share_thirty_points(house: House) -> tuple[ACaller, ASupporter, Phone]:
    """One talks since second 0, the other took the points of the first one's second quarter."""
    caller, anna, bo = house.caller(points=30, policy=Policy.STOP), house.supporter("Anna"), house.supporter("Bo")
    colleague = house.caller(colleague_of=caller, name="Ib Juul")
    house.connects(caller, anna)
    started = house.now
    house.forward(seconds=30)
    house.connects(colleague, bo)
    house.forward(seconds=779 - (house.now - started).total_seconds())
    return caller, anna, house.phone(colleague)


def time_limit(house: House, whose: object) -> int:
    """What the carrier was told to allow."""
    sid = house.sid(whose)
    dials = [found for one in house.exchange.log if one.sid == sid for found in re.findall(rb'timeLimit="(\d+)"', one.body)]
    return int(dials[-1])
