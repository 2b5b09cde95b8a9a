"""Whole calls and webhooks a second, beside what they cost at least: two stateless views on the same server, round by round."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

from app.database import Database
from bench import furnishing
from bench.caller import WEBHOOKS, Line
from bench.furnishing import Place
from bench.measuring import Round, at_once, middle, p50, p99, timed
from bench.page import Table
from bench.serving import served

ROUNDS, SECONDS, AT_ONCE = 5, 3.0, 8
RESTS: Final = 0.2
Worker = Callable[[], float]


def measure() -> Table:
    """Every contender once in each round, one after another; the middle of the rounds."""
    table = Table(["", "webhooks a second", "of the checked view", "calls a second", "p50", "p99"])
    with ExitStack() as stack:
        places = stack.enter_context(furnishing.places())
        contenders = {name: one for place in places for name, one in _contenders(place, stack).items()}
        rounds: dict[str, list[Round]] = {name: [] for name in contenders}
        for _ in range(ROUNDS):
            for name, lines in contenders.items():
                for line in lines:
                    line.close()  # the server has hung up on who was silent for a round
                rounds[name].append(at_once([_works(line) for line in lines], seconds=SECONDS))
    for name, some in rounds.items():
        found, count = middle(some), middle(rounds[_yardstick(name)])
        each = WEBHOOKS if name.startswith("house") else 1
        calls = f"{found.rate:.1f}" if each > 1 else ""
        took = [one / each for one in found.took]
        table.add(name, f"{found.rate * each:.0f}", f"{found.rate * each / count.rate:.0%}", calls, p50(took), p99(took))
    table.notes.append(
        f"The middle of {ROUNDS} rounds of {SECONDS:.0f} s each, {AT_ONCE} connections at once. A call is "
        f"{WEBHOOKS} webhooks; p50 and p99 are"
        " those of a whole call, divided by them. Every commit is on disk. The load comes from the same cores."
    )
    return table


def steps() -> Table:
    """Each webhook of a call alone on the machine: what a caller waits for."""
    table = Table(["", "p50", "p99"])
    with furnishing.places() as places:
        for place in places:
            with (
                furnishing.opened(place) as database,
                served("app.wsgi:create_app", workers=place.workers, database=place.url) as base,
            ):
                pin, line = furnishing.caller(database), Line(base)
                for _ in range(150):
                    line.call(pin)
                    furnishing.rest(database)
                for kind, took in line.took.items():
                    milliseconds = [one * 1e3 for one in took]
                    table.add(f"{place.title}: {kind}", p50(milliseconds), p99(milliseconds))
    return table


def _contenders(place: Place, stack: ExitStack) -> dict[str, list[Line]]:
    many = f"{place.workers} process{'es' if place.workers > 1 else ''}"
    found = {}
    for server in ("gunicorn", "granian"):
        where = f"{server}, {many}"
        for title, app in (("bare view", "bench.bare:create_bare"), ("checked view", "bench.bare:create_checked")):
            base = stack.enter_context(served(app, workers=place.workers, server=server))
            found[f"{title}, {where}"] = [Line(base) for _ in range(AT_ONCE)]
    database = stack.enter_context(furnishing.opened(place))
    stack.enter_context(_rested(database))
    pins = [furnishing.caller(database) for _ in range(AT_ONCE)]
    for server, app in (("gunicorn", "app.wsgi:create_app"), ("granian", "bench.granian_app:create_app")):
        base = stack.enter_context(served(app, workers=place.workers, server=server, database=place.url))
        found[f"house on {place.title}, {server}, {many}"] = [Line(base, pin=pin) for pin in pins]
    return found


def _yardstick(name: str) -> str:
    """The checked view on the same server with as many processes."""
    return "checked view, " + name.partition(", ")[2]


def _works(line: Line) -> Worker:
    """A whole call where the house is phoned, else one webhook."""
    return lambda: timed(line.call if line.pin else line.voice)


@contextmanager
def _rested(database: Database) -> Iterator[None]:
    """Supporters are out of their wrap-up at once, in one small write five times a second."""
    over = threading.Event()

    def rests() -> None:
        while not over.wait(RESTS):
            furnishing.rest(database)

    resting = threading.Thread(target=rests)
    resting.start()
    try:
        yield
    finally:
        over.set()
        resting.join()
