"""What the browser's doors are given by the roof: everything from outside that a page may touch."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Protocol

from flask import current_app, has_request_context, request
from sqlalchemy.orm import Session

from helpdesk.identities import Vouched
from helpdesk.password_links import PasswordLinks
from helpdesk.pins import PinKeys
from helpdesk.sealing import Seal
from models.audit import FROM
from models.values import Language
from web.issuer.trips import Trip

EXTENSION: Final = "web"


class Transactions(Protocol):
    """The database, as pages need it."""

    def reading(self, *, within: float | None = None) -> AbstractContextManager[Session]:
        """A block that only looks, and sees one moment."""

    def writing(self) -> AbstractContextManager[Session]:
        """A block that is committed at its end, and rolled back by an exception."""


class Finding(Protocol):
    """What the doctor says about one part, in the language it was asked in.

    `level` is ok, warning or error, and `cure` what to do where it is not ok.
    """

    @property
    def check(self) -> str:
        """The name of what was looked at."""

    @property
    def level(self) -> str:
        """How it is."""

    @property
    def found(self) -> str:
        """A sentence."""

    @property
    def cure(self) -> str | None:
        """A command, or a setting."""


def unexamined(_language: Language) -> Iterable[Finding]:
    """Where there is nothing that a doctor could look at."""
    return ()


class Vouching(Protocol):
    """The issuer, as pages need it (web.issuer.issuer)."""

    @property
    def name(self) -> str:
        """What users call it."""

    def way(self, trip: Trip, *, language: Language, anew: bool = False) -> str:
        """Where to send a browser. Raises web.issuer.troubles.IssuerTrouble."""

    def came_back(self, said: Mapping[str, str], trip: Trip) -> Vouched:
        """Whom it vouches for. Raises web.issuer.troubles.IssuerTrouble."""


@dataclass(frozen=True, kw_only=True)
class Given:
    """A database, a clock, keys, and what the environment says.

    `second_factor`: whether those who may move points must have one. `is_demo`: there is a telephone page. `examine` is the doctor.
    `hook_seal` seals what signs webhooks; `api_rate` is how often a token may ask in a minute.
    `sends_mail`: letters go out. `issuer` is who else vouches for users, if anybody, and `trip_seal` seals the ways there.
    """

    database: Transactions
    clock: Callable[[], datetime]
    pin_keys: PinKeys
    seal: Seal
    hook_seal: Seal
    base_url: str
    health: Callable[[], tuple[bool, Mapping[str, object]]]
    links: PasswordLinks
    trip_seal: Seal
    sends_mail: bool = False
    is_demo: bool = False
    second_factor: bool = True
    correction_limit: int = 60
    api_rate: int = 600
    metrics_token: str | None = None
    issuer: Vouching | None = None
    examine: Callable[[Language], Iterable[Finding]] = unexamined

    def reading(self) -> AbstractContextManager[Session]:
        """A block that only looks."""
        return self.database.reading()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A block that may write; its lines in the audit say from where."""
        with self.database.writing() as session:
            if has_request_context():
                session.info[FROM] = address()
            yield session


def given() -> Given:
    """What this application was given."""
    found: Given = current_app.extensions[EXTENSION]
    return found


def address() -> str:
    """The network address that the request came from, as far as it is known."""
    return (request.remote_addr or "")[:64]
