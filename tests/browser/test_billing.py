"""Billing and price lists in a real browser: in every look, by keyboard, without JavaScript, up to what is booked or published."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from helpdesk import corrections, disputes
from helpdesk.corrections import Why
from models.corrections import CorrectionReason
from models.values import Points, Role
from tests.browser.reader import Readers
from tests.conversations.test_reconciliation import reconciled
from tests.house import ACaller, House

Night = tuple[ACaller, str]


@pytest.fixture
def night(house: House) -> Night:
    """A talk that was charged, a refund that waits, and a dispute; the caller, and the CallSid."""
    house.is_connected_to_the_world()
    caller, anna = house.caller(points=90), house.supporter("Anna")
    sid = house.connects(caller, anna)
    house.forward(minutes=16)
    house.phone(caller).hangs_up()
    why = Why(reason=CorrectionReason.OUTAGE, note="Driftsstop.", by="anna@house.example", limit=Points(1))
    with house.database.writing() as session:
        corrections.refund(session, sid, why, quarter=1, now=house.now)
        disputes.open_dispute(session, sid, "Vi talte kun ti minutter.", by="kunde", now=house.now)
    house.forward(minutes=3)
    house.connects(caller, anna)
    reconciled(house)
    return caller, sid


def a_draft(page: Page) -> None:
    page.goto("/prices")
    page.get_by_role("button", name="Begynd en kladde", exact=True).click()
    page.get_by_label("Gælder fra").fill("2027-01-01T00:00")
    page.get_by_role("button", name="Gem").click()


def test_a_refund_is_asked_for_by_keyboard_without_a_script_and_let_through_by_another(readers: Readers, night: Night) -> None:
    _caller, sid = night
    asking, other = readers.reader(role=Role.BILLING, script=False), readers.reader(role=Role.ADMINISTRATOR)

    asking.goto(f"/billing/refund?call={sid}&quarter=2")
    asking.get_by_label("Begrundelse").focus()
    asking.keyboard.type("Vi var længe om at svare.")
    asking.keyboard.press("Tab")
    asking.keyboard.press("Enter")
    expect(asking.get_by_role("heading", level=1)).to_have_text("Læs det igennem")
    expect(asking.get_by_text("+15 point")).to_be_visible()
    asking.get_by_role("button", name="Bogfør", exact=True).press("Enter")
    expect(asking.get_by_role("heading", level=1)).to_have_text("Posteringslog")
    other.goto("/billing/corrections")
    other.keyboard.press("j")
    other.keyboard.press("Enter")
    other.get_by_role("button", name="Godkend 15 point").click()

    expect(other.get_by_text("bogført")).to_be_visible()


def test_filters_stand_in_the_address_and_back_returns_to_them(readers: Readers, night: Night) -> None:
    caller, _sid = night
    page = readers.reader(role=Role.AUDITOR)

    page.goto("/billing")
    expect(page.get_by_text("i alt")).to_be_visible()  # what all of it comes to arrives behind the list
    page.get_by_label("Kundenummer").fill(caller.number)
    page.keyboard.press("Enter")
    page.locator("tr[data-row] a.open").first.click()
    page.go_back()
    page.get_by_role("link", name=f"Kundenummer: {caller.number} fjern").click()

    expect(page).to_have_url(f"{readers.address}/billing")


def test_a_price_list_is_drafted_tried_and_published_without_a_script(readers: Readers, night: Night) -> None:
    assert night
    page = readers.reader(role=Role.BILLING, script=False)
    a_draft(page)

    page.get_by_role("button", name="Endnu en periode").click()
    first = page.get_by_role("group", name="Periode 1")
    first.get_by_label("Navn").fill("Lørdag")
    first.get_by_label("lør").check()
    first.get_by_label("Point").fill("mange")
    page.get_by_role("button", name="Gem", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Skriv et helt antal point")
    expect(first.get_by_label("Point")).to_have_value("mange")
    first.get_by_label("Point").fill("20")
    page.get_by_role("button", name="Gem", exact=True).click()
    page.get_by_label("En supporter tager opkaldet").fill("2027-01-01T23:50")
    page.get_by_label("Minutter").fill("37")
    page.get_by_role("button", name="Hvad ville det koste?").click()
    expect(page.get_by_role("status")).to_have_text("3 kvarter ville koste 55 point.")
    page.get_by_role("link", name="Udgiv …").click()
    page.get_by_label("Skriv datoen for at udgive").fill("2027-01-01")
    page.get_by_role("button", name="Udgiv", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Prisliste 2 → kommende")
