"""Transactions as the house relies on them: nothing is lost, nobody waits needlessly, and what failed leaves no trace."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier

import pytest
from sqlalchemy import func, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.database import Database
from app.patience import PATIENT
from billing import books, statements
from helpdesk import customers
from models import NumberSeries
from tests.house import House

THREADS = 4
ROUNDS = 25


def last(session: Session, name: str) -> int:
    """The last number of a series, its row locked until the transaction ends."""
    return session.execute(select(NumberSeries.last).where(NumberSeries.name == name).with_for_update()).scalar_one()


def at_once(work: Callable[[int], None]) -> None:
    """Does `work(0)`, `work(1)`, … in threads of their own, each round begun by all of them together."""
    start = Barrier(THREADS, timeout=30)

    def rounds(thread: int) -> None:
        for number in range(ROUNDS):
            start.wait()
            work(thread * ROUNDS + number)

    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(rounds, thread) for thread in range(THREADS)]:
            done.result()


def test_transactions_that_read_and_then_write_one_row_lose_no_update(database: Database) -> None:
    with database.writing() as session:
        session.add(NumberSeries(name="ticket", last=0))

    def count_on(_: int) -> None:
        with database.writing() as session:
            seen = last(session, "ticket")
            session.get_one(NumberSeries, "ticket").last = seen + 1

    at_once(count_on)

    with database.reading() as session:
        assert session.get_one(NumberSeries, "ticket").last == THREADS * ROUNDS


def test_every_commit_of_every_thread_is_kept(database: Database, database_url: str) -> None:
    def add_one(number: int) -> None:
        with database.writing() as session:
            session.add(NumberSeries(name=f"kept-{number}", last=number))

    at_once(add_one)
    database.close()

    opened_anew = Database(database_url)
    with opened_anew.reading() as session:
        kept = session.scalar(select(func.count()).where(NumberSeries.name.startswith("kept-")))
    opened_anew.close()
    assert kept == THREADS * ROUNDS


def test_a_reader_waits_for_no_writer(database: Database) -> None:
    with database.writing() as session:
        session.add(NumberSeries(name="ticket", last=1))

    with database.writing() as writer, database.reading() as reader:
        writer.get_one(NumberSeries, "ticket").last = 2
        writer.flush()
        seen = reader.get_one(NumberSeries, "ticket").last

    assert seen == 1


def test_a_writer_waits_for_no_reader(database: Database) -> None:
    with database.writing() as session:
        session.add(NumberSeries(name="ticket", last=1))

    with database.reading() as reader:
        seen = reader.get_one(NumberSeries, "ticket").last
        with database.writing() as writer:
            writer.get_one(NumberSeries, "ticket").last = 2

    with database.reading() as session:
        assert (seen, session.get_one(NumberSeries, "ticket").last) == (1, 2)


def test_an_exception_rolls_back_and_the_next_transaction_begins_afresh(database: Database) -> None:
    def add_and_fail() -> None:
        with database.writing() as session:
            session.add(NumberSeries(name="lost", last=1))
            session.flush()
            raise LookupError("nobody there")

    with pytest.raises(LookupError, match="nobody there"):
        add_and_fail()

    with database.writing() as session:
        session.add(NumberSeries(name="kept", last=1))
    with database.reading() as session:
        assert (session.get(NumberSeries, "lost"), session.get_one(NumberSeries, "kept").last) == (None, 1)


def test_a_refused_savepoint_leaves_the_transaction_usable(database: Database) -> None:
    def add_one_new_and_one_that_exists(session: Session) -> None:
        with session.begin_nested():
            session.add(NumberSeries(name="within", last=2))
            session.flush()
            session.execute(insert(NumberSeries).values(name="before", last=3))

    with database.writing() as session:
        session.add(NumberSeries(name="before", last=1))
        session.flush()
        with pytest.raises(IntegrityError):
            add_one_new_and_one_that_exists(session)
        session.add(NumberSeries(name="after", last=4))

    with database.reading() as session:
        kept = session.execute(select(NumberSeries.name, NumberSeries.last).where(NumberSeries.last < 5)).all()
    assert {("before", 1), ("after", 4)} == {tuple(row) for row in kept}


@pytest.mark.parametrize("backend", ["sqlite"])
def test_every_pooled_connection_of_sqlite_has_its_pragmas(database: Database) -> None:
    pragmas = ("journal_mode", "synchronous", "foreign_keys", "recursive_triggers", "busy_timeout")

    with ExitStack() as open_at_once:
        readers = [open_at_once.enter_context(database.reading()) for _ in range(8)]
        found = {tuple(reader.scalar(text(f"PRAGMA {pragma}")) for pragma in pragmas) for reader in readers}

    assert {("wal", 2, 1, 1, PATIENT.writer)} == found


@pytest.mark.parametrize("backend", ["postgresql"])
def test_every_pooled_connection_of_postgresql_speaks_utc_and_writes_upon_what_is_committed(database: Database) -> None:
    settings = ("TimeZone", "transaction_isolation", "transaction_read_only")

    with ExitStack() as open_at_once:
        writers = [open_at_once.enter_context(database.writing()) for _ in range(8)]
        found = {tuple(writer.scalar(text(f"SHOW {setting}")) for setting in settings) for writer in writers}

    assert {("UTC", "read committed", "off")} == found


@pytest.mark.parametrize("backend", ["postgresql"])
def test_a_reader_on_postgresql_sees_one_moment_and_writes_nothing(database: Database) -> None:
    settings = ("TimeZone", "transaction_isolation", "transaction_read_only")

    with database.reading() as reader:
        found = tuple(reader.scalar(text(f"SHOW {setting}")) for setting in settings)

    assert found == ("UTC", "repeatable read", "on")


def test_all_that_one_transaction_reads_is_of_one_moment(house: House) -> None:
    """R18: a balance, and then the entries that it is made of, while somebody buys; the audit finds nothing wrong meanwhile."""
    caller = house.caller(points=60)

    with house.database.reading() as session:
        customer = customers.find(session, caller.number)
        before = statements.statement(session, customer)
        house.buy(caller, 30, "meanwhile")
        after = statements.statement(session, customer)
        faults = books.faults(session)

    assert faults == []
    assert after == before
    assert house.balance(caller) == (90, 0)
