"""The office's hours of the tests, as its file says them, and as docs/production.md does."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Final

from oncall import opening_file
from oncall.opening import OpeningHours

DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "production.md"
HOLIDAYS: Final = {
    date(2026, 12, 25): "Juledag",
    date(2026, 12, 26): "Anden juledag",
    date(2027, 1, 1): "Nytårsdag",
    date(2027, 3, 25): "Skærtorsdag",
    date(2027, 3, 26): "Langfredag",
    date(2027, 3, 28): "Påskedag",
    date(2027, 3, 29): "Anden påskedag",
}
OFFICE: Final = """
[[open]]
days = ["mon", "tue", "wed", "thu"]
from = "08:00"
to = "16:00"
[[open]]
days = ["fri"]
from = "08:00"
to = "15:30"
[[exception]]
date = 2026-12-24
name = "Juleaften"
[[exception]]
date = 2026-12-26
hours = [{ from = "13:00", to = "14:00" }, { from = "10:00", to = "12:00" }]
"""
NIGHTS: Final = """
open_on_holidays = true
[[open]]
days = ["sat"]
from = "22:00"
to = "24:00"
[[open]]
days = ["sun"]
from = "00:00"
to = "02:30"
[[open]]
days = ["sun"]
from = "04:00"
to = "05:00"
"""
SPRING: Final = 'open_on_holidays = true\n[[open]]\nfrom = "02:00"\nto = "02:59"\n'
ALWAYS: Final = 'open_on_holidays = true\n[[open]]\nfrom = "00:00"\nto = "24:00"\n'


def hours(text: str) -> OpeningHours:
    """The hours that a file says; their holidays are those above."""
    return opening_file.hours(opening_file.parse(text), HOLIDAYS)


def example() -> str:
    """The file that docs/production.md shows."""
    found = re.search(" *```toml\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    assert found
    return found[1]
