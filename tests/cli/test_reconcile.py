"""`doegnvagt reconcile`: what cannot be done is said, and what was found is shown."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from app.database import Database
from helpdesk import reconciliation
from models import Cost, Discrepancy
from models.values import DiscrepancyKind, Points, Resolution
from tests.cli.desk import NIGHT, Terminal, written

SID = "CA" + "7" * 32
NOTHING = {"only_here": 0, "only_there": 0, "status": 0, "quarters": 0, "duration": 0, "adjusted": 0, "review": 0}
ON_SQLITE = pytest.mark.parametrize("backend", ["sqlite"])


def a_day_was_done(database: Database) -> None:
    """Yesterday: one call of which a quarter was given back, and what it cost us."""
    yesterday = date(2026, 11, 22)
    with database.writing() as session:
        run = reconciliation.by_hand(session, yesterday, now=NIGHT)
        told: dict[str, Any] = {"here": {"quarters": 2}, "there": {"quarters": 1}, "resolution": Resolution.ADJUSTED}
        found = {"reconciliation_id": run.id, "kind": DiscrepancyKind.QUARTERS, "sid": SID, "points": Points(15), "found_at": NIGHT}
        session.add(Discrepancy(**found, **told))
        session.add(Cost(sid=SID, day=yesterday, millionths=7_500, currency="USD", told_at=NIGHT))
        session.flush()
        reconciliation.finish(session, run, compared=12, unpriced=1, now=NIGHT)


@ON_SQLITE
def test_without_an_account_it_is_said_and_kept(furnished: Terminal) -> None:
    status, said = furnished.is_refused("reconcile")

    assert (status, said) == (1, "TWILIO_ACCOUNT_SID is not set")
    assert furnished.gets("reconcile", "show", "2026-11-22")["problem"] == "TWILIO_ACCOUNT_SID is not set"
    said = furnished.reads("reconcile", "show", "2026-11-22")
    assert (
        "It did not work: TWILIO_ACCOUNT_SID is not set. It is not tried again by itself: doegnvagt reconcile --day 2026-11-22"
        in said
    )
    furnished.is_refused("reconcile", "--day", "2026-11-23")
    assert "It is tried again at 2026-11-24 07:00." in furnished.reads("reconcile", "show", "2026-11-23")


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("--day", "2026-11-24"), 2, "Invalid value for --day: 2026-11-24 has not begun."),
        (("--day", "2026-02-30"), 2, "Invalid value for '--day': it must be a day like 2026-11-23"),
        (("--day", "2026-11-22", "show"), 2, "--day is for a run; `reconcile show` takes none before it."),
        (("show", "2026-11-20"), 1, "2026-11-20 was not reconciled"),
    ],
)
@ON_SQLITE
def test_a_day_that_cannot_be_is_refused(
    furnished: Terminal, database: Database, words: tuple[str, ...], status: int, said: str
) -> None:
    before = written(database)

    refused = furnished.is_refused("reconcile", *words)

    assert refused[0] == status
    assert refused[1].startswith(said)
    assert written(database) == before


@ON_SQLITE
def test_what_was_found_is_shown_zeroes_too(furnished: Terminal, database: Database) -> None:
    a_day_was_done(database)

    shown = furnished.gets("reconcile", "show", "2026-11-22")
    said = furnished.reads("reconcile", "show", "2026-11-22")

    assert shown["found"] == NOTHING | {"quarters": 1, "adjusted": 1}
    assert (shown["day"], shown["compared"], shown["unpriced"]) == ("2026-11-22", 12, 1)
    assert shown["costs"] == [{"currency": "USD", "millionths": 7_500, "amount": "0.007500"}]
    assert [one["call"] for one in shown["discrepancies"]] == [SID]
    assert said.splitlines()[0].startswith("2026-11-22: calls compared: 12,")
    assert "  Only at the provider         0" in said
    assert "quarters 2" in said


@ON_SQLITE
def test_the_last_days_are_listed(furnished: Terminal, database: Database) -> None:
    assert furnished.reads("reconcile", "show") == "No day was reconciled yet.\n"
    a_day_was_done(database)
    furnished.set_clock(NIGHT + timedelta(hours=1))

    days = furnished.gets("reconcile", "show")["days"]

    assert [(one["day"], one["compared"]) for one in days] == [("2026-11-23", None), ("2026-11-22", 12)]
    assert "2026-11-22" in furnished.reads("reconcile", "show")
