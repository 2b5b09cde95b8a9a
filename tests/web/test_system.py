"""How the installation is, for an administrator as a page and for Prometheus as numbers."""

from __future__ import annotations

import html
import re
from functools import partial
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from app import doctor
from models.values import Role
from tests.house import House
from tests.web.people import Somebody, signed_in

TOKEN = "a token that somebody brings"


@pytest.fixture
def backend() -> str:
    return "sqlite"


def scraped(house: House, token: str = TOKEN) -> dict[str, float]:
    """The numbers, by name and labels."""
    answer = house.app.test_client().get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    found = {}
    for family in text_string_to_metric_families(answer.text):
        for sample in family.samples:
            labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
            found[f"{sample.name}{{{labels}}}"] = sample.value
    return found


@pytest.fixture
def watched(house: House) -> House:
    object.__setattr__(house.app.extensions["web"], "metrics_token", TOKEN.replace(" ", "-"))
    return house


def test_the_numbers_say_what_goes_on_and_name_nobody(watched: House) -> None:
    token = TOKEN.replace(" ", "-")
    before = scraped(watched, token)
    caller, anna = watched.caller(), watched.supporter("Anna")
    watched.connects(caller, anna)
    during = scraped(watched, token)
    watched.forward(minutes=17)
    watched.phone(caller).hangs_up()
    watched.forward(minutes=1)

    after = scraped(watched, token)

    assert during["doegnvagt_calls_now{state=talking}"] == 1
    assert during["doegnvagt_supporters_on_duty{}"] == 1
    assert after["doegnvagt_calls_last_day{outcome=talked}"] == 1
    assert after["doegnvagt_part_up{part=database}"] == 1
    turns = "doegnvagt_webhook_seconds_count{status=200,webhook=turn}"
    assert after[turns] - before.get(turns, 0) >= 4
    told = " ".join(after)
    assert not re.search(rf"{caller.name}|{caller.company}|{caller.pin}|{re.escape(caller.phone[1:])}|Anna", told)


@pytest.mark.parametrize("header", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic xæøå"}])
def test_without_the_token_there_are_no_numbers(watched: House, header: dict[str, str]) -> None:
    assert watched.app.test_client().get("/metrics", headers=header).status_code == 404


def test_where_no_token_is_set_nobody_gets_them(house: House) -> None:
    assert house.app.test_client().get("/metrics", headers={"Authorization": "Bearer None"}).status_code == 404


@pytest.mark.parametrize(
    ("role", "status"), [(Role.AUDITOR, 200), (Role.SUPPORTER, 404), (Role.BILLING, 404), (Role.ADMINISTRATOR, 302)]
)
def test_the_page_is_for_administrators_and_auditors(house: House, role: Role, status: int) -> None:
    """An administrator has a second factor to set up first."""
    assert signed_in(house, role).sees("/system").status_code == status


def test_what_the_doctor_finds_is_told_in_danish(house: House, tmp_path: Path) -> None:
    """R22: on a Danish page everything but commands, settings and what comes from elsewhere."""
    env = {"DATABASE_URL": f"sqlite:///{tmp_path}/none.db", "PUBLIC_BASE_URL": "https://line.example/", "SECRET_KEY": "x" * 32}
    object.__setattr__(house.app.extensions["web"], "examine", partial(doctor.examine, env))

    page = html.unescape(signed_in(house, Role.AUDITOR).sees("/system?examine=1").text)

    rows = [re.sub(r"<[^>]*>", "", row) for row in re.findall(r"<td data-label=.*", page)]
    assert f"Database▲ fejlDer er endnu ingen database i {tmp_path}/none.db.doegnvagt migrate" in rows
    assert "Vagt! advarselDet er ikke undersøgt, fordi databasen ikke kan bruges.ret det først Se vagtplanen" in rows
    assert not re.search(r"\b(the|is|was|not|cannot|nobody)\b", " ".join(rows))


def test_the_page_tells_each_part_and_looks_closer_when_asked(house: House) -> None:
    there: Somebody = signed_in(house, Role.AUDITOR)

    page, closer = there.sees("/system").text, there.sees("/system?examine=1").text

    assert "Teleudbyder" in page
    assert "Undersøg installationen" in page
    assert "Undersøg installationen" not in closer
