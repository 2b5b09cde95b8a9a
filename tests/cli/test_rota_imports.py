"""A calendar taken in: shown before it is done, done once, moved and taken away again, and refused whole (R12)."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.database import Database
from models import Shift
from oncall import roster
from oncall.rota import Span
from tests.cli.desk import Terminal, audited
from tests.oncall.rotas import moment, span
from tests.oncall.test_calendar_files import calendar, event

ROTA = """
line = "support"
[[layer]]
name = "Nat"
people = [1, 2]
starts = 2026-11-16T16:00:00
every = "week"
[[absence]]
supporter = 2
from = 2027-01-04T00:00:00
to = 2027-01-05T00:00:00
"""
AWAY = event("ferie", "20261125", "20261128", "SUMMARY:Ferie", zone=";VALUE=DATE")


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def staffed(furnished: Terminal) -> Terminal:
    """Anna, 1, and Bo, 2, by the week; it is Monday, 04:10, and Anna's week until 16:00."""
    furnished.reads("supporter", "add", "Bo Krogh", "--phone", "31405061", "--email", "bo@house.example")
    furnished.reads("rota", "publish", furnished.file(ROTA))
    return furnished


def taken_in(terminal: Terminal, *events: str, how: tuple[str, ...] = ("--absence", "2")) -> dict[str, object]:
    """The import of these events, in a file of its own."""
    file = terminal.file(calendar(*events))
    found: dict[str, object] = terminal.gets("rota", "import", file, *how)
    return found


def counts(told: dict[str, object]) -> list[int]:
    return [len(told[name]) for name in ("added", "moved", "removed")]  # type: ignore[arg-type]  # lists


def on_duty(database: Database, at: str) -> list[str]:
    with database.reading() as session:
        return [one.name for one in roster.on_duty(session, moment(at))]


LATER = ("20261201T180000", "20261202T080000")


def test_absence_is_shown_then_done_once_then_moved_then_gone(staffed: Terminal, database: Database) -> None:
    """R12: each change is a new version; what was written by hand stays; the same file again changes nothing."""
    done = ("--absence", "2", "--apply")
    shown = taken_in(staffed, AWAY)
    before = on_duty(database, "2026-11-26T12:00")
    first, again = taken_in(staffed, AWAY, how=done), taken_in(staffed, AWAY, how=done)
    away = on_duty(database, "2026-11-26T12:00")
    moved = taken_in(staffed, event("ferie", "20261126", "20261127", zone=";VALUE=DATE"), how=done)
    elsewhere = taken_in(staffed, event("x", "20270101", "20270102", zone=";VALUE=DATE"), how=(*done, "--source", "skole"))
    gone = taken_in(staffed, event("andet", "20270201", "20270202", zone=";VALUE=DATE"), how=done)

    assert [counts(one) for one in (shown, first, again, moved, elsewhere, gone)] == [
        [1, 0, 0],
        [1, 0, 0],
        [0, 0, 0],
        [0, 1, 0],
        [1, 0, 0],
        [1, 0, 1],
    ]
    assert [one["applied"] for one in (shown, first, again)] == [False, True, False]
    assert shown["conflicts"] == [
        {"supporter": 2, "from": "2026-11-23T15:00:00Z", "to": "2026-11-30T15:00:00Z", "tier": None, "uid": None}
    ]
    assert (before, away) == (["Bo Krogh"], ["Anna"])
    content = staffed.gets("rota", "show")["content"]
    assert [one.get("uid") for one in content["absence"]] == [None, "x", "andet"]
    assert [details["added"] for _, _, details in audited(database, "absence_imported")] == [1, 0, 1, 1]


def test_an_outside_rota_is_taken_in_and_followed(staffed: Terminal, database: Database) -> None:
    """R12: by mail address or by name; what moved (or its tier) is moved, what vanished is taken away, what runs stays."""
    how = ("--shifts", "--tier", "2", "--source", "bureau", "--apply")
    runs = event("1", "20261123T000000", "20261123T120000", "SUMMARY:Vagt: Anna")
    later = event("2", "20261201T160000", "20261202T080000", "SUMMARY:Vagt", "ATTENDEE:mailto:BO@house.example")
    last = event("3", "20261203T160000", "20261204T080000", "SUMMARY:Bo Krogh (bagvagt)")

    taken_in(staffed, runs, later, last, how=how)
    again = taken_in(staffed, runs, later, last, how=how)
    told = taken_in(
        staffed,
        event("1", "20261123T020000", "20261123T140000", "SUMMARY:Vagt: Anna"),
        event("2", *LATER, "SUMMARY:Anna"),
        how=how,
    )

    moved = (event("1", "20261123T020000", "20261123T140000", "SUMMARY:Vagt: Anna"), event("2", *LATER, "SUMMARY:Anna"))
    of_tier_1 = (*how[:2], "1", *how[3:])
    shown = staffed.reads("rota", "import", staffed.file(calendar(*moved)), *of_tier_1[:-1])
    elsewhere, as_ever = (taken_in(staffed, *moved, how=of_tier_1) for _ in range(2))

    assert (counts(again), counts(told)) == ([0, 0, 0], [0, 2, 1])
    assert "~ Anna, 2026-12-01 18:00 to 2026-12-02 08:00, tier 2, now Anna, 2026-12-01 18:00 to 2026-12-02 08:00, tier 1" in shown
    assert (counts(elsewhere), counts(as_ever)) == ([0, 1, 0], [0, 0, 0])
    with database.reading() as session:
        kept = session.scalars(select(Shift).where(Shift.source == "bureau").order_by(Shift.uid)).all()
        found = [(one.uid, one.supporter_id, one.tier, one.starts_at, one.ends_at) for one in kept]
    first, second = span("2026-11-23T00:00", "2026-11-23T14:00"), span("2026-12-01T18:00", "2026-12-02T08:00")
    assert found == [("1", 1, 2, first.starts_at, first.ends_at), ("2", 1, 1, second.starts_at, second.ends_at)]


