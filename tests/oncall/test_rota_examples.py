"""Who is on duty at a moment and why: rotas as files, moments, and the chain of grounds that follows (R12, docs/rota.md). Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import pytest

from oncall import rota
from oncall.plans import WrittenShift
from tests.oncall.rotas import moment, plan, span, told

WEEKS: Final = """
[[layer]]
name = "Uge"
people = [1, 2, 3]
starts = 2026-10-19T08:00:00
every = "week"
"""
AT_HALF_PAST_TWO: Final = """
[[layer]]
name = "Døgn"
people = [1, 2]
starts = 2026-03-27T02:30:00
every = "day"
"""
TWELVE_HOURS: Final = """
[[layer]]
name = "Halvdøgn"
people = [1, 2, 3]
starts = 2026-10-24T08:00:00
every = "12 hours"
"""
BY_DAY_AND_NIGHT: Final = """
[[layer]]
name = "Dag"
people = [4, 5]
starts = 2026-11-23T08:00:00
every = "2 days"
hours = [{ days = ["mon", "tue", "wed", "thu", "fri"], from = "08:00", to = "16:00" }]
[[layer]]
name = "Nat"
people = [1, 2]
starts = 2026-11-23T16:00:00
every = "week"
hours = [{ from = "16:00", to = "08:00" }]
"""
TWO_TIERS: Final = """
[[layer]]
name = "Først"
people = [1, 2]
starts = 2026-11-23T08:00:00
every = "day"
until = 2026-12-01T08:00:00
[[layer]]
name = "Ved siden af"
place = 2
people = [2, 3]
starts = 2026-11-23T08:00:00
every = "day"
[[layer]]
name = "Derefter"
tier = 2
people = [3, 1]
starts = 2026-11-23T08:00:00
every = "day"
"""
HOLIDAYS: Final = """
extra_holidays = [2026-12-31]
[[layer]]
name = "Helligdag"
people = [5]
starts = 2026-11-23T00:00:00
every = "week"
holidays = true
[[layer]]
name = "Hverdagsnat"
people = [6]
starts = 2026-11-23T00:00:00
every = "week"
holidays = false
hours = [{ days = ["mon", "tue", "wed", "thu", "fri"], from = "16:00", to = "08:00" }]
[[layer]]
name = "Ellers"
people = [1, 2]
starts = 2026-11-23T00:00:00
every = "week"
"""
OVERRIDES: Final = f"""
{BY_DAY_AND_NIGHT}
[[override]]
supporter = 6
layer = "Nat"
from = 2026-11-24T15:00:00
to = 2026-11-24T20:00:00
[[override]]
supporter = 5
layer = "Nat"
from = 2026-11-24T18:00:00
to = 2026-11-24T22:00:00
[[override]]
supporter = 3
tier = 1
from = 2026-11-28T10:00:00
to = 2026-11-28T12:00:00
[[override]]
supporter = 3
tier = 1
place = 2
from = 2026-11-24T19:00:00
to = 2026-11-24T21:00:00
"""
ABSENCES: Final = """
[[layer]]
name = "Uge"
people = [1, 2, 3]
starts = 2026-11-23T08:00:00
every = "week"
[[layer]]
name = "Bag"
tier = 2
people = [4, 5]
stand_in = 6
starts = 2026-11-23T08:00:00
every = "week"
[[absence]]
supporter = 1
from = 2026-11-25T12:00:00
to = 2026-11-28T00:00:00
[[absence]]
supporter = 2
from = 2026-11-26T12:00:00
to = 2026-11-27T12:00:00
[[absence]]
supporter = 3
from = 2026-11-27T00:00:00
to = 2026-11-27T06:00:00
[[absence]]
supporter = 4
from = 2026-11-25T00:00:00
to = 2026-11-27T00:00:00
[[absence]]
supporter = 6
from = 2026-11-26T00:00:00
to = 2026-11-27T00:00:00
[[override]]
supporter = 2
layer = "Uge"
from = 2026-11-26T10:00:00
to = 2026-11-26T14:00:00
"""
TEMPORARY: Final = f"""
{WEEKS}
[[override]]
supporter = 4
layer = "Uge"
from = 2026-12-24T10:00:00
to = 2026-12-24T14:00:00
[[override]]
supporter = 5
tier = 1
from = 2026-12-25T10:00:00
to = 2026-12-25T14:00:00
[[temporary]]
name = "Jul"
from = 2026-12-24T12:00:00
to = 2026-12-27T12:00:00
[[temporary.layer]]
name = "Julevagt"
people = [6, 4]
starts = 2026-12-24T12:00:00
every = "day"
[[temporary]]
name = "Anden juledag"
from = 2026-12-26T00:00:00
to = 2026-12-27T00:00:00
[[temporary.layer]]
name = "Om dagen"
people = [3]
starts = 2026-12-26T00:00:00
every = "day"
hours = [{{ from = "08:00", to = "20:00" }}]
"""
SWAPS: Final = """
[[swap]]
first = { layer = "Nat", starts = 2026-11-24T16:00:00, supporter = 1 }
second = { layer = "Nat", starts = 2026-12-01T16:00:00, supporter = 2 }
[[swap]]
first = { layer = "Nat", starts = 2026-11-24T16:00:00, supporter = 2 }
second = { layer = "Dag", starts = 2026-11-26T08:00:00, supporter = 5 }
[[swap]]
first = { layer = "Dag", starts = 2026-11-23T08:00:00, supporter = 5 }
second = { layer = "Nat", starts = 2026-11-25T16:00:00, supporter = 1 }
"""
SWAPPED: Final = BY_DAY_AND_NIGHT + SWAPS
LATER_HOURS: Final = SWAPPED.replace('from = "16:00", to = "08:00"', 'from = "17:30", to = "09:00"')
OTHER_PEOPLE: Final = SWAPPED.replace("people = [1, 2]", "people = [3, 2]")
SWAPPED_AND_AWAY: Final = f"""
{SWAPPED}
[[absence]]
supporter = 5
from = 2026-11-24T20:00:00
to = 2026-11-24T22:00:00
[[override]]
supporter = 6
layer = "Nat"
from = 2026-11-24T22:00:00
to = 2026-11-24T23:00:00
"""


@pytest.mark.parametrize(
    ("text", "at", "answer"),
    [
        # Weeks, one after another; over year's end, ISO week 53 of 2026 and the leap day of 2028 as over any other day.
        (WEEKS, "2026-10-19T07:59", "nobody"),
        (WEEKS, "2026-10-19T08:00", "Uge 1/3 Anna"),
        (WEEKS, "2026-10-26T07:59", "Uge 1/3 Anna"),
        (WEEKS, "2026-10-26T08:00", "Uge 2/3 Bo"),
        (WEEKS, "2026-11-09T08:00", "Uge 1/3 Anna"),
        (WEEKS, "2026-12-28T07:59", "Uge 1/3 Anna"),
        (WEEKS, "2026-12-28T08:00", "Uge 2/3 Bo"),
        (WEEKS, "2026-12-31T23:59", "Uge 2/3 Bo"),
        (WEEKS, "2027-01-01T00:00", "Uge 2/3 Bo"),
        (WEEKS, "2027-01-04T08:00", "Uge 3/3 Carla"),
        (WEEKS, "2028-02-28T08:00", "Uge 3/3 Carla"),
        (WEEKS, "2028-02-29T12:00", "Uge 3/3 Carla"),
        (WEEKS, "2028-03-06T08:00", "Uge 1/3 Anna"),
        # Clocks go forward over the handover at 02:30: whoever follows has it from the jump on.
        (AT_HALF_PAST_TWO, "2026-03-29T01:59", "Døgn 2/2 Bo"),
        (AT_HALF_PAST_TWO, "2026-03-29T03:00", "Døgn 1/2 Anna"),
        (AT_HALF_PAST_TWO, "2026-03-30T02:29", "Døgn 1/2 Anna"),
        (AT_HALF_PAST_TWO, "2026-03-30T02:30", "Døgn 2/2 Bo"),
        (AT_HALF_PAST_TWO, "2027-03-28T01:59", "Døgn 2/2 Bo"),
        (AT_HALF_PAST_TWO, "2027-03-28T03:00", "Døgn 1/2 Anna"),
        # They go back over it: whoever follows has it from the first 02:30 on.
        (AT_HALF_PAST_TWO, "2026-10-25T02:29", "Døgn 2/2 Bo"),
        (AT_HALF_PAST_TWO, "2026-10-25T02:30", "Døgn 1/2 Anna"),
        (AT_HALF_PAST_TWO, "2026-10-25T02:00+", "Døgn 1/2 Anna"),
        (AT_HALF_PAST_TWO, "2026-10-25T02:30+", "Døgn 1/2 Anna"),
        (AT_HALF_PAST_TWO, "2026-10-26T02:30", "Døgn 2/2 Bo"),
        (AT_HALF_PAST_TWO, "2027-10-31T02:29", "Døgn 1/2 Anna"),
        (AT_HALF_PAST_TWO, "2027-10-31T02:30", "Døgn 2/2 Bo"),
        (AT_HALF_PAST_TWO, "2027-10-31T02:29+", "Døgn 2/2 Bo"),
        (AT_HALF_PAST_TWO, "2028-02-29T02:30", "Døgn 1/2 Anna"),
        # Twelve hours on the wall: eight and eight, be the night eleven hours long or thirteen.
        (TWELVE_HOURS, "2026-10-24T20:00", "Halvdøgn 2/3 Bo"),
        (TWELVE_HOURS, "2026-10-25T02:30+", "Halvdøgn 2/3 Bo"),
        (TWELVE_HOURS, "2026-10-25T07:59", "Halvdøgn 2/3 Bo"),
        (TWELVE_HOURS, "2026-10-25T08:00", "Halvdøgn 3/3 Carla"),
        (TWELVE_HOURS, "2027-03-28T07:59", "Halvdøgn 1/3 Anna"),
        (TWELVE_HOURS, "2027-03-28T08:00", "Halvdøgn 2/3 Bo"),
        # Working hours, over midnight; nobody works on a Saturday between 8 and 16.
        (BY_DAY_AND_NIGHT, "2026-11-23T08:00", "Dag 1/2 David"),
        (BY_DAY_AND_NIGHT, "2026-11-23T15:59", "Dag 1/2 David"),
        (BY_DAY_AND_NIGHT, "2026-11-23T16:00", "Nat 1/2 Anna"),
        (BY_DAY_AND_NIGHT, "2026-11-24T07:59", "Nat 1/2 Anna"),
        (BY_DAY_AND_NIGHT, "2026-11-25T08:00", "Dag 2/2 Eva"),
        (BY_DAY_AND_NIGHT, "2026-11-28T10:00", "nobody"),
        (BY_DAY_AND_NIGHT, "2026-11-30T07:59", "Nat 1/2 Anna"),
        (BY_DAY_AND_NIGHT, "2026-11-30T16:00", "Nat 2/2 Bo"),
        # Tiers and places; each person once, where they stand first; a layer that is over.
        (TWO_TIERS, "2026-11-23T12:00", "Først 1/2 Anna | Ved siden af 1/2 Bo | Derefter 1/2 Carla"),
        (TWO_TIERS, "2026-11-24T12:00", "Først 2/2 Bo | Ved siden af 2/2 Carla | Derefter 2/2 Anna"),
        (TWO_TIERS, "2026-12-01T08:00", "Ved siden af 1/2 Bo | Derefter 1/2 Carla"),
        # Holidays: public ones and the rota's own; night hours belong to the day on which they begin. 24 December is none.
        (HOLIDAYS, "2026-12-24T12:00", "Ellers 1/2 Anna"),
        (HOLIDAYS, "2026-12-24T16:00", "Hverdagsnat 1/1 Finn"),
        (HOLIDAYS, "2026-12-25T00:00", "Helligdag 1/1 Eva"),
        (HOLIDAYS, "2026-12-25T23:59", "Helligdag 1/1 Eva"),
        (HOLIDAYS, "2026-12-27T00:00", "Ellers 1/2 Anna"),
        (HOLIDAYS, "2026-12-31T12:00", "Helligdag 1/1 Eva"),
        (HOLIDAYS, "2027-01-01T07:00", "Helligdag 1/1 Eva"),
        (HOLIDAYS, "2027-01-02T07:00", "Ellers 2/2 Bo"),
        # Overrides of a layer count while it works, the last written first; one of a place counts always, and fills a gap.
        (OVERRIDES, "2026-11-24T15:30", "Dag 1/2 David"),
        (OVERRIDES, "2026-11-24T16:00", "Nat 1/2 Anna, override 1 Finn"),
        (OVERRIDES, "2026-11-24T18:00", "Nat 1/2 Anna, override 2 Eva"),
        (OVERRIDES, "2026-11-24T19:30", "Nat 1/2 Anna, override 2 Eva | override 4 Carla"),
        (OVERRIDES, "2026-11-24T22:00", "Nat 1/2 Anna"),
        (OVERRIDES, "2026-11-28T09:59", "nobody"),
        (OVERRIDES, "2026-11-28T10:00", "override 3 Carla"),
        (OVERRIDES, "2026-11-28T12:00", "nobody"),
        # Away: the layer's stand-in, or the next in the rotation; in the middle of a shift too. No override brings them back.
        (ABSENCES, "2026-11-25T11:59", "Uge 1/3 Anna | Bag 1/2 David, David away Finn (named)"),
        (ABSENCES, "2026-11-25T12:00", "Uge 1/3 Anna, Anna away Bo | Bag 1/2 David, David away Finn (named)"),
        (ABSENCES, "2026-11-26T11:00", "Uge 1/3 Anna, Anna away Bo, override 1 Bo | Bag 1/2 David, David away Eva"),
        (ABSENCES, "2026-11-26T13:00", "Uge 1/3 Anna, Anna away Carla | Bag 1/2 David, David away Eva"),
        (ABSENCES, "2026-11-27T03:00", "Bag 1/2 David"),
        (ABSENCES, "2026-11-27T12:00", "Uge 1/3 Anna, Anna away Bo | Bag 1/2 David"),
        (ABSENCES, "2026-11-28T00:00", "Uge 1/3 Anna | Bag 1/2 David"),
        # A temporary plan replaces every layer, and what belongs to it; the last written one; an override of a place still counts.
        (TEMPORARY, "2026-12-24T11:59", "Uge 1/3 Anna, override 1 David"),
        (TEMPORARY, "2026-12-24T12:00", "Jul, Julevagt 1/2 Finn"),
        (TEMPORARY, "2026-12-25T11:00", "Jul, Julevagt 1/2 Finn, override 2 Eva"),
        (TEMPORARY, "2026-12-25T14:00", "Jul, Julevagt 2/2 David"),
        (TEMPORARY, "2026-12-26T00:00", "nobody"),
        (TEMPORARY, "2026-12-26T08:00", "Anden juledag, Om dagen 1/1 Carla"),
        (TEMPORARY, "2026-12-27T00:00", "Jul, Julevagt 1/2 Finn"),
        (TEMPORARY, "2026-12-27T12:00", "Uge 1/3 Anna"),
        # Swaps: of two shifts, and on from there; the third rests, for that day was David's.
        (SWAPPED, "2026-11-24T16:00", "Nat 1/2 Anna, swap 1 Bo, swap 2 Eva"),
        (SWAPPED, "2026-11-25T07:59", "Nat 1/2 Anna, swap 1 Bo, swap 2 Eva"),
        (SWAPPED, "2026-11-26T08:00", "Dag 2/2 Eva, swap 2 Bo"),
        (SWAPPED, "2026-12-01T16:00", "Nat 2/2 Bo, swap 1 Anna"),
        (SWAPPED, "2026-11-25T16:00", "Nat 1/2 Anna"),
        (SWAPPED, "2026-11-23T08:00", "Dag 1/2 David"),
        # The same shifts with other hours are still swapped; with other people the swap rests, and what stood on it.
        (LATER_HOURS, "2026-11-24T17:29", "nobody"),
        (LATER_HOURS, "2026-11-24T17:30", "Nat 1/2 Anna, swap 1 Bo, swap 2 Eva"),
        (LATER_HOURS, "2026-12-02T07:59", "Nat 2/2 Bo, swap 1 Anna"),
        (OTHER_PEOPLE, "2026-11-24T16:00", "Nat 1/2 Carla"),
        (OTHER_PEOPLE, "2026-11-26T08:00", "Dag 2/2 Eva"),
        # Whoever swapped and is away is stood in for like anybody else, and a swap can be overridden.
        (SWAPPED_AND_AWAY, "2026-11-24T20:00", "Nat 1/2 Anna, swap 1 Bo, swap 2 Eva, Eva away Bo"),
        (SWAPPED_AND_AWAY, "2026-11-24T22:00", "Nat 1/2 Anna, swap 1 Bo, swap 2 Eva, override 1 Finn"),
    ],
)
def test_who_is_on_duty_and_why(text: str, at: str, answer: str) -> None:
    """R12: whoever is on duty is rung, whoever is not is left to sleep."""
    assert told(rota.on_duty(plan(text), moment(at))) == answer


@pytest.mark.parametrize(
    ("text", "during", "answer"),
    [
        (WEEKS, ("2026-10-18T00:00", "2026-10-20T00:00"), [("2026-10-18T00:00", "2026-10-19T08:00")]),
        (WEEKS, ("2026-10-20T00:00", "2028-03-10T00:00"), []),
        (AT_HALF_PAST_TWO, ("2026-03-28T00:00", "2027-11-02T00:00"), []),
        (BY_DAY_AND_NIGHT, ("2026-11-28T12:00", "2026-11-29T08:00"), [("2026-11-28T12:00", "2026-11-28T16:00")]),
        (BY_DAY_AND_NIGHT, ("2026-11-28T17:00", "2026-11-29T12:00"), [("2026-11-29T08:00", "2026-11-29T12:00")]),
        (ABSENCES, ("2026-11-25T00:00", "2026-11-29T00:00"), []),
        (TEMPORARY, ("2026-12-20T00:00", "2026-12-26T12:00"), [("2026-12-26T00:00", "2026-12-26T08:00")]),
        (TEMPORARY, ("2026-12-26T12:00", "2027-01-10T00:00"), [("2026-12-26T20:00", "2026-12-27T00:00")]),
        (LATER_HOURS, ("2026-11-24T00:00", "2026-11-25T00:00"), [("2026-11-24T16:00", "2026-11-24T17:30")]),
    ],
)
def test_when_nobody_is_on_duty(text: str, during: tuple[str, str], answer: list[tuple[str, str]]) -> None:
    """R12: to the minute."""
    assert rota.gaps(plan(text), span(*during)) == [span(*one) for one in answer]


def test_shifts_written_beside_the_rota_follow_in_their_tier() -> None:
    """R12 (interface.md): behind the rota's own, the lowest number first."""
    week = span("2026-11-23T00:00", "2026-11-30T00:00")
    shifts = [
        WrittenShift(shift=number, supporter=who, tier=tier, span=week) for number, who, tier in ((9, 4, 1), (2, 5, 1), (1, 3, 2))
    ]

    both = replace(plan(TWO_TIERS), shifts=tuple(shifts))

    answer = "Først 1/2 Anna | Ved siden af 1/2 Bo | shift 2 Eva | shift 9 David | Derefter 1/2 Carla"
    assert told(rota.on_duty(both, moment("2026-11-23T12:00"))) == answer


def test_a_night_is_as_long_as_it_lasts() -> None:
    """R12: stretches in which nothing changes, in local time; the night of 25 October has 17 hours."""
    found = rota.shifts_between(
        plan(BY_DAY_AND_NIGHT.replace("2026-11-23", "2026-10-19")), span("2026-10-24T10:00", "2026-10-26T10:00")
    )

    shown = [((one.span.ends_at - one.span.starts_at).total_seconds() / 3600, told([one.duty])) for one in found]
    assert shown == [(17, "Nat 1/2 Anna"), (16, "Nat 1/2 Anna"), (2, "Dag 2/2 Eva")]
