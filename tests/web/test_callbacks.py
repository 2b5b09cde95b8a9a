"""Callbacks in the console: asked for with one press, what goes on is seen, and what came of it (ADR 16)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.database import Database
from models.values import Role
from tests.house import OFFICE, ACaller, House
from tests.web.people import Somebody, signed_in


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def house(database: Database) -> Iterator[House]:
    opened = House(database, env={"DEMO": "1"}, base="http://127.0.0.1:8000")
    yield opened
    opened.is_in_order()


@pytest.fixture
def waiting(house: House) -> ACaller:
    """Somebody who asked to be called back: task 1 on case 20001."""
    caller = house.caller(company="Hotel Strand")
    house.accepts_price(caller).hears("bliver du ringet op").keys("1").hears("Farvel").waits(20)
    return caller


@pytest.fixture
def anna(house: House) -> Somebody:
    return signed_in(house, Role.SUPPORTER, supporter=house.supporter("Anna"), name="Anna")


@pytest.mark.usefixtures("waiting")
def test_a_supporter_presses_and_everybody_sees_how_far_it_is(house: House, anna: Somebody) -> None:
    """R14: taken meanwhile, and said why it waits again."""
    bo = signed_in(house, Role.SUPPORTER, supporter=house.supporter("Bo"), name="Bo")
    page = anna.sees("/tasks").text

    told = anna.sees(anna.sends("/tasks/1/call", page="/tasks").headers["Location"]).text
    second = anna.sees(anna.sends("/tasks/1/call", page="/tasks").headers["Location"]).text
    others = bo.sees(bo.sends("/tasks/1/call", page="/tasks").headers["Location"]).text
    running, board = bo.sees("/tasks").text, bo.sees("/now").text
    own = [one.sees("/me/live").text for one in (anna, bo)]
    with house.database.writing():
        pass
    house.forward(minutes=2)
    task = house.tasks()[0]

    assert "Ring op nu" in page
    assert "Din telefon ringer om et øjeblik." in told
    assert "Anna bliver ringet op om et øjeblik" in running
    assert "ringer til en kunde" in board
    assert [("ringer til en kunde" in page, "Du har vagt og er ledig" in page) for page in own] == [(True, False), (False, True)]
    assert "er i gang allerede" in second
    assert "Anna har opgaven nu" in others
    assert task.taken_at is None
    assert "kunne ikke ringes op" in bo.sees("/tasks").text


def test_nobody_is_offered_to_ring_a_caller_whom_nobody_knows(house: House, anna: Somebody) -> None:
    """R14: an office caller's number is shown, but not whose it is; a press said that nobody knows a number."""
    house.has_office(None)
    house.phone("+4530405060").dials(OFFICE).hears("nummeret på en sag").keys("#").hears("Ingen supporter").keys("1").waits(20)

    pages = [anna.sees(path).text for path in ("/tasks", "/cases/20001")]

    for page in pages:
        assert "Ring tilbage" in page
        assert "Ring op nu" not in page


@pytest.mark.usefixtures("waiting")
def test_who_is_being_rung_is_said_to_be_only_then(house: House, anna: Somebody) -> None:
    house.is_connected_to_the_world()
    anna.sends("/tasks/1/call", page="/tasks")
    before = anna.sees("/tasks").text

    house.forward(seconds=3)
    running = anna.sees("/tasks").text

    assert "Anna bliver ringet op om et øjeblik" in before
    assert "Anna bliver ringet op" in running
    assert "om et øjeblik" not in running


def test_a_supporter_rings_from_a_case_and_nobody_else_may(house: House, waiting: ACaller, anna: Somebody) -> None:
    """Nobody without a telephone of theirs; a person of another customer is not found."""
    stranger, auditor = house.caller(), signed_in(house, Role.AUDITOR)
    page = anna.sees("/cases/20001").text

    missing = anna.sends("/cases/20001/call", page="/cases/20001", person=str(stranger.person))
    nobody = anna.sends("/cases/20001/call", page="/cases/20001")
    done = anna.sends("/cases/20001/call", page="/cases/20001", person=str(waiting.person))

    assert "Ring som linjen" in page
    assert "Ring som linjen" not in auditor.sees("/cases/20001").text
    assert (missing.status_code, nobody.status_code, done.status_code) == (404, 422, 302)
    assert "Din telefon ringer om et øjeblik." in anna.sees(done.headers["Location"]).text
    assert [one.action for one in house.audit() if one.action.startswith("callback")] == ["callback_asked"]
