"""The plan as a picture, week by week."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import groupby
from typing import Final

from helpdesk import duty_plan
from helpdesk.duty_plan import DutyPlan
from models.local import midnight, to_local
from oncall.grounds import Ground, Overridden, Rotated, StoodIn, Swapped, Temporary
from oncall.rota import Duty, Span, Stretch
from web.console.looks import Look
from web.console.plan.windows import A_DAY, Window
from web.papers.figures import Figures
from web.words import N_, Words

COLOURS: Final = 8
LATE: Final = 70
"""From this percentage of a week on a gap's words stand before its end instead of behind its beginning."""
LETTER: Final = 0.82
"""How much of the week's width a letter takes in a window of usual width."""
MARGIN: Final = 1.0
"""And the edges of a box."""
MARKS: Final[dict[type[Ground], Look]] = {
    Swapped: ("violet", "⇄", N_("swapped")),
    StoodIn: ("amber", "◌", N_("stands in")),
    Overridden: ("blue", "✎", N_("put on by hand")),
    Temporary: ("grey", "★", N_("temporary plan")),
}


@dataclass(frozen=True, kw_only=True)
class Box:
    """A piece of a row: where it begins and how wide it is in hundredths of the week, what stands in it."""

    left: float
    width: float
    text: str
    told: str
    kind: str
    at: str
    key: str


@dataclass(frozen=True, kw_only=True)
class DayBox:
    """A day of the picture; 23 or 25 hours wide in its two weeks."""

    left: float
    width: float
    label: str
    kind: str


@dataclass(frozen=True, kw_only=True)
class Week:
    """A week of the picture: its days, a row for each place of a tier, the gaps, and where now is."""

    days: tuple[DayBox, ...]
    rows: tuple[tuple[str, tuple[Box, ...]], ...]
    gaps: tuple[Box, ...]
    now: float | None


def weeks(plan: DutyPlan, window: Window, words: Words, *, now: datetime) -> list[Week]:
    """The picture."""
    return [_week(plan, days, words, now) for days in window.weeks]


def colour(supporter: int) -> str:
    """The class of a person's colour, the same on every page."""
    return f"person-{supporter % COLOURS}"


def address(at: datetime) -> str:
    """A moment as an address has it, in UTC: in local time one hour comes twice."""
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%MZ}"


def where(duty: Duty, words: Words) -> str:
    """In which tier and place, or that it is a written shift."""
    if duty.place is None:
        return words("Tier {tier}, written shift", tier=duty.tier)
    if duty.place > 1:
        return words("Tier {tier}, place {place}", tier=duty.tier, place=duty.place)
    return words("Tier {number}", number=duty.tier)


def marks(duty: Duty) -> tuple[Look, ...]:
    """What makes it other than the rotation says."""
    return tuple(MARKS[type(ground)] for ground in duty.grounds if type(ground) in MARKS)


def layer(duty: Duty) -> str:
    """The layer by which somebody is on duty; "" where it is none."""
    return next((ground.layer for ground in duty.grounds if isinstance(ground, Rotated)), "")


def key(one: Stretch) -> str:
    """What a stretch is called within a page."""
    return f"{one.duty.tier}-{one.duty.place or 0}-{one.duty.shift or 0}-{address(one.span.starts_at)}"


def _week(plan: DutyPlan, days: Sequence[date], words: Words, now: datetime) -> Week:
    whole = Span(starts_at=midnight(days[0]), ends_at=midnight(days[-1] + A_DAY))
    inside = [one for one in plan.stretches if _shown(one.span, whole)]
    rows = [
        (where(lane[0].duty, words), tuple(_box(one, whole, plan, words) for one in lane))
        for _, each in groupby(sorted(inside, key=_row), key=lambda one: _row(one)[:2])
        for lane in _lanes(each)
    ]
    gaps = [one for one in plan.gaps if _shown(one, whole)]
    return Week(
        days=tuple(_day_boxes(days, whole, plan, words, today=to_local(now).date())),
        rows=tuple(rows),
        gaps=tuple(_gaps(gaps, whole, words)),
        now=_place(now, whole) if now in whole else None,
    )


def _row(one: Stretch) -> tuple[int, int, datetime]:
    return (*duty_plan.place(one.duty)[:2], one.span.starts_at)


def _lanes(stretches: Iterable[Stretch]) -> Iterator[list[Stretch]]:
    """Rows in which nothing overlaps: written shifts of one tier may."""
    lanes: list[list[Stretch]] = []
    for one in stretches:
        free = next((lane for lane in lanes if lane[-1].span.ends_at <= one.span.starts_at), None)
        if free is None:
            lanes.append([one])
        else:
            free.append(one)
    return iter(lanes)


def _shown(one: Span, whole: Span) -> bool:
    return one.starts_at < whole.ends_at and whole.starts_at < one.ends_at


def _place(at: datetime, whole: Span) -> float:
    """Where a moment is, in hundredths of the span."""
    inside = min(max(at, whole.starts_at), whole.ends_at) - whole.starts_at
    return round(100 * (inside / (whole.ends_at - whole.starts_at)), 3)


def _box(one: Stretch, whole: Span, plan: DutyPlan, words: Words) -> Box:
    left, right = _place(one.span.starts_at, whole), _place(one.span.ends_at, whole)
    name, signs = plan.names[one.duty.supporter], "".join(sign for _, sign, _ in marks(one.duty))
    when = Figures(words).stretch(one.span.starts_at, one.span.ends_at)
    first, initials = name.split()[0], "".join(word[0] for word in name.split())
    wordings = (f"{signs} {name}".strip(), f"{signs} {first}".strip(), initials)
    return Box(
        left=left,
        width=round(right - left, 3),
        text=next((text for text in wordings if len(text) * LETTER < right - left - MARGIN), ""),
        told=" · ".join([f"{name} {when}", layer(one.duty), *(words(mark) for _, _, mark in marks(one.duty))]),
        kind=colour(one.duty.supporter),
        at=address(one.span.starts_at),
        key=key(one),
    )


def _gaps(gaps: Sequence[Span], whole: Span, words: Words) -> Iterator[Box]:
    """The gaps of a week, each named as far as there is room beside it: the list has all of it."""
    places = [(_place(one.starts_at, whole), _place(one.ends_at, whole)) for one in gaps]
    for number, (one, (left, right)) in enumerate(zip(gaps, places, strict=True)):
        when = Figures(words).stretch(max(one.starts_at, whole.starts_at), min(one.ends_at, whole.ends_at))
        said = words("Nobody on duty {when}", when=when)
        before = left - (places[number - 1][1] if number else 0)
        behind = (places[number + 1][0] if number + 1 < len(places) else 100) - right
        kind, room = ("late", before) if before > behind and left > LATE else ("early", behind)
        text = next((text for text in (said, when) if len(text) * LETTER < room), "")
        at = address(one.starts_at)
        yield Box(left=left, width=round(right - left, 3), text=text, told=said, kind=kind, at=at, key=f"gap-{at}")


def _day_boxes(days: Sequence[date], whole: Span, plan: DutyPlan, words: Words, *, today: date) -> Iterator[DayBox]:
    for day in days:
        left, right = _place(midnight(day), whole), _place(midnight(day + A_DAY), whole)
        kind = "today" if day == today else "holiday" if day in plan.agreed.holidays or day.isoweekday() > 5 else ""  # noqa: PLR2004
        yield DayBox(left=left, width=round(right - left, 3), label=Figures(words).column(midnight(day)), kind=kind)
