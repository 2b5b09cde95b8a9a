"""Prices, purchases and statements."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.database import Database
from models import Journal, PriceList
from tests.cli.desk import PRICES, Terminal, audited


def test_a_price_list_is_published_as_it_came(terminal: Terminal, database: Database) -> None:
    source = PRICES.replace("\n", "\r\n")

    assert terminal.gets("prices", "publish", terminal.file(source)) == {"price_list": 1}

    with database.reading() as session:
        assert session.scalars(select(PriceList.source)).all() == [source]
    details = {"line": "support", "valid_from": "2025-12-31T23:00:00+00:00"}
    assert [(subject, said) for _, subject, said in audited(database, "prices_published")] == [("price_list:1", details)]


@pytest.mark.parametrize("line_end", ["\n", "\r\n"], ids=ascii)
def test_a_price_list_that_an_editor_on_windows_saved_is_read(terminal: Terminal, database: Database, line_end: str) -> None:
    source = PRICES.replace("Altid", "Døgnet rundt").replace("\n", line_end)

    assert terminal.gets("prices", "publish", terminal.file(source.encode("utf-8-sig"))) == {"price_list": 1}

    with database.reading() as session:
        assert session.scalars(select(PriceList.source)).all() == [source]


def test_a_published_price_list_is_named_with_the_moment_it_begins(terminal: Terminal) -> None:
    said = terminal.reads("prices", "publish", terminal.file(PRICES))

    assert said == "Price list 1: support, in force from 2026-01-01 00:00\n"


def test_points_are_bought(furnished: Terminal, database: Database) -> None:
    bought = furnished.gets("points", "buy", "10001", "40", "--reference", "INV-2")

    assert bought == {"entry": bought["entry"], "balance": 100}
    assert isinstance(bought["entry"], int)
    with database.reading() as session:
        actor = session.scalars(select(Journal.actor).where(Journal.reference == "INV-2")).one()
    assert actor.partition(":")[0] == "cli"


def test_the_same_reference_of_a_customer_is_one_purchase(furnished: Terminal) -> None:
    """R19."""
    furnished.reads("customer", "add", "Hotel Æbelø")

    first = furnished.gets("points", "buy", "10002", "60", "--reference", "first")
    again = furnished.gets("points", "buy", "10002", "60", "--reference", " first ")
    other = furnished.gets("points", "buy", "10001", "60", "--reference", "second")

    assert again == first == {"entry": first["entry"], "balance": 60}
    assert other["balance"] == 120
    said = furnished.reads("points", "buy", "10002", "60", "--reference", "first")
    assert said == f"Customer 10002 bought 60 points (entry {first['entry']}); the balance is 60\n"


def test_a_statement_has_what_was_promised(furnished: Terminal) -> None:
    """R18."""
    assert furnished.gets("points", "statement", "10001") == {
        "customer": "10001",
        "balance": 60,
        "held": 0,
        "available": 60,
        "entries": [
            {
                "at": "2026-11-23T03:10:00Z",
                "kind": "purchase",
                "points": 60,
                "balance": 60,
                "call": None,
                "quarter": None,
                "case": None,
                "reference": "first",
            }
        ],
    }


def test_the_books_are_audited(furnished: Terminal) -> None:
    """R18."""
    assert furnished.gets("ledger", "audit") == {"faults": []}
    assert furnished.reads("ledger", "audit") == "The books are in order.\n"
