"""Rotas as they are kept: published, one version behind another, and found again by the moment they are in force.

A version never changes, so that it is read once, and kept where the session keeps what all sessions know (app.database).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from models import Rota
from models.base import KEPT
from models.values import Flow
from oncall import rota_file
from oncall.plans import Plan
from oncall.rota_file import Draft
from oncall.spans import Span

PLANS: Final = "plans"
NO_ROTA: Final = Plan()
IN_FORCE: Final = (
    select(Rota.id)
    .where(Rota.line == bindparam("line"), Rota.published_at <= bindparam("at"))
    .order_by(Rota.published_at.desc(), Rota.id.desc())
    .limit(1)
)


def publish(session: Session, draft: Draft, *, holidays: Mapping[date, str], by: str, now: datetime) -> Rota:
    """A new version, in force from now on; it is flushed. `holidays` are the public ones, by their day.

    It is never in force before the one that it replaces, whatever the clock that published that one showed.
    """
    before = session.scalar(select(func.max(Rota.published_at)).where(Rota.line == draft.line))
    session.info.update({KEPT: {}})  # What is not committed yet is nobody else's to know.
    named = {day.isoformat(): name for day, name in sorted(holidays.items())}
    since = now if before is None else max(now, before)
    published = Rota(line=draft.line, published_at=since, published_by=by, content=draft.content, holidays=named)
    session.add(published)
    session.flush()
    return published


def plan(session: Session, rota: int | None) -> Plan:
    """What a version says, without the shifts that are written beside it; an empty plan where there is none."""
    if rota is None:
        return NO_ROTA
    read: dict[int, Plan] = session.info.setdefault(KEPT, {}).setdefault(PLANS, {})
    if rota not in read:
        version = session.get_one(Rota, rota)
        read[rota] = rota_file.plan(version.content, [*map(date.fromisoformat, version.holidays)], rota=rota)
    return read[rota]


def in_force(session: Session, line: Flow, at: datetime) -> int | None:
    """The version that was in force then; None before the first."""
    return session.scalar(IN_FORCE, {"line": line, "at": at})


def newest(session: Session, line: Flow) -> int | None:
    """The version that was published last; None before the first."""
    return session.scalar(select(func.max(Rota.id)).where(Rota.line == line))


def versions(session: Session, line: Flow, during: Span) -> list[tuple[int | None, Span]]:
    """The versions in force within a span, each with its part of it, in order."""
    later = select(Rota.id, Rota.published_at).where(Rota.line == line, Rota.published_at.between(during.starts_at, during.ends_at))
    starts = {during.starts_at: in_force(session, line, during.starts_at)}
    starts |= {at: rota for rota, at in session.execute(later.order_by(Rota.published_at, Rota.id)) if at < during.ends_at}
    ends = [*list(starts)[1:], during.ends_at]
    return [(rota, Span(starts_at=at, ends_at=end)) for (at, rota), end in zip(starts.items(), ends, strict=True)]
