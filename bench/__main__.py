"""`make bench`: each webhook, whole calls, and quarters charged, on SQLite and PostgreSQL, beside a bare Flask view.

All in one run on one machine, so the rows may be compared with each other; the figures of two machines may not.
"""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

import requests

from app.database import Database
from app.migrate import migrate
from bench.caller import Line
from billing import charging, meter, price_file, price_lists, purchases
from helpdesk import customers
from helpdesk.pins import PinKeys
from models import Attempt, Call, Leg, Shift, Supporter
from models import Line as DialledLine
from models.values import CallState, Flow, Language, Points, Policy
from oncall import roster
from oncall.rota import Span
from tests.postgres import running
from tests.price_lists import FLAT

SECRET, TOKEN = "bench" * 8, "bench-token"
CALLS, PARALLEL, TALKING = 150, 8, 1_000


def main() -> None:
    """Runs everything and prints one table a database."""
    print(f"{CALLS} calls one after another, {CALLS} by {PARALLEL} at once, {TALKING} talking calls to charge\n")
    with served("bench.bare:create_app()", {}) as base:
        bare = alone(base)
        print(f"bare Flask view, static TwiML    median {bare[0]:6.1f} ms   p99 {bare[1]:6.1f} ms\n")
    with TemporaryDirectory() as folder:
        measure("SQLite", f"sqlite:///{folder}/bench.db", workers=1)
    with running() as server, server.database() as name:
        measure("PostgreSQL", server.url(name), workers=2)


def measure(title: str, url: str, *, workers: int) -> None:
    """One database: latencies of every webhook, calls a second, quarters a second."""
    migrate(url, url)
    database = Database(url)
    pins = [pin for _ in range(PARALLEL) for pin in [furnished(database)]]
    environment = {"DATABASE_URL": url, "SECRET_KEY": SECRET, "TWILIO_AUTH_TOKEN": TOKEN}
    with served("app.wsgi:create_app()", environment, workers=workers) as base:
        line = Line(base, TOKEN)
        for _ in range(CALLS):
            line.call(f"{pins[0]}")
            rested(database)
        print(f"{title}, {workers} web process{'es' if workers > 1 else ''}")
        for kind, took in line.took.items():
            print(f"  {kind:<30} median {median(took) * 1e3:6.1f} ms   p99 {quantiles(took, n=100)[98] * 1e3:6.1f} ms")
        print(f"  whole calls, {PARALLEL} at once          {together(base, database, pins):6.1f} a second")
    print(f"  quarters charged               {charged(database):6.0f} a second\n")
    database.close()


def alone(base: str) -> tuple[float, float]:
    """Median and p99 of the bare view, in milliseconds."""
    line = Line(base, TOKEN)
    for _ in range(CALLS):
        line.post("voice", f"{base}/twilio/voice", CallSid="CA" + "0" * 32, From="+4520000001", To="+4563186363")
    took = line.took["voice"]
    return median(took) * 1e3, quantiles(took, n=100)[98] * 1e3


