"""A real browser before the house: Chromium, and readers who open pages in it."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright
from sqlalchemy import QueuePool

from app.database import Database
from tests.browser.reader import Readers
from tests.chromium import chromium
from tests.house import House
from tests.serving import served


@pytest.fixture(scope="package")
def chrome() -> Iterator[Browser]:
    """Chromium, started once, and ended before other tests: Playwright occupies the thread's event loop."""
    executable = chromium()
    quiet = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=[*quiet, "--disable-sync"])
        yield browser
        browser.close()


@pytest.fixture
def backend() -> str:
    """Pages are the same on every database: SQLite is enough for their looks."""
    return "sqlite"


@pytest.fixture
def house(database: Database) -> House:
    """A house at the demo's kind of address: plain HTTP, as a browser on this machine sees it."""
    return House(database, env={"DEMO": "1"}, base="http://127.0.0.1:8000")


def settled(database: Database) -> None:
    """Waits until nobody is being answered any more, five seconds at most."""
    pool, until = database.engine.pool, time.monotonic() + 5
    while isinstance(pool, QueuePool) and pool.checkedout() and time.monotonic() < until:
        time.sleep(0.01)


@pytest.fixture
def readers(chrome: Browser, house: House) -> Iterator[Readers]:
    """Whoever opens pages of the house. What went wrong in any of their windows fails the test at its end."""
    with served(house.app) as address:
        readers = Readers(chrome, address, house)
        yield readers
        readers.leave()
        settled(house.database)  # what a window still asked for when it was closed is answered yet
    assert readers.complaints == []
