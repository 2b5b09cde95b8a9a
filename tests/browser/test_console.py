"""The console's frame, as a browser shows it: signed in, in every look, by keyboard alone, without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from helpdesk import queue, readiness
from models.readiness import ReadinessOutcome
from models.values import Role
from tests.browser.reader import Readers, barriers, in_every_look, overflow
from tests.house import ASupporter
from tests.web.people import PASSWORD, a_user

PAGES = {"/account/second-factor": Role.SUPPORTER, "/account/again": Role.SUPPORTER, "/sign-in": None}


@pytest.mark.parametrize("place", PAGES)
def test_a_page_keeps_nobody_out_and_fits_every_window(readers: Readers, place: str) -> None:
    page = readers.reader(role=PAGES[place])

    page.goto(place)

    for look in in_every_look(page):
        assert barriers(page) == [], look
        assert overflow(page) == 0, look


def test_a_supporter_who_is_tested_and_has_a_task_finds_both_at_hand_in_every_window(readers: Readers) -> None:
    """On a telephone at night, and on the wall."""
    house = readers.house
    page = readers.reader(role=Role.SUPPORTER)
    caller = house.caller()
    house.accepts_price(caller).hears("bliver du ringet op").keys("1").hears("inden for 30 minutter")
    with house.database.writing() as session:
        queue.take(session, 1, 1, actor="test", now=house.now)
        readiness.end(session, readiness.ask(session, 1, by="test", now=house.now), ReadinessOutcome.VOICEMAIL, now=house.now)
    house.shift(ASupporter("", "", 1), "2026-11-23T00:00", "2026-11-24T00:00")
    found = {}

    for place in ("/me", "/now"):
        page.goto(place)
        for look in in_every_look(page):
            found[place, look] = (overflow(page), barriers(page) if look == "360 dark" else [])

    assert {where: what for where, what in found.items() if what != (0, [])} == {}
    page.goto("/me")
    page.get_by_role("button", name="Ring mig op som prøve").click()
    expect(page.get_by_text("prøven er i gang")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_somebody_signs_in_by_keyboard_and_a_wrong_password_keeps_the_address(readers: Readers, script: bool) -> None:  # noqa: FBT001 - pytest's
    email = a_user(readers.house.database, Role.AUDITOR, now=readers.house.now)
    page = readers.reader(script=script)

    page.goto("/now")
    expect(page.get_by_label("E-mail")).to_be_focused()
    page.keyboard.type(email)
    page.keyboard.press("Tab")
    page.keyboard.type("forkert")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("E-mail eller adgangskode er forkert")
    expect(page.get_by_label("E-mail")).to_have_value(email)
    page.get_by_label("Adgangskode").fill(PASSWORD)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Nu")


def test_the_language_can_be_chosen_and_is_kept(readers: Readers) -> None:
    page = readers.reader(role=Role.AUDITOR)
    page.goto("/now")

    page.get_by_role("button", name="English").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Now")
    expect(page.locator("html")).to_have_attribute("lang", "en")


def test_what_was_typed_and_not_sent_is_there_again_until_it_is_sent(readers: Readers) -> None:
    """Two seconds after the typing stops (ui.md 5)."""
    number = readers.house.caller().number
    page = readers.reader(role=Role.BILLING)
    page.goto(f"/billing/grant?customer={number}&points=5")
    page.locator("#note").fill("Undskyld ventetiden.")
    expect(page.get_by_text("Kladde gemt")).to_be_visible()
    assert barriers(page) == []

    page.goto("/now")
    page.goto(f"/billing/grant?customer={number}&points=5")
    expect(page.locator("#note")).to_have_value("Undskyld ventetiden.")
    page.get_by_role("button", name="Fortsæt").click()
    page.get_by_role("button", name="Bogfør").click()
    page.goto("/billing/grant")

    expect(page.locator("#note")).to_have_value("")
    expect(page.get_by_text("Kladde gemt")).to_have_count(0)


def test_a_question_mark_tells_the_keys_and_escape_closes_it(readers: Readers) -> None:
    page = readers.reader(role=Role.AUDITOR)
    page.goto("/now")
    help_ = page.get_by_role("dialog", name="Taster på alle sider")

    page.keyboard.press("?")
    expect(help_).to_be_visible()
    assert help_.locator("kbd").all_text_contents() == ["/", "j", "k", "Enter", "?"]
    assert barriers(page) == []
    page.keyboard.press("Escape")

    expect(help_).to_be_hidden()
