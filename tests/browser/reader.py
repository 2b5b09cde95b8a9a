"""Somebody who reads pages in a browser: how wide the window is, light or dark, Danish or English."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

WIDTHS: Final = (360, 768, 1280)
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
HEIGHT: Final = 900


@dataclass
class Readers:
    """Windows of one browser on one house. `complaints` is what no page may cause: errors, requests to another host."""

    chrome: Browser
    address: str
    complaints: list[str] = field(default_factory=list)
    _windows: list[BrowserContext] = field(default_factory=list)

    def reader(self, *, width: int = 1280, dark: bool = False, language: str = "da", script: bool = True) -> Page:
        """A new window, on no page yet. Addresses may be written without their host."""
        window = self.chrome.new_context(
            base_url=self.address,
            viewport={"width": width, "height": HEIGHT},
            color_scheme="dark" if dark else "light",
            locale={"da": "da-DK", "en": "en-GB"}[language],
            java_script_enabled=script,
        )
        self._windows.append(window)
        page = window.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._asked)
        return page

    def leave(self) -> None:
        """Closes every window."""
        for window in self._windows:
            window.close()

    def _heard(self, message: ConsoleMessage) -> None:
        # Chromium writes an error of its own where the page that was asked for is answered with 404; the page is not at fault.
        if message.type in {"error", "warning"} and "status of 404" not in message.text:
            self.complaints.append(message.text)

    def _asked(self, request: Request) -> None:
        if urlsplit(request.url).netloc not in {urlsplit(self.address).netloc, ""}:
            self.complaints.append(f"asked {request.url}")


def in_every_look(page: Page) -> Iterator[str]:
    """The page in each width, light and dark, one after another; the name of the look."""
    for width in WIDTHS:
        for scheme in SCHEMES:
            page.set_viewport_size({"width": width, "height": HEIGHT})
            page.emulate_media(color_scheme=scheme)
            yield f"{width} {scheme}"


def barriers(page: Page) -> list[str]:
    """What axe-core finds that keeps somebody out (WCAG 2.2 AA), a line each."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window: a reader would have to scroll sideways."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
