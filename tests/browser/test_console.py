"""The console's frame, as a browser shows it: signed in, in every look, by keyboard alone, without JavaScript."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from models.values import Role
from tests.browser.reader import Readers, barriers, in_every_look, overflow
from tests.web.people import PASSWORD, a_user

PAGES = {"/account/second-factor": Role.SUPPORTER, "/sign-in": None}


@pytest.mark.parametrize("place", PAGES)
def test_a_page_keeps_nobody_out_and_fits_every_window(readers: Readers, place: str) -> None:
    page = readers.reader(role=PAGES[place])

    page.goto(place)

    for look in in_every_look(page):
        assert barriers(page) == [], look
        assert overflow(page) == 0, look


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
