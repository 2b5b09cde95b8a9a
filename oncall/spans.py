"""A stretch of time, and what two local times mean in the nights on which the clocks turn. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from models.local import from_local


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """A stretch of time in UTC, [starts_at, ends_at)."""

    starts_at: datetime
    ends_at: datetime

    def __contains__(self, at: object) -> bool:
        return isinstance(at, datetime) and self.starts_at <= at < self.ends_at


def span(start: datetime, end: datetime) -> Span:
    """The span between two naive local times. In the hour that comes twice a start is the first and an end the second.

    So two shifts that meet there overlap and never leave a gap. Raises NoSuchLocalTime, or ValueError where the end is not later.
    """
    made = Span(starts_at=from_local(start), ends_at=from_local(end, last=True))
    if made.ends_at <= made.starts_at:
        raise ValueError("a shift ends later than it starts")
    return made


def meet(one: Span, others: Iterable[Span]) -> bool:
    """Whether a span has a moment in common with any of the others."""
    return any(other.starts_at < one.ends_at and one.starts_at < other.ends_at for other in others)


def common(one: Span, other: Span) -> Span | None:
    """What is in both; None where that is nothing."""
    starts_at, ends_at = max(one.starts_at, other.starts_at), min(one.ends_at, other.ends_at)
    return Span(starts_at=starts_at, ends_at=ends_at) if starts_at < ends_at else None


def joined(spans: Iterable[Span]) -> list[Span]:
    """Spans in order, those that follow each other without a break made one."""
    found: list[Span] = []
    for one in spans:
        follows = found and found[-1].ends_at == one.starts_at
        found.append(Span(starts_at=found.pop().starts_at if follows else one.starts_at, ends_at=one.ends_at))
    return found
