"""The PIN stands nowhere: in no row, no stored answer, no log line, no address (R2); numbers are masked in logs (R23)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from app.database import Database
from helpdesk import pins
from models import Base, Call, Person
from tests.conversations.stories import CALLS, WRONG, Whole
from tests.house import SECRET, SUPPORT, House

HERE = Path(__file__).parent.parent.parent


def places_of(house: House, *secrets: str) -> list[str]:
    """Where any of these digits stand: in a row, in an answer, in the address of a webhook."""
    rows = [str(row) for row in house.everything()]
    answers = [one.body.decode() for one in house.exchange.log]
    addresses = [one.url for one in house.exchange.log]
    return [text for text in (*rows, *answers, *addresses) if any(secret in text for secret in secrets)]


@pytest.mark.parametrize("whole", CALLS.values(), ids=CALLS.keys())
@pytest.mark.parametrize("backend", ["sqlite"])
def test_no_call_leaves_a_pin_behind(house: House, whole: Whole) -> None:
    """R2: right ones and wrong ones."""
    caller = house.caller(points=60)

    whole.play(house, caller)

    assert any(caller.pin in str(one.params) or WRONG[0] in str(one.params) for one in house.exchange.log)
    assert places_of(house, caller.pin, *WRONG) == []


@pytest.mark.parametrize("question", ["sagens nummer", "Tast 1 for at acceptere", "ringet op"])
def test_a_pin_that_is_keyed_at_another_question_is_not_kept_either(house: House, question: str) -> None:
    """R2: a caller who keys the PIN again, too late."""
    caller = house.caller()
    phone = house.identifies(caller).hears("Tast 1 for at acceptere")
    if question != "Tast 1 for at acceptere":
        phone.keys("2" if question == "sagens nummer" else "1").hears(question)

    phone.keys(f"{caller.pin}#").waits(60)

    assert places_of(house, caller.pin, caller.pin[:6]) == []


def test_no_log_line_has_a_pin_or_a_whole_number_or_a_token(database: Database) -> None:
    """R2, R23: every story, played in a process of its own; everything that it writes to standard error."""
    url = database.engine.url.render_as_string(hide_password=False)

    played = subprocess.run(
        [sys.executable, "-m", "tests.conversations.stories", url], capture_output=True, text=True, check=True, cwd=HERE
    )

    with database.reading() as session:
        phones = [number for number in session.scalars(select(Call.from_number)) if number]
    secrets = [*played.stdout.split(), *phones, *(phone.removeprefix("+45") for phone in phones), SECRET, "a token of the tests"]
    assert len(played.stdout.split()) == len(CALLS) + len(WRONG)
    assert "errand_kept" in played.stderr
    assert [line for line in played.stderr.splitlines() if any(secret in line for secret in secrets)] == []


def test_its_owner_can_be_shown_the_pin(house: House) -> None:
    """R1, R2: 4+4 is for the screen; what is stored is a cipher, and it opens with the key alone."""
    caller = house.caller()

    with house.database.reading() as session:
        shown = pins.reveal(house.keys, session.get_one(Person, caller.person))

    assert shown == caller.pin


def test_every_table_was_looked_at(house: House) -> None:
    """R2: the search for PINs reads every table there is."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(seconds=2)
    house.phone(caller).hangs_up()

    looked_at = {row[0] for row in house.everything()}

    assert {"calls", "turns", "reports", "persons", "errands", "audit", "journal"} - looked_at <= {"errands"}
    assert looked_at <= {table.name for table in Base.metadata.sorted_tables}


def test_a_webhook_is_refused_without_a_word_about_what_it_said(house: House) -> None:
    """R2: the answer to a wrong signature repeats nothing."""
    answer = house.post("https://house.example/twilio/voice", {"Digits": "12345678", "To": SUPPORT}, signed="wrong")

    assert answer.status == 403
    assert b"12345678" not in answer.body
