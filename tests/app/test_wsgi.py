"""What keeps the web application from starting, and what does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import settings
from app.database import Database
from app.revisions import NotMigrated
from app.settings import WrongSettings
from app.wsgi import create_app
from helpdesk.pins import KeyGone
from tests.house import SECRET, House

NOWHERE = "postgresql+psycopg://nobody@127.0.0.1:1/nothing"


def test_it_does_not_start_without_a_secret_key(database: Database, tmp_path: Path) -> None:
    with pytest.raises(WrongSettings, match="SECRET_KEY"):
        create_app(settings.from_env({}, key_file=tmp_path / "none"), database=database)


def test_it_does_not_start_before_the_database_is_migrated(empty_database_url: str) -> None:
    empty = Database(empty_database_url)

    with pytest.raises(NotMigrated, match="doegnvagt migrate"):
        create_app(settings.from_env({"SECRET_KEY": SECRET}), database=empty)

    empty.close()


def test_it_does_not_start_while_a_pin_needs_a_key_that_is_gone(house: House) -> None:
    """R2."""
    house.caller()

    with pytest.raises(KeyGone, match="key that is gone"):
        create_app(settings.from_env({"SECRET_KEY": "another"}), database=house.database)


def test_it_starts_while_the_database_is_out_of_reach() -> None:
    """R21: callers reach the emergency number meanwhile."""
    away = Database(NOWHERE)

    client = create_app(settings.from_env({"SECRET_KEY": SECRET}), database=away).test_client()

    assert client.get("/healthz").status_code == 503
    away.close()
