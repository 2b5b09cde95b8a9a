"""A rota is published: read with all its faults, kept with the public holidays, and looked through for what a person should see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing import price_lists
from models import Audit, Supporter
from models.local import to_local
from models.values import Flow
from oncall import roster, rota_file, rotas, swaps
from oncall.plans import Swap
from oncall.rota import Span
from oncall.rota_file import Draft


@dataclass(frozen=True, kw_only=True)
class Published:
    """A version that is in force now: when nobody is on duty in the coming weeks, and the swaps that rest."""

    rota: int
    line: Flow
    gaps: Sequence[Span]
    resting: Sequence[Swap]


def publish(session: Session, text: str, *, by: str, now: datetime) -> Published:
    """Publishes what a file says. Raises oncall.rota_file.BadRota, which names every fault; nothing was written."""
    return put_in_force(session, rota_file.parse(text, session.scalars(select(Supporter.id)).all()), by=by, now=now)


def put_in_force(session: Session, draft: Draft, *, by: str, now: datetime) -> Published:
    """Publishes a sound rota with the public holidays, and looks through what comes of it."""
    year = to_local(now).year
    holidays = price_lists.public_holidays(year - 1, year + price_lists.YEARS_AHEAD)
    version = rotas.publish(session, draft, holidays=holidays, by=by, now=now).id
    details = {"line": draft.line.value}
    session.add(Audit(at=now, actor=by, action="rota_published", subject=f"rota:{version}", details=details))
    gaps = roster.gaps(session, Span(starts_at=now, ends_at=now + roster.AHEAD), line=draft.line)
    return Published(rota=version, line=draft.line, gaps=gaps, resting=swaps.resting(rotas.plan(session, version)))
