"""The plan as a list by days: what the picture shows, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from helpdesk.duty_plan import DutyPlan
from models.local import midnight, to_local
from oncall.rota import Span, Stretch
from web.console.looks import Look
from web.console.plan.pictures import address, colour, key, layer, marks, where
from web.console.plan.windows import Window
from web.papers.figures import Figures
from web.words import Words


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line of the list: from when to when, who, where, by what; a gap has nobody."""

    when: str
    at: str
    key: str
    name: str
    colour: str
    where: str
    layer: str
    marks: tuple[Look, ...]
    is_now: bool


@dataclass(frozen=True, kw_only=True)
class DayLines:
    """A day of the list, with what begins on it."""

    label: str
    holiday: bool
    today: bool
    lines: tuple[Line, ...]


def days(plan: DutyPlan, window: Window, words: Words, *, now: datetime) -> list[DayLines]:
    """The list; what began before the window stands on its first day."""
    figures, today = Figures(words), to_local(now).date()
    stretches = [(_begins(one.span, window), _line(one, plan, window, words, now=now)) for one in plan.stretches]
    gaps = [(_begins(gap, window), _gap_line(gap, plan, window, words, now=now)) for gap in plan.gaps]
    ordered = sorted([*gaps, *stretches], key=lambda one: (one[0], one[1].at))
    return [
        DayLines(
            label=figures.long_day(midnight(day)),
            holiday=day in plan.agreed.holidays,
            today=day == today,
            lines=tuple(line for _, line in lines),
        )
        for day, lines in groupby(ordered, key=lambda one: one[0])
    ]


def _begins(span: Span, window: Window) -> date:
    return max(to_local(span.starts_at).date(), window.first)


def _line(one: Stretch, plan: DutyPlan, window: Window, words: Words, *, now: datetime) -> Line:
    return Line(
        when=_when(one.span, plan, window, words),
        at=address(one.span.starts_at),
        key=key(one),
        name=plan.names[one.duty.supporter],
        colour=colour(one.duty.supporter),
        where=where(one.duty, words),
        layer=layer(one.duty),
        marks=marks(one.duty),
        is_now=now in one.span,
    )


def _when(span: Span, plan: DutyPlan, window: Window, words: Words) -> str:
    """From when to when, with its day where that is none of the window's; "…" where it goes on beyond what was looked at."""
    figures, wide = Figures(words), plan.looked_at
    is_older, goes_on = span.starts_at <= wide.starts_at, span.ends_at >= wide.ends_at
    day = f"{figures.column(span.starts_at)} " if to_local(span.starts_at).date() < window.first else ""
    if is_older or goes_on:
        begins = "…" if is_older else f"{day}{figures.time(span.starts_at)}"
        return f"{begins} – {'…' if goes_on else f'{figures.column(span.ends_at)} {figures.time(span.ends_at)}'}"
    return f"{day}{figures.stretch(span.starts_at, span.ends_at)}"


def _gap_line(gap: Span, plan: DutyPlan, window: Window, words: Words, *, now: datetime) -> Line:
    when, at = _when(gap, plan, window, words), address(gap.starts_at)
    return Line(when=when, at=at, key=f"gap-{at}", name="", colour="", where="", layer="", marks=(), is_now=now in gap)
