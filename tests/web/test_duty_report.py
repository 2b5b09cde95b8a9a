"""What duty came to: counted by the plan as it stood, the same on the page, in its files and by command."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from python_calamine import CalamineWorkbook

from helpdesk import duty_reports
from helpdesk.duty_reports import TakenOver
from models.values import Role
from oncall import duty_hours
from oncall.duty_hours import Worth
from tests.house import House
from tests.oncall.rotas import moment, span
from tests.web.people import HERE, Somebody, signed_in

PLAN = """
    [[layer]]
    name = "Nat"
    people = [1, 2]
    starts = 2026-11-23T16:00:00
    every = "day"
    hours = [{ from = "16:00", to = "08:00" }]
    [[override]]
    supporter = 2
    layer = "Nat"
    from = 2026-11-23T20:00:00
    to = 2026-11-24T02:00:00
"""


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def house(build: Callable[..., House]) -> House:
    """Anna, 1, and Bo, 2, by turns at night, Bo for Anna for six hours; Anna talks, and the plan is published anew."""
    built = build(env={"DEMO": "1"}, base=HERE)
    anna, _ = built.supporter("Anna", on_duty=False), built.supporter("Bo", on_duty=False)
    built.rota(PLAN)
    built.skip(hours=13)
    built.connects(built.caller(), anna)
    built.forward(minutes=15)
    built.phone(anna).hangs_up()
    built.forward(minutes=3)
    built.rota(PLAN)
    return built


@pytest.fixture
def billing(house: House) -> Somebody:
    return signed_in(house, Role.BILLING)


def test_hours_are_of_whoever_had_them_and_a_new_version_cuts_nothing(house: House) -> None:
    """R12: by class; what somebody took over is told; the rest between 02:00 and 08:00 the same night is short."""
    during = span("2026-11-23T00:00", "2026-11-25T12:00")
    with house.database.reading() as session:
        told = duty_reports.report(session, during, now=house.now)

    anna, bo = told.people
    assert [duty_hours.total(one.standby).total_seconds() / 3600 for one in (anna, bo)] == [10, 22]
    assert {worth: length.total_seconds() / 3600 for worth, length in bo.standby.items()} == {
        Worth.WEEKDAY: 10,
        Worth.WEEKDAY_NIGHT: 12,
    }
    assert [(one.calls, duty_hours.total(one.talks).total_seconds() // 60) for one in (anna, bo)] == [(1, 15), (0, 0)]
    assert [(one.whose, one.taken_by, one.how) for one in told.changes] == [("Anna", "Bo", TakenOver.OVERRIDE)]
    assert told.changes[0].span == span("2026-11-23T20:00", "2026-11-24T02:00")
    assert [(rest.until - rest.since).total_seconds() / 3600 for one in (anna, bo) for rest in one.rests] == [6]
    assert len(told.shifts) == 4
    assert sum(duty_hours.total(one.ahead).total_seconds() for one in told.people) / 3600 == pytest.approx(364 * 16, abs=16)


def test_a_rest_over_the_turn_of_two_months_is_of_the_second(house: House) -> None:
    """R12: each month's report is printed by itself, and between them none is lost, nor told twice."""
    house.nobody_is_on_duty()
    carla = house.supporter("Carla", on_duty=False)
    for start, end in (("2026-11-30T12:00", "2026-11-30T20:00"), ("2026-12-01T05:00", "2026-12-01T09:00")):
        house.shift(carla, start, end, tier=3)
    spans = [span("2026-11-01T00:00", "2026-12-01T00:00"), span("2026-12-01T00:00", "2027-01-01T00:00")]

    with house.database.reading() as session:
        told = [duty_reports.report(session, during, now=house.now) for during in spans]

    hers = [one for report in told for one in report.people if one.name == "Carla"]
    assert [[(rest.since, rest.until) for rest in one.rests] for one in hers] == [
        [],
        [(moment("2026-11-30T20:00"), moment("2026-12-01T05:00"))],
    ]
    assert [duty_hours.total(one.standby).total_seconds() / 3600 for one in hers] == [8, 4]


