"""The database, its tables, the keys of its PINs, and the clock that beats in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from app import health, readiness, refusals
from app.database import Database
from app.doctor.findings import Finding, error, ok
from app.doctor.installation import Installation
from app.patience import ANSWERING
from app.revisions import NotMigrated, head_revision, known_revisions, revision
from helpdesk import pins
from helpdesk.pins import KeyGone, PinKeys
from models.local import to_local
from web.words import N_

MIGRATE: Final = N_("doegnvagt migrate")
START: Final = N_("start `doegnvagt clock`")


@contextmanager
def opened(house: Installation) -> Iterator[tuple[Database | None, list[Finding]]]:
    """The database, where it is there and migrated, and what is to be said about it. Closed behind the block."""
    unknown = house.unknown("database", ["DATABASE_URL"])
    if unknown:
        yield None, [unknown]
        return
    try:
        database = readiness.existing(house.settings.database_url, limits=ANSWERING)
    except NotMigrated:
        path = make_url(house.settings.database_url).database
        yield None, [error("database", N_("There is no database at {path} yet."), cure=MIGRATE, path=path)]
        return
    try:
        usable, found = _looked_at(database)
        yield (database if usable else None), found
    finally:
        database.close()


def keys(house: Installation) -> Iterator[Finding]:
    """Whether every PIN can be read."""
    unknown = house.unknown("keys", ["SECRET_KEY"], needs_database=True)
    if unknown or house.database is None:
        yield from filter(None, [unknown])
        return
    with house.database.reading() as session:
        try:
            pins.require_keys(session, PinKeys.derive(house.settings.secret_keys))
        except KeyGone:
            cure = N_(
                "put the old key back behind a comma in SECRET_KEY, then `doegnvagt pins rekey`;"
                " if it is lost for good, `doegnvagt pins replace --key-lost`"
            )
            yield error("keys", N_("A PIN needs a key that is gone from SECRET_KEY."), cure=cure)
            return
    yield ok("keys", N_("Every PIN can be read."))


def clock(house: Installation) -> Iterator[Finding]:
    """Whether a clock process beats."""
    unknown = house.unknown("clock", [], needs_database=True)
    if unknown or house.database is None:
        yield from filter(None, [unknown])
        return
    with house.database.reading() as session:
        found = health.clocks(session, now=house.wall)
    if found.alive:
        told = N_("One clock process beats.") if found.alive == 1 else N_("{count} clock processes beat.")
        yield ok("clock", told, count=found.alive)
    elif found.last_beat:
        told = N_("No clock process has beaten since {since}: nothing is charged, sent or alarmed.")
        yield error("clock", told, cure=START, since=f"{to_local(found.last_beat):%Y-%m-%d %H:%M:%S}")
    else:
        told = N_("No clock process has beaten for a day, or ever: nothing is charged, sent or alarmed.")
        yield error("clock", told, cure=START)


def _looked_at(database: Database) -> tuple[bool, list[Finding]]:
    try:
        with database.engine.execution_options(reads_only=True).connect() as connection:
            at = revision(connection)
    except (SQLAlchemyError, OSError) as problem:
        return False, [_broken(database, problem)]
    return at == head_revision(), [ok("database", N_("It answers.")), _migrations(at)]


def _broken(database: Database, problem: Exception) -> Finding:
    """A file has no server to start; a wrong password, a full server and one that is away are told apart by the driver alone."""
    if database.engine.dialect.name == "postgresql":
        cure = N_("start the database server, or set DATABASE_URL to where it is")
    else:
        cure = N_("let whoever runs this read and write the file and its folder, or restore a backup (docs/production.md)")
    what = refusals.of_driver(problem) if isinstance(problem, DBAPIError) else type(problem).__name__
    return error("database", N_("It cannot be used ({problem})."), cure=cure, problem=what)


def _migrations(at: str | None) -> Finding:
    if at == head_revision():
        return ok("migrations", N_("It has the tables that this program needs."))
    if at is None:
        told = N_("The database has no tables yet, this program needs {needed}.")
        return error("migrations", told, cure=MIGRATE, needed=head_revision())
    told = N_("The database is at {at}, this program needs {needed}.")
    cure = MIGRATE if at in known_revisions() else N_("start the newer program")
    return error("migrations", told, cure=cure, at=at, needed=head_revision())
