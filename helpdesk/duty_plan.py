"""The plan of a week or a month: who is on duty when, when nobody is, and what was agreed besides the rotation. Plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import groupby
from typing import Final

from sqlalchemy.orm import Session

from helpdesk import line_hours
from models.values import Flow
from oncall import grounds, roster, rota, rotas
from oncall.plans import Plan
from oncall.rota import Duty, Span, Stretch
from oncall.spans import meet

AROUND: Final = timedelta(weeks=1)
"""How far beyond a window it is looked for the ends of what reaches into it."""


@dataclass(frozen=True, kw_only=True)
class DutyPlan:
    """The stretches and gaps of a window, whole where they reach beyond it by less than a week, in order.

    `rota` and `agreed` are the newest version and what it says; `names` are those of everybody in any of it.
    """

    during: Span
    stretches: Sequence[Stretch]
    gaps: Sequence[Span]
    rota: int | None
    agreed: Plan
    names: Mapping[int, str]

    @property
    def looked_at(self) -> Span:
        """How far it was looked: what begins or ends there goes on beyond it."""
        return _around(self.during)


def duty_plan(session: Session, during: Span, *, line: Flow = Flow.SUPPORT) -> DutyPlan:
    """The plan of a window."""
    wide, newest = _around(during), rotas.newest(session, line)
    stretches, gaps = roster.stretches(session, wide, line=line), roster.gaps(session, wide, line=line)
    return _shown(session, during, (stretches, line_hours.while_open(session, gaps, line=line)), rotas.plan(session, newest))


def of_plan(session: Session, plan: Plan, during: Span, *, line: Flow) -> DutyPlan:
    """What a window would be by a plan that is not published."""
    found = rota.looked_through(roster.with_shifts(session, plan, _around(during), line=line), _around(during))
    return _shown(session, during, (found.stretches, line_hours.while_open(session, found.gaps, line=line)), plan)


def _around(during: Span) -> Span:
    return Span(starts_at=during.starts_at - AROUND, ends_at=during.ends_at + AROUND)


def _shown(session: Session, during: Span, found: tuple[Sequence[Stretch], Sequence[Span]], agreed: Plan) -> DutyPlan:
    stretches = [one for one in joined(found[0]) if meet(one.span, [during])]
    gaps = [one for one in found[1] if meet(one, [during])]
    people = {one for stretch in stretches for one in grounds.people(stretch.duty.grounds)} | _named(agreed)
    names = roster.names(session, people)
    return DutyPlan(during=during, stretches=stretches, gaps=gaps, rota=agreed.rota, agreed=agreed, names=names)


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """What a new version of the rota cut and did not change is one stretch again."""
    found: list[Stretch] = []
    of_duty = sorted(stretches, key=lambda one: (hash(one.duty), one.span.starts_at))
    for _, each in groupby(of_duty, key=lambda one: one.duty):
        found += _without_cuts(list(each))
    return sorted(found, key=lambda one: (one.span.starts_at, *place(one.duty)))


def place(duty: Duty) -> tuple[int, int, int]:
    """By which duties stand beside each other: tier, place, and then what was written, in its order."""
    return duty.tier, duty.place or 1_000, duty.shift or 0


def _without_cuts(stretches: list[Stretch]) -> list[Stretch]:
    found: list[Stretch] = []
    for one in stretches:
        if found and found[-1].span.ends_at == one.span.starts_at:
            found[-1] = replace(found[-1], span=Span(starts_at=found[-1].span.starts_at, ends_at=one.span.ends_at))
        else:
            found.append(one)
    return found


def _named(plan: Plan) -> set[int]:
    """Whom the agreements of a plan name."""
    sides = {one for swap in plan.swaps for one in (swap.first.supporter, swap.taker)}
    return sides | {one.supporter for one in plan.overrides} | {one.supporter for one in plan.absences}
