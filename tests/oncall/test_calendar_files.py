"""Somebody else's calendar, read: what recurs is unrolled, what was moved keeps its name, every fault is named at once. Pure."""

from __future__ import annotations

import pytest

from oncall import calendar_file
from oncall.calendar_file import BadCalendar, Occurrence
from tests.oncall.rotas import span

YEAR = span("2026-11-23T04:10", "2027-11-23T04:10")


def calendar(*events: str) -> str:
    """A file with these events, each in lines of `NAME:value`."""
    parts = [f"BEGIN:VEVENT\n{event.strip()}\nEND:VEVENT\n" for event in events]
    return "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:test\n" + "".join(parts) + "END:VCALENDAR\n"


def event(uid: str, start: str, end: str, *more: str, zone: str = ";TZID=Europe/Copenhagen") -> str:
    return "\n".join([f"UID:{uid}", f"DTSTART{zone}:{start}", f"DTEND{zone}:{end}", *more])


def read(*events: str) -> list[Occurrence]:
    return calendar_file.read(calendar(*events), YEAR)


@pytest.mark.parametrize(
    ("zone", "start", "end", "found"),
    [
        (";TZID=Europe/Copenhagen", "20261124T160000", "20261125T080000", span("2026-11-24T16:00", "2026-11-25T08:00")),
        ("", "20261124T150000Z", "20261125T070000Z", span("2026-11-24T16:00", "2026-11-25T08:00")),
        ("", "20261124T160000", "20261125T080000", span("2026-11-24T16:00", "2026-11-25T08:00")),
        (";VALUE=DATE", "20261224", "20261227", span("2026-12-24T00:00", "2026-12-27T00:00")),
        (";VALUE=DATE", "20270328", "20270329", span("2027-03-28T00:00", "2027-03-29T00:00")),
        (";TZID=Europe/London", "20270327T230000", "20270328T040000", span("2027-03-28T00:00", "2027-03-28T05:00")),
    ],
)
def test_a_moment_is_what_its_zone_says_and_local_without_one(zone: str, start: str, end: str, found: object) -> None:
    """R12: a whole day is a local one, of 23 hours where the clocks turn."""
    (one,) = read(event("a", start, end, "SUMMARY:  Anna   på vagt ", "ATTENDEE:mailto:Anna@House.example", zone=zone))

    assert (one.span, one.title, one.addresses, one.key) == (found, "Anna på vagt", ("anna@house.example",), "a")


def test_what_recurs_is_unrolled_and_each_time_keeps_its_name() -> None:
    """R12: one was taken out, one was moved by two hours, one is over already, and the clock on the wall decides."""
    series = event(
        "s",
        "20261117T160000",
        "20261118T080000",
        "RRULE:FREQ=WEEKLY;UNTIL=20261230T000000Z",
        "EXDATE;TZID=Europe/Copenhagen:20261201T160000",
    )
    moved = event("s", "20261208T180000", "20261209T080000", "RECURRENCE-ID;TZID=Europe/Copenhagen:20261208T160000")

    found = read(series, moved)

    assert [one.key for one in found] == [
        f"s 202612{day}T1500Z" if day != "24" else "s 20261124T1500Z" for day in ("24", "08", "15", "22", "29")
    ]
    assert found[1].span == span("2026-12-08T18:00", "2026-12-09T08:00")


def test_an_event_that_was_cancelled_is_none() -> None:
    assert read(event("a", "20261124T160000", "20261125T080000", "STATUS:CANCELLED")) == []


@pytest.mark.parametrize(
    "text", ["", "hello", "BEGIN:VCALENDAR\nEND:VCALENDAR\n", "BEGIN:VEVENT\nEND:VEVENT\n", "\x00", "BEGIN:VCALENDAR\n"]
)
def test_what_is_no_calendar_is_said(text: str) -> None:
    with pytest.raises(BadCalendar, match="the calendar cannot be used"):
        calendar_file.read(text, YEAR)


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(BadCalendar) as refused:
        read(
            "SUMMARY:Uden alt",
            event("b", "2026", "20261125T080000", "SUMMARY:Forkert"),
            event("c", "20261125T080000", "20261126T080000"),
        )

    assert len(refused.value.faults) == 3
    assert "event 'Uden alt': UID is missing" in str(refused.value)
    assert "event 'Uden alt': DTSTART is missing" in str(refused.value)
    assert "event 'Forkert': DTSTART" in str(refused.value)


def test_a_time_that_the_clock_jumps_over_and_no_length_are_faults() -> None:
    with pytest.raises(BadCalendar) as refused:
        read(
            event("a", "20270328T023000", "20270328T080000", "SUMMARY:Forår", zone=""),
            event("b", "20261125T080000", "20261125T080000", "SUMMARY:Intet"),
        )

    said = [str(one) for one in refused.value.faults]
    assert [one.partition(":")[0] for one in said] == ["event 'Forår'", "event 'Intet'"]
    assert "2027-03-28T02:30 does not exist" in said[0]
    assert said[1] == "event 'Intet': DTEND must be later than DTSTART"


def test_an_end_before_its_beginning_and_a_name_that_stands_twice_are_faults() -> None:
    """R12: of a night that should end on the next day no day is made, and of two events of one name none is lost."""
    with pytest.raises(BadCalendar) as refused:
        read(
            event("a", "20261124T160000", "20261124T080000", "SUMMARY:Nat"),
            event("b", "20261125T160000", "20261126T080000", "SUMMARY:Anna"),
            event("b", "20261126T160000", "20261127T080000", "SUMMARY:Bo"),
        )

    assert [str(one) for one in refused.value.faults] == [
        "event 'Nat': DTEND must be later than DTSTART",
        "event 'Bo': it stands there twice",
    ]


def test_one_that_was_moved_out_of_the_hour_that_is_jumped_over_keeps_a_name() -> None:
    """R12: it is known by when it would have begun, which the clock of that night never shows."""
    series = event("s", "20270327T023000", "20270327T033000", "RRULE:FREQ=DAILY;COUNT=3", zone="")
    moved = event("s", "20270328T040000", "20270328T050000", "RECURRENCE-ID:20270328T023000", zone="")

    assert [(one.key, one.span) for one in read(series, moved)][1] == (
        "s 20270328T0100Z",
        span("2027-03-28T04:00", "2027-03-28T05:00"),
    )
