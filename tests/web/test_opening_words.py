"""Opening hours in words, in both languages. Pure."""

from __future__ import annotations

from typing import Final

import pytest

from models.values import Language
from tests.oncall.hours import ALWAYS, NIGHTS, OFFICE, hours
from web.papers import opening
from web.words import Words

SPLIT: Final = """
open_on_holidays = true
[[open]]
days = ["mon", "wed", "thu"]
from = "12:30"
to = "16:00"
[[open]]
days = ["mon", "wed", "thu"]
from = "08:00"
to = "12:00"
"""
SAID: Final = [
    (
        OFFICE,
        "man.–tors. 8–16, fre. 8–15.30, ikke helligdage",
        "Mon–Thu 08:00–16:00, Fri 08:00–15:30, no holidays",
    ),
    (
        SPLIT,
        "man. 8–12 og 12.30–16, ons.–tors. 8–12 og 12.30–16",
        "Mon 08:00–12:00 and 12:30–16:00, Wed–Thu 08:00–12:00 and 12:30–16:00",
    ),
    (ALWAYS, "alle dage 0–24", "every day 00:00–24:00"),
    (
        NIGHTS,
        "lør. 22–24, søn. 0–2.30 og 4–5",
        "Sat 22:00–24:00, Sun 00:00–02:30 and 04:00–05:00",
    ),
]


@pytest.mark.parametrize(("text", "danish", "english"), SAID)
def test_a_week_is_said_shortly(text: str, danish: str, english: str) -> None:
    found = hours(text)

    assert opening.week(found, Words(Language.DANISH)) == danish
    assert opening.week(found, Words(Language.ENGLISH)) == english
    assert opening.day((), Words(Language.DANISH)) == "lukket"
