"""A supporter has two telephones, and each is rung as long as they said (R12, ADR 18)."""

from __future__ import annotations

import re

import pytest

from helpdesk import dossiers
from models.values import AttemptOutcome
from tests.house import ACaller, House

SECOND = "+4520999901"
BUSY, DECLINED, NO_ANSWER = AttemptOutcome.BUSY, AttemptOutcome.DECLINED, AttemptOutcome.NO_ANSWER


def rung(house: House, caller: ACaller) -> list[tuple[str, str | None, AttemptOutcome | None]]:
    """Who was rung at which number, and how it came out."""
    return house.ask(lambda call: [(one.supporter.name, one.phone, one.outcome) for one in call.attempts], caller)


def test_a_busy_telephone_is_followed_by_the_second_one_before_the_next_supporter(house: House) -> None:
    """R12: as part of the same place; the caller hears it, and the dossier tells why Bo was not rung."""
    anna, bo, caller = house.supporter("Anna", second=SECOND), house.supporter("Bo"), house.caller()
    house.phone(anna).behaves("busy")

    phone = house.accepts_price(caller).hears("Jeg prøver et andet nummer")
    house.phone(SECOND).picks_up().hears("Tast 1").keys("1")

    assert phone.bridged_with == SECOND
    assert not house.phone(bo).rings
    assert rung(house, caller) == [("Anna", anna.phone, BUSY), ("Anna", SECOND, None)]
    with house.database.reading() as session:
        found = dossiers.dossier(session, house.sid(caller), seen_by=None, now=house.now)
    assert [[one.name for one in each.order] for each in found.attempts] == [["Anna"], ["Anna"]]
    assert found.attempts[1].grounds[-1].__class__.__name__ == "OtherTelephone"


@pytest.mark.parametrize("backend", ["sqlite"])
def test_who_presses_2_has_declined_for_both(house: House) -> None:
    """R12: and who answers neither is followed by the next supporter."""
    anna, bo = house.supporter("Anna", second=SECOND), house.supporter("Bo", second="+4520999902")
    carla, caller = house.supporter("Carla"), house.caller()
    house.accepts_price(caller)
    house.phone(anna).picks_up().hears("Tast 1").keys("2")

    house.forward(seconds=55)

    assert house.phone(carla).rings
    assert rung(house, caller)[:3] == [
        ("Anna", anna.phone, DECLINED),
        ("Bo", bo.phone, NO_ANSWER),
        ("Bo", "+4520999902", NO_ANSWER),
    ]


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("from_second", [True, False])
def test_whoever_calls_from_the_second_telephone_is_no_more_rung_than_from_the_first(house: House, *, from_second: bool) -> None:
    """R12: nor by a PIN whose person has that number, from wherever they call; and is busy for others meanwhile."""
    house.supporter("Anna", second=SECOND)
    bo = house.supporter("Bo")
    caller = house.caller(phone=SECOND)
    if from_second:
        house.accepts_price(caller)
    else:
        phone = house.phone("+4520999977").dials("+4563186363").hears("pinkode").keys(f"{caller.pin}#")
        phone.hears("Tast 1 for at acceptere").keys("1")

    house.phone(bo).picks_up().hears("Tast 1").keys("1").waits(3)
    other = house.caller(company="Hotel Strand")
    house.accepts_price(other)

    assert [name for name, _ in house.attempts(other)] == (["Anna"] if not from_second else [])
    for one in (bo, other):
        house.phone(one).hangs_up()


@pytest.mark.parametrize("backend", ["sqlite"])
def test_each_is_rung_as_long_as_they_said(house: House) -> None:
    """R12: ten seconds and thirty; Twilio rings five longer than it is told."""
    house.supporter("Anna", rings=10)
    house.supporter("Bo", rings=30)
    caller = house.caller()

    house.accepts_price(caller)
    house.forward(seconds=60)

    bodies = [one.body.decode() for one in house.exchange.log if one.body]
    assert [said for body in bodies for said in re.findall('<Dial[^>]* timeout="([0-9]+)"', body)] == ["5", "25"]
    spans = [(leg.rang_at, leg.ended_at) for leg in house.exchange.legs.values() if leg.parent is not None]
    assert [round((ended - rang).total_seconds()) for rang, ended in spans if rang and ended] == [10, 30]
