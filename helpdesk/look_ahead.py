"""What the clock looks for every five minutes: matters that nobody reports, because they are about what does not happen.

Gaps in the duty of the next 14 days (helpdesk.gaps); telephones of those on duty within 24 hours that do not work; shifts that
nobody acknowledged; nobody who can be reached (helpdesk.unreachable); a provider that does not answer; and what was a matter and is
none any more. A clock that is silent cannot tell of itself: `/healthz` does (docs/production.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing import price_lists
from helpdesk import alarms, failing, gaps, gate, last_minutes, readiness_records, shifts, unreachable
from helpdesk.alarms import Matter
from models import Heartbeat, Supporter
from models.alarms import AlarmKind
from models.readiness import ReadinessOutcome
from models.values import Flow
from oncall import roster, telephones
from oncall.rota import Span

EVERY: Final = timedelta(minutes=5)
PROVIDER: Final = "provider"
NEAR: Final = timedelta(hours=24)
FAILING_FOR: Final = timedelta(minutes=2)
QUIET_FOR: Final = timedelta(hours=1)
DOES_NOT_WORK: Final = frozenset(
    {ReadinessOutcome.FAILED, ReadinessOutcome.NO_ANSWER, ReadinessOutcome.VOICEMAIL, ReadinessOutcome.SILENT}
)


def look(session: Session, *, now: datetime) -> None:
    """Sounds what there is, and ends what there is no more. A round of the clock (helpdesk.rounds)."""
    gaps.look(session, now=now)
    alarms.only(session, AlarmKind.TELEPHONE, list(_telephones(session, now=now)), now=now)
    unreachable.look(session, now=now)
    alarms.only(session, AlarmKind.PROVIDER, list(_provider(session, now=now)), now=now)
    shifts.look(session, now=now)
    alarms.quiet_since(session, AlarmKind.SKEW, now - QUIET_FOR, now=now)
    alarms.quiet_since(session, AlarmKind.POINTS, now - last_minutes.AHEAD[0], now=now)
    if not gate.unusual_rate(session, now=now):
        alarms.only(session, AlarmKind.PINS, [], now=now)
    if price_lists.in_force(session, Flow.SUPPORT, now) is not None:
        alarms.only(session, AlarmKind.PRICES, [], now=now)


def _telephones(session: Session, *, now: datetime) -> Iterator[Matter]:
    """Who may be rung within a day, and has a number that cannot be, or whose last test did not reach them."""
    first = {
        who: at for line in Flow for who, at in roster.may_be_rung(session, Span(starts_at=now, ends_at=now + NEAR), line=line)
    }
    tests = readiness_records.last(session, first)
    people = {one.id: one for one in session.scalars(select(Supporter).where(Supporter.id.in_(first)))} if first else {}
    for supporter, starts_at in first.items():
        test = tests.get(supporter)
        tested = test is not None and test.outcome in DOES_NOT_WORK and not test.other_number
        if tested or telephones.failing(people[supporter]):
            yield failing.matter(people[supporter], on_duty_from=max(starts_at, now))


def _provider(session: Session, *, now: datetime) -> Iterator[Matter]:
    row = session.scalar(select(Heartbeat).where(Heartbeat.name == PROVIDER))
    if row is not None and row.failing_since is not None and row.failing_since <= now - FAILING_FOR:
        told = {"at": row.failing_since.isoformat(), "problem": row.problem or ""}
        yield Matter(kind=AlarmKind.PROVIDER, key=PROVIDER, notice="provider", told=told)
