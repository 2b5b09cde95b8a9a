"""A file of opening hours: what is wrong with it is said all at once, and the example of the docs is sound. Pure."""

from __future__ import annotations

from datetime import date

import pytest

from oncall import opening_file
from oncall.opening import Opening, SpecialDay
from oncall.opening_file import BadHours
from tests.oncall.hours import example, hours


def faults(text: str) -> list[str]:
    with pytest.raises(BadHours) as refused:
        opening_file.parse(text)
    return [str(fault) for fault in refused.value.faults]


def test_the_example_is_sound() -> None:
    """docs/production.md."""
    found = hours(example())

    assert found.week[1] == found.week[4] == (Opening(480, 960),)
    assert found.week[5] == (Opening(480, 930),)
    assert set(found.week) == {1, 2, 3, 4, 5}
    assert found.exceptions[date(2026, 12, 24)] == SpecialDay("Juleaften", ())
    assert found.exceptions[date(2026, 12, 31)] == SpecialDay("Nytårsaften", (Opening(480, 720),))


def test_everything_that_is_wrong_is_said_at_once() -> None:
    text = """
colour = "red"
open_on_holidays = "yes"
[[open]]
days = ["man"]
from = "24:00"
to = "16:00"
[[open]]
from = "08:00"
to = "12:00"
[[open]]
days = ["tue"]
from = "11:59"
to = "13:00"
[[open]]
from = "16:00"
to = "16:00"
until = "17:00"
[[exception]]
date = 9999-12-31
hours = [{ from = "08:00" }]
[[exception]]
date = 2026-12-24
name = ""
[[exception]]
date = 2026-12-24
hours = [{ from = "08:00", to = "10:00" }, { from = "09:00", to = "24:00" }]
"""

    assert sorted(faults(text)) == [
        "exception 1 hours 1: to is missing",
        "exception 1: date: it must be a date, like 2026-12-24",
        "exception 2: name: it must be a text of 1 to 200 letters, in one line",
        "exception 3 hours 2: it overlaps other hours of 2026-12-24",
        "exception 3: date: there is another exception on 2026-12-24",
        "open 1: days: it must be a list of at least one of mon, tue, wed, thu, fri, sat, sun",
        'open 1: from: it must be a time of day like "08:00", at the latest "23:59"',
        "open 3: it overlaps other hours of tue",
        "open 4: to must be later than from",
        "open 4: unknown key 'until'",
        "open_on_holidays: it must be true or false",
        "unknown key 'colour'",
    ]


@pytest.mark.parametrize(("text", "fault"), [("", "open: there must be at least one"), ("open = [", "it is no TOML")])
def test_a_file_that_says_no_hours_is_refused(text: str, fault: str) -> None:
    assert [one.startswith(fault) for one in faults(text)] == [True]
