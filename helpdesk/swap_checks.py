"""What stands against a swap: whether the shifts are theirs, and whether somebody would be on duty twice, or is away.

SwapRefused
├── NoSuchSwap   there is none of that number that is theirs
├── Answered     it is not open any more: answered, withdrawn, lapsed, or undone
├── Begun        one of the shifts has begun
├── HandedOn     one of the shifts was handed on since, by a swap that would count for nothing
├── NotTheirs    a shift is not theirs any more, or not as it was: the rota was changed meanwhile
├── AskedAlready the shift is asked about already
├── Twice        somebody would be on duty twice at one moment
├── Absent       somebody is away while they would be on duty
└── NoColleague  that is nobody who can answer
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from models.values import Flow
from oncall import roster, rotas, swaps
from oncall.grounds import Rotated
from oncall.held import Held, held
from oncall.plans import Stated
from oncall.rota import Span, Stretch
from oncall.spans import meet

FURTHER: Final = timedelta(weeks=4)
"""How far beyond what is offered it is looked for the ends of shifts."""


class SwapRefused(Exception):
    """It was not done, and nothing was changed."""


class NoSuchSwap(SwapRefused):
    """There is none of that number that is theirs."""


class Answered(SwapRefused):
    """It is not open any more."""


class Begun(SwapRefused):
    """One of the shifts has begun."""


class HandedOn(SwapRefused):
    """One of the shifts was handed on since."""


class NotTheirs(SwapRefused):
    """A shift is not theirs any more, or not as it was."""


class AskedAlready(SwapRefused):
    """The shift is asked about already."""


class Twice(SwapRefused):
    """Somebody would be on duty twice at one moment."""


class Absent(SwapRefused):
    """Somebody is away while they would be on duty."""


class NoColleague(SwapRefused):
    """Nobody who can answer."""


@dataclass(frozen=True, kw_only=True)
class Named:
    """A shift as a rota names it, before it is looked up: line, layer, nominal start in local time."""

    line: Flow
    layer: str
    starts: datetime


@dataclass(frozen=True, kw_only=True)
class Change:
    """What a swap means for one of the two: the shift that they give, and the one that they get."""

    supporter: int
    gives: Held | None
    gets: Held | None


def offered(session: Session, line: Flow, *, now: datetime) -> list[Held]:
    """The shifts of a line that begin in the coming eight weeks and can be handed on, by the newest rota."""
    plan = rotas.plan(session, rotas.newest(session, line))
    until = now + roster.AHEAD
    found = held(plan, Span(starts_at=now, ends_at=until + FURTHER)) if plan.layers else []
    return [one for one in found if one.span.starts_at < until]


def theirs(session: Session, shift: Named, supporter: int, *, now: datetime) -> Held:
    """The shift that is named, if it is theirs and has not begun. Raises NotTheirs."""
    for one in offered(session, shift.line, now=now):
        if (one.layer, one.starts, one.supporter) == (shift.layer, shift.starts, supporter):
            return one
    raise NotTheirs(shift.layer)


def resting(session: Session, line: Flow) -> set[tuple[Stated, Stated | None, int]]:
    """The swaps that count for nothing by the newest rota: what they say, without their number, and who takes over."""
    plan = rotas.plan(session, rotas.newest(session, line))
    return {(one.first, one.second, one.taker) for one in swaps.resting(plan)}


def without_conflict(session: Session, line: Flow, change: Change) -> None:
    """Raises Twice where somebody would have duty elsewhere during the shift that they get, and Absent where they are away."""
    if change.gets is None:
        return
    during = change.gets.span
    for each in Flow:
        swapped = (change.gives, change.gets) if each is line else ()  # whoever stands in for a part of what they get has it once
        duty = (one for one in roster.stretches(session, during, line=each) if one.duty.supporter == change.supporter)
        if any(not any(_is_of(one, shift) for shift in swapped) for one in duty):
            raise Twice(change.gets.layer)
        away = rotas.plan(session, rotas.newest(session, each)).absences
        if meet(during, (one.span for one in away if one.supporter == change.supporter)):
            raise Absent(change.gets.layer)


def _is_of(stretch: Stretch, shift: Held | None) -> bool:
    """Whether somebody is on duty by that shift."""
    named = next((one for one in stretch.duty.grounds if isinstance(one, Rotated)), None)
    if shift is None or named is None:
        return False
    return (named.layer, named.starts) == (shift.layer, f"{shift.starts:%Y-%m-%dT%H:%M}")
