"""What duty came to in a period, for payroll and for fairness: hours and calls of each person, short rests, shifts taken over.

Duty is what the roster says, each version of the rota for its time; whoever cannot be reached is on duty all the same. A day is a
holiday where it is a public one, or one of those that the rota calls so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing import price_lists
from helpdesk.calendars import whole
from models import Call
from models.local import to_local
from models.values import Flow
from oncall import duty_hours, grounds, roster, rotas
from oncall.duty_hours import Hours, ShortRest
from oncall.grounds import Ground, Overridden, Rotated, StoodIn, Swapped
from oncall.rota import Span, Stretch
from oncall.spans import common

LONGEST: Final = timedelta(days=367)
AHEAD: Final = timedelta(weeks=52)
LONGEST_CALL: Final = timedelta(hours=5)
BEFORE: Final = duty_hours.REST + LONGEST_CALL
"""How far before a period it is looked for what ended last: duty, or a call that was answered on it."""


class TakenOver(StrEnum):
    """Why somebody had a shift that the rotation gave to another."""

    SWAP = "swap"
    STAND_IN = "stand_in"
    OVERRIDE = "override"


HOW: Final[Mapping[type[Ground], TakenOver]] = {
    Swapped: TakenOver.SWAP,
    StoodIn: TakenOver.STAND_IN,
    Overridden: TakenOver.OVERRIDE,
}


@dataclass(frozen=True, kw_only=True)
class Person:
    """What one supporter's duty came to: `standby` and `talks` by class, how many calls, and `ahead` over the coming year."""

    supporter: int
    name: str
    standby: Hours
    talks: Hours
    calls: int
    rests: Sequence[ShortRest]
    ahead: Hours


@dataclass(frozen=True, kw_only=True)
class Change:
    """A stretch that somebody had in another's place."""

    span: Span
    whose: str
    taken_by: str
    how: TakenOver


@dataclass(frozen=True, kw_only=True)
class Shift:
    """Somebody's duty without a change, as it is counted."""

    name: str
    tier: int
    span: Span


@dataclass(frozen=True, kw_only=True)
class DutyReport:
    """All of it, people by name; `ahead` is the year over which fairness is looked at."""

    during: Span
    ahead: Span
    people: Sequence[Person]
    shifts: Sequence[Shift]
    changes: Sequence[Change]

    @property
    def spread(self) -> timedelta:
        """How many hours more the coming year has for whoever has most than for whoever has least."""
        hours = [duty_hours.total(one.ahead) for one in self.people if one.ahead]
        return max(hours) - min(hours) if hours else timedelta(0)


def report(session: Session, during: Span, *, now: datetime) -> DutyReport:
    """What duty came to in a period of LONGEST at most. Raises ValueError for a longer one, or one that ends before it begins."""
    if not during.starts_at < during.ends_at <= during.starts_at + LONGEST:
        raise ValueError(f"a period ends behind its beginning, and has at most {LONGEST.days} days")
    around, ahead = Span(starts_at=during.starts_at - BEFORE, ends_at=during.ends_at), Span(starts_at=now, ends_at=now + AHEAD)
    near, coming, calls = _stretches(session, around), _stretches(session, ahead), _calls(session, around)
    found = [Stretch(duty=one.duty, span=part) for one in near if (part := common(one.span, during)) is not None]
    names = roster.names(session, _everybody(found, coming) | set(calls))
    holidays = _holidays(session, during, ahead)
    duty, planned, rests = _by_person(found), _by_person(coming), _rests(near, calls, during)
    talks = {number: duty_hours.clipped(calls[number], during) for number in names}
    people = [
        Person(
            supporter=number,
            name=name,
            standby=duty_hours.split(duty[number], holidays),
            talks=duty_hours.split(talks[number], holidays),
            calls=sum(one.starts_at in during for one in calls[number]),
            rests=rests.get(number, ()),
            ahead=duty_hours.split(planned[number], holidays),
        )
        for number, name in names.items()
        if duty[number] or planned[number] or talks[number]
    ]
    return DutyReport(
        during=during,
        ahead=ahead,
        people=sorted(people, key=lambda one: (one.name, one.supporter)),
        shifts=[Shift(name=names[one.duty.supporter], tier=one.duty.tier, span=one.span) for one in found],
        changes=[change for one in found if (change := _change(one, names))],
    )


def _rests(near: Sequence[Stretch], calls: Mapping[int, Sequence[Span]], during: Span) -> Mapping[int, Sequence[ShortRest]]:
    """A rest is of the period in which the next duty begins, though the one before it may be of the period before."""
    each = {number: duty_hours.short_rests(duty, calls.get(number, ())) for number, duty in _by_person(near).items()}
    return {number: [one for one in rests if one.until in during] for number, rests in each.items()}


def _stretches(session: Session, during: Span) -> list[Stretch]:
    found = [one for line in Flow for one in whole(roster.stretches(session, during, line=line))]
    return sorted(found, key=lambda one: one.span.starts_at)


def _everybody(*found: Sequence[Stretch]) -> set[int]:
    """Who had duty, and in whose place."""
    each = [one.duty for some in found for one in some]
    return {number for duty in each for number in {duty.supporter, *grounds.people(duty.grounds)}}


def _by_person(found: Sequence[Stretch]) -> defaultdict[int, list[Span]]:
    """Everybody's duty, each moment once: whoever has two lines at a time is on duty once."""
    spans: defaultdict[int, list[Span]] = defaultdict(list)
    for one in found:
        spans[one.duty.supporter].append(one.span)
    return defaultdict(list, {number: duty_hours.blocks(some) for number, some in spans.items()})


def _calls(session: Session, during: Span) -> defaultdict[int, list[Span]]:
    """When everybody talked: calls that were put through and are over, from the pressed 1 to their end."""
    talked = select(Call.supporter_id, Call.accepted_at, Call.ended_at).where(
        Call.started_at > during.starts_at - LONGEST_CALL, Call.started_at < during.ends_at
    )
    found: defaultdict[int, list[Span]] = defaultdict(list)
    for number, start, end in session.execute(talked.where(Call.bridged.is_(True), Call.ended_at > during.starts_at)):
        if number is not None and start is not None and end is not None and start < min(end, during.ends_at):
            found[number].append(Span(starts_at=start, ends_at=end))
    return found


def _holidays(session: Session, *during: Span) -> frozenset[date]:
    """Public ones, and of each version of a rota those of its own time: what is over keeps what it was worth."""
    years = [to_local(at).year for one in during for at in (one.starts_at, one.ends_at)]
    versions = [version for line in Flow for one in during for version in rotas.versions(session, line, one)]
    ours = (day for rota, part in versions for day in rotas.plan(session, rota).holidays if _is_within(day, part))
    return frozenset(price_lists.public_holidays(min(years), max(years))).union(ours)


def _is_within(day: date, part: Span) -> bool:
    first, last = (to_local(at).date() for at in (part.starts_at, part.ends_at - timedelta.resolution))
    return first <= day <= last


def _change(one: Stretch, names: Mapping[int, str]) -> Change | None:
    first = next((link for link in one.duty.grounds if isinstance(link, Rotated)), None)
    how = HOW.get(type(one.duty.grounds[-1]))
    if first is None or how is None or first.supporter == one.duty.supporter:
        return None
    return Change(span=one.span, whose=names[first.supporter], taken_by=names[one.duty.supporter], how=how)
