"""A browser before the house."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient

from app import settings
from app.database import Database
from app.wsgi import create_app
from helpdesk import passwords
from tests.house import SECRET
from tests.issuer import Provider, open_provider


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


@pytest.fixture(scope="session")
def a_provider() -> Iterator[Provider]:
    """An OpenID provider, started once."""
    with open_provider() as provider:
        yield provider


@pytest.fixture
def provider(a_provider: Provider) -> Provider:
    """An OpenID provider at which nobody is yet, and nothing fails."""
    a_provider.back_to_normal()
    return a_provider


NOBODYS = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("nobody has this password")
