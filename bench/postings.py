"""Postings a second beside the least that a commit costs: one INSERT in a transaction, by pgbench, as many clients."""

from __future__ import annotations

import re
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from itertools import count
from statistics import median
from tempfile import NamedTemporaryFile

from sqlalchemy import text

from app.database import Database
from bench import furnishing
from bench.furnishing import DURABLE
from bench.page import Table
from billing import ledger
from billing.ledger import Posting
from models.values import JournalKind, Points
from tests import postgres

ROUNDS, SECONDS, CLIENTS = 5, 3.0, 4
BATCHES = (1, 20, 500)


def measure() -> Table:
    """Rounds of pgbench and of our postings, one in a transaction and many; the middle."""
    table = Table(["", "a second", "of one INSERT"])
    with postgres.running(settings=DURABLE, quick=False) as server, server.database() as name:
        place = furnishing.Place("PostgreSQL", server.url(name), 2)
        with furnishing.opened(place) as database:
            accounts = _accounts(database)
            with database.writing() as session:
                session.execute(text("CREATE TABLE bare (id serial PRIMARY KEY, note text)"))
        contenders: dict[str, Callable[[], float]] = {"pgbench, one INSERT in a transaction": lambda: _inserts(server, name)}
        for batch in BATCHES:
            many = f"{batch} in a transaction" if batch > 1 else "one in a transaction"
            contenders[f"postings, {many}"] = _posts(place.url, accounts, batch)
        rounds: dict[str, list[float]] = {title: [] for title in contenders}
        for _ in range(ROUNDS):
            for title, rate in contenders.items():
                rounds[title].append(rate())
    least = median(next(iter(rounds.values())))
    for title, rates in rounds.items():
        table.add(title, f"{median(rates):,.0f}", f"{median(rates) / least:.0%}")
    table.notes.append(
        f"The middle of {ROUNDS} rounds of {SECONDS:.0f} s, {CLIENTS} clients, PostgreSQL, every commit on disk. A "
        f"posting is one journal with"
        " two entries and a moved balance: four rows, checked to sum to zero."
    )
    return table


def _accounts(database: Database) -> list[int]:
    """A customer's account for each client, and the house's own as the last."""
    now = datetime.now(UTC)
    with database.writing() as session:
        return [*(one.id for one in furnishing.payers(session, CLIENTS, now=now)), ledger.house_account(session, ledger.EARNED).id]


def _inserts(server: postgres.Server, name: str) -> float:
    with NamedTemporaryFile("w", suffix=".sql") as script:
        script.write("INSERT INTO bare (note) VALUES ('one row');\n")
        script.flush()
        options = ["-n", "-c", str(CLIENTS), "-j", str(CLIENTS), "-T", str(int(SECONDS)), "-f", script.name]
        said = subprocess.run(
            [server.programs / "pgbench", *options, "-h", server.folder, "-U", postgres.OWNER, name],
            capture_output=True,
            encoding="utf-8",
            check=True,
        ).stdout
    found = re.search(r"tps = ([0-9.]+)", said)
    if found is None:
        raise RuntimeError(said)
    return float(found[1])


def _posts(url: str, accounts: list[int], batch: int) -> Callable[[], float]:
    def rate() -> float:
        began = time.perf_counter()
        with ProcessPoolExecutor(CLIENTS) as pool:
            written = sum(pool.map(_writes, [url] * CLIENTS, accounts, [accounts[-1]] * CLIENTS, [batch] * CLIENTS))
        return written / (time.perf_counter() - began)

    return rate


def _writes(url: str, account: int, other: int, batch: int) -> int:
    """One client: posts until the time is over; how many."""
    database, numbers, now = Database(url, pool_size=1), count(), datetime.now(UTC)
    began, written = time.perf_counter(), 0
    while time.perf_counter() - began < SECONDS:
        postings = [
            Posting(
                key=f"bench:{account}:{time.time_ns()}:{next(numbers)}",
                kind=JournalKind.GRANT,
                amounts=((account, Points(15)), (other, Points(-15))),
                occurred_at=now,
                actor="bench",
            )
            for _ in range(batch)
        ]
        with database.writing() as session:
            ledger.post(session, postings, now=now)
        written += batch
    database.close()
    return written
