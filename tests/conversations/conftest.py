"""A house whose PostgreSQL is at the other end of a wire that can be cut."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from sqlalchemy.engine import make_url

from app.database import Database
from app.patience import ANSWERING
from tests.house import House
from tests.postgres import Server, quick_folder
from tests.wire import Wire


@pytest.fixture
def wire(server: Server) -> Iterator[Wire]:
    with TemporaryDirectory(dir=quick_folder()) as folder:
        made = Wire(Path(folder), server.folder)
        yield made
        made.close()


@pytest.fixture
def wired(wire: Wire, database_url: str) -> Iterator[House]:
    """A house whose PostgreSQL is at the other end of a wire."""
    database = Database(
        make_url(database_url).set(query={"host": str(wire.folder)}).render_as_string(hide_password=False), limits=ANSWERING
    )
    house = House(database)
    yield house
    house.is_in_order()
    database.close()
