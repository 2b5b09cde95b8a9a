"""The page of opening hours: the week, days that are not like others, and who may change them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from helpdesk import line_hours
from models import Audit, Line
from models.values import Role
from tests.house import House
from tests.web.people import signed_in
from tests.web.test_every_page import secured

WEEK = {f"week-{day}": "8-12, 12.30-16" for day in ("mon", "tue", "wed", "thu", "fri")} | {"week-sat": "", "week-sun": ""}


@pytest.fixture
def backend() -> str:
    return "sqlite"


def test_a_week_and_a_day_are_kept_and_taken_out_again(house: House) -> None:
    with house.database.reading() as session:
        number = session.scalars(select(Line.number)).first() or ""
    ulla, page = secured(house, Role.ADMINISTRATOR), f"/lines/{number[1:]}/hours"

    wrong = [ulla.sends(page, **{**WEEK, "week-mon": said}).status_code for said in ("x", "8-7", "8-12, 11-16", "8-25")]
    kept = ulla.sends(page, **WEEK)
    day = ulla.sends(f"{page}/exceptions", page=page, **{"day-date": "2026-12-24", "day-name": "Juleaften", "day-hours": "8-10"})
    text = ulla.sees(page).text
    gone = ulla.sends(f"{page}/exceptions/2026-12-24/take-out", page=page)

    assert (wrong, [one.status_code for one in (kept, day, gone)]) == ([422] * 4, [302] * 3)
    assert "Juleaften" in text
    assert "juledag" in text
    assert "Juleaften" not in ulla.sees(page).text
    assert "man.–fre. 8–12 og 12.30–16" in ulla.sees("/lines").text
    with house.database.reading() as session:
        hours = line_hours.of(session, number)
        told = session.scalars(select(Audit).where(Audit.action == "line_hours_set")).all()
    assert hours is not None
    assert sorted(hours.week) == [1, 2, 3, 4, 5]
    assert [one.actor for one in told] == [ulla.email] * 3
    assert ulla.sees("/lines/4512345678/hours").status_code == 404
    assert signed_in(house, Role.AUDITOR).sees(page).status_code == 200
    assert signed_in(house, Role.SUPPORTER).sees(page).status_code == 404
