"""Every page that links lead to keeps nobody out and fits every window, light and dark (ui.md 9): whoever built it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Page

from models.values import Role
from tests.browser.reader import Readers, barriers, in_every_look, overflow
from tests.web.crawler import crawled, shape
from tests.web.lived import keep_the_office_busy, live_a_night
from tests.web.people import Somebody, at_once

FULLY: Final = {"360 dark", "768 light", "1280 light"}
"""Each width and each scheme once: axe takes its time, and width and scheme are strangers to each other."""
ELSEWHERE: Final = ("/phone", "/api/")
"""Looked at in tests of their own, in the states that they have."""
NARROWED: Final = (
    "/customers?q=n&policy=credit",
    "/calls?q=mette&outcome=talked",
    "/calls?number=abc",
    "/search?q=n",
    "/audit?actor=test",
    "/prices/1?at=2026-11-27T15:50&minutes=37",
    "/billing?customer=nobody",
)
"""Pages whose filters are on, or wrong."""


@pytest.mark.parametrize("part", [0, 1])
def test_every_page_keeps_nobody_out_and_fits_every_window(readers: Readers, part: int) -> None:
    keep_the_office_busy(readers.house, live_a_night(readers.house))
    page, found = readers.reader(role=Role.ADMINISTRATOR), {}
    places = [*one_of_each(at_once(readers.house, Role.ADMINISTRATOR, name="Ida"), "/now"), *NARROWED]

    for place in places[part::2]:
        page.goto(place)
        opens_everything(page)
        for look in in_every_look(page):
            found[place, look] = (overflow(page), barriers(page) if look in FULLY else [])

    assert len(places) > 35
    assert {where: what for where, what in found.items() if what != (0, [])} == {}


@pytest.mark.parametrize(("role", "start"), [(Role.SUPPORTER, "/me"), (Role.BILLING, "/now"), (Role.AUDITOR, "/now")])
def test_pages_are_as_good_for_whoever_may_do_less(readers: Readers, role: Role, start: str) -> None:
    """They have other buttons on them, or none: at night on a telephone, and by day at a desk."""
    keep_the_office_busy(readers.house, live_a_night(readers.house))
    page, found = readers.reader(role=role, width=360, dark=True), {}
    places = list(one_of_each(at_once(readers.house, role, name="Ida"), start))

    for number, place in enumerate(places):
        page.set_viewport_size({"width": (360, 1280)[number % 2], "height": 900})
        page.goto(place)
        opens_everything(page)
        found[place] = (overflow(page), barriers(page))

    assert len(places) > 5
    assert {where: what for where, what in found.items() if what != (0, [])} == {}


def one_of_each(there: Somebody, start: str) -> Iterator[str]:
    """An address of each page that is HTML, the first that was found."""
    seen = set()
    for address, status, page in crawled(there, start, most=1):
        kind = shape(there, address).partition("?")[0]
        if kind not in seen and status == 200 and not address.startswith(ELSEWHERE) and page.is_whole:
            seen.add(kind)
            yield address


def opens_everything(page: Page) -> None:
    """What is folded is looked at too."""
    page.evaluate("document.querySelectorAll('details').forEach((one) => (one.open = true))")
