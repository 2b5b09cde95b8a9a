"""Whether the house may open: asked by `serve`, gunicorn's own start (Procfile), the application and the clock before they begin.

WrongSettings   app.settings: no secret key where one is needed, or several web processes on SQLite
NotMigrated     app.revisions: the database has not this program's tables, or there is no such file
KeyGone         helpdesk.pins: a PIN needs a key that is gone
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.database import Database
from app.patience import PATIENT, Limits
from app.revisions import NotMigrated, require_migrated
from app.settings import Settings, WrongSettings
from helpdesk import pins
from helpdesk.pins import PinKeys


def existing(url: str, *, limits: Limits = PATIENT) -> Database:
    """The database of that address. An SQLite file that is not there is not made by looking for it: NotMigrated."""
    path = make_url(url).database
    if url.startswith("sqlite") and path and not path.startswith("file:") and not Path(path).exists():
        raise NotMigrated(f"there is no database at {path} yet: run `doegnvagt migrate`")
    return Database(url, limits=limits)


def require_one_writer(settings: Settings, workers: int) -> None:
    """Raises WrongSettings for several web processes on SQLite."""
    if workers > 1 and settings.database_url.startswith("sqlite"):
        raise WrongSettings("--workers: SQLite has one writer, so there is one process; PostgreSQL takes as many as you like")


def require_ready(database: Database, keys: PinKeys) -> bool:
    """Raises NotMigrated or KeyGone. Whether the database could be asked at all.

    One that is out of reach keeps nothing from starting: /twilio/fallback works without, the rest as soon as it is back (R21).
    """
    try:
        require_migrated(database.engine)
        with database.reading() as session:
            pins.require_keys(session, keys)
    except OperationalError:
        return False
    return True


def require_keys_of_pins(session: Session, settings: Settings) -> None:
    """For what needs no key itself: where there are PINs, or keys, they must fit. Raises WrongSettings or KeyGone."""
    if settings.secret_keys or pins.exist(session):
        pins.require_keys(session, PinKeys.derive(settings.with_secret().secret_keys))
