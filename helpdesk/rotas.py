"""A rota is published: read with all its faults, kept with the public holidays, and looked through for what a person should see.

oncall.rota_file.RotaRefused
├── NoRota        there is no version that something could be agreed beside
└── RotaChanged   somebody published another one meanwhile
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing import price_lists
from helpdesk import line_hours
from models import Audit, Line, Rota, Supporter
from models.local import to_local
from models.values import Flow
from oncall import roster, rota_file, rotas, swaps
from oncall.plans import Swap
from oncall.rota import Span
from oncall.rota_file import Draft, RotaRefused


@dataclass(frozen=True, kw_only=True)
class Published:
    """A version that is in force now: when nobody is on duty in the coming weeks, and the swaps that rest."""

    rota: int
    line: Flow
    gaps: Sequence[Span]
    resting: Sequence[Swap]


class NoRota(RotaRefused):
    """There is no rota yet that something could be agreed beside."""


class RotaChanged(RotaRefused):
    """Somebody published a version meanwhile."""


def publish(session: Session, text: str, *, by: str, now: datetime) -> Published:
    """Publishes what a file says. Raises oncall.rota_file.BadRota, which names every fault; nothing was written."""
    draft = rota_file.parse(text, session.scalars(select(Supporter.id)).all())
    return _published(session, draft, details={"line": draft.line.value}, by=by, now=now)


def agree(session: Session, kind: str, said: dict[str, Any], *, line: Flow, by: str, now: datetime) -> Published:
    """Publishes the newest version with an "override" or "absence" more, as its file would say it.

    Raises NoRota, or oncall.rota_file.BadRota; nothing was written.
    """
    content = newest(session, line).content
    return changed(session, {**content, kind: [*content.get(kind, []), said]}, {"to": {kind: said}}, by=by, now=now)


def take_out(session: Session, kind: str, number: int, *, rota: int, line: Flow, by: str, now: datetime) -> Published:
    """Publishes the newest version, which must be `rota`, without its override or absence of that number, from 1.

    Raises NoRota, RotaChanged, which somebody gets who saw another version; nothing was written.
    """
    version = newest(session, line)
    agreed = list(version.content.get(kind, []))
    if version.id != rota or not 1 <= number <= len(agreed):
        raise RotaChanged(f"rota {version.id} is the newest, and not {rota}")
    gone = agreed.pop(number - 1)
    return changed(session, {**version.content, kind: agreed}, {"from": {kind: gone}}, by=by, now=now)


def newest(session: Session, line: Flow) -> Rota:
    """The newest version. Whoever else is at it waits for this transaction, and then sees what it published. Raises NoRota."""
    alone(session, line)
    number = rotas.newest(session, line)
    if number is None:
        raise NoRota("there is no rota yet")
    return session.get_one(Rota, number)


def alone(session: Session, line: Flow) -> None:
    """Whoever else changes the plan of that line waits for this transaction."""
    session.scalars(select(Line.id).where(Line.flow == line).order_by(Line.id).with_for_update()).all()


def changed(session: Session, content: dict[str, Any], told: dict[str, Any], *, by: str, now: datetime) -> Published:
    """Publishes another content; `told` is what the audit says of it. Raises oncall.rota_file.BadRota."""
    draft = rota_file.checked(content, session.scalars(select(Supporter.id)).all())
    return _published(session, draft, details={"line": draft.line.value, **told}, by=by, now=now)


def _published(session: Session, draft: Draft, *, details: dict[str, Any], by: str, now: datetime) -> Published:
    year = to_local(now).year
    holidays = price_lists.public_holidays(year - 1, year + price_lists.YEARS_AHEAD)
    version = rotas.publish(session, draft, holidays=holidays, by=by, now=now).id
    session.add(Audit(at=now, actor=by, action="rota_published", subject=f"rota:{version}", details=details))
    gaps = roster.gaps(session, Span(starts_at=now, ends_at=now + roster.AHEAD), line=draft.line)
    gaps = line_hours.while_open(session, gaps, line=draft.line)
    return Published(rota=version, line=draft.line, gaps=gaps, resting=swaps.resting(rotas.plan(session, version)))
