"""Calls of which nothing more is heard."""

from __future__ import annotations

from simulator.knobs import lost
from tests.house import ACaller, House


def loses_every_report(house: House) -> None:
    """From now on neither a status callback nor what follows a Dial arrives."""
    house.exchange.knobs.status_policy = lost
    house.exchange.knobs.action_after_hangup = False


def talks_and_is_lost(house: House, *, minutes: float, points: int = 600) -> ACaller:
    """Two people talk for so long, the caller hangs up, and nobody tells us."""
    caller, anna = house.caller(points=points), house.supporter("Anna")
    loses_every_report(house)
    house.connects(caller, anna)
    house.forward(minutes=minutes)
    house.phone(caller).hangs_up()
    return caller
