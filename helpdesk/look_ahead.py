"""What the clock looks for every five minutes: matters that nobody reports, because they are about what does not happen.

Gaps in the duty of the next 14 days, of an office line while it is open; telephones of those on duty within 24 hours that do not
work; shifts that nobody acknowledged; nobody who can be reached; a provider that does not answer; and what was a matter and is none
any more. A clock that is silent cannot tell of itself: `/healthz` does (docs/production.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing import ledger, price_lists
from helpdesk import alarms, failing, gate, line_hours, readiness_records, shifts
from helpdesk.alarms import Matter
from models import Heartbeat, Line, Supporter
from models.alarms import AlarmKind
from models.readiness import ReadinessOutcome
from models.values import Flow
from oncall import opening, roster, telephones
from oncall.rota import Span

EVERY: Final = timedelta(minutes=5)
NAME: Final = "look_ahead"
"""The heartbeat that says when it was looked last, by whichever clock."""
PROVIDER: Final = "provider"
PLANNED: Final = timedelta(days=14)
SOON: Final = timedelta(hours=48)
NEAR: Final = timedelta(hours=24)
FAILING_FOR: Final = timedelta(minutes=2)
QUIET_FOR: Final = timedelta(hours=1)
NOW: Final = "now"
"""The key of a gap that has begun: there is one at a time."""
NOBODY: Final = "nobody"
DOES_NOT_WORK: Final = frozenset(
    {ReadinessOutcome.FAILED, ReadinessOutcome.NO_ANSWER, ReadinessOutcome.VOICEMAIL, ReadinessOutcome.SILENT}
)


def look_due(session: Session, now: datetime) -> int:
    """Looks, if nobody has for five minutes; how many looks it took. Scheduler's unit of work."""
    ledger.add_once(
        session, Heartbeat, unique="name", values={"name": NAME, "beat_at": None, "failing_since": None, "problem": None}
    )
    row = session.scalar(select(Heartbeat).where(Heartbeat.name == NAME).with_for_update(skip_locked=True))
    if row is None or (row.beat_at is not None and now < row.beat_at + EVERY):
        return 0
    row.beat_at = now
    look(session, now=now)
    return 1


def look(session: Session, *, now: datetime) -> None:
    """Sounds what there is, and ends what there is no more."""
    gaps = list(_gaps(session, now=now))
    alarms.only(session, AlarmKind.GAP, [one for one in gaps if one.kind is AlarmKind.GAP], now=now)
    alarms.only(session, AlarmKind.GAP_SOON, [one for one in gaps if one.kind is AlarmKind.GAP_SOON], now=now)
    alarms.only(session, AlarmKind.TELEPHONE, list(_telephones(session, now=now)), now=now)
    alarms.only(session, AlarmKind.UNREACHABLE, list(_unreachable(session, now=now)), now=now)
    alarms.only(session, AlarmKind.PROVIDER, list(_provider(session, now=now)), now=now)
    shifts.look(session, now=now)
    alarms.quiet_since(session, AlarmKind.SKEW, now - QUIET_FOR, now=now)
    if not gate.unusual_rate(session, now=now):
        alarms.only(session, AlarmKind.PINS, [], now=now)
    if price_lists.in_force(session, Flow.SUPPORT, now) is not None:
        alarms.only(session, AlarmKind.PRICES, [], now=now)


def _gaps(session: Session, *, now: datetime) -> Iterator[Matter]:
    during = Span(starts_at=now, ends_at=now + PLANNED)
    for gap in roster.gaps(session, during):
        kind = AlarmKind.GAP_SOON if gap.starts_at <= now + SOON else AlarmKind.GAP
        told = {"at": gap.starts_at.isoformat(), "due": gap.ends_at.isoformat()}
        if gap.starts_at <= now:
            yield Matter(kind=kind, key=NOW, notice="gap_now", told=told)
        else:
            yield Matter(kind=kind, key=gap.starts_at.isoformat(), notice=kind.value, told=told)
    for line in session.scalars(select(Line).where(Line.flow == Flow.OFFICE).order_by(Line.id)):
        for gap in roster.gaps(session, during, line=Flow.OFFICE):
            opens_at = _opens(line, gap)
            if opens_at is not None:
                kind = AlarmKind.GAP_SOON if opens_at <= now + SOON else AlarmKind.GAP
                told = {"line": line.name, "at": opens_at.isoformat(), "due": gap.ends_at.isoformat()}
                key = f"{line.number}:{NOW if opens_at <= now else opens_at.isoformat()}"
                yield Matter(kind=kind, key=key, notice="gap_while_open", told=told)


def _opens(line: Line, gap: Span) -> datetime | None:
    """When that line is open first while nobody is at work on it; None where it is closed all the while."""
    hours = line_hours.of_line(line)
    opens_at = gap.starts_at if hours is None else opening.opens_next(hours, gap.starts_at)
    return opens_at if opens_at is not None and opens_at < gap.ends_at else None


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


def _unreachable(session: Session, *, now: datetime) -> Iterator[Matter]:
    """Nobody on duty, or nobody of a tier, can be reached; where nobody is on duty at all it is a gap."""
    tiers: dict[int, list[Supporter]] = {}
    for duty, supporter in roster.duties(session, now, with_away=True):
        tiers.setdefault(duty.tier, []).append(supporter)
    away = {tier: people for tier, people in tiers.items() if all(one.away_since is not None for one in people)}
    if away and away.keys() == tiers.keys():
        last = max((one for people in away.values() for one in people), key=lambda one: one.away_since or now)
        yield nobody(last, now=last.away_since or now)
        return
    for tier in away:
        told = {"tier": tier, "at": now.isoformat()}
        yield Matter(kind=AlarmKind.UNREACHABLE, key=f"tier:{tier}", notice="tier_unreachable", told=told)


def nobody(last: Supporter, *, now: datetime) -> Matter:
    """Nobody can be reached since the last of them said so."""
    return Matter(kind=AlarmKind.UNREACHABLE, key=NOBODY, notice="unreachable", told={"name": last.name, "at": now.isoformat()})


def _provider(session: Session, *, now: datetime) -> Iterator[Matter]:
    row = session.scalar(select(Heartbeat).where(Heartbeat.name == PROVIDER))
    if row is not None and row.failing_since is not None and row.failing_since <= now - FAILING_FOR:
        told = {"at": row.failing_since.isoformat(), "problem": row.problem or ""}
        yield Matter(kind=AlarmKind.PROVIDER, key=PROVIDER, notice="provider", told=told)
