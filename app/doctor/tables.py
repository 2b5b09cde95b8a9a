"""The database, its tables, the keys of its PINs, and the clock that beats in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from app import health, readiness
from app.database import Database
from app.doctor.findings import Finding, error, ok
from app.doctor.installation import Installation
from app.patience import ANSWERING
from app.revisions import NotMigrated, require_migrated
from helpdesk import pins
from helpdesk.pins import KeyGone, PinKeys
from models.local import to_local

MIGRATE: Final = "doegnvagt migrate"


@contextmanager
def opened(house: Installation) -> Iterator[tuple[Database | None, list[Finding]]]:
    """The database, where it is there and migrated, and what is to be said about it. Closed behind the block."""
    unknown = house.unknown("database", ["DATABASE_URL"])
    if unknown:
        yield None, [unknown]
        return
    try:
        database = readiness.existing(house.settings.database_url, limits=ANSWERING)
    except NotMigrated as missing:
        yield None, [error("database", _sentence(str(missing)), cure=MIGRATE)]
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
            cure = "put the old key back behind a comma in SECRET_KEY, then `doegnvagt pins rekey`"
            yield error("keys", "A PIN needs a key that is gone from SECRET_KEY.", cure=cure)
            return
    yield ok("keys", "Every PIN can be read.")


def clock(house: Installation) -> Iterator[Finding]:
    """Whether a clock process beats."""
    unknown = house.unknown("clock", [], needs_database=True)
    if unknown or house.database is None:
        yield from filter(None, [unknown])
        return
    with house.database.reading() as session:
        found = health.clocks(session, now=house.wall)
    if found.alive:
        yield ok("clock", f"{found.alive} clock process{'es beat' if found.alive > 1 else ' beats'}.")
        return
    since = f"since {to_local(found.last_beat):%Y-%m-%d %H:%M:%S}" if found.last_beat else "for a day, or ever"
    told = f"No clock process has beaten {since}: nothing is charged, sent or alarmed."
    yield error("clock", told, cure="start `doegnvagt clock`")


def _looked_at(database: Database) -> tuple[bool, list[Finding]]:
    try:
        require_migrated(database.engine)
    except NotMigrated as other:
        cure = MIGRATE if MIGRATE in str(other) else "start the newer program"
        return False, [ok("database", "It answers."), error("migrations", _sentence(str(other)), cure=cure)]
    except (SQLAlchemyError, OSError) as problem:
        told = f"It cannot be used ({type(getattr(problem, 'orig', None) or problem).__name__})."
        return False, [error("database", told, cure="start the database server, or set DATABASE_URL to where it is")]
    return True, [ok("database", "It answers."), ok("migrations", "It has the tables that this program needs.")]


def _sentence(told: str) -> str:
    """What NotMigrated says, without the cure in it."""
    words = told.partition(": ")[0]
    return f"{words[0].upper()}{words[1:]}."
