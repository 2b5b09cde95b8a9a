"""Where the processor's time of a turn goes: whole calls in one process under the profiler, each function's own by who wrote it."""

from __future__ import annotations

import cProfile
import io
import pstats
import sysconfig
import time
from collections import Counter
from contextlib import redirect_stderr
from pathlib import Path
from typing import Any, Final

from werkzeug.test import Client

from app import settings
from app.wsgi import create_app
from bench import furnishing
from bench.caller import WEBHOOKS, Line
from bench.furnishing import Place
from bench.page import Table
from bench.serving import SECRET, TOKEN

CALLS: Final = 100
BASE: Final = "http://127.0.0.1"
NAMES: Final = {"werkzeug": "Flask and Werkzeug", "flask": "Flask and Werkzeug", "psycopg_binary": "psycopg"}
HOUSE: Final = Path(__file__).parents[1]
PACKAGES: Final = Path(sysconfig.get_path("purelib"))


class InProcess(Line):
    """The same caller without a network."""

    def __init__(self, client: Client) -> None:
        super().__init__(BASE)
        self._client = client

    def sent(self, path: str, body: str, headers: dict[str, str]) -> tuple[int, str]:
        """Straight into the application."""
        answer = self._client.post(path, data=body, headers=headers)
        return answer.status_code, answer.text


def measure() -> Table:
    """Own time of a webhook by whose code it is, the largest first."""
    table = Table(["", "ms a webhook", "share"])
    with furnishing.places() as places:
        for place in places:
            own = _own_times(place)
            whole = sum(own.values())
            for whose, seconds in own.most_common(9):
                table.add(f"{place.title}: {whose}", f"{seconds * 1e3 / CALLS / WEBHOOKS:.2f}", f"{seconds / whole:.0%}")
    table.notes.append(
        "Processor time, without waiting. The profiler makes everything about twice as slow: the shares are what counts."
    )
    return table


def _own_times(place: Place) -> Counter[str]:
    said = {"SECRET_KEY": SECRET, "TWILIO_AUTH_TOKEN": TOKEN, "PUBLIC_BASE_URL": BASE, "DATABASE_URL": place.url}
    with furnishing.opened(place) as database, redirect_stderr(io.StringIO()):
        pin, line = furnishing.caller(database), InProcess(Client(create_app(settings.from_env(said))))
        line.call(pin)
        profile = cProfile.Profile(time.process_time)
        for _ in range(CALLS):
            furnishing.rest(database)
            profile.enable()
            line.call(pin)
            profile.disable()
    found: Counter[str] = Counter()
    stats: dict[tuple[str, int, str], tuple[Any, ...]] = pstats.Stats(profile).stats  # type: ignore[attr-defined]  # it is not typed
    for (file, _line, function), (_calls, _recursive, own, *_rest) in stats.items():
        found[_whose(file, function)] += own
    return found


def _whose(file: str, function: str) -> str:
    """Who wrote a function, by its file; one without a file is told by its name."""
    path = Path(file)
    if path.is_relative_to(PACKAGES):
        package = path.relative_to(PACKAGES).parts[0]
        return NAMES.get(package, package)
    if path.is_relative_to(HOUSE):
        return "the house" if path.relative_to(HOUSE).parts[0] != "bench" else "the bench"
    if file == "~":
        return "SQLite" if "sqlite3" in function else "psycopg" if "psycopg" in function else "Python, built in"
    return "Python, its library"
