"""How long may be waited: one limit for everything that is done in a block, on this side of the connection."""

from __future__ import annotations

import time

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app import patience
from app.database import Database
from app.patience import ANSWERING, OutOfTime

SETTINGS = ("lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout", "transaction_timeout")


def test_where_nobody_is_in_a_hurry_there_is_no_limit() -> None:
    with patience.within(None):
        assert patience.left() is None
        assert not patience.is_over()


def test_a_limit_holds_for_its_block_and_no_longer() -> None:
    with patience.within(60):
        within = patience.left()

    assert within is not None
    assert 50 < within <= 60
    assert patience.left() is None


def test_without_time_nothing_is_begun(database: Database) -> None:
    begun: list[Session] = []

    with pytest.raises(OutOfTime):
        database.write(begun.append, within=0)

    assert begun == []


def test_when_the_time_is_over_no_further_statement_is_sent_and_nothing_is_kept(database: Database) -> None:
    def dawdles(session: Session) -> None:
        session.execute(text("UPDATE number_series SET last = last + 1"))
        time.sleep(0.15)
        session.execute(text("SELECT 1"))

    with pytest.raises(OutOfTime):
        database.write(dawdles, within=0.1)

    with database.reading() as session:
        assert session.scalar(text("SELECT last FROM number_series WHERE name = 'customer'")) == 10_000


@pytest.mark.parametrize("backend", ["postgresql"])
def test_a_statement_that_takes_too_long_is_given_up_and_its_connection_too(database: Database) -> None:
    began = time.monotonic()

    with pytest.raises(OperationalError):
        database.write(lambda session: session.execute(text("SELECT pg_sleep(20)")), within=0.2)

    assert time.monotonic() - began < 10
    with database.reading() as session:
        assert session.scalar(text("SELECT 1")) == 1


@pytest.mark.parametrize("backend", ["postgresql"])
def test_only_web_processes_are_in_a_hurry(database: Database, database_url: str) -> None:
    """R21: the clock settles what takes long, and migrations take as long as they take."""
    web = Database(database_url, limits=ANSWERING)

    with web.reading() as hurried, database.reading() as patient:
        found = [[session.scalar(text(f"SHOW {name}")) for name in SETTINGS] for session in (hurried, patient)]

    web.close()
    assert found == [["1500ms", "2500ms", "4s", "4s"], ["30s", "0", "0", "0"]]
