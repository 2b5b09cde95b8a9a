"""What every test may ask for: a database of its own. A test that asks runs twice, on SQLite and on PostgreSQL.

Migrating takes long, copying does not: each database is a copy of one that was migrated once.
A test that is about one of the two says so: `@pytest.mark.parametrize("backend", ["postgresql"])`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeAlias, cast

import pytest
from sqlalchemy import QueuePool
from sqlalchemy.orm import Session

from app.database import Database
from app.migrate import migrate
from tests import statements
from tests.house import House
from tests.postgres import Server, quick_folder, running
from tests.reused import Reused

Houses: TypeAlias = Callable[..., AbstractContextManager[House]]


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    """Which database a test runs on."""
    return str(request.param)


@pytest.fixture
def database_url(backend: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a migrated database that nobody else uses."""
    with _database(backend, request, migrated=True) as url:
        yield url


@pytest.fixture
def empty_database_url(backend: str, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a database without tables."""
    with _database(backend, request, migrated=False) as url:
        yield url


@pytest.fixture
def database(backend: str, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A migrated database, opened as the program opens it. Whoever takes a connection gives it back."""
    if backend == "postgresql" and "database_url" not in request.fixturenames:
        reused: Reused = request.getfixturevalue("reused")
        with reused.clean() as opened:
            statements.remembers(opened)
            yield opened
        return
    opened = Database(request.getfixturevalue("database_url"))
    statements.remembers(opened)
    yield opened
    kept = cast("QueuePool", opened.engine.pool).checkedout()
    opened.close()
    assert not kept, f"{kept} connections were not given back"


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """A session that writes, committed at the test's end: what only a commit refuses is refused there."""
    with Session(database.engine) as opened:
        yield opened
        opened.commit()


@pytest.fixture
def house(database: Database) -> Iterator[House]:
    """The whole house before the exchange, at 03:10 on a Monday; its books are audited when the test is over."""
    opened = House(database)
    yield opened
    opened.is_in_order()


@pytest.fixture
def build(database: Database) -> Iterator[Callable[..., House]]:
    """Builds a house of its own making (another hour, other prices, another environment); audited like `house`."""
    built: list[House] = []

    def house_of(**making: Any) -> House:  # noqa: ANN401 - whatever House takes
        built.append(House(database, **making))
        return built[-1]

    yield house_of
    for house in built:
        house.is_in_order()


@pytest.fixture
def houses(request: pytest.FixtureRequest) -> Houses:
    """One house after another within a test, each on a fresh copy; the books of each are audited when its block ends."""
    return _houses("sqlite", request)


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """The PostgreSQL of this run, or of this worker."""
    with running() as started:
        yield started


@pytest.fixture(scope="module")
def own_server() -> Iterator[Server]:
    """A PostgreSQL that a test may restart and take away; what it acknowledged is kept."""
    with running() as server:
        server.administration.execute("ALTER SYSTEM SET synchronous_commit = on")
        server.restarts()
        yield server


@pytest.fixture(scope="session")
def migrated_on_postgresql(server: Server) -> Iterator[str]:
    with server.database() as name:
        migrate(server.url(name), server.url(name))
        yield name


@pytest.fixture(scope="session")
def reused(server: Server, migrated_on_postgresql: str) -> Iterator[Reused]:
    """The PostgreSQL database that tests use one after another."""
    made = Reused(server, migrated_on_postgresql)
    yield made
    made.close()


@pytest.fixture(scope="session")
def migrated_on_sqlite() -> Iterator[Path]:
    with TemporaryDirectory(dir=quick_folder()) as folder:
        file = Path(folder, "migrated.db")
        migrate(f"sqlite:///{file}", f"sqlite:///{file}")
        yield file


def _houses(backend: str, request: pytest.FixtureRequest) -> Houses:
    @contextmanager
    def house_of(**making: Any) -> Iterator[House]:  # noqa: ANN401 - whatever House takes
        with _database(backend, request, migrated=True) as url:
            opened = Database(url)
            statements.remembers(opened)
            try:
                made = House(opened, **making)
                yield made
                made.is_in_order()
            finally:
                opened.close()

    return house_of


def _database(backend: str, request: pytest.FixtureRequest, *, migrated: bool) -> AbstractContextManager[str]:
    if backend == "sqlite":
        return _file(request.getfixturevalue("migrated_on_sqlite") if migrated else None)
    return _named(request.getfixturevalue("server"), request.getfixturevalue("migrated_on_postgresql") if migrated else "template1")


@contextmanager
def _file(template: Path | None) -> Iterator[str]:
    with TemporaryDirectory(dir=quick_folder()) as folder:
        file = Path(folder, "test.db")
        if template:
            shutil.copyfile(template, file)
        yield f"sqlite:///{file}"


@contextmanager
def _named(server: Server, template: str) -> Iterator[str]:
    with server.database(template=template) as name:
        yield server.url(name)
