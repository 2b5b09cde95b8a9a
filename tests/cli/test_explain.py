"""`doegnvagt explain`: a call, one of its quarters, an entry of the books; for people and programs."""

from __future__ import annotations

import pytest

from app.database import Database
from models import Call
from models.values import CallOutcome, CallState
from tests.cli.desk import NIGHT, Terminal
from tests.cli.test_errands import has_talked
from tests.house import House

SID = "CA0123456789abcdef0123456789abcdef"

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


@pytest.fixture
def explained(furnished: Terminal, database: Database) -> Terminal:
    """A furnished house in which somebody called and keyed nothing."""
    with database.writing() as session:
        ended = {"state": CallState.ENDED, "outcome": CallOutcome.NO_INPUT, "ended_at": NIGHT}
        session.add(
            Call(sid=SID, line_id=1, from_raw="+4520304050", from_number="+4520304050", started_at=NIGHT, heard_at=NIGHT, **ended)
        )
    return furnished


def test_a_call_is_explained_in_the_readers_language(explained: Terminal) -> None:
    """R22, R23: the caller's number is masked."""
    assert explained.reads("explain", SID).splitlines() == [
        "Opkalderen",
        "  +45…50 ringede til Døgnvagten (+4563186363) den 23. november 2026 kl. 04.10.00.",
        "  Der blev ikke tastet nogen gyldig pinkode.",
        "",
        "Resultatet",
        "  Opkaldet koster ikke noget: opkalderen tastede ikke noget.",
        "  Det sluttede den 23. november 2026 kl. 04.10.00.",
    ]
    assert "The call costs nothing: the caller keyed nothing." in explained.reads("explain", SID, "--lang", "en")


def test_an_entry_is_explained_by_its_number(explained: Terminal) -> None:
    said = explained.reads("explain", "--entry", "1")
    document = explained.gets("explain", "--entry", "1")

    assert said.splitlines()[:2] == [
        "Postering nr. 1",
        "  Køb: +60 point, skrevet den 23. november 2026 kl. 04.10.00 af test, nr. 1, reference »first«.",
    ]
    assert (document["entry"]["customer"], document["entry"]["entry"]["points"], document["call"]) == ("10001", 60, None)
    assert document["explained"][0]["title"] == "Postering nr. 1"


def test_a_program_gets_facts_and_sentences(explained: Terminal) -> None:
    document = explained.gets("explain", SID)

    assert document["call"]["call"] == SID
    assert (document["call"]["caller"], document["call"]["free"], document["call"]["quarters"]) == ("+45…50", "never_taken", [])
    assert [one["title"] for one in document["explained"]] == ["Opkalderen", "Resultatet"]


def test_a_program_gets_why_a_quarter_costs_what_it_costs(house: House, terminal: Terminal) -> None:
    """R10: of a call that was charged, with the days on which the deciding period applies (1 is Monday)."""
    caller = has_talked(house)
    terminal.set_clock(house.now)

    (quarter,) = terminal.gets("explain", house.sid(caller))["call"]["quarters"]

    assert (quarter["quarter"], quarter["charged"], quarter["tag"]["price"]) == (1, -15, 15)
    assert quarter["tag"]["period"]["days"] == [1, 2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        ((), 2, "Say either a CallSid or --entry NUMBER."),
        ((SID, "--entry", "1"), 2, "Say either a CallSid or --entry NUMBER."),
        (("--entry", "1", "--quarter", "1"), 2, "--quarter is one of a call's"),
        ((SID, "--quarter", "0"), 2, "a whole number from 1"),
        ((SID, "--lang", "de"), 2, "must be one of da, en"),
        ((SID, "--quarter", "1"), 1, f"call {SID} has no quarter 1"),
        (("CA9",), 1, "there is no call CA9"),
        (("--entry", "2"), 1, "there is no entry 2 on a customer's account"),
        (("--entry", "999999999999"), 1, "there is nothing with the number"),
    ],
)
def test_what_cannot_be_explained_is_said_in_one_line(explained: Terminal, words: tuple[str, ...], status: int, says: str) -> None:
    ended, line = explained.is_refused("explain", *words)

    assert ended == status
    assert says in line
