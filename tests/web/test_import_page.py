"""A calendar taken in on its page: shown before it is done, done as it was shown, and taken out again (R12)."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO

import pytest
from werkzeug.test import TestResponse

from helpdesk import rotas
from models.values import Flow, Role
from oncall import rotas as versions
from tests.agreement import a_rota
from tests.house import House
from tests.oncall.test_calendar_files import calendar, event
from tests.web.people import Somebody
from tests.web.test_every_page import secured
from web.console.plan.imports import LARGEST_FILE

PAGE = "/duty/import"
AWAY = event("ferie", "20261201", "20261204", "SUMMARY:Ferie", zone=";VALUE=DATE")


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def ulla(house: House) -> Somebody:
    a_rota(house)
    return secured(house, Role.ADMINISTRATOR)


def uploads(ulla: Somebody, text: str, **said: str) -> TestResponse:
    how = {"kind": "2", "tier": "1", "source": "ferie"} | said
    return ulla.sends(PAGE, file=(BytesIO(text.encode()), "ferie.ics"), **how)


def hidden(page: str) -> dict[str, str]:
    """What the form that does it sends: a browser ends lines in its own way."""
    form = page[page.index('name="apply"') - 800 :]
    found = {
        name: unescape(value) for name, value in re.findall(r'type="hidden" name="(kind|tier|source|apply)" value="([^"]*)"', form)
    }
    text = re.search(r'<textarea name="text"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL)
    return found | {"text": "\r\n".join(unescape(text[1]).splitlines()) if text else ""}


def absences(house: House) -> int:
    with house.database.reading() as session:
        return len(versions.plan(session, versions.newest(session, Flow.SUPPORT)).absences)


def test_absence_is_shown_then_done_then_taken_out(house: House, ulla: Somebody) -> None:
    before = absences(house)

    shown = uploads(ulla, calendar(AWAY))
    untouched = absences(house)
    other = ulla.sends(PAGE, **hidden(shown.text) | {"text": calendar(AWAY.replace("20261204", "20261205"))})
    done = ulla.sends(PAGE, **hidden(shown.text))
    after, again, page = absences(house), uploads(ulla, calendar(AWAY)).text, ulla.sees(PAGE).text
    taken = ulla.sends(f"{PAGE}/take-out", page=PAGE, source="ferie", supporter="2")

    assert (shown.status_code, other.status_code, done.headers["Location"]) == (200, 409, "/duty#agreed")
    assert "end da dette blev vist" in other.text
    assert "1 kommer til" in shown.text
    assert (untouched, after) == (before, before + 1)
    assert "Intet ændrer sig" in again
    assert "fravær for Bo" in page
    assert (taken.status_code, absences(house)) == (302, before)


def test_what_was_shown_for_another_plan_is_shown_again_and_then_done(house: House, ulla: Somebody) -> None:
    """Somebody publishes in between: the same events come, but what becomes of it may be something else."""
    form = hidden(uploads(ulla, calendar(AWAY)).text)
    with house.database.writing() as session:
        rotas.changed(session, rotas.newest(session, Flow.SUPPORT).content, {}, by="test", now=house.now)
    house.forward(minutes=5)
    before = absences(house)

    refused = ulla.sends(PAGE, **form)
    between = absences(house)
    done = ulla.sends(PAGE, **hidden(refused.text))

    assert (refused.status_code, between, done.status_code, absences(house)) == (409, before, 302, before + 1)


@pytest.mark.parametrize(
    ("text", "kind", "said"),
    [
        ("x", "2", "Det er ingen iCalendar-fil"),
        (calendar(event("vagt", "20261201T160000", "20261202T080000", "SUMMARY:Ingen")), "shifts", "Den nævner ingen supporter."),
        ("x" * (LARGEST_FILE + 1), "2", "Filen er for stor."),
        ("", "2", "Vælg en fil."),
    ],
)
def test_a_file_with_a_fault_is_refused_whole_and_says_why(ulla: Somebody, text: str, kind: str, said: str) -> None:
    refused = uploads(ulla, text, kind=kind)

    assert (refused.status_code, said in refused.text) == (422, True)


def test_an_auditor_sees_what_was_taken_in_and_takes_nothing_in(house: House) -> None:
    reader = secured(house, Role.AUDITOR)

    assert reader.sees(PAGE).status_code == 200
    assert reader.sends(f"{PAGE}/take-out", page="/account/").status_code == 404
