"""A house to be measured: customers with PINs, supporters on duty, calls that talk, calls that were."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from app.database import Database
from app.migrate import migrate
from bench.serving import SECRET
from billing import ledger, price_file, price_lists, purchases, quarters
from helpdesk import customers
from helpdesk.pins import PinKeys
from models import Account, Attempt, Call, Hold, Leg, Line, Shift, Supporter
from models.calls import IS_OPEN
from models.values import AttemptOutcome, CallOutcome, CallState, Flow, Language, Points, Policy
from oncall import roster
from oncall.rota import Span
from tests import postgres
from tests.price_lists import FLAT

SUPPORTERS: Final = 64
PLENTY: Final = Points(1_000_000)
TALKERS: Final = 500
"""How many customers share the calls that talk."""
DURABLE: Final = "listen_addresses = ''\nmax_connections = 200\nshared_buffers = 1GB\nmax_wal_size = 4GB\n"
"""PostgreSQL as it comes, every commit on disk, with the memory that a server of its own has."""
PRICE: Final = Points(15)


@dataclass(frozen=True)
class Place:
    """A database to measure on: its name for people, its address, and how many processes its web server has."""

    title: str
    url: str
    workers: int
    version: str = ""


@contextmanager
def sqlite() -> Iterator[Place]:
    """A file on disk."""
    with TemporaryDirectory() as folder:
        yield Place(TITLES[sqlite], f"sqlite:///{folder}/bench.db", 1)


@contextmanager
def postgresql() -> Iterator[Place]:
    """A server whose commits are on disk when they are acknowledged."""
    with postgres.running(settings=DURABLE, quick=False) as server, server.database() as name:
        [version] = server.administration.execute("SHOW server_version").fetchone() or [""]
        yield Place(TITLES[postgresql], server.url(name), 2, version)


TITLES: Final = {sqlite: "SQLite", postgresql: "PostgreSQL"}


@contextmanager
def places() -> Iterator[list[Place]]:
    """Both."""
    with sqlite() as file, postgresql() as server:
        yield [file, server]


@contextmanager
def opened(place: Place) -> Iterator[Database]:
    """The migrated database with a line, a price list and supporters on duty."""
    migrate(place.url, place.url)
    database = Database(place.url, pool_size=20)
    with database.writing() as session:
        _furnish(session, datetime.now(UTC))
    yield database
    database.close()


def caller(database: Database) -> str:
    """A customer of its own whose points never end; the PIN of its person."""
    now = datetime.now(UTC)
    with database.writing() as session:
        customer = customers.add(session, "Bench", actor="bench", now=now)
        customers.change(session, customer, policy=Policy.INVOICE, credit=None, actor="bench", now=now)
        purchases.buy(session, customer, points=PLENTY, reference="bench", actor="bench", now=now)
        keys = PinKeys.derive([SECRET])
        made = customers.add_person(
            session, customer, name="B", phone=None, email=None, language=Language.DANISH, keys=keys, actor="bench", now=now
        )
        return made.pin


def rest(database: Database) -> None:
    """Nobody is in wrap-up: two minutes of it would need hundreds of supporters."""
    with database.writing() as session:
        session.execute(update(Supporter).where(Supporter.free_at.is_not(None)).values(free_at=None))


def talking(session: Session, count: int, *, now: datetime) -> None:
    """So many calls that a supporter of its own accepted a minute ago, their first quarter held and not charged yet."""
    paying = payers(session, min(count, TALKERS), now=now)
    first = _first(session, Call)
    ids = range(first, first + count)
    line, prices = session.query(Line).first(), price_lists.in_force(session, Flow.SUPPORT, now)
    if line is None or prices is None:
        raise RuntimeError("the house is not furnished")
    supporter, shift = _first(session, Supporter), _first(session, Shift)
    numbered = list(enumerate(ids))
    grant = {"time_limit": 14_400, "granted_quarters": 16}
    _staff(session, [(supporter + n, shift + n) for n, _ in numbered], now=now)
    accepted = now - timedelta(seconds=60)
    facts = {"state": CallState.TALKING, "started_at": now, "heard_at": now, "sweep_at": now + timedelta(minutes=30), **grant}
    bridge = {"accepted_at": accepted, "accepted_attempt": 1, "bridged": None, "price_list_id": prices.list_id}
    due = {"next_quarter_at": quarters.charge_at(accepted, 1), "price_accepted_at": accepted, "quoted_points": PRICE}
    calls = [
        {
            "id": one,
            "sid": f"CA{one:032d}",
            "line_id": line.id,
            "from_raw": "",
            "language": Language.DANISH,
            "customer_id": paying[n % len(paying)].customer_id,
            "supporter_id": supporter + n,
            **(facts | bridge | due),
        }
        for n, one in numbered
    ]
    session.execute(insert(Call), calls)
    rung = [
        {"call_id": one, "number": 1, "supporter_id": supporter + n, "shift_id": shift + n, "tier": 1, "rung_at": now}
        for n, one in numbered
    ]
    session.execute(insert(Attempt), [one | grant for one in rung])
    session.execute(insert(Leg), [{"call_id": one, "sid": f"CA{one:032d}"} for one in ids])
    held = {"quarter": 1, "points": PRICE, "state": "open", "held_at": now}
    session.execute(insert(Hold), [{"call_id": one, "account_id": paying[n % len(paying)].id, **held} for n, one in numbered])
    for n, payer in enumerate(paying):
        payer.held = Points((payer.held or 0) + PRICE * len(range(n, count, len(paying))))


def hang_up(session: Session, *, now: datetime) -> None:
    """Whoever talks has hung up: what is done for calls that go on no longer meets them."""
    over = {"state": CallState.ENDED, "outcome": CallOutcome.TALKED, "ended_at": now, "sweep_at": None}
    nothing_due = {"next_hold_at": None, "next_quarter_at": None, "tell_at": None}
    session.execute(update(Attempt).where(Attempt.ended_at.is_(None)).values(ended_at=now, outcome=AttemptOutcome.ACCEPTED))
    session.execute(update(Call).where(IS_OPEN).values(**over, **nothing_due))


def _staff(session: Session, ids: list[tuple[int, int]], *, now: datetime) -> None:
    """Supporters with these ids, each with a shift that is over."""
    spell = {"starts_at": now - timedelta(hours=9), "ends_at": now - timedelta(hours=8), "tier": 1}
    people = [{"id": one, "name": "T", "phone": f"+4522{one:08d}", "language": Language.DANISH} for one, _ in ids]
    session.execute(insert(Supporter), people)
    session.execute(insert(Shift), [{"id": shift, "supporter_id": one, **spell} for one, shift in ids])


def payers(session: Session, count: int, *, now: datetime) -> list[Account]:
    """The accounts of so many new customers with points."""
    made = []
    for number in range(count):
        customer = customers.add(session, f"Talks {number}", actor="bench", now=now)
        purchases.buy(session, customer, points=PLENTY, reference="bench", actor="bench", now=now)
        made.append(ledger.customer_account(session, customer.id))
    return made


def _first(session: Session, table: type[Call | Supporter | Shift]) -> int:
    """An id from which on none is given out: behind all that are made while one measures."""
    newest = session.query(table.id).order_by(table.id.desc()).first()
    return (newest[0] if newest else 0) + 1_000_000


def _furnish(session: Session, now: datetime) -> None:
    session.add(Line(number="+4563186363", flow=Flow.SUPPORT, name="Døgnvagten"))
    price_lists.publish(session, price_file.parse(FLAT), now=now)
    for number in range(SUPPORTERS):
        supporter = Supporter(name="S", phone=f"+45210000{number:02d}", language=Language.DANISH)
        session.add(supporter)
        session.flush()
        span = Span(starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=9))
        roster.add_shift(session, supporter, span, tier=1)
