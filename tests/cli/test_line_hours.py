"""A line's opening hours from their file to what is shown."""

from __future__ import annotations

import pytest

from app.database import Database
from tests.cli.desk import Terminal, audited, written
from tests.oncall.hours import example


@pytest.fixture
def backend() -> str:
    return "sqlite"


def test_the_example_of_the_docs_is_set_and_shown(furnished: Terminal, database: Database) -> None:
    """docs/production.md. It is Monday, 04:10; set twice it is audited once."""
    number, file = "63186363", furnished.file(example())

    made = furnished.gets("line", "hours", number, file)
    again = furnished.gets("line", "hours", number, file)
    told = furnished.reads("line", "hours", number).splitlines()

    assert made == again == furnished.gets("line", "hours", number)
    assert (made["line"], made["open"], made["holidays_until"]) == ("+4563186363", False, 2036)
    assert (made["opens_at"], made["closes_at"]) == ("2026-11-23T07:00:00Z", None)
    assert made["week"]["fri"] == [{"from": "08:00", "to": "15:30"}]
    assert told[:6] == [
        "Line +4563186363: Mon–Thu 08:00–16:00, Fri 08:00–15:30, no holidays",
        "Closed now, opens 2026-11-23 08:00",
        "  2026-12-24  closed  Juleaften",
        "  2026-12-25  closed  Christmas Day",
        "  2026-12-26  closed  Boxing Day",
        "  2026-12-31  08:00–12:00  Nytårsaften",
    ]
    assert [day["date"] for day in made["days"]][-1] == "2027-05-17"
    assert told[-1] == "Public holidays are known up to 2036; setting the hours again brings them up to date"
    ((_, subject, details),) = audited(database, "line_hours_set")
    assert (subject, details["before"], len(details["after"]["open"])) == ("line:+4563186363", None, 2)


def test_hours_that_cannot_be_used_are_refused_with_all_their_faults(furnished: Terminal, database: Database) -> None:
    before = written(database)
    file = furnished.file('[[open]]\ndays = ["man"]\nfrom = "8"\n')

    bad = furnished.is_refused("line", "hours", "63186363", file)
    unset = furnished.is_refused("line", "hours", "63186363")
    nobodys = furnished.is_refused("line", "hours", "63186318", furnished.file(example()))

    assert bad[0] == 2
    assert bad[1].startswith("the opening hours cannot be used: open 1: days: it must be a list")
    assert 'open 1: from: it must be a time of day like "08:00"' in bad[1]
    assert bad[1].endswith("open 1: to is missing")
    assert unset == (1, "+4563186363 has no opening hours")
    assert nobodys == (1, "there is no line +4563186318")
    assert written(database) == before
