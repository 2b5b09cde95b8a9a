"""A number that the provider cannot ring is marked, alarmed, passed over, and well again when it is answered (R12, ADR 18)."""

from __future__ import annotations

import pytest

from helpdesk import alarms, look_ahead
from helpdesk import telephones as changing
from helpdesk.telephones import Telephones
from models import Supporter
from models.values import E164, AttemptOutcome, Language
from oncall import telephones
from tests.house import ACaller, ASupporter, House

FAILED, BUSY = AttemptOutcome.FAILED, AttemptOutcome.BUSY
SECOND = "+4520999901"


def marked(house: House, who: ASupporter) -> list[str]:
    with house.database.reading() as session:
        return [one.number for one in telephones.failing(session.get_one(Supporter, who.id))]


def alarmed(house: House) -> list[str]:
    with house.database.reading() as session:
        return [one.subject for one in alarms.opened(session, Language.DANISH)]


def calls(house: House, company: str) -> ACaller:
    """Somebody calls, and nobody takes it."""
    caller = house.caller(company=company)
    house.accepts_price(caller)
    house.forward(seconds=16)
    house.phone(caller).hangs_up()
    house.forward(seconds=5)
    return caller


def test_a_number_that_cannot_be_rung_is_marked_and_the_next_caller_is_not_kept_by_it(house: House) -> None:
    """R12: at once, and whoever is alarmed is told; answered, it is well."""
    anna, bo = house.supporter("Anna"), house.supporter("Bo")
    house.phone(anna).behaves("failed")
    house.phone(bo).behaves("busy")
    first, second = calls(house, "Nordvig"), calls(house, "Hotel Strand")
    found = marked(house, anna), alarmed(house)
    house.nobody_is_on_duty()
    house.shift(anna, "2026-11-23T00:00", "2026-11-24T00:00")
    house.phone(anna).behaves("hand")

    third = house.caller(company="Kroen")
    house.accepts_price(third)
    house.phone(anna).picks_up().hears("Tast 1").keys("1")
    house.phone(third).talks_with(anna).hangs_up()

    assert (house.attempts(first), house.attempts(second)) == ([("Anna", FAILED), ("Bo", BUSY)], [("Bo", BUSY)])
    assert found == ([anna.phone], ["En telefon på vagten virker ikke: Anna"])
    assert (marked(house, anna), alarmed(house)) == ([], [])


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_only_one_on_duty_is_rung_whatever_is_marked_and_at_the_number_that_works(house: House) -> None:
    """R12."""
    anna = house.supporter("Anna", second=SECOND)
    house.phone(anna).behaves("failed")
    house.phone(SECOND).behaves("busy")

    rung = [[one for _, one in house.attempts(calls(house, name))] for name in ("Nordvig", "Hotel Strand")]
    before = marked(house, anna)

    assert rung == [[FAILED, BUSY], [BUSY]]
    assert before == [anna.phone]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_number_that_was_changed_is_no_matter_any_more_however_often_it_is_looked(house: House) -> None:
    """ADR 18: what the old one came to says nothing of the new one."""
    anna = house.supporter("Anna")
    house.phone(anna).behaves("failed")
    calls(house, "Nordvig")
    looked = []

    for number in (anna.phone, "+4520999933"):
        with house.database.writing() as session:
            theirs = Telephones(phone=E164(number))
            changing.change(session, changing.find(session, anna.id), theirs, by="test", now=house.now)
            look_ahead.look(session, now=house.now)
        looked.append("En telefon på vagten virker ikke: Anna" in alarmed(house))

    assert looked == [True, False]