@pytest.mark.parametrize("clock", ["2026-11-23T04:10", "2026-11-24T04:10"])
def test_an_event_that_is_moved_while_it_runs_or_when_it_is_over_is_another_shift(
    staffed: Terminal, database: Database, clock: str
) -> None:
    """R12: what was, or runs, stays what it was, so nobody has the nights between; the same file again changes nothing."""
    how = ("--shifts", "--tier", "2", "--source", "bureau", "--apply")
    taken_in(staffed, event("1", "20261123T000000", "20261123T120000", "SUMMARY:Bo Krogh"), how=how)
    later = event("1", "20261126T000000", "20261126T120000", "SUMMARY:Bo Krogh")

    staffed.set_clock(moment(clock))
    told, again = (taken_in(staffed, later, how=how) for _ in range(2))

    assert (counts(told), counts(again)) == ([1, 0, 0], [0, 0, 0])
    with database.reading() as session:
        kept = session.scalars(select(Shift).where(Shift.supporter_id == 2, Shift.tier == 2).order_by(Shift.starts_at)).all()
        found = [(one.uid, Span(starts_at=one.starts_at, ends_at=one.ends_at)) for one in kept]
    assert found == [
        (None, span("2026-11-23T00:00", "2026-11-23T12:00")),
        ("1", span("2026-11-26T00:00", "2026-11-26T12:00")),
    ]


def test_an_event_that_grows_when_its_shift_is_over_brings_what_is_left_of_it(staffed: Terminal, database: Database) -> None:
    """R12: Bo had the night until noon, and keeps it; Anna, who is named now, has what came behind it, and no more."""
    how = ("--shifts", "--tier", "2", "--source", "bureau", "--apply")
    taken_in(staffed, event("1", "20261123T000000", "20261123T120000", "SUMMARY:Bo Krogh"), how=how)
    longer = event("1", "20261123T000000", "20261123T140000", "SUMMARY:Anna")

    staffed.set_clock(moment("2026-11-23T12:10"))
    told, again = (taken_in(staffed, longer, how=how) for _ in range(2))

    assert (counts(told), counts(again)) == ([1, 0, 0], [0, 0, 0])
    with database.reading() as session:
        kept = session.scalars(select(Shift).where(Shift.tier == 2).order_by(Shift.starts_at)).all()
        found = [(one.supporter_id, one.uid, Span(starts_at=one.starts_at, ends_at=one.ends_at)) for one in kept]
    assert found == [
        (2, None, span("2026-11-23T00:00", "2026-11-23T12:00")),
        (1, "1", span("2026-11-23T12:00", "2026-11-23T14:00")),
    ]


def test_whom_nobody_knows_is_told_of_every_event_and_nothing_is_written(staffed: Terminal, database: Database) -> None:
    """R12: one that names two is no better."""
    file = staffed.file(
        calendar(
            event("1", "20261201T160000", "20261202T080000", "SUMMARY:Carla"),
            event("2", "20261203T160000", "20261204T080000", "SUMMARY:Anna eller Bo Krogh"),
            event("3", "20261205T160000", "20261206T080000", "SUMMARY:Anna"),
        )
    )

    said = staffed.types("rota", "import", file, "--shifts", "--apply")

    assert said.status == 2
    assert "event 'Carla' of 2026-12-01 16:00: names no supporter" in said.err
    assert "event 'Anna eller Bo Krogh' of 2026-12-03 16:00: names more than one supporter" in said.err
    with database.reading() as session:
        assert session.scalars(select(Shift).where(Shift.source.is_not(None))).all() == []


def test_gaps_that_arise_and_shifts_at_one_time_are_told(staffed: Terminal) -> None:
    """R12: with both away nobody is there; a colleague's calendar says the same shift twice."""
    taken_in(staffed, AWAY, how=("--absence", "1", "--apply"))
    file = staffed.file(calendar(AWAY))
    read = staffed.reads("rota", "import", file, "--absence", "2")
    twice = taken_in(
        staffed,
        event("1", "20261201T160000", "20261202T080000", "SUMMARY:Anna"),
        event("2", "20261202T060000", "20261202T090000", "SUMMARY:Anna"),
        how=("--shifts",),
    )

    assert "Warning: nobody is on duty any more from 2026-11-25 00:00 to 2026-11-28 00:00" in read
    assert "+ Bo Krogh, 2026-11-25 00:00 to 2026-11-28 00:00" in read
    assert read.rstrip().endswith("Nothing is changed yet: --apply does it.")
    assert len(twice["conflicts"]) == 2  # type: ignore[arg-type]  # a list
