"""Drafts of a rota: typed into a form, looked through with what they would change, and published unless somebody was quicker."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import select

from helpdesk import rotas
from models import Audit, Rota
from models.values import Flow, Role
from oncall import rotas as versions
from tests.agreement import a_rota
from tests.house import House
from tests.web.people import Somebody
from tests.web.test_every_page import secured

DRAFT = "/duty/drafts/1"
FIELD = re.compile(r'<(?:input|select|textarea)[^>]*\bname="(layer-[^"]+|rest|version)"[^>]*>')
AWAY = {"supporter": 1, "from": "2026-12-01T00:00:00", "to": "2026-12-02T00:00:00"}


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def ulla(house: House) -> Somebody:
    """An administrator who has begun a draft from the rota of tests.agreement."""
    a_rota(house)
    ulla = secured(house, Role.ADMINISTRATOR)
    assert ulla.sends("/duty/drafts/new", page="/duty").headers["Location"] == DRAFT
    return ulla


def filled(page: str) -> dict[str, str]:
    """What the form of the draft holds."""
    found = {}
    for field in FIELD.finditer(page):
        value = re.search(r'\bvalue="([^"]*)"', field[0])
        if field[0].startswith("<select"):
            value = re.search(r'selected value="([^"]*)"', page[field.end() : page.index("</select>", field.end())])
        found[field[1]] = unescape(value[1]) if value else ""
        if field[0].startswith("<textarea"):
            found[field[1]] = unescape(page[field.end() : page.index("</textarea>", field.end())]).lstrip("\r\n")
    return found


def names(form: dict[str, str]) -> list[str]:
    """The layers of the draft, in order."""
    return [value for key, value in form.items() if key.endswith("-title")]


def content(house: House) -> dict[str, object]:
    with house.database.reading() as session:
        return session.get_one(Rota, versions.newest(session, Flow.SUPPORT) or 0).content


def test_a_draft_that_is_published_as_it_was_begun_says_the_same(house: House, ulla: Somebody) -> None:
    """R12: through the form and back; nothing of it counts before it is published."""
    form = filled(ulla.sees(DRAFT).text)

    kept = ulla.sends(DRAFT, **form)
    page = ulla.sees(DRAFT).text
    published = ulla.sends(f"{DRAFT}/publish", page=DRAFT, version=filled(page)["version"])
    again = ulla.sends(f"{DRAFT}/publish", page="/duty", version=filled(page)["version"])
    others = [ulla.sends(one, page="/duty").status_code for one in (f"{DRAFT}/drop", "/duty/drafts/99/publish")]

    assert (kept.status_code, published.headers["Location"], again.headers["Location"]) == (302, "/duty", "/duty")
    assert others == [404, 404]
    ulla.sends("/duty/drafts/new", page="/duty")
    late = ulla.sends(f"{DRAFT}/publish", page=DRAFT, version=filled(page)["version"])
    assert (late.status_code, ulla.sees(DRAFT).status_code) == (409, 200)  # another draft, though SQLite gave it the same number
    ulla.sends(f"{DRAFT}/drop", page=DRAFT)
    assert "Ingen får en anden vagt" in page
    with house.database.reading() as session:
        first, last = (versions.plan(session, number) for number in (1, 2))
    assert (first.layers, first.overrides, first.absences, first.temporary, first.swaps) == (
        last.layers,
        last.overrides,
        last.absences,
        last.temporary,
        last.swaps,
    )
    assert ulla.sees(DRAFT).status_code == 404


def test_what_a_draft_would_change_is_shown_before_it_is_published(house: House, ulla: Somebody) -> None:
    form = filled(ulla.sees(DRAFT).text) | {"layer-1-people": "Bo, Anna"}

    ulla.sends(DRAFT, **form)
    page = ulla.sees(DRAFT).text
    shown = re.sub(r"<[^>]+>", " ", page)

    assert re.search(r"man\. 23\. nov\. 16\.00 \S+ tirs?\. 24\. nov\. \S+\s+1\s+\w+\s+\w+", shown)
    assert "hul" in shown
    assert content(house)["layer"][1]["people"] != [2, 1]  # type: ignore[index]
    ulla.sends(f"{DRAFT}/publish", page=DRAFT, version="2")
    assert content(house)["layer"][1]["people"] == [2, 1]  # type: ignore[index]
    with house.database.reading() as session:
        actions = [one.action for one in session.scalars(select(Audit).where(Audit.actor == ulla.email).order_by(Audit.id))]
    assert actions[-3:] == ["rota_draft_begun", "rota_draft_changed", "rota_published"]


def test_every_fault_is_said_at_once_at_its_field_and_what_was_typed_is_kept(ulla: Somebody) -> None:
    form = filled(ulla.sees(DRAFT).text)
    wrong = {
        "layer-0-people": "Anna, Karla",
        "layer-0-mon": "otte",
        "layer-1-title": "",
        "layer-1-starts": "i går",
        "rest": "[[swap]]\nx = 1",
    }

    refused = ulla.sends(DRAFT, **form | wrong)
    unpublished = ulla.sends(f"{DRAFT}/publish", page=DRAFT, version="2")

    assert refused.status_code == 422
    for said in (
        "Der er ingen supporter Karla.",
        "Skriv det som 8-16",
        "Skriv et navn",
        "Skriv dato og klokkeslæt",
        "swap 1: first",
    ):
        assert said in refused.text
    assert filled(refused.text)["layer-0-mon"] == "otte"
    assert (unpublished.status_code, "Den kan ikke udgives endnu." in unpublished.text) == (409, True)


def test_layers_are_added_moved_and_taken_out_without_a_script(ulla: Somebody) -> None:
    before = filled(ulla.sees(DRAFT).text)

    ulla.sends(DRAFT, **before, up="2")
    moved = filled(ulla.sees(DRAFT).text)
    ulla.sends(DRAFT, **moved, add="1")
    added = filled(ulla.sees(DRAFT).text)
    ulla.sends(DRAFT, **added, remove=str(len(names(added))))

    assert names(moved)[:2] == [names(before)[1], names(before)[0]]
    assert names(added) == [*names(moved), ""]
    assert names(filled(ulla.sees(DRAFT).text)) == names(moved)


def test_a_draft_that_is_stale_says_what_changed_and_takes_it_in(house: House, ulla: Somebody) -> None:
    """R12: what was agreed meanwhile is not lost, and neither is what was typed."""
    ulla.sends(DRAFT, **filled(ulla.sees(DRAFT).text) | {"layer-1-people": "Bo, Anna"})
    with house.database.writing() as session:
        rotas.agree(session, "absence", AWAY, line=Flow.SUPPORT, by="bo", now=house.now)

    refused = ulla.sends(f"{DRAFT}/publish", page=DRAFT, version="2")
    taken = ulla.sends(f"{DRAFT}/catch_up", page=DRAFT, version="2")
    published = ulla.sends(f"{DRAFT}/publish", page=DRAFT, version="3")

    assert refused.status_code == 409
    assert "+ from = 2026-12-01T00:00:00" in refused.text
    assert (taken.status_code, published.status_code) == (302, 302)
    assert AWAY in content(house)["absence"]  # type: ignore[operator]
    assert content(house)["layer"][1]["people"] == [2, 1]  # type: ignore[index]


def test_whoever_was_slower_keeps_what_they_typed(ulla: Somebody) -> None:
    form = filled(ulla.sees(DRAFT).text)
    ulla.sends(DRAFT, **form | {"layer-0-title": "Fest"})

    slower = ulla.sends(DRAFT, **form | {"layer-0-title": "Helligdag"})
    gone = ulla.sends(f"{DRAFT}/drop", page=DRAFT, version="1")
    unpublished = ulla.sends(f"{DRAFT}/publish", page="/duty", version="2").status_code

    assert unpublished == 404
    assert (slower.status_code, "Helligdag" in slower.text) == (422, True)
    assert (gone.status_code, ulla.sees(DRAFT).status_code) == (302, 404)