def test_a_call_of_the_month_before_shortens_the_first_rest_of_the_next(house: House) -> None:
    """R12: it was taken on the last evening and went on behind the end of duty; its minutes are of its own month."""
    house.rota(PLAN.replace("starts = 2026-11-23T16:00:00", "starts = 2027-06-01T16:00:00").partition("[[override]]")[0])
    house.nobody_is_on_duty()
    carla = house.supporter("Carla", on_duty=False)
    for start, end in (("2026-11-30T12:00", "2026-11-30T20:00"), ("2026-12-01T08:00", "2026-12-01T10:00")):
        house.shift(carla, start, end)
    house.comes_to("2026-11-30T19:50")
    caller = house.caller(points=200)
    house.connects(caller, carla)
    house.forward(minutes=100)
    house.phone(caller).hangs_up()
    spans = [span("2026-11-01T00:00", "2026-12-01T00:00"), span("2026-12-01T00:00", "2027-01-01T00:00")]

    with house.database.reading() as session:
        told = [duty_reports.report(session, during, now=house.now) for during in spans]

    hers = [one for report in told for one in report.people if one.name == "Carla"]
    assert [[((rest.until - rest.since).total_seconds() // 3600, rest.by_call) for rest in one.rests] for one in hers] == [
        [],
        [(10, True)],
    ]
    assert [(one.calls, duty_hours.total(one.talks).total_seconds() // 60) for one in hers] == [(1, 100), (0, 0)]


def test_a_day_that_the_rota_called_a_holiday_stays_one_when_a_later_version_names_it_no_more(house: House) -> None:
    """R12: whoever tidies the rota up on the 28th takes nobody the pay of the 24th; the 31st was not called so at its time."""
    house.rota(f"extra_holidays = [2026-12-24, 2026-12-31]\n{PLAN}")
    house.comes_to("2026-12-28T12:00")
    house.rota(PLAN)

    with house.database.reading() as session:
        told = duty_reports.report(session, span("2026-12-24T00:00", "2027-01-01T00:00"), now=house.now)

    days = (Worth.HOLIDAY, Worth.HOLIDAY_NIGHT)
    worth = sum((duty_hours.total(one.standby, *days) for one in told.people), duty_hours.NONE)
    assert worth.total_seconds() / 3600 == 3 * 16  # 24, 25 and 26 December, each from 0 to 8 and from 16


def test_the_page_and_its_files_say_the_same(billing: Somebody) -> None:
    """R12: numbers are numbers in a spreadsheet, and the sum stands below."""
    page = billing.sees("/reports/duty?month=2026-11").text
    hours = billing.sees("/reports/duty.csv?month=2026-11&table=hours").text
    shifts = billing.sees("/reports/duty.csv?month=2026-11&table=shifts").text.splitlines()
    book = CalamineWorkbook.from_filelike(BytesIO(billing.sees("/reports/duty.xlsx?month=2026-11").data))

    assert "Hverdag, nat" in page
    assert "6:00" in page
    assert hours.splitlines()[0].startswith("\ufeffSupporter;Hverdag;Hverdag, nat;Weekend")
    assert "I alt;" in hours
    assert "Anna;1;2026-11-23 16:00:00;2026-11-23 20:00:00;4:00:00" in shifts
    assert book.sheet_names[0] == "Timer på vagt"
    assert len(book.sheet_names) == 6
    assert billing.sees("/reports/duty.pdf?month=2026-12").data.startswith(b"%PDF")


def test_a_month_that_is_none_is_said(billing: Somebody) -> None:
    months = ("nonsense", "2026-13", "1999-12", "0001-01", "9999-12")

    found = [billing.sees(f"/reports/duty{form}?month={month}") for month in months for form in ("", ".csv")]

    assert {one.status_code for one in found} == {422}
    assert "En måned skrives som 2026-11." in found[0].text


def test_a_supporter_has_no_business_with_it(house: House) -> None:
    assert signed_in(house, Role.SUPPORTER).sees("/reports/duty").status_code == 404
