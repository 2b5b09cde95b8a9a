"""A browser before the house."""

from __future__ import annotations

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient

from app import settings
from app.database import Database
from app.wsgi import create_app
from helpdesk import passwords
from tests.house import SECRET


@pytest.fixture
def browser(database: Database) -> FlaskClient:
    """Somebody who asks for pages, without a log-in."""
    environment = settings.from_env({"SECRET_KEY": SECRET})
    return create_app(environment, database=database).test_client()


@pytest.fixture(autouse=True)
def quickly_hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashing a password takes its time on purpose; not here, where hundreds are typed. tests/helpdesk tries the real one."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(passwords, "_hasher", lambda: hasher)
    monkeypatch.setattr(passwords, "_nobodys", lambda: NOBODYS)


NOBODYS = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("nobody has this password")
