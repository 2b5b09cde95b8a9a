"""What a command works with: settings, database, clock and actor, each opened when it is first needed, once per command."""

from __future__ import annotations

import os
import pwd
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import datetime
from functools import cached_property

from sqlalchemy.orm import Session

from app import clock, logs, readiness, settings, surroundings
from app.cli import output
from app.database import Database
from app.revisions import require_migrated
from app.settings import Settings
from helpdesk import pins
from helpdesk.pins import PinKeys
from models import Audit


class Desk:
    """One command's desk, in the process's `own` environment. `wants_json` is set by `--json`, wherever it stood.

    Beside a demo that runs in this folder `env` is the demo's environment, but for what the own one says.
    Close the desk at the end.
    """

    def __init__(self, env: Mapping[str, str]) -> None:
        self.own = env
        self.wants_json = False
        self._open = ExitStack()

    def close(self) -> None:
        """Gives the database back, where it was opened."""
        self._open.close()

    @cached_property
    def env(self) -> Mapping[str, str]:
        """The environment that counts here."""
        return surroundings.merged(self.own)

    @cached_property
    def settings(self) -> Settings:
        """What the environment says; what is logged from here on goes to standard error. Raises WrongSettings."""
        said = settings.from_env(self.env)
        logs.configure(said)
        return said

    @cached_property
    def found(self) -> Database:
        """The database, migrated or not. Raises NotMigrated for a file that is not there: looking for it does not make it."""
        found = readiness.existing(self.settings.database_url)
        self._open.callback(found.close)
        return found

    @cached_property
    def database(self) -> Database:
        """The database, migrated. Raises NotMigrated."""
        require_migrated(self.found.engine)
        return self.found

    def writing(self) -> AbstractContextManager[Session]:
        """A transaction that may write; its end commits."""
        return self.database.writing()

    def reading(self) -> AbstractContextManager[Session]:
        """A transaction that only looks."""
        return self.database.reading()

    @cached_property
    def keys(self) -> PinKeys:
        """The keys of PINs. Raises WrongSettings where there is no secret key, naming whatever else is wrong."""
        return PinKeys.derive(settings.from_env(self.env, needs_secret=True).secret_keys)

    @contextmanager
    def writing_pins(self) -> Iterator[Session]:
        """A transaction that may write PINs. Raises WrongSettings without a key, KeyGone while a PIN needs one that is gone."""
        keys = self.keys
        with self.writing() as session:
            pins.require_keys(session, keys)
            yield session

    @cached_property
    def now(self) -> datetime:
        """The moment of this command; in the demo, the demo's."""
        return clock.of(self.settings)()

    @cached_property
    def actor(self) -> str:
        """Who does it, for audit and journal: "cli", and the user of the operating system where it has a name."""
        try:
            return f"cli:{pwd.getpwuid(os.getuid()).pw_name}"[:100]
        except KeyError:
            return "cli"

    def note(self, session: Session, action: str, subject: str, **details: object) -> None:
        """Leaves a row in the audit."""
        session.add(Audit(at=self.now, actor=self.actor, action=action, subject=subject, details=details))

    def tell(self, document: Mapping[str, object], *lines: str) -> None:
        """Prints the document where JSON was asked for, and the lines where not. Call it when the transaction is over."""
        if self.wants_json:
            output.show_json(document)
        else:
            output.show("\n".join(lines))
