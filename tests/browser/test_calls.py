"""Calls, cases, tasks and the live board in a browser: every look, by keyboard, moving without a reload."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from models.values import Role
from tests.browser.reader import Readers
from tests.house import House


@pytest.fixture
def night(house: House) -> str:
    """A talk that is over with a task beside it, somebody who waits for a callback, and nobody on the line; the talk's CallSid."""
    waiting = house.caller(company="Blåbærhotellet ved Søen", name="Åse Ørsted")
    house.accepts_price(waiting).hears("bliver du ringet op").keys("1").hears("inden for 30 minutter")
    caller, anna, bo = house.caller(), house.supporter("Anna"), house.supporter("Bo")
    phone = house.accepts_price(caller)
    house.phone(anna).picks_up().hears("Tast 1").keys("2").waits(10)
    house.phone(bo).picks_up().hears("Tast 1").keys("1").talks_with(caller)
    house.forward(minutes=16)
    phone.hangs_up()
    house.forward(minutes=1)
    return phone.call_sid


def test_a_call_is_found_opened_and_left_by_keyboard_alone(readers: Readers, night: str) -> None:
    """`/` searches, j moves, Enter opens, Back returns to the filtered list."""
    page = readers.reader(role=Role.AUDITOR)
    page.goto("/calls?outcome=talked")

    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Mette Holm · Nordvig Camping")
    page.go_back()
    expect(page.get_by_role("link", name="Udfald: Samtale")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("20001")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_contain_text("Sag 20001")
    assert page.url == f"{readers.address}/cases/20001"
    assert night


def test_a_task_is_taken_and_handed_back_without_script(readers: Readers, night: str) -> None:
    page = readers.reader(role=Role.ADMINISTRATOR, script=False)
    page.goto("/tasks")

    page.get_by_label("Hvem får opgaven").select_option("Bo")
    page.get_by_role("button", name="Giv Ring tilbage").click()
    expect(page.get_by_role("status")).to_contain_text("Taget: Ring tilbage, Blåbærhotellet ved Søen.")
    page.get_by_role("status").get_by_role("button", name="Læg den tilbage").click()

    expect(page.get_by_role("status")).to_contain_text("Lagt tilbage")
    assert night


def test_the_board_and_a_calls_page_move_without_a_reload(readers: Readers) -> None:
    """A call placed meanwhile appears; its quarters go on; the focus, what stands open and the scroll stay where they are."""
    house = readers.house
    caller, anna = house.caller(), house.supporter("Anna")
    board, record = readers.reader(role=Role.ADMINISTRATOR), readers.reader(role=Role.AUDITOR)
    board.goto("/now")
    expect(board.get_by_text("Ingen opkald lige nu.")).to_be_visible()

    sid = house.connects(caller, anna)
    row = board.get_by_role("row", name="Mette Holm")
    expect(row).to_contain_text("taler")
    row.get_by_role("link", name="Mette Holm").focus()
    record.goto(f"/calls/{sid}")
    turn = record.locator("details[id$='answer-0-1-twiml']")
    turn.locator("summary").click()
    record.evaluate("scrollTo(0, 300)")
    house.forward(minutes=16)

    expect(row.get_by_role("cell").nth(5)).to_have_text("2")
    expect(row.get_by_role("link", name="Mette Holm")).to_be_focused()
    expect(record.locator(".figures")).to_contain_text("−30")
    expect(turn).to_have_attribute("open", "")
    assert record.evaluate("scrollY") == 300
    house.phone(caller).hangs_up()
    house.forward(seconds=5)
    expect(board.get_by_text("Ingen opkald lige nu.")).to_be_visible()
    expect(record.get_by_role("heading", level=1)).to_contain_text("Samtale")
    expect(record.locator("#call[hx-get]")).to_have_count(0)
