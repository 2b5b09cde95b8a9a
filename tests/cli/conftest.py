"""A terminal before a migrated database, and one before a house that is furnished: a line, prices, a customer, a supporter."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.database import Database
from billing import price_file, price_lists, purchases
from helpdesk import customers
from helpdesk.pins import PinKeys
from models import Line, Supporter
from models.values import Flow, Language, Points
from tests.cli.desk import NIGHT, PRICES, SECRET, Terminal


@pytest.fixture
def terminal(database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """Somebody at a terminal, with a database that has tables and nothing in them."""
    return Terminal({"DATABASE_URL": database_url, "SECRET_KEY": SECRET}, tmp_path, capsys)


@pytest.fixture
def nowhere(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Terminal:
    """Somebody at a terminal whose database is not there."""
    return Terminal({"DATABASE_URL": f"sqlite:///{tmp_path}/none/none.db", "SECRET_KEY": SECRET}, tmp_path, capsys)


@pytest.fixture
def furnished(terminal: Terminal, database: Database) -> Terminal:
    """Customer 10001 with 60 points and person 1, supporter 1, price list 1, the line."""
    with database.writing() as session:
        session.add_all(
            [Line(number="+4563186363", flow=Flow.SUPPORT, name="Døgnvagten"), Supporter(name="Anna", phone="+4530405060")]
        )
        price_lists.publish(session, price_file.parse(PRICES), now=NIGHT)
        customer = customers.add(session, "Nordvig Camping", actor="test", now=NIGHT)
        purchases.buy(session, customer, points=Points(60), reference="first", actor="test", now=NIGHT)
        customers.add_person(
            session,
            customer,
            name="Mette Holm",
            phone=None,
            email=None,
            language=Language.DANISH,
            keys=PinKeys.derive([SECRET]),
            actor="test",
            now=NIGHT,
        )
    return terminal
