"""Cases and tasks cannot be written, as while an index is built on them; the ledger is free (R14, R21)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, text

from app.database import Database
from models.values import CallOutcome, TaskKind
from tests.broken import is_in_a_hurry
from tests.house import House

SORRY = "Undskyld, der opstod en fejl hos os. Et øjeblik."
HELPDESK = "LOCK TABLE cases, tasks IN SHARE ROW EXCLUSIVE MODE"
pytestmark = pytest.mark.parametrize("backend", ["postgresql"])


@contextmanager
def locked(database: Database) -> Iterator[None]:
    """In this block they may be read."""
    stranger = create_engine(database.engine.url)
    with stranger.connect() as connection:
        connection.execute(text(HELPDESK))
        yield
    stranger.dispose()


def test_a_talk_is_put_through_charged_and_told_and_its_case_is_opened_when_it_can_be(house: House) -> None:
    """R9, R16, R21: nobody hears of it."""
    caller, anna = house.caller(points=600), house.supporter("Anna")
    house.clock_works = False

    with locked(house.database):
        house.connects(caller, anna)
        house.forward(seconds=1_000)
        house.phone(anna).hangs_up()
        house.phone(caller).hears("Tak for opkaldet").waits(10)
        meanwhile = (house.charges(caller), house.cases())
    house.clock_works = True
    house.forward(minutes=5)

    assert meanwhile == ([-15, -15], [])
    assert [case.title for case in house.cases()] != []
    assert house.ask(lambda call: call.case_id, caller) == house.cases()[0].id
    assert not any("Undskyld" in words for words in house.phone(caller).said)


def test_a_callback_is_asked_for_again_and_promised_as_soon_as_its_task_is_there(house: House) -> None:
    """R14, R21: nobody is promised a call that nobody is told to make."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.clock_works = False
    is_in_a_hurry(house)
    phone = house.accepts_price(caller)

    with locked(house.database):
        house.phone(anna).declines()
        phone.hears("bliver du ringet op").keys("1").hears(SORRY)
        promised = any("ringer til dig inden for" in words for words in phone.said)
    phone.hears("bliver du ringet op").keys("1").hears("ringer til dig inden for 30 minutter").waits(20)

    assert not promised
    assert house.outcome(caller) is CallOutcome.CALLBACK_REQUESTED
    assert [task.kind for task in house.tasks()] == [TaskKind.CALLBACK]
