"""Rounds of the clock: a shift that begins, one that is over, the weeks ahead, and gaps, each told once (R12)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from helpdesk import notices, rounds, users
from models import Errand, Supporter
from models.supporters import ShiftNotice
from models.values import Language, Role
from tests.house import TEST, ASupporter, House
from tests.oncall.rotas import moment

NIGHTS = """
    [[layer]]
    name = "Nat"
    people = [{one}, {other}]
    starts = 2026-11-23T08:00:00
    every = "day"
    hours = [{{ from = "08:00", to = "22:00" }}]
"""


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def anna(house: House) -> ASupporter:
    """Anna, who logs in, and Bo, by turns from 8 to 22; it is Monday, 03:10."""
    anna, bo = house.supporter("Anna"), house.supporter("Bo")
    with house.database.writing() as session:
        me, now = session.get_one(Supporter, anna.id), house.now
        users.add(session, email="anna@house.example", name="Anna", role=Role.SUPPORTER, supporter=me, actor=TEST, now=now)
        users.add(session, email="chief@house.example", name="Ida", role=Role.ADMINISTRATOR, supporter=None, actor=TEST, now=now)
    house.rota(NIGHTS.format(one=anna.id, other=bo.id))
    return anna


def wants(house: House, anna: ASupporter, notice: ShiftNotice, *, weekly: bool = False) -> None:
    with house.database.writing() as session:
        rounds.choose(session, anna.id, notice, week_ahead=weekly, by=TEST, now=house.now)


def told(house: House, day: str, *times: str) -> list[tuple[str, str, str]]:
    """What was asked for when the clock beat at these times of a local day: to whom, how, and what."""
    for at in times:
        house.skip(seconds=(moment(f"{day}T{at}") - house.now).total_seconds())
    with house.database.reading() as session:
        found = session.scalars(select(Errand).order_by(Errand.id)).all()
        return [(one.payload["to"], one.kind.value, one.payload["notice"]) for one in found]


def test_a_shift_is_told_an_hour_before_and_when_it_is_over_once(house: House, anna: ASupporter) -> None:
    """R12: by text; nobody who did not ask for it is told."""
    wants(house, anna, ShiftNotice.TEXT)

    before = told(house, "2026-11-23", "06:50")
    begun = told(house, "2026-11-23", "07:00", "07:20", "07:59", "08:30")
    over = told(house, "2026-11-23", "22:00", "22:14", "22:40")

    assert before == []
    assert begun == [(f"supporter:{anna.id}", "text", "shift_begins")]
    assert over[1:] == [(f"supporter:{anna.id}", "text", "shift_over")]
    with house.database.reading() as session:
        first = session.scalars(select(Errand).order_by(Errand.id)).first()
        assert first is not None
        said = notices.written("shift_begins", Language.DANISH, first.payload["values"])
    assert said.startswith("Din vagt begynder kl. 08.00\nDu har vagt til 23. november 2026 kl. 22.00.")


def test_a_shift_that_is_moved_is_told_anew(house: House, anna: ASupporter) -> None:
    """R12: the plan that counts is the one that is in force when the round is gone, a quarter of an hour later at most."""
    wants(house, anna, ShiftNotice.MAIL)

    told(house, "2026-11-23", "07:05")
    house.rota(NIGHTS.format(one=anna.id, other=anna.id).replace('from = "08:00"', 'from = "08:15"'))
    found = told(house, "2026-11-23", "07:30")

    assert [kind for _to, kind, _notice in found] == ["mail", "mail"]
    assert {to for to, *_ in found} == {"user:1"}


def test_on_friday_morning_the_fortnight_is_told_and_administrators_hear_of_gaps(house: House, anna: ASupporter) -> None:
    """R12: every other day is Anna's, today and in a fortnight too; nobody is on duty from 22 to 8."""
    wants(house, anna, ShiftNotice.NONE, weekly=True)
    house.has_office('[[open]]\ndays = ["fri"]\nfrom = "08:00"\nto = "16:00"\n')

    before = told(house, "2026-11-27", "08:59")
    found = told(house, "2026-11-27", "09:00", "10:00")

    assert before == []
    assert found == [
        ("user:1", "mail", "week_ahead"),
        ("user:2", "mail", "gaps_ahead"),
        ("user:2", "mail", "gaps_ahead"),  # of the office, which is open
    ]
    with house.database.reading() as session:
        fortnight, gaps, office = (one.payload["values"] for one in session.scalars(select(Errand).order_by(Errand.id)))
    assert (len(fortnight["shifts"]), len(gaps["gaps"]), len(office["gaps"]), office["line"]) == (
        8,
        20,
        7,
        "Kontoret",
    )  # 25 December is a Friday
    written = notices.written("week_ahead", Language.DANISH, fortnight)
    assert "\nfredag 27. november 2026 kl. 08.00 til fredag 27. november 2026 kl. 22.00\n" in written


def test_a_shift_of_a_week_is_told_whole_on_friday(house: House, anna: ASupporter) -> None:
    """R12: the one that runs from its beginning, and the one in a fortnight to its end, though that is further than a fortnight."""
    wants(house, anna, ShiftNotice.NONE, weekly=True)
    house.rota(f'[[layer]]\nname = "Nat"\npeople = [{anna.id}, 2]\nstarts = 2026-11-23T16:00:00\nevery = "week"')

    told(house, "2026-11-27", "08:59", "09:00")

    with house.database.reading() as session:
        [letter] = [one for one in session.scalars(select(Errand)) if one.payload["notice"] == "week_ahead"]
    weeks = [("2026-11-23T16:00", "2026-11-30T16:00"), ("2026-12-07T16:00", "2026-12-14T16:00")]
    assert letter.payload["values"]["shifts"] == [[moment(at).isoformat() for at in week] for week in weeks]


def test_what_is_long_over_is_not_told_by_a_clock_that_stood_still(house: House, anna: ASupporter) -> None:
    """R12."""
    wants(house, anna, ShiftNotice.TEXT, weekly=True)

    found = told(house, "2026-11-28", "23:30")

    assert found == []
