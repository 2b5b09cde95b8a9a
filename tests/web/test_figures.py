"""Figures of a period: counted right, said in both languages, and nobody's who has no business with them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from helpdesk import figures
from helpdesk.figures import SupporterSum, TaskSum
from models.values import CallOutcome, Role, TaskKind
from tests.house import House
from tests.web.people import Somebody, signed_in


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def week(house: House) -> House:
    """Anna talks twice, for 20 and for 5 minutes, Bo once; one caller reaches nobody, and one has no points."""
    anna, bo = house.supporter("Anna"), house.supporter("Bo", tier=2)
    caller, poor = house.caller(points=400), house.caller(points=0)
    for minutes in (20, 5):
        house.connects(caller, anna)
        house.forward(minutes=minutes)
        house.phone(caller).hangs_up()
        house.forward(minutes=5)
    house.accepts_price(caller).hears_ringing()
    house.phone(anna).declines()
    house.phone(bo).picks_up().hears("Tast 1").keys("1")
    house.forward(minutes=1)
    house.phone(caller).hangs_up()
    house.identifies(poor)
    house.forward(minutes=5)
    house.nobody_is_on_duty()
    house.accepts_price(caller).hears("Tast 1").keys("1")
    house.forward(minutes=5)
    return house


@pytest.fixture
def auditor(house: House) -> Somebody:
    return signed_in(house, Role.AUDITOR)


def test_calls_are_counted_by_local_hour_outcome_tier_period_supporter_and_task(week: House) -> None:
    with week.database.reading() as session:
        told = figures.figures(session, since=week.now - timedelta(days=1), until=week.now)

    assert told.calls == 5
    assert sum(told.by_hour.values()) == 5
    assert min(hour for _day, hour in told.by_hour) == 3  # 03:10 in Copenhagen, 02:10 in UTC
    assert told.outcomes == {CallOutcome.TALKED: 3, CallOutcome.NO_POINTS: 1, CallOutcome.CALLBACK_REQUESTED: 1}
    assert told.tiers == {1: 2, 2: 1}
    assert [(one.quarters, one.points) for one in told.periods.values()] == [(4, 60)]
    assert [(one.name, one.calls) for one in told.supporters] == [("Anna", 2), ("Bo", 1)]
    assert told.supporters[0] == SupporterSum(name="Anna", calls=2, seconds=told.supporters[0].seconds)
    assert 1_490 <= told.supporters[0].seconds <= 1_510
    assert told.tasks == {TaskKind.CALLBACK: TaskSum(in_time=0, late=0, waiting=1)}
    assert told.median is not None
    assert told.slow is not None
    assert 0 < told.median <= told.slow


def test_a_quarter_that_was_taken_back_is_none(house: House) -> None:
    """R9: a late report says that the talk ended in its first quarter."""
    caller, anna = house.caller(points=60), house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(seconds=910)
    house.exchange.knobs.status_policy = lambda _params, _chance: []
    house.phone(anna).hangs_up()
    house.forward(minutes=1)
    status = house.webhook_of(anna, "status", CallStatus="completed", SequenceNumber="3")
    house.post(status.url, {**status.params, "Timestamp": "Mon, 23 Nov 2026 02:20:00 +0000"})

    with house.database.reading() as session:
        told = figures.figures(session, since=house.now - timedelta(days=1), until=house.now)

    assert house.charges(caller) == [-15, -15, 15]
    assert [(one.quarters, one.points) for one in told.periods.values()] == [(1, 15)]


def test_a_call_of_another_period_is_not_counted(week: House) -> None:
    with week.database.reading() as session:
        told = figures.figures(session, since=week.now, until=week.now + timedelta(days=1))

    assert (told.calls, told.median, told.busiest) == (0, None, 0)


def test_the_page_and_its_files_say_the_same(week: House, auditor: Somebody) -> None:
    page = auditor.sees("/figures")
    table = auditor.sees("/figures.csv?table=supporters").text

    assert week.now.date().isoformat() in page.text
    assert "Opkald fordelt på timer og ugedage" in page.text
    assert table.splitlines()[0].lstrip("\ufeff") == "Supporter;Opkald;Minutter"
    assert [line.split(";")[:2] for line in table.splitlines()[1:]] == [["Anna", "2"], ["Bo", "1"]]
    assert auditor.sees("/figures.xlsx").data.startswith(b"PK")
    assert auditor.sees("/figures.pdf").data.startswith(b"%PDF")


@pytest.mark.parametrize(
    "wrong", ["from=x", "to=2026-02-30", "from=2026-11-02&to=2026-11-01", "from=2020-01-01", "to=99999-01-01", "to=0001-01-01"]
)
@pytest.mark.parametrize("place", ["/figures", "/figures.csv"])
def test_a_period_that_is_none_is_said_and_nothing_is_counted(auditor: Somebody, place: str, wrong: str) -> None:
    answer = auditor.sees(f"{place}?{wrong}")

    assert answer.status_code == 422
    assert "alert" in answer.text


def test_supporters_have_no_figures(house: House) -> None:
    assert signed_in(house, Role.SUPPORTER).sees("/figures").status_code == 404
