"""A passkey, from the account page to the next sign-in, with an authenticator that Chromium plays."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from models.values import Role
from tests.browser.reader import Readers, barriers

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def named(readers: Readers) -> Readers:
    """The house at a name: browsers keep no passkeys for a network address."""
    readers.address = readers.address.replace("127.0.0.1", "localhost")
    object.__setattr__(readers.house.app.extensions["web"], "base_url", readers.address)
    return readers


def authenticator(page: Page) -> None:
    there = page.context.new_cdp_session(page)
    there.send("WebAuthn.enable")
    there.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})


def test_a_passkey_is_made_and_signs_in_without_a_password(named: Readers) -> None:
    page = named.reader(role=Role.AUDITOR)
    authenticator(page)
    page.goto("/account/")
    page.get_by_label("Hvad enheden hedder").fill("Min telefon")
    page.get_by_role("button", name="Tilføj en adgangsnøgle").click()
    expect(page.get_by_text("Min telefon", exact=False).first).to_be_visible()
    assert barriers(page) == []
    page.get_by_role("button", name="Log ud", exact=True).click()

    page.goto("/now")
    page.get_by_role("button", name="Log ind med en adgangsnøgle").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Nu")


def test_a_passkey_that_was_removed_signs_nobody_in(named: Readers) -> None:
    page = named.reader(role=Role.AUDITOR)
    authenticator(page)
    page.goto("/account/")
    page.get_by_label("Hvad enheden hedder").fill("Min telefon")
    page.get_by_role("button", name="Tilføj en adgangsnøgle").click()
    page.get_by_role("button", name="Fjern Min telefon").click()
    page.get_by_role("button", name="Log ud", exact=True).click()

    page.get_by_role("button", name="Log ind med en adgangsnøgle").click()

    expect(page.get_by_role("status")).to_contain_text("Adgangsnøglen passer ikke")
    expect(page.get_by_role("heading", level=1)).to_have_text("Log ind")
