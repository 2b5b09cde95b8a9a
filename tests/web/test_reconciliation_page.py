"""Reconciliation on its page: the days with their zeroes, what differs, and the provider's word taken over by the clock."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.database import Database
from models import Audit
from models.values import Role
from tests.conversations.test_reconciliation import reconciled, talked, the_provider_says
from tests.house import House
from tests.web.people import signed_in

DAY = "/reconciliation/2026-11-23"


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def house(database: Database) -> House:
    """A demo, connected to the world: the exchange is asked as the provider is."""
    house = House(database, env={"DEMO": "1"}, base="http://127.0.0.1:8000")
    house.is_connected_to_the_world()
    return house


def test_the_providers_word_is_taken_over_by_the_clock_and_can_be_withdrawn_before(house: House) -> None:
    """R7, R19: no page calls the provider; who asked for it stands in the audit."""
    caller, _anna = talked(house, seconds=890)
    house.forward(minutes=30)
    the_provider_says(house, caller, seconds=+20)
    reconciled(house)
    bodil = signed_in(house, Role.BILLING, name="Bodil")
    before = bodil.sees(DAY).text

    asked = bodil.sends(f"{DAY}/1/accept", page=DAY)
    twice = bodil.sends(f"{DAY}/1/accept", page=DAY)
    withdrawn = bodil.sends(f"{DAY}/1/withdraw", page=DAY)
    house.tick()
    untouched = "teleudbyderens oplysning er brugt" not in bodil.sees(DAY).text
    bodil.sends(f"{DAY}/1/accept", page=DAY)
    done = house.tick()

    assert "14 min 50 s · 1 kvarter" in before
    assert "15 min 10 s · 2 kvarter" in before
    assert (asked.status_code, twice.status_code, withdrawn.status_code, untouched) == (302, 422, 302, True)
    assert done["acceptances"] == 1
    assert "teleudbyderens oplysning er brugt" in bodil.sees(DAY).text
    assert bodil.sends(f"{DAY}/1/withdraw", page=DAY).status_code == 422
    with house.database.reading() as session:
        lines = session.scalars(select(Audit.actor).where(Audit.action.in_(["acceptance_asked", "provider_believed"]))).all()
    assert lines == [bodil.email] * 3
    assert house.tick()["acceptances"] == 0


def test_days_stand_with_their_zeroes_and_only_those_that_were(house: House) -> None:
    reconciled(house)
    auditor, supporter = signed_in(house, Role.AUDITOR, name="Rie"), signed_in(house, Role.SUPPORTER, name="Sune")

    page = auditor.sees("/reconciliation").text

    assert page.count('class="figure">0<') == 8
    assert [auditor.sees(f"/reconciliation/{day}").status_code for day in ("2026-11-23", "2026-11-22", "x")] == [200, 404, 404]
    assert [supporter.sees(place).status_code for place in ("/reconciliation", DAY)] == [404, 404]
    assert auditor.sends(f"{DAY}/1/accept", page="/account/").status_code == 404


def test_a_call_that_the_provider_does_not_know_has_no_word_of_it_to_be_taken(house: House) -> None:
    """It would be asked for every five minutes for ever: the task is for somebody to look, and to take."""
    caller, _anna = talked(house, seconds=600)
    house.forward(minutes=5)
    del house.exchange.legs[house.sid(caller)]
    reconciled(house)
    bodil = signed_in(house, Role.BILLING, name="Bodil")

    page = bodil.sees(DAY).text
    asked = bodil.sends(f"{DAY}/1/accept", page=DAY)

    assert "kun hos os" in page.lower()
    assert f"{DAY}/1/accept" not in page
    assert asked.status_code == 404
    assert house.tick()["acceptances"] == 0
