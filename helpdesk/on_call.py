"""Who is on duty at a moment and why: one answer for the page, the interface for programs and the command."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from models.values import Flow
from oncall import grounds, roster, rotas
from oncall.rota import Duty, Span


@dataclass(frozen=True, kw_only=True)
class OnCall:
    """Everybody on duty in the order in which they are rung; those too who said that they cannot be reached (`away`).

    `rota` is the version that was in force; `names` are those of everybody whom the grounds name. `last` is what the last resort is
    called, where nobody is on duty and they would be rung.
    """

    at: datetime
    rota: int | None
    duties: tuple[Duty, ...]
    away: frozenset[int]
    names: Mapping[int, str]
    last: str | None


def next_change(session: Session, at: datetime, *, line: Flow = Flow.SUPPORT) -> datetime | None:
    """When the next person comes on or goes off duty; None where nobody does as far as it is looked ahead."""
    ahead = Span(starts_at=at, ends_at=at + roster.AHEAD)
    spans = [one.span for one in roster.stretches(session, ahead, line=line)]
    moments = {moment for span in spans for moment in (span.starts_at, span.ends_at)}
    return min((moment for moment in moments if at < moment < ahead.ends_at), default=None)


def on_call(session: Session, at: datetime, *, line: Flow = Flow.SUPPORT) -> OnCall:
    """Who is on duty then."""
    found = roster.duties(session, at, with_away=True, line=line)
    return OnCall(
        at=at,
        rota=rotas.in_force(session, line, at),
        duties=tuple(duty for duty, _ in found),
        away=frozenset(one.id for _, one in found if one.away_since is not None),
        names=roster.names(session, {one for duty, _ in found for one in grounds.people(duty.grounds)}),
        last=last_resort(session, at, line=line) if not found else None,
    )


def last_resort(session: Session, at: datetime, *, line: Flow = Flow.SUPPORT) -> str | None:
    """What the last resort is called, where one would be rung then."""
    found = roster.last_resort(session, at, line=line)
    return found.name if found is not None else None
