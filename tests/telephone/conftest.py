"""One demo for all tests of this folder that ask for it, as new for each of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.telephone.demo import Demo, running


@pytest.fixture(scope="session")
def shared_demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    folder: Path = tmp_path_factory.mktemp("demo")
    with running(folder) as started:
        yield started


@pytest.fixture
def demo(shared_demo: Demo) -> Demo:
    """The exchange, the web server, the clock's work and a seeded database, at 03:10 of the coming night."""
    shared_demo.is_as_new()
    return shared_demo
