"""Quarters charged a second in one tick of the clock, with few and many calls that talk."""

from __future__ import annotations

from datetime import UTC, datetime
from statistics import median
from typing import Final

from app.database import Database
from bench import furnishing
from bench.measuring import timed
from bench.page import Table
from billing import charging

LIVE: Final = (10, 1_000, 50_000)
ROUNDS: Final = {10: 9, 1_000: 5, 50_000: 1}


def measure() -> Table:
    """For each number of calls: all talk, all have begun their first quarter, and one clock charges them."""
    table = Table(["", *(f"{live:,} calls live" for live in LIVE)])
    with furnishing.places() as places:
        for place in places:
            with furnishing.opened(place) as database:
                rates = {live: median(_rate(database, live) for _ in range(ROUNDS[live])) for live in LIVE}
            table.add(f"{place.title}, quarters a second", *(f"{rate:,.0f}" for rate in rates.values()))
    table.notes.append(
        "One clock, up to 500 calls in a transaction, every commit on disk: holds become charges, balances and due times move."
    )
    return table


def _rate(database: Database, live: int) -> float:
    now = datetime.now(UTC)
    with database.writing() as session:
        furnishing.talking(session, live, now=now)
    charged = 0

    def tick() -> None:
        nonlocal charged
        while True:
            with database.writing() as session:
                did = charging.charge_begun(session, now)
            if not did:
                return
            charged += did

    took = timed(tick)
    if charged != live:
        raise RuntimeError(f"{charged} quarters were charged, not {live}")
    return live / took
