"""Alembic's way in: the program hands over a connection (app/migrate.py); a developer's `alembic` reads DATABASE_URL."""

from __future__ import annotations

import os

from alembic import context
from sqlalchemy import Connection

from app.database import engine
from app.settings import from_env
from models import Base


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        context.run_migrations()


given = context.config.attributes.get("connection")
if given is not None:
    run(given)
else:
    with engine(from_env(os.environ).migration_database_url).connect() as connection:
        run(connection)
        connection.commit()
