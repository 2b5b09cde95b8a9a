"""How soon a page of the console is there, whole, as an administrator asks for it, with up to a million calls behind it.

The real application, in this process: what a reader waits for beside is the way to the server.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from http import HTTPStatus
from statistics import median
from typing import Final

from werkzeug.test import TestResponse

from app import settings
from app.wsgi import create_app
from bench import furnishing, history
from bench.furnishing import Place
from bench.history import CALLS_A_CUSTOMER, LARGE, SIZES
from bench.measuring import timed
from bench.page import Table
from bench.serving import SECRET
from models.values import Role
from tests.web.people import HERE, HTML, TOKEN, Somebody, a_user, before

ASKED, WARM = 15, 3
BOUND: Final = 200
"""Milliseconds within which the first HTML is to be there (docs/performance.md)."""
PAGES: Final = {
    "call log": "/calls",
    "call log, far down": "/calls?before=CAH{middle}",
    "call log, calls that talk": "/calls?state=talking",
    "call log, calls that ended": "/calls?state=ended",
    "call log, a small customer": f"/calls?customer=H{CALLS_A_CUSTOMER}",
    "call log, the large customer": f"/calls?customer=H{LARGE}",
    "billing log": "/billing",
    "billing log, a small customer": f"/billing?customer=H{CALLS_A_CUSTOMER}",
    "billing log, the large customer": f"/billing?customer=H{LARGE}",
    "a call": "/calls/CAH{middle}",
    "a statement": f"/billing/statements?customer=H{CALLS_A_CUSTOMER}",
}


def measure() -> Table:
    """Each page with each history: the median of some requests, and the worst of them."""
    table = Table(["", *(f"{size:,} calls" for size in SIZES)])
    with furnishing.places() as places:
        for place in places:
            for page, cells in _found(place).items():
                table.add(f"{place.title}: {page}", *cells)
    table.notes.append(
        f"Medians of {ASKED} requests after {WARM}, the worst in brackets; what htmx fetches behind a page is not in it. The large "
        f"customer has a quarter of all calls, a small one {CALLS_A_CUSTOMER}. The bound is {BOUND} ms."
    )
    return table


def _found(place: Place) -> dict[str, list[str]]:
    """What each page took, with one history after the other."""
    found: dict[str, list[str]] = {}
    with furnishing.opened(place) as database:
        environment = settings.from_env({"SECRET_KEY": SECRET, "PUBLIC_BASE_URL": HERE, "DEMO": "1"})
        now = datetime.now(UTC)
        email = a_user(database, Role.ADMINISTRATOR, now=now)
        somebody = before(create_app(environment, database=database), database, email, base=HERE, now=now)
        for start, size in zip((0, *SIZES), SIZES, strict=False):
            history.grow(database, start, size)
            for page, look in _looks(somebody, size).items():
                took = [timed(look) * 1e3 for _ in range(WARM + ASKED)][WARM:]
                found.setdefault(page, []).append(f"{median(took):.0f} ms ({max(took):.0f} ms)")
    return found


def _looks(somebody: Somebody, size: int) -> dict[str, Callable[[], None]]:
    """What is asked for, each with a name."""

    def at(address: str) -> Callable[[], None]:
        return lambda: _require(somebody.sees(address))

    pages = {page: at(address.format(middle=size // 2)) for page, address in PAGES.items()}
    [token] = TOKEN.findall(somebody.sees("/search").text)[:1]
    form = {"csrf_token": token, "q": history.NUMBER}

    def searched() -> TestResponse:
        answer = somebody.client.post("/search", data=form, headers=HTML, base_url=somebody.base)
        return somebody.sees(answer.headers["Location"])

    return pages | {"search by a number": lambda: _require(searched())}


def _require(answer: TestResponse) -> None:
    if answer.status_code != HTTPStatus.OK:
        raise RuntimeError(f"{answer.request.path} answered {answer.status}")
