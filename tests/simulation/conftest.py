"""Where nights take place in the tests: one place of each kind for all of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import Server
from tests.simulation.places import Ground, on_copies, on_server


@pytest.fixture(scope="session")
def ground_on_sqlite(migrated_on_sqlite: Path) -> Iterator[Ground]:
    with on_copies(migrated_on_sqlite) as made:
        yield made


@pytest.fixture(scope="session")
def ground_on_postgresql(server: Server, migrated_on_postgresql: str) -> Iterator[Ground]:
    with on_server(server, migrated_on_postgresql) as made:
        yield made


@pytest.fixture
def ground(backend: str, request: pytest.FixtureRequest) -> Ground:
    """Where nights take place."""
    made: Ground = request.getfixturevalue(f"ground_on_{backend}")
    return made
