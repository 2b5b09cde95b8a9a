"""Lock-outs in the console: seen with masked numbers, and lifted by an administrator (R3)."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from models import Audit, PinFailure, PinGate
from models.values import Role
from tests.conversations.keyed import fails
from tests.house import House
from tests.web.people import HERE, at_once


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def house(build: Callable[..., House]) -> House:
    return build(env={"DEMO": "1"}, base=HERE)


def test_a_lock_is_seen_and_lifted_as_though_it_had_not_been(house: House) -> None:
    """R3: the number can key its PIN again, and the next lock is as short as the one before."""
    caller, boss = house.caller(), at_once(house, Role.ADMINISTRATOR)
    fails(house, caller.phone, 5).waits(20)

    seen = boss.sees("/lock-outs").text
    address = re.search(r"/lock-outs/\d+/lift", seen)
    assert address
    boss.sends(address[0], page="/lock-outs")

    house.identifies(caller).hears("Tast 1 for at acceptere")
    assert caller.phone not in seen
    assert f"+45…{caller.phone[-2:]}" in seen
    with house.database.reading() as session:
        line = session.scalars(select(Audit).where(Audit.action == "lock_out_lifted")).one()
        assert session.scalars(select(PinGate.locks)).all() == [0]
        assert (line.actor, line.address, line.details["caller"]) == (boss.email, "127.0.0.1", f"+45…{caller.phone[-2:]}")


def test_failures_of_the_last_quarter_of_an_hour_are_counted_and_many_are_called_unusual(house: House) -> None:
    caller, boss = house.caller(), at_once(house, Role.AUDITOR)
    fails(house, caller.phone, 2).hangs_up()

    few = boss.sees("/lock-outs").text
    with house.database.writing() as session:
        first = session.scalars(select(PinFailure)).first()
        assert first is not None
        session.add_all(PinFailure(caller=f"+452099{n:04d}", at=house.now, call_id=first.call_id) for n in range(50))
    many = boss.sees("/lock-outs").text

    assert "2 af 5" in few
    assert "Ingen er spærret." in few
    assert "Det er flere, end mennesker plejer at taste." not in few
    assert "Det er flere, end mennesker plejer at taste." in many


def test_only_an_administrator_lifts_and_only_they_and_an_auditor_see(house: House) -> None:
    seen = {}
    for role in Role:
        there = at_once(house, role)
        seen[role] = (there.sees("/lock-outs").status_code, there.sends("/lock-outs/1/lift", page="/account/").status_code)

    assert seen == {
        Role.SUPPORTER: (404, 404),
        Role.BILLING: (404, 404),
        Role.ADMINISTRATOR: (200, 404),  # there is no such failure
        Role.AUDITOR: (200, 404),
    }
