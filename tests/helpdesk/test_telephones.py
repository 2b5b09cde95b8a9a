"""Nobody is rung at somebody else's number, whoever comes first."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from helpdesk import telephones
from helpdesk.telephones import NumberTaken, Telephones
from models.values import E164
from tests.house import TEST, House

NUMBER = E164("+4520304099")


@pytest.mark.parametrize("backend", ["postgresql"])
def test_one_number_goes_to_one_of_two_who_take_it_at_once(house: House) -> None:
    """R12: as a first telephone or as a second one; no constraint looks across the two columns."""
    anna, bo, carla = (house.supporter(name) for name in ("Anna", "Bo", "Carla"))

    def takes(supporter: int) -> bool:
        try:
            with house.database.writing() as session:
                them = telephones.find(session, supporter)
                telephones.change(session, them, Telephones(phone=NUMBER), by=TEST, now=house.now)
        except NumberTaken:
            return True
        return False

    with ThreadPoolExecutor(2) as pool:
        with house.database.writing() as session:
            mine = telephones.find(session, bo.id)
            wanted = Telephones(phone=E164(bo.phone), second=NUMBER)
            telephones.change(session, mine, wanted, by=TEST, now=house.now)
            others = [pool.submit(takes, one.id) for one in (anna, carla)]
            assert not any(one.done() for one in others)
        refused = [one.result(timeout=20) for one in others]

    assert refused == [True, True]
