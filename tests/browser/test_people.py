"""Customers, persons, lock-outs, users and the audit in a browser: every look, by keyboard, on paper, without JavaScript."""

from __future__ import annotations

from io import BytesIO

import pytest
from playwright.sync_api import Page, expect
from pypdf import PageObject, PdfReader

from models.values import Role
from tests.browser.reader import Readers
from tests.conversations.keyed import fails
from tests.house import ACaller


@pytest.fixture
def mette(readers: Readers) -> ACaller:
    """Somebody who talked, and somebody else who is locked out."""
    house = readers.house
    caller, anna = house.caller(email="mette@nordvig.example"), house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(minutes=2)
    house.phone(caller).hangs_up()
    fails(house, "+4520999999", 5).waits(20)
    return caller


def at(caller: ACaller, place: str) -> str:
    return place.format(number=caller.number, person=caller.person)


def test_a_customer_is_opened_by_keyboard_and_back_leads_to_the_same_list(readers: Readers, mette: ACaller) -> None:
    page = readers.reader(role=Role.AUDITOR)
    page.goto("/customers?q=nord")

    page.locator("body").press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(mette.company)
    page.go_back()

    expect(page.get_by_label("Navn, kundenummer")).to_have_value("nord")
    page.get_by_role("link", name="Søg: nord").click()
    expect(page).to_have_url(f"{readers.address}/customers")


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_a_pin_is_shown_when_asked_for_and_goes_when_the_reader_does(readers: Readers, mette: ACaller, *, script: bool) -> None:
    """R2: without JavaScript it goes with the page, which no cache keeps."""
    page = readers.reader(role=Role.ADMINISTRATOR, script=script)
    page.goto(at(mette, "/customers/{number}/persons/{person}"))

    page.get_by_role("button", name="Vis pinkoden").click()
    expect(page.locator(".pin")).to_have_text(f"{mette.pin[:4]} {mette.pin[4:]}")
    assert mette.pin not in page.url
    if script:
        page.wait_for_load_state()  # the page is read before its script is: only then does anybody hear that it is left
        page.evaluate("window.dispatchEvent(new PageTransitionEvent('pagehide'))")
    else:
        page.goto(at(mette, "/customers/{number}/persons/{person}"))

    expect(page.locator(".pin")).to_have_text("•••• ••••")


def test_the_card_is_one_sheet_of_a6_with_nothing_else_on_it(readers: Readers, mette: ACaller) -> None:
    page = readers.reader(role=Role.ADMINISTRATOR)
    page.goto(at(mette, "/customers/{number}/persons/{person}/card"))

    page.get_by_role("button", name="Lav det, og udskriv herfra").click()
    expect(page.get_by_text(f"{mette.pin[:4]} {mette.pin[4:]}").first).to_be_visible()
    page.wait_for_load_state("load")
    sheets = printed(page)

    assert [[round(float(side) / 72 * 25.4) for side in sheet.mediabox[2:]] for sheet in sheets] == [[105, 148]]
    text = " ".join(sheets[0].extract_text().split())
    assert f"{mette.pin[:4]} {mette.pin[4:]}" in text
    assert "Log ud" not in text


def printed(page: Page) -> list[PageObject]:
    return list(PdfReader(BytesIO(page.pdf(prefer_css_page_size=True))).pages)
