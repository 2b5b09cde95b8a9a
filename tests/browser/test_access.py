"""The page of tokens and webhooks, and the documentation of the REST interface, as a browser shows them."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from models.values import Role
from tests.browser.reader import Readers, barriers, in_every_look, overflow


def test_the_documentation_keeps_nobody_out_and_fits_every_window(readers: Readers) -> None:
    page = readers.reader(role=Role.AUDITOR)

    page.goto("/api/v1/docs")
    page.locator("#list_calls summary").click()

    for look in in_every_look(page):
        assert barriers(page) == [], look
        assert overflow(page) == 0, look


def test_an_administrator_makes_a_token_by_keyboard_and_sees_it_once(readers: Readers) -> None:
    page = readers.reader(role=Role.ADMINISTRATOR)
    page.goto("/tokens")
    assert barriers(page) == []

    page.get_by_label("Navn").fill("Regnskab")
    page.get_by_label("billing:read").press("Space")
    page.get_by_label("Navn").press("Enter")
    expect(page.get_by_label("Den nye token")).to_have_value(re.compile(r"^dv_"))
    assert barriers(page) == []
    page.get_by_role("link", name="Jeg har kopieret den").click()

    expect(page.get_by_role("cell", name="Regnskab")).to_be_visible()
