"""The ledger, when several write to it at the same moment (R5, R19)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select, update

from app.database import Database
from billing import books, holds, ledger, purchases
from billing.ledger import NotEnoughPoints
from models import Account, Call, Customer, Hold
from models.values import Points
from tests.billing.accounts import NOW, a_call, bought, kept


def test_parallel_calls_hold_exactly_as_many_points_as_there_are(database: Database) -> None:
    """R5: eight threads want 15 each out of 60; four get them, whatever the order."""
    with database.writing() as session:
        account = bought(session, "10001", 60).id
        calls = [a_call(session, number) for number in range(8)]
        accepted = {"customer_id": session.get_one(Account, account).customer_id, "price_accepted_at": NOW}
        session.execute(update(Call).values(**accepted))

    def wants(call: int) -> bool:
        with database.writing() as session:
            mine = session.get_one(Account, account)
            holds.hold(session, mine, call_id=call, quarter=1, points=Points(15), floor=Points(0), now=NOW)
        return True

    outcomes = at_once([partial(wants, call) for call in calls])

    with database.reading() as session:
        assert sorted(str(outcome) for outcome in outcomes) == ["15 points are missing"] * 4 + ["True"] * 4
        assert kept(session.get_one(Account, account)) == (60, 60)
        assert len(session.scalars(select(Hold)).all()) == 4
        assert books.faults(session) == []


def test_parallel_postings_of_one_key_are_one_journal(database: Database) -> None:
    """R19: six threads, one purchase; and six of their own beside it lose nothing."""
    with database.writing() as session:
        bought(session, "10001", 60)

    def buys(reference: str) -> int:
        with database.writing() as session:
            customer = session.scalars(select(Customer)).one()
            return purchases.buy(session, customer, points=Points(10), reference=reference, actor="test", now=NOW).entry

    entries = at_once([lambda: buys("same")] * 6 + [partial(buys, f"own {own}") for own in range(6)])

    with database.reading() as session:
        assert len(set(entries[:6])) == 1
        assert len(set(entries)) == 7
        assert kept(session.scalars(select(Account).where(Account.customer_id.is_not(None))).one()) == (130, 0)
        assert books.faults(session) == []


@pytest.mark.parametrize("backend", ["postgresql"])  # SQLite has one writer: the second session begins when the first is through
def test_a_purchase_that_another_session_made_at_the_same_moment_tells_the_balance_behind_it(database: Database) -> None:
    """R19: both looked at the account before either wrote; the second waits for the first, and tells the same."""
    with database.writing() as session:
        bought(session, "10001", 60)

    with database.writing() as first, database.writing() as second:
        mine, same = (one.scalars(select(Customer)).one() for one in (first, second))
        looked = ledger.customer_account(second, same.id)
        assert looked.balance == 60
        made = purchases.buy(first, mine, points=Points(10), reference="same", actor="test", now=NOW)
        first.commit()

        again = purchases.buy(second, same, points=Points(10), reference="same", actor="test", now=NOW)

    assert again == made
    assert made.balance == 70


def at_once(jobs: list[Callable[[], Any]]) -> list[Any]:
    """What each job gave or raised, all begun at one moment."""
    start = threading.Barrier(len(jobs))
    outcomes: list[Any] = [None] * len(jobs)

    @contextmanager
    def caught(number: int) -> Iterator[None]:
        try:
            yield
        except NotEnoughPoints as refused:
            outcomes[number] = refused

    def work(number: int, job: Callable[[], Any]) -> None:
        start.wait()
        with caught(number):
            outcomes[number] = job()

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(jobs)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
