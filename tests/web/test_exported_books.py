"""The exported books, added up by somebody else's program: they balance, and every statement can be made from them alone (R18)."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from sqlalchemy.orm import Session

from app.database import Database
from billing import books as audit
from billing import export, ledger, statements
from billing.ledger import Posting
from helpdesk.statements import CustomerStatement
from models import Customer
from models.values import JournalKind, Language, Points
from tests import bookkeeper
from tests.billing.accounts import NOW, bought
from tests.house import House
from web.papers import books, statement, text
from web.papers.books import Tool
from web.words import Words

WORDS = some.text('aæØ"\\;:=é ,|{}\t', min_size=1, max_size=12)
EVENTS = some.lists(
    some.tuples(
        some.sampled_from([JournalKind.CORRECTION, JournalKind.PURCHASE]),  # behind the others a correction would have to stand
        some.integers(-2_000, 2_000).filter(bool),
        some.integers(0, 1),  # whose
        some.integers(-3, 40),  # hours later than the one before; a clock that is slow goes back
        some.integers(0, 90),  # hours since it happened
        WORDS,
    ),
    min_size=1,
    max_size=12,
)


def printed(name: str, made: statements.Statement) -> list[str]:
    whole = CustomerStatement(name=name, made_at=NOW, statement=made, calls=(), cases=())
    return text.lines(statement.paper(whole, Words(Language.DANISH)))


def exported(session: Session, since: datetime | None = None, until: datetime | None = None) -> list[str]:
    opening = export.opening(session, since) if since else []
    return list(books.written(Tool.BEANCOUNT, opening, export.booked(session, since=since, until=until), since=since))


@pytest.mark.parametrize("backend", ["sqlite"])
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS, cuts=some.lists(some.integers(-5, 300), min_size=1, max_size=3, unique=True).map(sorted))
def test_a_statement_made_from_the_exported_books_is_the_one_that_is_printed(
    database: Database, events: list[Any], cuts: list[int]
) -> None:
    """R18: for random ledgers, periods that follow each other, and clocks that go back a little."""
    with Session(database.engine) as session:
        ours, theirs = bought(session, "10001", 60), bought(session, "10002", 7)
        _write(session, events, (ours.id, theirs.id))
        customer = session.get_one(Customer, ours.customer_id)
        ends = [None, *(NOW + timedelta(hours=cut) for cut in cuts), None]

        made = [statements.statement(session, customer, since=since, until=until) for since, until in pairwise(ends)]

        whole = bookkeeper.transactions(exported(session))
        remade = [bookkeeper.statement(whole, "10001", since=since, until=until) for since, until in pairwise(ends)]
        assert remade == made
        assert [printed(customer.name, one) for one in remade] == [printed(customer.name, one) for one in made]
        assert [one.closing for one in made[:-1]] == [one.opening for one in made[1:]]
        assert made[-1].closing == ours.balance == 60 + sum(points for _, points, whose, *_ in events if whose == 0)
        assert audit.faults(session) == []
        for since, until in pairwise(
            ends
        ):  # Of a part the balances at its beginning and its end are in it, and beancount checks them.
            bookkeeper.transactions(exported(session, since, until))
        session.rollback()


def _write(session: Session, events: list[Any], accounts: tuple[int, int]) -> None:
    written, house, before = NOW, ledger.house_account(session, ledger.CORRECTED).id, dict[int, int]()
    for number, (kind, points, whose, later, ago, words) in enumerate(events):
        written += timedelta(hours=later)
        posting = Posting(
            key=f"test:{number}",
            kind=kind,
            amounts=((accounts[whose], Points(points)), (house, Points(-points))),
            occurred_at=written - timedelta(hours=ago),
            actor="cli:bo",
            reason=words if kind is JournalKind.CORRECTION else None,
            reference=words,
            reverses_id=before[whose] if whose in before and kind is JournalKind.CORRECTION else None,
        )
        before[whose] = ledger.post(session, [posting], now=written)[0]


def test_the_books_of_a_talk_are_exported_with_call_quarter_and_case(house: House) -> None:
    """R17, R18: on either database; hledger's book has the same entries."""
    caller, anna = house.caller(points=60), house.supporter("Anna")
    sid = house.connects(caller, anna)
    house.forward(minutes=16)
    house.phone(caller).hangs_up()
    house.forward(minutes=1)

    with house.database.reading() as session:
        one = bookkeeper.statement(bookkeeper.transactions(exported(session)), caller.number, since=None, until=None)
        journal = list(books.written(Tool.HLEDGER, [], export.booked(session), since=None))

    assert [(entry.call, entry.quarter, entry.case, entry.points) for entry in one.entries] == [
        (None, None, None, 60),
        (sid, 1, "20001", -15),
        (sid, 2, "20001", -15),
    ]
    legs = [line.partition(";")[0].split() for line in journal if line.startswith("    ") and ";" in line.strip()[1:]]
    assert [(account, int(points)) for account, points, _ in legs] == [
        *[(f"Assets:Customers:{caller.number}", 60), ("Income:Issued", -60)],
        *[(f"Assets:Customers:{caller.number}", -15), ("Expenses:Earned", 15)] * 2,
    ]
    assert f"    Assets:Customers:{caller.number}  0 POINTS = 30 POINTS" in journal
