"""Two clocks that charge at the same moment wait for each other, and never both (R9)."""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import select

from billing import charging
from models import Call
from tests.house import House


@pytest.mark.parametrize("backend", ["postgresql"])
def test_two_clocks_charge_the_first_quarters_of_a_house(house: House) -> None:
    """R9: neither waits for an account that the other has just opened."""
    callers = [house.caller(company="A"), other := house.caller(company="B"), house.caller(colleague_of=other, name="Ib Juul")]
    house.clock_works = False
    for number, caller in enumerate(callers):
        house.connects(caller, house.supporter(f"Vagt {number}"))
    house.skip(seconds=5)
    now, first_is_charged = house.now, threading.Event()

    def charge(*whose: object) -> None:
        with house.database.writing() as session:
            for one in whose:
                call = session.scalars(select(Call).where(Call.sid == house.sid(one)).with_for_update(of=Call)).one()
                charging._charge_alone(session, call, now=now)
                first_is_charged.set()
                time.sleep(1)  # long enough for the other clock to want what this one has

    clocks = [threading.Thread(target=charge, args=callers[:2])]
    clocks[0].start()
    first_is_charged.wait()
    clocks.append(threading.Thread(target=charge, args=callers[2:]))
    clocks[1].start()
    for clock in clocks:
        clock.join()
    house.clock_works = True
    for caller in callers:
        house.phone(caller).hangs_up()

    assert [mark.details for mark in house.audit() if mark.action == "charge_failed"] == []
