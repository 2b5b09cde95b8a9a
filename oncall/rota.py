"""Who is on duty at a moment, and when nobody is. Pure: shifts in, names or spans out (R12; interface.md, `shift add`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from models.local import from_local


@dataclass(frozen=True, kw_only=True)
class Duty:
    """One shift, [starts_at, ends_at)."""

    shift: int
    supporter: int
    tier: int
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, kw_only=True)
class Span:
    """A stretch of time in UTC."""

    starts_at: datetime
    ends_at: datetime


def span(start: datetime, end: datetime) -> Span:
    """The span between two naive local times. In the hour that comes twice a start is the first and an end the second.

    So two shifts that meet there overlap and never leave a gap. Raises NoSuchLocalTime, or ValueError where the end is not later.
    """
    made = Span(starts_at=from_local(start), ends_at=from_local(end, last=True))
    if made.ends_at <= made.starts_at:
        raise ValueError("a shift ends later than it starts")
    return made


def on_duty(duties: Iterable[Duty], at: datetime) -> list[Duty]:
    """Who is on duty at `at`, in ringing order: tier 1 first, within a tier the lowest shift number; each supporter once."""
    present = sorted((duty for duty in duties if duty.starts_at <= at < duty.ends_at), key=lambda duty: (duty.tier, duty.shift))
    first: dict[int, Duty] = {}
    for duty in present:
        first.setdefault(duty.supporter, duty)
    return list(first.values())


def gaps(duties: Iterable[Duty], during: Span) -> list[Span]:
    """The stretches of `during` in which nobody is on duty, in order; where one shift ends as another begins there is none."""
    found: list[Span] = []
    covered_until = during.starts_at
    for duty in sorted(duties, key=lambda duty: duty.starts_at):
        if duty.starts_at >= during.ends_at:
            break
        if duty.starts_at > covered_until:
            found.append(Span(starts_at=covered_until, ends_at=duty.starts_at))
        covered_until = max(covered_until, duty.ends_at)
    if covered_until < during.ends_at:
        found.append(Span(starts_at=covered_until, ends_at=during.ends_at))
    return found
