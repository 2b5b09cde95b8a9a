"""Signing in with an OpenID provider, in a real browser: our policy lets it leave and come back, and the pages keep nobody out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.client import responses

import pytest
from playwright.sync_api import expect

from app.database import Database
from models.values import Role
from tests.browser.reader import Readers, barriers, overflow
from tests.house import House
from tests.issuer import CLIENT_ID, CLIENT_SECRET, Provider, Someone, open_provider
from tests.web.people import a_user
from web.issuer.trips import BACK


@pytest.fixture
def provider() -> Iterator[Provider]:
    with open_provider() as provider:
        yield provider


@pytest.fixture
def house(database: Database, provider: Provider) -> House:
    ours = {"OIDC_CLIENT_ID": CLIENT_ID, "OIDC_CLIENT_SECRET": CLIENT_SECRET, "OIDC_NAME": "Firmaet"}
    return House(database, env={"DEMO": "1", "OIDC_ISSUER": provider.address, **ours}, base="http://127.0.0.1:8000")


@contextmanager
def away(readers: Readers, provider: Provider) -> Iterator[None]:
    """Where a browser goes to the provider, and is answered by it; the house is told its own address."""
    provider.client.back_to = readers.address + BACK
    readers.house.app.extensions["web"].issuer.back_to = provider.client.back_to
    yield
    expected = (provider.address, *(f"status of {status}" for status in responses if status >= 400))
    readers.complaints[:] = [one for one in readers.complaints if not any(part in one for part in expected)]


def test_somebody_leaves_signs_in_there_and_is_back_where_they_were_going(readers: Readers, provider: Provider) -> None:
    email = a_user(readers.house.database, Role.AUDITOR, now=readers.house.now)
    provider.who = Someone(email=email)
    page = readers.reader(script=False)

    with away(readers, provider):
        page.goto("/calls")
        page.get_by_role("link", name="Log ind med Firmaet").click()

    expect(page).to_have_url(f"{readers.address}/calls")
    expect(page.get_by_role("heading", level=1)).to_have_text("Opkald")


def test_what_went_wrong_is_for_everybody_to_read(readers: Readers, provider: Provider) -> None:
    page = readers.reader(width=360, dark=True, language="en")

    with away(readers, provider):
        page.goto("/sign-in?done=out")
        asked = (barriers(page), overflow(page))
        page.get_by_role("link", name="Sign in with Firmaet").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Firmaet did not let you in")

    assert [asked, (barriers(page), overflow(page))] == [([], 0)] * 2


def test_a_user_links_their_log_in(readers: Readers, provider: Provider) -> None:
    provider.who = Someone(sub="me there", email_verified=None)
    page = readers.reader(role=Role.AUDITOR)

    with away(readers, provider):
        page.goto("/account/")
        page.get_by_role("button", name="Knyt til Firmaet").click()
        page.get_by_role("link", name="Gå videre til Firmaet").click()

    expect(page.get_by_text("Du kan logge ind med Firmaet.")).to_be_visible()
