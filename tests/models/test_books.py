"""The books are only added to (R18), in the database itself; and on PostgreSQL they must balance."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.database import Database
from app.migrate import BOOKS
from models import Account, Audit, Customer, Entry, Journal
from models.values import JournalKind
from tests.models.rows import a

APPEND_ONLY = "append-only"
REPLACE_BY_KEY = """
    REPLACE INTO journal (id, key, kind, request, occurred_at, written_at, actor)
        SELECT 99, key, kind, request, occurred_at, written_at, 'mallory' FROM journal
    """


@pytest.fixture
def books(database: Database) -> Database:
    """A database with one purchase in its books, and one line of audit."""
    with database.writing() as session:
        session.execute(a(Customer))
        session.execute(a(Account))
        session.execute(a(Account, name="house", customer_id=None, balance=None, held=None))
        post(session, "purchase:1", (60, -60))
        session.execute(a(Audit))
    return database


def post(session: Session, key: str, points: Sequence[int]) -> None:
    """Writes a journal and its entries, one for each account."""
    session.execute(a(Journal, key=key, kind=JournalKind.PURCHASE, call_id=None, quarter=None))
    journal = session.scalars(select(Journal.id).where(Journal.key == key)).one()
    for account, signed in enumerate(points, start=1):
        session.execute(a(Entry, journal_id=journal, account_id=account, points=signed))


def counted(database: Database) -> list[int | None]:
    """How many rows stand in the books, and on which amounts."""
    with database.reading() as session:
        totals = [session.scalar(select(func.count()).select_from(table)) for table in (Journal, Entry, Audit)]
        return [*totals, session.scalar(select(func.sum(func.abs(Entry.points))))]


def change(database: Database, order: str) -> None:
    with database.writing() as session:
        session.execute(text(order))


@pytest.mark.parametrize("table", BOOKS)
@pytest.mark.parametrize(
    "order", ["UPDATE {} SET id = id", "UPDATE {} SET id = id + 100", "DELETE FROM {}", "DELETE FROM {} WHERE id = 1"]
)
def test_what_is_in_the_books_can_be_neither_changed_nor_deleted(books: Database, order: str, table: str) -> None:
    with pytest.raises(DBAPIError, match=f"{table} is {APPEND_ONLY}"):
        change(books, order.format(table))

    assert counted(books) == [1, 2, 1, 120]


@pytest.mark.parametrize(
    "order",
    [
        "INSERT INTO journal SELECT * FROM journal WHERE true ON CONFLICT (key) DO UPDATE SET actor = 'mallory'",
        "INSERT INTO entry SELECT * FROM entry WHERE true ON CONFLICT (id) DO UPDATE SET points = 1",
        "INSERT INTO audit SELECT * FROM audit WHERE true ON CONFLICT (id) DO UPDATE SET actor = 'mallory'",
    ],
)
def test_an_insertion_that_would_rather_update_is_refused(books: Database, order: str) -> None:
    with pytest.raises(DBAPIError, match=APPEND_ONLY):
        change(books, order)

    assert counted(books) == [1, 2, 1, 120]


@pytest.mark.parametrize("backend", ["postgresql"])
@pytest.mark.parametrize("order", ["TRUNCATE entry", "TRUNCATE journal CASCADE", "TRUNCATE audit", "TRUNCATE customers CASCADE"])
def test_the_books_cannot_be_truncated_on_postgresql(books: Database, order: str) -> None:
    with pytest.raises(DBAPIError, match=APPEND_ONLY):
        change(books, order)

    assert counted(books) == [1, 2, 1, 120]


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize(
    "order",
    [
        "INSERT OR REPLACE INTO journal SELECT * FROM journal",
        "UPDATE OR REPLACE journal SET key = key",
        REPLACE_BY_KEY,
        "REPLACE INTO entry SELECT id, journal_id, account_id, 1 FROM entry",
        "REPLACE INTO entry SELECT id + 100, journal_id, account_id, 1 FROM entry",
        "INSERT OR REPLACE INTO audit SELECT * FROM audit",
        "UPDATE OR REPLACE journal SET id = 99",
        "UPDATE OR REPLACE entry SET id = 1 WHERE id = 2",
    ],
)
def test_nothing_in_the_books_can_be_replaced_on_sqlite(books: Database, order: str) -> None:
    with pytest.raises(DBAPIError, match=APPEND_ONLY):
        change(books, order)

    assert counted(books) == [1, 2, 1, 120]


@pytest.mark.parametrize("backend", ["postgresql"])
@pytest.mark.parametrize("points", [(60,), (60, -59), (-60, 61)])
def test_a_journal_that_does_not_balance_is_refused_at_the_commit(books: Database, points: tuple[int, ...]) -> None:
    with pytest.raises(DBAPIError, match=r"the entries of journal \d+ do not sum to zero"), books.writing() as session:
        post(session, "purchase:2", points)

    assert counted(books) == [1, 2, 1, 120]


@pytest.mark.parametrize("backend", ["postgresql"])
def test_an_entry_that_is_added_to_a_balanced_journal_is_refused_at_the_commit(books: Database) -> None:
    with books.writing() as session:
        session.execute(a(Account, name="other", customer_id=None, balance=None, held=None))

    with pytest.raises(DBAPIError, match="the entries of journal 1 do not sum to zero"), books.writing() as session:
        session.execute(a(Entry, journal_id=1, account_id=3, points=5))

    assert counted(books) == [1, 2, 1, 120]


def test_journals_that_balance_are_added(books: Database) -> None:
    with books.writing() as session:
        post(session, "purchase:2", (30, -30))
        post(session, "purchase:3", (-5, 5))

    assert counted(books) == [3, 6, 1, 190]
