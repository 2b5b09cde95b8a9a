"""Somebody who reads pages in a browser: how wide the window is, light or dark, Danish or English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request
from sqlalchemy import select

from helpdesk import sign_ins, users
from helpdesk.sign_ins import Where
from models import Supporter, User
from models.values import Language, Role
from tests.house import House
from tests.web.people import a_user
from web.visitors import TOKEN

WIDTHS: Final = (360, 768, 1280)
SCHEMES: Final[tuple[Literal["light", "dark"], ...]] = ("light", "dark")
HEIGHT: Final = 900
AXE: Final = Axe().axe_script
"""axe-core itself: half a megabyte that each page is given once, whatever its looks."""


@dataclass
class Readers:
    """Windows of one browser on one house. `complaints` is what no page may cause: errors, requests to another host."""

    chrome: Browser
    address: str
    house: House
    complaints: list[str] = field(default_factory=list)
    _windows: list[BrowserContext] = field(default_factory=list)

    def reader(
        self,
        *,
        width: int = 1280,
        dark: bool = False,
        language: str = "da",
        script: bool = True,
        role: Role | None = None,
        name: str | None = None,
        supporter: str | None = None,
    ) -> Page:
        """A new window, on no page yet; with a role, of somebody who is signed in, with `supporter` of one whom the house has.

        Addresses may be written without their host.
        """
        window = self.chrome.new_context(
            base_url=self.address,
            viewport={"width": width, "height": HEIGHT},
            color_scheme="dark" if dark else "light",
            locale={"da": "da-DK", "en": "en-GB"}[language],
            java_script_enabled=script,
        )
        self._windows.append(window)
        if role is not None:
            window.add_cookies(
                [
                    {
                        "name": "doegnvagt",
                        "value": self._cookie(role, language, name or f"Ulla {len(self._windows)}", supporter),
                        "url": self.address,
                    }
                ]
            )
        page = window.new_page()
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._asked)
        return page

    def _cookie(self, role: Role, language: str, name: str, supporter: str | None) -> str:
        """What a browser keeps once that role has signed in: faster than typing a password each time."""
        house = self.house
        with house.database.reading() as session:
            who = session.scalars(select(Supporter).where(Supporter.name == supporter)).one_or_none()
            known = session.scalar(select(User.email).where(User.supporter_id == who.id)) if who else None
        email = known or a_user(house.database, role, now=house.now, name=supporter or name, supporter=who)
        with house.database.writing() as session:
            user = users.find(session, email)
            assert user is not None
            user.language = Language(language)
            token = sign_ins.begin(session, user, where=Where(address="127.0.0.1", browser="Chrome/1 Linux"), now=house.now)
        made = SecureCookieSessionInterface().get_signing_serializer(house.app)
        assert made is not None
        return str(made.dumps({TOKEN: token}))

    def leave(self) -> None:
        """Closes every window."""
        for window in self._windows:
            window.close()

    def _heard(self, message: ConsoleMessage) -> None:
        # Chromium writes an error of its own where what was asked for is answered with 404 or 422; the page is not at fault.
        if message.type in {"error", "warning"} and not re.search("status of 4(04|22)", message.text):
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
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then((told) => told.violations)")
    return [f"{one['id']}: {node['html']}" for one in found for node in one["nodes"]]


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window: a reader would have to scroll sideways."""
    return int(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
