"""The telephone page in a real browser, on a real exchange: a whole call by keyboard alone, and the same call played again."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Browser, Locator, Page, expect

from app.database import Database
from models import Supporter
from tests.browser.demo import demo
from tests.browser.reader import Readers, barriers, in_every_look, overflow
from tests.house import ACCOUNT, SUPPORT, TOKEN, ASupporter, House

SOON = 10_000
SECOND = "+4520999901"


@pytest.fixture
def visitors(chrome: Browser, database: Database) -> Iterator[Readers]:
    """Whoever opens the pages of a demo; what went wrong in any of their windows fails the test at its end."""
    with demo(database) as (address, house):
        readers = Readers(chrome, address, house)
        yield readers
        readers.leave()
    assert readers.complaints == []


def handset(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=f"Telefonen hos {name}")


def shows(telephone: Locator, state: str) -> None:
    expect(telephone).to_have_attribute("data-state", state, timeout=SOON)


def says(telephone: Locator, words: str) -> None:
    expect(telephone.get_by_role("log")).to_contain_text(words, timeout=SOON)


def held_by_keyboard(page: Page, pin: str) -> None:
    """Mette phones, Anna answers, they talk at sixty times the speed, Mette hangs up; no pointer is touched."""
    mette, anna, keys = handset(page, "Mette Holm"), handset(page, "Anna Lund"), page.keyboard
    shows(mette, "idle")
    while not mette.evaluate("it => it === document.activeElement"):
        keys.press("Tab")
    keys.press("Enter")
    says(mette, "Tast din personlige pinkode")
    keys.type(f"{pin}#")
    says(mette, "Tast 1 for at acceptere prisen")
    keys.press("1")
    shows(anna, "ringing")
    expect(page.locator("#bridge")).to_have_text("Mette Holm hører det ringe hos Anna Lund", timeout=SOON)
    keys.press("ArrowRight")
    keys.press("Enter")
    says(anna, "Nordvig Camping, Mette Holm")
    keys.press("1")
    shows(mette, "bridged")
    expect(page.locator("#bridge")).to_have_text("Anna Lund og Mette Holm hører hinanden")
    while not page.locator("#speed input").first.evaluate("it => it === document.activeElement"):
        keys.press("Shift+Tab")
    for _ in range(3):
        keys.press("ArrowRight")
    expect(mette).to_contain_text(re.compile(r"med Anna Lund · [1-9]:\d\d"), timeout=SOON)
    while not mette.evaluate("it => it === document.activeElement"):
        keys.press("Tab")
    keys.press("Escape")
    shows(mette, "idle")


def test_a_whole_call_is_held_by_keyboard_alone_drawn_beside_and_played_again(visitors: Readers) -> None:
    """R2, R4, R7, R13."""
    mette, _anna = visitors.house.caller(), visitors.house.supporter("Anna Lund")
    page = visitors.reader()
    page.goto("/phone")

    held_by_keyboard(page, mette.pin)

    diagram = page.locator(".diagram")
    for words in (
        "ringer til Døgnvagten",
        "taster en pinkode: den er kendt",
        "15 point reserveret til kvarter 1",
        "Anna Lund: taster 1",
    ):
        expect(diagram).to_contain_text(words, timeout=SOON)
    expect(diagram).to_contain_text("−15 point for kvarter 1", timeout=SOON)
    expect(diagram).to_contain_text("samtalen er slut", timeout=SOON)
    assert mette.pin not in diagram.inner_text()
    for look in in_every_look(page):
        assert barriers(page) == [], look
        assert overflow(page) == 0, look

    page.get_by_role("link", name="Afspil igen").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Et opkald, afspillet igen")
    again = handset(page, "Mette Holm")
    expect(page.get_by_role("button", name="Frem")).to_be_enabled()
    page.get_by_role("button", name="Frem").press("Enter")
    says(again, "Ringer til Døgnvagten.")
    expect(page.locator(".diagram-row:visible")).to_have_count(2)
    page.get_by_role("slider").press("End")
    says(again, "Du lagde på.")
    expect(page.locator(".diagram")).to_contain_text("samtalen er slut")
    for look in in_every_look(page):
        assert overflow(page) == 0, look
    assert barriers(page) == []


def is_rung_at_a_telephone_that_is_new(house: House, them: ASupporter) -> None:
    """They have got a second one since the page was opened."""
    with house.database.writing() as session:
        session.get_one(Supporter, them.id).second_phone = SECOND
    form = {"To": SECOND, "From": SUPPORT, "Twiml": "<Response><Hangup/></Response>"}
    calls = f"{house.exchange.api_url}/2010-04-01/Accounts/{ACCOUNT}/Calls.json"
    assert requests.post(calls, data=form, auth=(ACCOUNT, TOKEN), timeout=5).status_code == 201


def test_a_telephone_of_ones_own_is_busy_or_lost_and_the_network_loses_a_webhook(visitors: Readers) -> None:
    visitors.house.caller()
    anna = visitors.house.supporter()
    page = visitors.reader(language="en", width=360)
    page.goto("/phone")
    page.get_by_role("button", name="Add a telephone").click()
    page.get_by_role("button", name="lost").click()
    third = page.locator(".handset.selected")
    third.get_by_label("Whose telephone").select_option("own")
    third.get_by_label("Number", exact=True).fill("20 30 40 50")
    third.get_by_label("Number", exact=True).press("Enter")
    mine = page.get_by_role("region", name="2030 4050's telephone")
    mine.get_by_text("More").click()
    mine.get_by_label("Number withheld").check()
    mine.get_by_label("When it rings").select_option("busy")

    mine.get_by_role("button", name="Dial").click()

    says(mine, "The webhook was lost; it is sent again.")
    says(mine, "Velkommen til Døgnvagten")
    expect(page.get_by_role("button", name="lost")).to_have_attribute("aria-pressed", "false")
    expect(page.locator("#calls")).to_contain_text("withheld number", timeout=SOON)
    mine.get_by_role("button", name="Hang up").click()
    says(mine, "You hung up.")
    is_rung_at_a_telephone_that_is_new(visitors.house, anna)
    expect(page.get_by_text("Anna, telephone 2 · rings")).to_be_visible(timeout=SOON)
    assert page.locator(".handset:visible").count() == 1
    assert barriers(page) == []
    assert overflow(page) == 0
