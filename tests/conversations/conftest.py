"""A house whose PostgreSQL is at the other end of a wire that can be cut."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy.engine import make_url

from app.database import Database
from app.migrate import migrate
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


@pytest.fixture
def alone(own_server: Server) -> Iterator[Callable[..., House]]:
    """Builds a house on a PostgreSQL of its own; its books are audited when the test is over."""
    with own_server.database(template="template0") as name:
        migrate(own_server.url(name), own_server.url(name))
        database = Database(own_server.url(name), limits=ANSWERING)
        built: list[House] = []

        def house_of(**making: Any) -> House:  # noqa: ANN401 - whatever House takes
            built.append(House(database, **making))
            return built[-1]

        yield house_of
        database.close()
        for house in built:  # That reports are lost while nobody can write them down is what these tests are about.
            house.exchange.problems[:] = [one for one in house.exchange.problems if not str(one).endswith("HTTP 503; it is lost")]
            house.is_in_order()
        database.close()
