"""Goes wherever links lead in the console, and tells what forms stand there: for tests about every page there is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urldefrag, urljoin, urlsplit

from tests.web.people import Somebody

MOST_PAGES: Final = 400
ALIKE: Final = 3
"""How many addresses of one page are looked at: a thousand calls have one page."""


@dataclass(frozen=True)
class FoundForm:
    """A form that changes something: where it stands, where it goes, and its fields with what they hold."""

    page: str
    action: str
    fields: tuple[tuple[str, str], ...]


@dataclass
class Page(HTMLParser):
    """Links and forms of a page. `is_whole`: it is one, and no file or part of one."""

    address: str
    is_whole: bool = False
    links: list[str] = field(default_factory=list)
    forms: list[FoundForm] = field(default_factory=list)
    _form: tuple[str, list[tuple[str, str]]] | None = None

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        self.is_whole |= tag == "html"
        if tag == "a" and "href" in said:
            self.links.append(said["href"])
        if "hx-get" in said:
            self.links.append(said["hx-get"])
        if tag == "form":
            action = said.get("action") or self.address
            if said.get("method", "get").lower() == "post":
                self._form = (action, [])
            else:
                self.links.append(action)
        if tag in {"input", "select", "textarea", "button"} and "name" in said and self._form is not None:
            self._form[1].append((said["name"], said.get("value", "")))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._form is not None:
            self.forms.append(FoundForm(self.address, self._form[0], tuple(self._form[1])))
            self._form = None


def crawled(somebody: Somebody, start: str, *, most: int = ALIKE) -> Iterator[tuple[str, int, Page]]:
    """Every page that links lead to from `start`: its address, what it was answered, and what stands on it.

    Of pages that differ only in numbers and names in their address `most` are looked at.
    """
    seen: set[str] = set()
    alike: dict[str, int] = {}
    waiting = [start]
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0)
        if address in seen:
            continue
        seen.add(address)
        kind = shape(somebody, address)
        alike[kind] = alike.get(kind, 0) + 1
        if alike[kind] > most:
            continue
        answer = somebody.sees(address)
        page = Page(address)
        if answer.mimetype == "text/html":
            page.feed(answer.text)
        yield address, answer.status_code, page
        waiting += [link for link in (inner(somebody, address, found) for found in page.links) if link is not None]


def shape(somebody: Somebody, address: str) -> str:
    """Which page an address is one of: its endpoint, and the names of what stands behind the question mark."""
    parts = urlsplit(address)
    adapter = somebody.client.application.url_map.bind("house.example")
    try:
        endpoint, _arguments = adapter.match(parts.path, method="GET")
    except Exception:  # noqa: BLE001 - an address that leads nowhere is looked at too: that is the finding
        endpoint = parts.path
    return f"{endpoint}?{'&'.join(sorted(one.partition('=')[0] for one in parts.query.split('&')))}"


def inner(somebody: Somebody, page: str, link: str) -> str | None:
    """The address of a link within the house; None for one that leads out of it."""
    whole = urldefrag(urljoin(urljoin(somebody.base, page), link)).url
    if not whole.startswith(somebody.base) or not whole.startswith("http"):
        return None
    return whole.removeprefix(somebody.base) or "/"
