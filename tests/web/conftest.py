"""A browser before the house."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from app import settings
from app.database import Database
from app.wsgi import create_app
from tests.house import SECRET


@pytest.fixture
def browser(database: Database) -> FlaskClient:
    """Somebody who asks for pages, without a log-in."""
    environment = settings.from_env({"SECRET_KEY": SECRET})
    return create_app(environment, database=database).test_client()
