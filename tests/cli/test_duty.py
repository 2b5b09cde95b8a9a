"""Lines, supporters and shifts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.database import Database
from helpdesk import readiness
from models import Line, ReadinessTest, Shift, Supporter
from models.readiness import ReadinessAnswer
from models.values import Language
from tests.cli.desk import Terminal, audited


def test_a_line_is_set_and_set_again(terminal: Terminal, database: Database) -> None:
    terminal.reads("line", "set", "63186363", "--flow", "support")
    terminal.reads("line", "set", "+45 6318 6363", "--flow", "support", "--name", "Døgnvagten")

    said = terminal.gets("line", "set", "63186363", "--flow", "support")

    assert said == {"line": "+4563186363", "flow": "support", "name": "Døgnvagten"}
    with database.reading() as session:
        assert [(line.number, line.name) for line in session.scalars(select(Line))] == [("+4563186363", "Døgnvagten")]
    assert [details["before"] and details["before"]["name"] for _, _, details in audited(database, "line_set")] == [
        None,
        "+4563186363",
    ]


def test_a_line_asks_for_shifts_to_be_acknowledged_until_it_is_turned_off(terminal: Terminal) -> None:
    line = ("line", "set", "63186363", "--flow", "support")

    on = terminal.gets(*line, "--acknowledge-within", "12")
    kept = terminal.reads(*line)
    off = terminal.gets(*line, "--acknowledge-within", "0")

    assert (on["acknowledge_within"], "acknowledge_within" in off) == (12, False)
    assert kept.endswith("shifts acknowledged 12 hours ahead\n")


def test_an_office_line_is_set_and_has_shifts_of_its_own(terminal: Terminal) -> None:
    said = terminal.gets("line", "set", "63186318", "--flow", "office")
    terminal.gets("supporter", "add", "Anna", "--phone", "30405060")
    terminal.reads("shift", "add", "1", "--line", "office", "--from", "2026-11-23T00:00", "--to", "2026-11-24T00:00")

    there = {line: terminal.gets("oncall", "--line", line, "--at", "2026-11-23T10:00")["on_duty"] for line in ("office", "support")}

    assert said == {"line": "+4563186318", "flow": "office", "name": "+4563186318"}
    assert {line: len(some) for line, some in there.items()} == {"office": 1, "support": 0}


def test_a_line_is_told_to_people(terminal: Terminal) -> None:
    assert (
        terminal.reads("line", "set", "63186363", "--flow", "support", "--name", "Vagten") == "Line +4563186363: support, Vagten\n"
    )


def test_a_supporter_is_added(terminal: Terminal, database: Database) -> None:
    assert terminal.gets("supporter", "add", "Anna", "--phone", "30405060") == {"supporter": 1}
    assert terminal.gets("supporter", "add", "Bo", "--phone", "30405061", "--email", "bo@vagt.dk", "--language", "en") == {
        "supporter": 2
    }

    with database.reading() as session:
        rows = [(row.name, row.phone, row.email, row.language) for row in session.scalars(select(Supporter).order_by(Supporter.id))]
    assert rows == [("Anna", "+4530405060", None, Language.DANISH), ("Bo", "+4530405061", "bo@vagt.dk", Language.ENGLISH)]
    assert [(subject, details) for _, subject, details in audited(database, "supporter_added")] == [
        ("supporter:1", {"name": "Anna"}),
        ("supporter:2", {"name": "Bo"}),
    ]


def test_supporters_are_listed_with_the_numbers_that_other_commands_want(furnished: Terminal) -> None:
    """R23: a telephone number is masked where many stand."""
    furnished.reads("supporter", "add", "Bo Æbelø", "--phone", "20304051")

    assert furnished.gets("supporter", "list", "--limit", "1") == {
        "supporters": [{"supporter": 1, "name": "Anna", "phone": "+45…60"}]
    }
    assert [line.split() for line in furnished.reads("supporter", "list").splitlines()] == [
        ["Supporter", "Name", "Phone"],
        ["1", "Anna", "+45…60"],
        ["2", "Bo", "Æbelø", "+45…51"],
    ]


def test_nobody_answers_yet(terminal: Terminal) -> None:
    assert terminal.reads("supporter", "list") == "No supporters.\n"


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_supporter_is_rung_as_a_test_and_shown_with_what_it_found_out(furnished: Terminal, database: Database) -> None:
    furnished.reads("line", "set", "63186363", "--flow", "support")
    before = furnished.reads("supporter", "show", "1")

    asked = furnished.gets("supporter", "ring", "1")
    again = furnished.is_refused("supporter", "ring", "1")
    nobody = furnished.is_refused("supporter", "ring", "9")
    goes_on = furnished.gets("supporter", "show", "1")["readiness"]
    with database.writing() as session:
        test = session.scalars(select(ReadinessTest)).one()
        test.rung_at, test.picked_up_at = test.asked_at, test.asked_at + timedelta(seconds=9)
        readiness.said(session, test, ReadinessAnswer.READY, now=test.asked_at)

    assert "Never rung as a test." in before
    assert (asked["test"], asked["supporter"]) == (1, 1)
    assert again == (2, "that telephone is being rung as a test already")
    assert nobody == (1, "there is no supporter 9")
    assert (goes_on["outcome"], goes_on["ended_at"]) == (None, None)
    assert "ready, rang for 9 s" in furnished.reads("supporter", "show", "1")
    assert [subject for _, subject, _ in audited(database, "supporter_tested")] == ["supporter:1"]


def test_a_shift_is_added_in_local_time(furnished: Terminal, database: Database) -> None:
    said = furnished.gets("shift", "add", "1", "--from", "2026-11-23T16:00", "--to", "2026-11-24T08:00", "--tier", "2")

    assert said == {"shift": 1}
    with database.reading() as session:
        shift = session.scalars(select(Shift)).one()
        assert (shift.supporter_id, shift.tier) == (1, 2)
        assert (shift.starts_at, shift.ends_at) == (datetime(2026, 11, 23, 15, tzinfo=UTC), datetime(2026, 11, 24, 7, tzinfo=UTC))
    details = {"supporter": 1, "tier": 2, "line": "support", "from": "2026-11-23T15:00:00+00:00", "to": "2026-11-24T07:00:00+00:00"}
    assert [(subject, said) for _, subject, said in audited(database, "shift_added")] == [("shift:1", details)]


def test_a_shift_is_told_to_people(furnished: Terminal) -> None:
    said = furnished.reads("shift", "add", "1", "--from", "2026-11-23T16:00", "--to", "2026-11-24T08:00")

    assert said == "Shift 1: Anna, 2026-11-23 16:00 to 2026-11-24 08:00, tier 1\n"


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-10-25T02:30", "2026-10-25T02:30", 1),  # the hour that comes twice: from its first to its second
        ("2026-10-25T02:30", "2026-10-25T04:00", 2.5),
        ("2026-10-25T00:00", "2026-10-25T02:30", 3.5),
        ("2026-10-25T00:00", "2026-10-25T06:00", 7),
        ("2027-03-28T00:00", "2027-03-28T06:00", 5),
    ],
)
def test_a_shift_over_a_night_on_which_the_clocks_change(
    furnished: Terminal, database: Database, start: str, end: str, hours: float
) -> None:
    furnished.reads("shift", "add", "1", "--from", start, "--to", end)

    with database.reading() as session:
        shift = session.scalars(select(Shift)).one()
        assert (shift.ends_at - shift.starts_at).total_seconds() == hours * 3600


@pytest.mark.parametrize("wrong", ["--from", "--to"])
def test_a_local_time_that_does_not_exist_is_said_to_be_one(furnished: Terminal, wrong: str) -> None:
    times = {"--from": "2027-03-28T00:30", "--to": "2027-03-28T06:00", wrong: "2027-03-28T02:30"}

    said = furnished.is_refused("shift", "add", "1", *(word for pair in times.items() for word in pair))

    fault = "2027-03-28T02:30 does not exist in Europe/Copenhagen: the clocks go forward over it"
    assert said == (2, f"Invalid value for '{wrong}': {fault}")


@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_duty_came_to_is_told_for_payroll(furnished: Terminal) -> None:
    """R12: as a document, as text and as a file."""
    furnished.reads("shift", "add", "1", "--from", "2026-10-24T22:00", "--to", "2026-10-25T06:00")
    period = ("--from", "2026-10-01T00:00", "--to", "2026-11-01T00:00")

    told = furnished.gets("duty", "report", *period)
    read = furnished.reads("duty", "report", *period, "--lang", "da")
    file = furnished.reads("duty", "report", *period, "--format", "csv", "--table", "shifts", "--lang", "da")

    assert told["people"][0]["duty"] == {"weekend_night": 9 * 3600.0}
    assert "9:00" in read
    assert "9:00:00" in file


def test_a_supporter_gets_a_second_telephone_and_a_time_to_be_rung(terminal: Terminal, database: Database) -> None:
    """R12, ADR 18: a number is one supporter's, whether it is their first or their second."""
    for name, number in (("Anna", "30405060"), ("Bo", "30405061")):
        terminal.gets("supporter", "add", name, "--phone", number)

    added = terminal.gets("supporter", "phone", "add", "1", "--phone", "30405062")
    rings = terminal.gets("supporter", "ring-time", "1", "20")
    refused = [
        terminal.is_refused("supporter", "phone", "add", "2", "--phone", "30405062"),
        terminal.is_refused("supporter", "phone", "add", "2", "--phone", "30405061"),
        terminal.is_refused("supporter", "add", "Carla", "--phone", "30405062"),
        terminal.is_refused("supporter", "ring-time", "1", "31"),
    ]
    shown = terminal.gets("supporter", "show", "1")
    removed = terminal.gets("supporter", "phone", "remove", "1")

    assert added == {"supporter": 1, "phone": "+4530405060", "second_phone": "+4530405062", "ring_seconds": 15}
    assert rings == {**added, "ring_seconds": 20}
    assert [shown[key] for key in ("second_phone", "ring_seconds", "failing")] == ["+4530405062", 20, []]
    assert removed["second_phone"] is None
    assert ["is the telephone of supporter 1, Anna" in said for _, said in refused] == [True, False, True, False]
    assert [details["after"] for _, _, details in audited(database, "supporter_number_changed")] == [
        {"second": "+45…62"},
        {"seconds": 20},
        {"second": None},
    ]