def together(base: str, database: Database, pins: list[str]) -> float:
    """Whole calls a second, each caller with a customer of its own; wrap-up is waived so that supporters are free at once."""
    rested(database)

    def calls(pin: str) -> None:
        line = Line(base, TOKEN)
        for _ in range(CALLS // PARALLEL):
            line.call(pin)
            rested(database)

    return rate(lambda: list(ThreadPoolExecutor(PARALLEL).map(calls, pins)), CALLS // PARALLEL * PARALLEL)


def charged(database: Database) -> float:
    """Quarters a second that the clock process charges, of calls that began to talk a quarter ago."""
    talking(database)
    now = datetime.now(UTC)

    def charge() -> None:
        while True:
            with database.writing() as session:
                if not charging.charge_begun(session, now):
                    return

    return rate(charge, TALKING)


def rate(work: Callable[[], object], count: int) -> float:
    """How many a second."""
    began = time.perf_counter()
    work()
    return count / (time.perf_counter() - began)


def furnished(database: Database) -> str:
    """A customer with a person, and a supporter for each; the person's PIN."""
    now = datetime.now(UTC)
    with database.writing() as session:
        if not session.query(DialledLine).count():
            session.add(DialledLine(number="+4563186363", flow=Flow.SUPPORT, name="Døgnvagten"))
            price_lists.publish(session, price_file.parse(FLAT), now=now)
        customer = customers.add(session, "Bench", actor="bench", now=now)
        customers.change(session, customer, policy=Policy.INVOICE, credit=None, actor="bench", now=now)
        purchases.buy(session, customer, points=Points(1_000_000), reference="bench", actor="bench", now=now)
        keys = PinKeys.derive([SECRET])
        made = customers.add_person(
            session, customer, name="B", phone=None, email=None, language=Language.DANISH, keys=keys, actor="bench", now=now
        )
        supporter = Supporter(name="S", phone=f"+4521{secrets.randbelow(10**6):06d}", language=Language.DANISH)
        session.add(supporter)
        session.flush()
        span = Span(starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=9))
        roster.add_shift(session, supporter, span, tier=1)
        return made.pin


def rested(database: Database) -> None:
    """Nobody is in wrap-up."""
    with database.writing() as session:
        session.query(Supporter).filter(Supporter.free_at.is_not(None)).update({"free_at": None})


def talking(database: Database) -> None:
    """Many calls that were accepted a minute ago, each by a supporter of its own."""
    now = datetime.now(UTC)
    with database.writing() as session:
        line = session.query(DialledLine).one()
        customer = customers.find(session, "10001")
        prices = price_lists.in_force(session, Flow.SUPPORT, now)
        for number in range(TALKING):
            supporter = Supporter(name="T", phone=f"+4522{number:06d}", language=Language.DANISH)
            session.add(supporter)
            session.flush()
            shift = Shift(supporter_id=supporter.id, starts_at=now - timedelta(hours=9), ends_at=now - timedelta(hours=8), tier=1)
            call = Call(
                sid=f"CA{number:032d}", line=line, from_raw="", state=CallState.TALKING, started_at=now, heard_at=now, sweep_at=now
            )
            call.language, call.customer, call.supporter_id = Language.DANISH, customer, supporter.id
            call.accepted_at, call.accepted_attempt = now - timedelta(seconds=60), 1
            call.time_limit, call.granted_quarters = 14_400, 16
            call.price_list_id = prices.list_id if prices else None
            session.add_all([shift, call])
            session.flush()
            attempt = Attempt(call_id=call.id, number=1, supporter_id=supporter.id, shift_id=shift.id, rung_at=now)
            attempt.time_limit, attempt.granted_quarters = 14_400, 16
            session.add(attempt)
            session.add(Leg(call=call, sid=call.sid))
            meter.start(call)


@contextmanager
def served(app: str, environment: dict[str, str], *, workers: int = 1) -> Iterator[str]:
    """The application under gunicorn as it runs in production, on a free port of this machine."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    config = Path(__file__).parent.parent / "app" / "gunicorn.py"
    command = [
        sys.executable,
        "-m",
        "gunicorn",
        "--config",
        str(config),
        "--workers",
        str(workers),
        "--bind",
        f"127.0.0.1:{port}",
        app,
    ]
    secret = {"SECRET_KEY": SECRET, "PUBLIC_BASE_URL": base, "DATABASE_URL": "postgresql://nobody/none"}
    with subprocess.Popen(command, env={**os.environ, **secret, **environment}, stderr=subprocess.DEVNULL) as server:
        try:
            _wait(base)
            yield base
        finally:
            server.terminate()


def _wait(base: str) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        try:
            requests.get(f"{base}/healthz", timeout=1)
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the server did not start")


if __name__ == "__main__":
    main()
