"""Whether anything that is done in a call grows with the calls that were: 10,000, 100,000 and a million of them.

Three houses stand side by side, each with its history, and are measured by turns: what else the machine does meets all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from statistics import median
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.appointments import due
from app.database import Database
from bench import furnishing, history
from bench.caller import Line
from bench.furnishing import Place
from bench.history import SIZES
from bench.measuring import timed
from bench.page import Table
from bench.serving import served
from billing import charging, statements
from helpdesk import call_records
from models import Customer

ROUNDS, CALLS, LOOKS, CHARGED = 20, 3, 2, 100
PAGE: Final = 50
CUSTOMER: Final = f"H{history.CALLS_A_CUSTOMER}"
LOOKED_AT: Final[dict[str, Callable[[Session, datetime], object]]] = {
    "beat of the clock, nothing due": due,
    "page of calls": lambda session, now: call_records.calls(session, most=PAGE, now=now),
    "page of one customer's calls": lambda session, now: call_records.calls(session, customer=CUSTOMER, most=PAGE, now=now),
    "statement": lambda session, _: _statement(session, CUSTOMER),
}


@dataclass(frozen=True)
class House:
    """One with a history: its database, the address of its web server, a PIN, and how many seconds each thing took each time."""

    database: Database
    base: str
    pin: str
    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def go_round(self) -> None:
        """Some calls, some looks, one tick."""
        line = Line(self.base, pin=self.pin)
        for _ in range(CALLS):
            line.call()
            furnishing.rest(self.database)
        line.close()
        for kind, took in line.took.items():
            self.took[f"webhook, {kind}"] += took
        for name, look in LOOKED_AT.items():
            for _ in range(LOOKS):
                self.took[name].append(timed(partial(self._looks, look)))
        self.took[f"tick, {CHARGED} quarters"].append(_tick(self.database))

    def medians(self) -> dict[str, float]:
        """Of each thing the seconds that it took in the middle."""
        return {name: median(took) for name, took in self.took.items()}

    def _looks(self, look: Callable[[Session, datetime], object]) -> None:
        with self.database.reading() as session:
            look(session, datetime.now(UTC))


def measure() -> Table:
    """Each thing with each history, and how the last compares with the first."""
    table = Table(["", *(f"{size:,} calls" for size in SIZES), "grows by"])
    for kind in (furnishing.sqlite, furnishing.postgresql):
        with ExitStack() as stack:
            houses = [stack.enter_context(_house(kind, size)) for size in SIZES]
            for house in houses * ROUNDS:
                house.go_round()
            found = [house.medians() for house in houses]
        for name, first in found[0].items():
            cells = [f"{each[name] * 1e3:.2f} ms" for each in found]
            table.add(f"{furnishing.TITLES[kind]}: {name}", *cells, f"{found[-1][name] / first - 1:+.0%}")
    table.notes.append(
        f"Medians of {ROUNDS} rounds, in which the three houses take turns: {ROUNDS * CALLS} whole calls for the webhooks, "
        f"{ROUNDS * LOOKS} looks. The beat asks whether anything is due; a tick charges {CHARGED} quarters; the page"
        f" shows the last {PAGE} calls, of all customers or of one; the statement is that of a customer with "
        f"{history.CALLS_A_CUSTOMER} calls."
    )
    return table


@contextmanager
def _house(kind: Callable[[], AbstractContextManager[Place]], size: int) -> Iterator[House]:
    with kind() as place, furnishing.opened(place) as database:
        pin = furnishing.caller(database)
        history.grow(database, 0, size)
        with served("app.wsgi:create_app", workers=place.workers, database=place.url) as base:
            house = House(database, base, pin)
            house.go_round()  # everything is in memory that will be
            house.took.clear()
            yield house


def _statement(session: Session, number: str) -> object:
    return statements.statement(session, session.scalars(select(Customer).where(Customer.number == number)).one())


def _tick(database: Database) -> float:
    """The seconds in which the quarters of so many calls are charged; the calls are over then, and burden nothing."""
    now = datetime.now(UTC)
    with database.writing() as session:
        furnishing.talking(session, CHARGED, now=now)

    def tick() -> None:
        with database.writing() as session:
            charging.charge_begun(session, now)

    took = timed(tick)
    with database.writing() as session:
        furnishing.hang_up(session, now=now)
    return took
