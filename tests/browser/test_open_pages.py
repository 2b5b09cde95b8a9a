"""The pages without a log-in, as a browser shows them: every width, light and dark, both languages (ui.md 9)."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.reader import Readers, barriers, in_every_look, overflow

HEADINGS = {
    ("/", "da"): "Telefonen er åben døgnet rundt",
    ("/", "en"): "The line is open round the clock",
    ("/none", "da"): "Siden findes ikke",
    ("/none", "en"): "There is no such page",
}


@pytest.mark.parametrize(("place", "language"), HEADINGS, ids=str)
def test_a_page_keeps_nobody_out_and_fits_every_window(readers: Readers, place: str, language: str) -> None:
    page = readers.reader(language=language)

    page.goto(place)

    expect(page.get_by_role("heading", level=1)).to_have_text(HEADINGS[place, language])
    for look in in_every_look(page):
        assert barriers(page) == [], look
        assert overflow(page) == 0, look


def test_a_reader_comes_from_a_page_that_is_not_there_to_the_front_page_by_keyboard(readers: Readers) -> None:
    page = readers.reader(width=360)
    page.goto("/none")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text(HEADINGS["/", "da"])
    assert page.url == f"{readers.address}/"


def test_dark_is_dark_and_light_is_light(readers: Readers) -> None:
    brightness = "getComputedStyle(document.body).backgroundColor.match(/[0-9]+/g).reduce((sum, part) => sum + Number(part), 0)"
    light, dark = readers.reader(), readers.reader(dark=True)

    light.goto("/")
    dark.goto("/")

    assert light.evaluate(brightness) > 600
    assert dark.evaluate(brightness) < 150
