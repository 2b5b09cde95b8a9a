"""The duty manager, who is rung where nobody on duty was reached (R12, R14, ADR 18)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk import dossiers, figures
from models import Supporter
from models.values import AttemptOutcome, CallOutcome
from oncall.grounds import LastResort
from tests.house import ASupporter, House

NO_ANSWER = AttemptOutcome.NO_ANSWER


def managed(house: House, manager: ASupporter, *, on_duty: ASupporter, away: bool = False) -> int:
    """A rota with one person on duty and a last resort, who may be away by the rota; its number."""
    layer = f'[[layer]]\nname = "Nat"\npeople = [{on_duty.id}]\nstarts = 2026-11-16T08:00:00\nevery = "week"\n'
    absence = f"[[absence]]\nsupporter = {manager.id}\nfrom = 2026-11-22T00:00:00\nto = 2026-11-24T00:00:00\n"
    return house.rota(f"last_resort = {manager.id}\n{layer}{absence if away else ''}")


def test_the_last_resort_is_rung_before_the_callback_and_takes_the_call(house: House) -> None:
    """R12: once everybody on duty was tried; the dossier says why it was her, and that Anna was passed over."""
    anna, vera, caller = house.supporter("Anna"), house.supporter("Vera"), house.caller()
    house.phone(anna).behaves("busy")
    rota = managed(house, vera, on_duty=anna)

    phone = house.accepts_price(caller).hears("Jeg ringer til den næste")
    house.phone(vera).picks_up().hears("Tast 1").keys("1")
    phone.talks_with(vera)
    house.forward(seconds=5)
    phone.hangs_up()

    with house.database.reading() as session:
        found = dossiers.dossier(session, house.sid(caller), seen_by=None, now=house.now).attempts[1]
        tiers = figures.figures(session, since=house.now - timedelta(days=1), until=house.now).tiers
    assert house.outcome(caller) is CallOutcome.TALKED
    assert (found.tier, found.rota, found.grounds) == (None, rota, (LastResort(supporter=vera.id),))
    assert [one.name for one in found.order] == ["Anna"]
    assert tiers == {}


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_last_resort_is_rung_where_nobody_is_on_duty_and_once(house: House) -> None:
    """R12, R14: then the callback is offered."""
    anna, vera, caller = house.supporter("Anna"), house.supporter("Vera"), house.caller()
    managed(house, vera, on_duty=anna)
    with house.database.writing() as session:
        session.get_one(Supporter, anna.id).away_since = house.now
    house.phone(vera).behaves("no_answer")

    house.accepts_price(caller).hears("bliver du ringet op").hangs_up()

    assert house.attempts(caller) == [("Vera", NO_ANSWER)]


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("by_rota", [True, False])
def test_a_last_resort_who_is_away_is_not_rung(house: House, *, by_rota: bool) -> None:
    """R12: by the rota, or as they said themselves, as anybody on duty."""
    anna, vera, caller = house.supporter("Anna"), house.supporter("Vera"), house.caller()
    house.phone(anna).behaves("busy")
    managed(house, vera, on_duty=anna, away=by_rota)
    with house.database.writing() as session:
        session.get_one(Supporter, vera.id).away_since = None if by_rota else house.now

    house.accepts_price(caller).hears("bliver du ringet op").hangs_up()

    assert house.attempts(caller) == [("Anna", AttemptOutcome.BUSY)]
