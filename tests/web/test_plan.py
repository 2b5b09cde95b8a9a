"""The plan as pages: what the picture and the list say, and that page, interface, command, board and chain give one answer."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest
from sqlalchemy import select

from helpdesk import rotas
from models import Audit
from models.values import Flow, Language, Role
from oncall.rota import Span
from tests.agreement import a_rota, disagreements, moments
from tests.house import House
from tests.oncall.rotas import moment, span
from tests.web.people import signed_in
from tests.web.programs import a_program, problem
from tests.web.test_every_page import secured
from web.console.plan import pictures
from web.console.plan.windows import of_day, window
from web.papers.figures import Figures
from web.words import Words

WEEKEND = [("27", "20:00", "2026-11-28T00:00"), ("29", "18:00", "2026-11-30T00:00")]


@pytest.fixture
def backend() -> str:
    return "sqlite"


def test_two_gaps_at_the_end_of_a_week_do_not_write_over_each_other() -> None:
    gaps = [Span(starts_at=moment(f"2026-11-{day}T{hour}"), ends_at=moment(end)) for day, hour, end in WEEKEND]
    whole = Span(starts_at=moment("2026-11-23T00:00"), ends_at=moment("2026-11-30T00:00"))

    friday, sunday = pictures._gaps(gaps, whole, Words(Language.DANISH))

    assert (friday.kind, friday.text) == ("early", "Ingen på vagt 20.00–24.00")
    assert (sunday.kind, sunday.text) == ("late", "")


@pytest.mark.parametrize(
    ("week", "month", "days"),
    [
        ("2026-W53", None, ("2026-12-28", "2027-01-04")),
        ("2026-W48", None, ("2026-11-23", "2026-11-30")),
        (None, "2028-02", ("2028-02-01", "2028-03-01")),
        (None, None, ("2026-11-23", "2026-11-30")),
    ],
)
def test_an_address_names_a_week_or_a_month(week: str | None, month: str | None, days: tuple[str, str]) -> None:
    found = window(week=week, month=month, today=date(2026, 11, 26))

    assert (str(found.first), str(found.end)) == days
    assert [found.before.after, found.after.before] == [found, found]
    assert sum(map(len, found.weeks)) == (found.end - found.first).days


@pytest.mark.parametrize(
    ("week", "month"), [("2026-W54", None), ("1-W1", None), (None, "2026-13"), (None, "x"), ("9999-W01", None)]
)
def test_anything_else_is_none(week: str | None, month: str | None) -> None:
    with pytest.raises((ValueError, OverflowError)):
        window(week=week, month=month, today=date(2026, 11, 26))


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 10, 25), 169), (date(2027, 3, 28), 167), (date(2026, 11, 26), 168)])
def test_the_week_of_a_night_on_which_the_clocks_turn_is_as_long_as_it_is(day: date, hours: int) -> None:
    span = of_day(day, "week").span

    assert (span.ends_at - span.starts_at).total_seconds() == hours * 3600


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ("2026-11-24T08:00", "2026-11-24T16:00", "08.00–16.00"),
        ("2026-11-24T16:00", "2026-11-25T00:00", "16.00–24.00"),
        ("2026-11-24T22:00", "2026-11-25T06:00", "22.00 – ons. 25. nov. 06.00"),
        ("2026-10-25T02:30", "2026-10-25T02:30+", "02.30 (sommertid)–02.30 (vintertid)"),
    ],
)
def test_a_stretch_is_said_shortly(start: str, end: str, said: str) -> None:
    assert Figures(Words(Language.DANISH)).stretch(moment(start), moment(end)) == said


def test_the_plan_says_who_when_what_was_changed_and_what_is_missing(house: House) -> None:
    """R12: the picture and the list say the same; a supporter sees all of it."""
    anna, bo = (house.supporter(name, on_duty=False) for name in ("Anna", "Bo"))
    house.rota(
        f"""
        [[layer]]
        name = "Dag"
        people = [{anna.id}]
        starts = 2026-11-16T08:00:00
        every = "week"
        hours = [{{ from = "08:00", to = "22:00" }}]

        [[override]]
        supporter = {bo.id}
        layer = "Dag"
        from = 2026-11-26T12:00:00
        to = 2026-11-26T16:00:00
        """
    )
    ulla = signed_in(house, Role.SUPPORTER, name="Ulla")

    page, month = ulla.sees("/duty?week=2026-W48"), ulla.sees("/duty?month=2026-11")
    wrong, why = ulla.sees("/duty?week=2026-W60"), ulla.sees("/duty/now?at=2026-11-26T13:00")

    keys = [set(re.findall(rf'{name}="([^"]+)"', page.text)) for name in ("data-stretch", "data-stretch-row")]
    assert keys[0] == keys[1]
    assert "Ingen på vagt 22.00 – fre. 27. nov. 08.00" in page.text
    assert "sat på" in page.text
    assert [page.status_code, month.status_code, wrong.status_code, why.status_code] == [200, 200, 422, 200]
    assert "Dag, nummer 1 af 1 i turnus: Anna" in why.text
    assert "ændring 1: Bo" in why.text
    assert [ulla.sees(f"/duty/now?at={at}").status_code for at in ("2027-03-28T02:30", "x", "2026-10-25T00:30Z")] == [422, 422, 200]


def test_what_goes_on_beyond_what_was_looked_at_says_so(house: House) -> None:
    """R12: neither an end nor a change is told that is only where the looking stopped."""
    anna = house.supporter("Anna", on_duty=False)
    house.rota(f'[[layer]]\nname = "Nat"\npeople = [{anna.id}]\nstarts = 2026-11-16T08:00:00\nevery = "200 days"')
    ulla = signed_in(house, Role.AUDITOR)

    week, now = ulla.sees("/duty?week=2026-W50").text, ulla.sees("/duty/now").text

    assert "… – …" in week
    assert "Der sker ingen ændringer de næste otte uger." in now


def test_page_interface_command_board_chain_and_feed_give_one_answer(house: House) -> None:
    """R12: for random moments; `python -m tests.agreement` asks for ten thousand."""
    a_rota(house)

    assert disagreements(house, moments(house, 12)) == []


def test_a_program_asks_who_is_on_call(house: House) -> None:
    house.supporter("Anna")
    program = a_program(house)

    found = program.reads("/on-call")

    assert [(one["name"], one["why"]) for one in found["on_call"]] == [("Anna", "shift 1: Anna")]
    assert datetime.fromisoformat(found["at"]) == house.now
    assert program.reads("/on-call?at=2030-01-01T00:00:00Z")["on_call"] == []
    assert problem(program.asks("/on-call?at=yesterday"))[0] == 422


def test_an_administrator_puts_somebody_on_and_takes_it_out_again_in_one_step_each(house: House) -> None:
    """R12: each is a version of the rota, and a line in the audit; who saw another version takes nothing out."""
    a_rota(house)
    ulla = secured(house, Role.ADMINISTRATOR)
    wrong = {"on-supporter": "1", "on-where": "tier:1:1", "on-start": "2026-11-26T16:00", "on-end": "2026-11-26T15:00"}

    refused = ulla.sends("/duty/overrides", page="/duty", **wrong)
    put = ulla.sends("/duty/overrides", page="/duty", **{**wrong, "on-end": "2026-11-26T20:00"})
    gone = ulla.sends(
        "/duty/absences", page="/duty", **{"away-supporter": "1", "away-start": "2026-11-26T18:00", "away-end": "2026-11-26T19:00"}
    )
    seen = [ulla.sees(f"/duty/now?at=2026-11-26T{hour}:00").text for hour in (16, 18)]
    stale = ulla.sends("/duty/override/take-out", page="/duty", rota="2", number="2")
    taken = ulla.sends("/duty/override/take-out", page="/duty", rota="3", number="2")

    assert (refused.status_code, put.status_code, gone.status_code) == (422, 302, 302)
    assert 'value="2026-11-26T15:00"' in refused.text
    assert ["ændring 2: Anna" in text for text in seen] == [True, False]
    assert (stale.status_code, taken.status_code) == (409, 302)
    assert "ændring 2: Anna" not in ulla.sees("/duty/now?at=2026-11-26T16:00").text
    with house.database.reading() as session:
        told = session.scalars(select(Audit).where(Audit.action == "rota_published").order_by(Audit.id)).all()
        assert [one.actor for one in told[1:]] == [ulla.email] * 3
        assert told[1].details["to"] == {
            "override": {"supporter": 1, "from": "2026-11-26T16:00:00", "to": "2026-11-26T20:00:00", "tier": 1, "place": 1}
        }


@pytest.mark.parametrize("role", [Role.SUPPORTER, Role.BILLING, Role.AUDITOR])
def test_nobody_else_changes_the_plan(house: House, role: Role) -> None:
    a_rota(house)
    there = secured(house, role)

    page = there.sees("/duty").text

    assert "/duty/overrides" not in page
    assert "/take-out" not in page
    assert there.sends("/duty/absences", page="/duty").status_code == 404


def test_each_line_has_its_own_plan_and_the_round_the_clock_one_comes_first(house: House) -> None:
    """R12: the same question to the page and the interface, for the line that the address names; one line is no choice."""
    a_rota(house)
    house.supporter("Olga", lines=(Flow.OFFICE,))
    ulla, program = secured(house, Role.ADMINISTRATOR), a_program(house)
    alone = ulla.sees("/duty").text
    house.has_office(None)

    pages = [ulla.sees(f"/duty/now{which}").text for which in ("", "?line=support", "?line=office")]
    plan, unknown = ulla.sees("/duty?line=office").text, ulla.sees("/duty?line=night")
    asked = [program.reads(f"/on-call{which}") for which in ("", "?line=office")]

    assert ("Vælg linje" in alone, "Vælg linje" in plan) == (False, True)
    assert ["Olga" in text for text in pages] == [False, False, True]
    assert {"line=office" in one for one in re.findall(r'href="(/duty/now\?at=[^"]+)"', plan)} == {True}
    assert (unknown.status_code, "Den linje findes ikke" in unknown.text) == (422, True)
    assert [(one["line"], "Olga" in str(one["on_call"])) for one in asked] == [("support", False), ("office", True)]
    assert problem(program.asks("/on-call?line=night"))[0] == 422


def test_a_step_on_a_lines_page_changes_that_lines_rota(house: House) -> None:
    olga = house.supporter("Olga", on_duty=False)
    house.has_office(None)
    with house.database.writing() as session:
        office = f'line = "office"\n[[layer]]\nname = "Dag"\npeople = [{olga.id}]\nstarts = 2026-11-16T08:00:00\nevery = "week"'
        rotas.publish(session, office, by="test", now=house.now)
    ulla = secured(house, Role.ADMINISTRATOR)
    away = {"away-supporter": str(olga.id), "away-start": "2026-11-26T18:00", "away-end": "2026-11-26T19:00"}

    gone = ulla.sends("/duty/absences?line=office", page="/duty?line=office", **away)
    nowhere = ulla.sends("/duty/absences?line=night", page="/duty?line=office", **away)
    seen = ulla.sees("/duty/now?at=2026-11-26T18:30&line=office").text
    taken = ulla.sends("/duty/absence/take-out?line=office", page="/duty?line=office", rota="2", number="1")

    assert gone.headers["Location"] == "/duty?week=2026-W48&line=office"
    assert nowhere.status_code == 422
    assert "Ingen er på vagt" in seen
    assert taken.headers["Location"] == "/duty?line=office#agreed"


def test_nobody_is_missed_at_an_office_that_is_closed(house: House) -> None:
    """R12: Olga has Monday to Thursday, and on Fridays nobody is there; by night and on 25 December and 1 January it is closed."""
    olga = house.supporter("Olga", on_duty=False)
    house.has_office('[[open]]\ndays = ["mon", "tue", "wed", "thu", "fri"]\nfrom = "08:00"\nto = "16:00"\n')
    office = f'line = "office"\n[[layer]]\nname = "Dag"\npeople = [{olga.id}]\nstarts = 2026-11-16T08:00:00\nevery = "week"\n'
    office += 'hours = [{ days = ["mon", "tue", "wed", "thu"], from = "08:00", to = "16:00" }]'

    with house.database.writing() as session:
        told = rotas.publish(session, office, by="test", now=house.now).gaps
    page = secured(house, Role.ADMINISTRATOR).sees("/duty?line=office").text

    fridays = ("2026-11-27", "2026-12-04", "2026-12-11", "2026-12-18", "2027-01-08", "2027-01-15")
    assert told == [span(f"{day}T08:00", f"{day}T16:00") for day in fridays]
    assert "Der er 6 huller i vagtplanen" in page
    assert set(re.findall(r"Ingen på vagt (\d[^<\"]*)", page)) == {"08.00–16.00"}
