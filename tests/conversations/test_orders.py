"""The order of a tier, on the telephone: whoever is idle longest, or each in turn (R12, ADR 18)."""

from __future__ import annotations

import pytest

from helpdesk import dossiers
from helpdesk.dossiers import Rung
from models import Supporter
from models.values import Language
from oncall import roster
from tests.conversations.test_query_plans import asked, scans
from tests.house import ACaller, ASupporter, House
from web.papers import duties
from web.words import Words


def ordered(house: House, order: str, *people: ASupporter) -> None:
    """A rota in which each of these has a place of tier 1, and which says in which order they are rung."""
    layers = (
        f'[[layer]]\nname = "{one.name}"\nplace = {place}\npeople = [{one.id}]\nstarts = 2026-11-16T08:00:00\nevery = "week"\n'
        for place, one in enumerate(people, start=1)
    )
    house.rota("".join(layers) + f'[[tier]]\ntier = 1\norder = "{order}"\n')


def talks(house: House, caller: ACaller, supporter: ASupporter) -> None:
    """They talk for a moment, and the wrap-up goes by."""
    house.connects(caller, supporter)
    house.forward(seconds=5)
    house.phone(caller).hangs_up()
    house.forward(minutes=3)


def attempts(house: House, caller: ACaller) -> tuple[Rung, ...]:
    with house.database.reading() as session:
        return dossiers.dossier(session, house.sid(caller), seen_by=None, now=house.now).attempts


def test_whoever_has_been_idle_longest_is_rung_first_and_the_dossier_says_so(house: House) -> None:
    """R12: Anna has the last talk behind her, Bo one before, Carla none; who declined is not busy for it."""
    first, second, third = house.caller(), house.caller(), house.caller()
    anna, bo, carla = (house.supporter(name) for name in ("Anna", "Bo", "Carla"))
    ordered(house, "longest_idle", bo, anna)
    talks(house, first, bo)
    talks(house, second, anna)
    ordered(house, "longest_idle", anna, bo, carla)

    with asked(house.database.engine) as statements:
        house.accepts_price(third)
    house.phone(carla).picks_up().hears("Tast 1").keys("2").waits(3)
    house.phone(bo).picks_up().hears("Tast 1").keys("1")
    house.phone(third).talks_with(bo)

    rung = attempts(house, third)
    with house.database.reading() as session:
        names = roster.names(session, [anna.id, bo.id, carla.id])
        now = [one.name for one in roster.on_duty(session, house.now)]
    why = [duties.why(one.grounds, names, Words(Language.ENGLISH)).rpartition(" · ")[2] for one in rung]
    assert why[0] == "whoever has been idle longest comes first: Carla has had no call yet"
    assert why[1].startswith("whoever has been idle longest comes first: Bo since 23 November 2026 at 03:")
    assert [[one.name for one in each.order] for each in rung] == [["Carla"], ["Carla", "Bo"]]
    assert now == ["Carla", "Bo", "Anna"]
    assert scans(house.database.engine, statements) == {}


@pytest.mark.parametrize("backend", ["sqlite"])
def test_each_is_rung_in_turn_whether_they_took_the_call_or_not(house: House) -> None:
    """R12: on from whoever was rung last, from one call to the next; within a call nobody is rung twice."""
    first, second = house.caller(), house.caller()
    people = [house.supporter(name) for name in ("Anna", "Bo", "Carla")]
    for one in people:
        house.phone(one).behaves("no_answer")
    ordered(house, "round_robin", *people)
    house.accepts_price(first)
    house.forward(seconds=22)
    house.phone(first).hangs_up()
    house.forward(seconds=5)

    house.accepts_price(second).hears("Ingen supporter").hangs_up()

    assert [name for name, _ in house.attempts(first)] == ["Anna", "Bo"]
    assert [name for name, _ in house.attempts(second)] == ["Carla", "Anna", "Bo"]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_whose_turn_it_is_is_told_as_it_is_rung_while_one_of_them_cannot_be_reached(house: House) -> None:
    """R12: Bo was rung last and has signed off; of those who are left Carla was, so that it is Anna's turn, and nobody's before."""
    first, second, third = house.caller(), house.caller(), house.caller()
    anna, bo, carla = (house.supporter(name) for name in ("Anna", "Bo", "Carla"))
    ordered(house, "round_robin", carla)
    talks(house, first, carla)
    ordered(house, "round_robin", bo)
    talks(house, second, bo)
    ordered(house, "round_robin", anna, bo, carla)
    with house.database.writing() as session:
        roster.go_away(session.get_one(Supporter, bo.id), now=house.now)
        told = [one.name for one in roster.on_duty(session, house.now)]

    house.connects(third, anna)

    [rung] = attempts(house, third)
    assert told == ["Anna", "Carla"]
    assert [one.name for one in rung.order] == ["Anna"]
    house.phone(third).hangs_up()
