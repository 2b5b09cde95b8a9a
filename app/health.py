"""How the house is, part by part: database, migrations, clock, provider, each with a word (`/healthz`, `doegnvagt doctor`).

The house is well while this process and its database work, and an SQLite file still lies where a restart looks for it. A clock
that is silent or a provider that fails is told beside it: a load balancer must not take a web process away that answers calls.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.clock import Clock, wall
from app.database import Database
from app.heart import CLOCK, PROVIDER
from app.revisions import head_revision, revision
from models import Heartbeat

SILENT_AFTER: Final = timedelta(seconds=30)
ANSWER_WITHIN: Final = 4.0
Part = dict[str, object]
log = structlog.get_logger()


@dataclass(frozen=True, kw_only=True)
class Clocks:
    """How many clocks beat now, and the last beat of any: None where there never was one, or not for a day."""

    alive: int
    last_beat: datetime | None


@dataclass(frozen=True, kw_only=True)
class Provider:
    """When the provider answered last, and since when it has not; with what it said instead."""

    reached_at: datetime | None
    failing_since: datetime | None
    problem: str | None


def of(database: Database, *, has_account: bool, clock: Clock = wall) -> Callable[[], tuple[bool, dict[str, Part]]]:
    """What `/healthz` asks: whether the house is well, and its parts."""

    def health() -> tuple[bool, dict[str, Part]]:
        unknown: Part = {"state": "unknown"}
        try:
            with database.reading(within=ANSWER_WITHIN) as session:
                parts = _parts(session, has_account=has_account, now=clock())
            return _with_file(database, parts)
        except SQLAlchemyError:
            log.exception("database_unwell")
        return False, {"database": {"state": "unreachable"}, "migrations": unknown, "clock": unknown, "provider": unknown}

    return health


def clocks(session: Session, *, now: datetime) -> Clocks:
    """The clock processes, by their beats."""
    beats = list(session.scalars(select(Heartbeat.beat_at).where(Heartbeat.name.startswith(CLOCK))))
    seen = [beat for beat in beats if beat is not None]
    return Clocks(alive=sum(beat > now - SILENT_AFTER for beat in seen), last_beat=max(seen, default=None))


def provider(session: Session) -> Provider:
    """The provider, by its answers to whatever the clock asked it."""
    row = session.scalar(select(Heartbeat).where(Heartbeat.name == PROVIDER))
    if row is None:
        return Provider(reached_at=None, failing_since=None, problem=None)
    return Provider(reached_at=row.beat_at, failing_since=row.failing_since, problem=row.problem)


def _parts(session: Session, *, has_account: bool, now: datetime) -> dict[str, Part]:
    at, needed = revision(session.connection()), head_revision()
    parts: dict[str, Part] = {"database": {"state": "ok"}, "migrations": {"state": "ok", "at": at}}
    if at != needed:
        parts["migrations"] = {"state": "other", "at": at, "needed": needed}
        return parts | {"clock": {"state": "unknown"}, "provider": {"state": "unknown"}}
    provided: Part = _of_provider(provider(session)) if has_account else {"state": "off"}
    return parts | {"clock": _of_clocks(clocks(session, now=now)), "provider": provided}


def _with_file(database: Database, parts: dict[str, Part]) -> tuple[bool, dict[str, Part]]:
    """The same parts; unwell where the SQLite file behind them is no longer where the next start will look for it."""
    file = database.file()
    if file == "ok":
        return True, parts
    log.error("database_file", state=file)
    return False, parts | {"database": {"state": file}}


def _of_clocks(found: Clocks) -> Part:
    if found.alive:
        return {"state": "alive", "clocks": found.alive, "last_beat": _said(found.last_beat)}
    return {"state": "silent", "since": _said(found.last_beat)}


def _of_provider(found: Provider) -> Part:
    if found.failing_since is not None:
        return {"state": "failing", "since": _said(found.failing_since), "reached_at": _said(found.reached_at)}
    return {"state": "reached", "reached_at": _said(found.reached_at)} if found.reached_at else {"state": "not asked yet"}


def _said(moment: datetime | None) -> str | None:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if moment else None
