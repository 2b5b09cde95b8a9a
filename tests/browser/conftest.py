"""A real browser before the house: Chromium, and readers who open pages in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from app import settings
from app.database import Database
from app.wsgi import create_app
from tests.browser.reader import Readers
from tests.chromium import chromium
from tests.house import SECRET
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
def readers(chrome: Browser, database: Database) -> Iterator[Readers]:
    """Whoever opens pages of the house. What went wrong in any of their windows fails the test at its end."""
    environment = settings.from_env({"SECRET_KEY": SECRET})
    with served(create_app(environment, database=database)) as address:
        readers = Readers(chrome, address)
        yield readers
        readers.leave()
    assert readers.complaints == []
