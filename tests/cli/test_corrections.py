"""Refunds, grants and disputes at the terminal: what is written, who may decide, and what is refused."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.database import Database
from models import Entry, Journal
from models.values import JournalKind
from tests.cli.desk import Terminal, audited, written
from tests.cli.test_errands import has_talked
from tests.house import House

WHY = ("--reason", "outage", "--note", "Linjen var nede.", "--by", "anna")
pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


def charged(house: House, terminal: Terminal) -> str:
    """A call that cost 15 points; its CallSid."""
    caller = has_talked(house)
    terminal.set_clock(house.now)
    return house.sid(caller)


def test_a_quarter_is_given_back(house: House, terminal: Terminal) -> None:
    """R18."""
    sid = charged(house, terminal)

    part = terminal.gets("refund", "quarter", sid, "1", "--points", "5", *WHY)
    said = terminal.reads("refund", "call", sid, *WHY)

    assert (part["state"], part["quarters"], part["points"], part["asked_by"]) == ("done", {"1": 5}, 5, "anna")
    assert said == f"Refund 2 of call {sid}, 10 points: done\n"
    assert terminal.gets("ledger", "audit") == {"faults": []}
    entries = terminal.gets("points", "statement", "10001")["entries"]
    assert [(one["kind"], one["points"], one["call"]) for one in entries[1:]] == [
        ("quarter", -15, sid),
        ("refund", 5, sid),
        ("refund", 10, sid),
    ]
    assert {one["quarter"] for one in entries if one["kind"] == "refund"} == {None}
    assert terminal.reads("points", "statement", "10001", "--lang", "en").count("Refund · quarter 1 · call") == 2


def test_an_entry_that_gives_back_is_explained_with_its_quarter(house: House, terminal: Terminal) -> None:
    """R18: it stands beside the quarter, whose price and charge are what it is about."""
    terminal.gets("refund", "quarter", charged(house, terminal), "1", *WHY)

    with house.database.reading() as session:
        entry = session.scalars(select(Entry.id).join(Journal).where(Journal.kind == JournalKind.REFUND, Entry.points > 0)).one()
    told = terminal.gets("explain", "--entry", str(entry), "--lang", "en")["explained"]

    assert [one["title"] for one in told] == [f"Entry no. {entry}", "Quarter 1"]
    assert any(sentence.startswith("Charge: −15 points") for sentence in told[1]["sentences"])


def test_above_the_limit_somebody_else_approves(house: House, terminal: Terminal, database: Database) -> None:
    """R18: in whatever spelling; the audit says under which account a name was typed."""
    sid = charged(house, terminal)

    said = terminal.reads("refund", "call", sid, *WHY, CORRECTION_LIMIT="10")
    waiting = terminal.gets("refund", "list")["corrections"]
    refused = terminal.is_refused("refund", "approve", "1", "--by", " ANNA")
    approved = terminal.gets("refund", "approve", "1", "--by", "Bo")

    assert said == f"Refund 1 of call {sid}, 15 points: waits for a second person: doegnvagt refund approve 1\n"
    assert [(one["correction"], one["state"]) for one in waiting] == [(1, "asked")]
    assert refused == (2, "correction 1 was asked for by anna: somebody else must approve it")
    assert (approved["state"], approved["decided_by"]) == ("done", "bo")
    assert terminal.reads("refund", "list") == "Nothing waits.\n"
    assert "Linjen var nede." in terminal.reads("refund", "list", "--all")
    ((who, _, details),) = audited(database, "correction_done")
    assert who == "Bo"
    assert details["desk"].startswith("cli")


def test_points_are_granted(furnished: Terminal) -> None:
    granted = furnished.gets("points", "grant", "10001", "30", *WHY)
    waits = furnished.gets("points", "grant", "10001", "31", *WHY)
    refused = furnished.gets("refund", "refuse", "2", "--note", "For meget.", "--by", "bo")

    assert (granted["kind"], granted["state"], waits["state"], refused["state"]) == ("grant", "done", "asked", "refused")
    assert furnished.gets("points", "statement", "10001")["balance"] == 90
    assert furnished.gets("ledger", "audit") == {"faults": []}


def test_a_dispute_is_opened_by_receipt_and_answered(house: House, terminal: Terminal) -> None:
    sid = charged(house, terminal)

    opened = terminal.gets("dispute", "open", "1", "--said", "For dyrt.", "--by", "anna")
    listed = terminal.gets("dispute", "list")["disputes"]
    shown = terminal.reads("dispute", "list")
    answered = terminal.gets("dispute", "answer", "1", "--refund", *WHY)

    assert (opened["dispute"], opened["receipt"], opened["call"], opened["case"]) == (1, 1, sid, "20001")
    assert listed == [opened]
    assert "For dyrt." in shown
    assert (answered["dispute"], answered["points"], answered["state"]) == (1, 15, "done")
    assert terminal.reads("dispute", "list") == "Nothing waits.\n"
    assert [one["state"] for one in terminal.gets("dispute", "list", "--all")["disputes"]] == ["refunded"]
    assert [one["kind"] for one in terminal.gets("task", "list", "--all")["tasks"]] == ["dispute"]


def test_a_dispute_is_refused_by_callsid(house: House, terminal: Terminal) -> None:
    sid = charged(house, terminal)
    terminal.reads("dispute", "open", sid, "--said", "For dyrt.")

    said = terminal.reads("dispute", "answer", "1", "--refuse", "--note", "I talte et minut.")

    assert said == "Dispute 1: refused\n"


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (("refund", "call", "CA0", *WHY), 1, "there is no call CA0"),
        (("refund", "quarter", "SID", "2", *WHY), 2, "quarter 2 of call"),
        (("refund", "quarter", "SID", "1", "--points", "16", *WHY), 2, "quarter 1 of call"),
        (("refund", "quarter", "SID", "0", *WHY), 2, "Invalid value for 'QUARTER'"),
        (("refund", "call", "SID", "--reason", "whim", "--note", "x"), 2, "Invalid value for '--reason'"),
        (("refund", "call", "SID", "--reason", "outage"), 2, "Missing option '--note'"),
        (("refund", "approve", "7"), 1, "there is no correction 7"),
        (("refund", "refuse", "7", "--note", "x"), 1, "there is no correction 7"),
        (("points", "grant", "10009", "5", *WHY), 1, "there is no customer 10009"),
        (("dispute", "open", "77", "--said", "x"), 1, "there is no receipt 77"),
        (("dispute", "answer", "7", "--refuse", "--note", "x"), 1, "there is no dispute 7"),
        (("dispute", "answer", "7", "--note", "x"), 2, "Either --refund or --refuse."),
        (("dispute", "answer", "7", "--refund", "--note", "x"), 2, "--refund needs --reason"),
        (("dispute", "answer", "7", "--refuse", "--quarter", "1", "--note", "x"), 2, "--refuse gives nothing back"),
        (("dispute", "answer", "7", "--refuse", "--reason", "outage", "--note", "x"), 2, "--refuse gives nothing back"),
    ],
)
def test_what_cannot_be_corrected_is_refused_and_nothing_is_written(
    house: House, terminal: Terminal, database: Database, words: tuple[str, ...], status: int, says: str
) -> None:
    sid = charged(house, terminal)
    before = written(database)

    refused = terminal.is_refused(*(sid if word == "SID" else word for word in words))

    assert refused[0] == status
    assert refused[1].startswith(says)
    assert written(database) == before
