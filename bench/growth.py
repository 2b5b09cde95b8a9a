"""Whether anything that is done in a call grows with the calls that were: 10,000, 100,000 and a million of them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from statistics import median
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import Database
from app.scheduler import due
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

CALLS, LOOKS, CHARGED = 60, 30, 100
PAGE: Final = 50


def measure() -> Table:
    """Each thing with each history, and how the last compares with the first."""
    table = Table(["", *(f"{size:,} calls" for size in SIZES), "grows by"])
    with furnishing.places() as places:
        for place in places:
            with furnishing.opened(place) as database:
                pin = furnishing.caller(database)
                found: dict[str, list[float]] = {}
                for before, size in zip((0, *SIZES), SIZES, strict=False):
                    history.grow(database, before, size)
                    for thing, took in _things(place, database, pin).items():
                        found.setdefault(thing, []).append(took)
            for thing, times in found.items():
                table.add(
                    f"{place.title}: {thing}", *(f"{took * 1e3:.2f} ms" for took in times), f"{times[-1] / times[0] - 1:+.0%}"
                )
    table.notes.append(
        f"Medians, of {CALLS} whole calls for the webhooks. The beat asks whether anything is due; a tick charges "
        f"{CHARGED} quarters; the page"
        f" shows the last {PAGE} calls, of all customers or of one; the statement is that of a customer with "
        f"{history.CALLS_A_CUSTOMER} calls."
    )
    return table


def _things(place: Place, database: Database, pin: str) -> dict[str, float]:
    with served("app.wsgi:create_app", workers=place.workers, database=place.url) as base:
        line = Line(base)
        for _ in range(CALLS):
            line.call(pin)
            furnishing.rest(database)
    webhooks = {f"webhook, {kind}": median(took) for kind, took in line.took.items()}
    now = datetime.now(UTC)
    customer = f"H{history.CALLS_A_CUSTOMER}"
    return webhooks | {
        "beat of the clock, nothing due": _looked(database, lambda session: due(session, now)),
        f"tick, {CHARGED} quarters": median(_tick(database) for _ in range(5)),
        "page of calls": _looked(database, lambda session: call_records.calls(session, most=PAGE, now=now)),
        "page of one customer's calls": _looked(
            database, lambda session: call_records.calls(session, customer=customer, most=PAGE, now=now)
        ),
        "statement": _looked(database, lambda session: _statement(session, customer)),
    }


def _looked(database: Database, look: Callable[[Session], object]) -> float:
    def once() -> None:
        with database.reading() as session:
            look(session)

    once()
    return median(timed(once) for _ in range(LOOKS))


def _statement(session: Session, number: str) -> object:
    return statements.statement(session, session.scalars(select(Customer).where(Customer.number == number)).one())


def _tick(database: Database) -> float:
    now = datetime.now(UTC)
    with database.writing() as session:
        furnishing.talking(session, CHARGED, now=now)

    def tick() -> None:
        with database.writing() as session:
            charging.charge_begun(session, now)

    return timed(tick)
