"""A call as a sequence diagram, out of a call that was held with the whole house."""

from __future__ import annotations

import pytest

from helpdesk import cases, corrections, courses, disputes
from models.values import AttemptOutcome, CallOutcome, ErrandState, Language, TaskKind
from tests.house import SUPPORT, House
from web.diagram import ENDS, MESSAGES, Kind, Lane, Row, rows
from web.drawing import drawn
from web.papers.explanation import TASKS
from web.papers.sides import ATTEMPTS, OUTCOMES
from web.words import Words

DANISH = Words(Language.DANISH)
WRONG = "99999999"
pytestmark = pytest.mark.parametrize("backend", ["sqlite"])


def drawing(house: House, sid: str) -> tuple[Row, ...]:
    with house.database.reading() as session:
        return rows(courses.course(session, sid, now=house.now), DANISH)


def fragment(house: House, sid: str, **asked: str) -> tuple[int, str, str]:
    """Status, ETag and text of the diagram, as a Danish browser gets it."""
    with house.app.test_request_context(headers={"Accept-Language": "da", **asked}), house.database.reading() as session:
        response = drawn(courses.course(session, sid, now=house.now))
        return response.status_code, response.headers["ETag"], response.get_data(as_text=True)


def test_a_call_is_drawn_from_its_first_webhook_to_its_last_point(house: House) -> None:
    """R10, R17: what was heard, answered, held and charged, each in its lane."""
    mette, bo, anna = house.caller(points=60), house.supporter("Bo"), house.supporter("Anna", tier=2)
    phone = house.accepts_price(mette)
    house.phone(bo).declines()
    screened = house.phone(anna).picks_up().hears("Tast 1")
    house.on_the_second()
    screened.keys("1")
    house.forward(minutes=17)
    phone.hangs_up()
    house.forward(seconds=10)

    drawn_rows = drawing(house, phone.call_sid)

    said = [(row.kind, row.source, row.target, row.title) for row in drawn_rows]
    caller, door, desk, books = Lane
    expected = [
        (Kind.WEBHOOK, caller, door, "ringer til Døgnvagten"),
        (Kind.WEBHOOK, caller, door, "taster en pinkode: den er kendt"),
        (Kind.WEBHOOK, caller, door, "taster 1"),
        (Kind.HOLD, door, books, "15 point reserveret til kvarter 1"),
        (Kind.RING, door, desk, "ringer til Bo"),
        (Kind.OUTCOME, desk, door, "Bo: var optaget"),
        (Kind.RING, door, desk, "ringer til Anna"),
        (Kind.WEBHOOK, desk, door, "Anna: tager telefonen"),
        (Kind.WEBHOOK, desk, door, "Anna: taster 1"),
        (Kind.BRIDGE, caller, desk, "Anna og kunden hører hinanden: uret løber"),
        (Kind.ENTRY, door, books, "−15 point for kvarter 1"),
        (Kind.HOLD, door, books, "15 point reserveret til kvarter 2"),
        (Kind.ENTRY, door, books, "−15 point for kvarter 2"),
        (Kind.END, door, door, "samtalen er slut: 17 min 00 s"),
    ]
    assert [one for one in said if one in expected] == expected
    assert len({row.key for row in drawn_rows}) == len(drawn_rows)
    assert [row.at for row in drawn_rows] == sorted(row.at for row in drawn_rows)


def test_no_pin_and_no_telephone_number_is_drawn(house: House) -> None:
    """R2, R23."""
    mette, anna = house.caller(), house.supporter("Anna")
    phone = house.phone(mette).dials(SUPPORT).hears("pinkode").keys(f"{WRONG}#").hears("kender jeg ikke").keys(f"{mette.pin}#")
    phone.hears("Tast 1").keys("1")
    house.phone(anna).picks_up().hears("Tast 1")

    _status, _tag, text = fragment(house, phone.call_sid)

    assert "taster en pinkode: ingen kender den" in text
    assert "&lt;Dial" in text
    for digits in (WRONG, mette.pin, mette.phone, anna.phone, mette.phone[-8:], anna.phone[-8:]):
        assert digits not in text


def test_whoever_has_the_drawing_already_is_not_sent_it_again(house: House) -> None:
    phone = house.identifies(house.caller())

    first = fragment(house, phone.call_sid)
    same = fragment(house, phone.call_sid, **{"If-None-Match": first[1]})
    phone.hangs_up()
    later = fragment(house, phone.call_sid, **{"If-None-Match": first[1]})

    assert [first[0], same[0], later[0]] == [200, 304, 200]
    assert "opkaldet er slut: opkalderen lagde på" in later[2]


def test_what_is_given_back_and_what_is_left_to_do_is_drawn_too(house: House) -> None:
    """R6, R14: nobody was there, so the hold is released and somebody must call back."""
    phone = house.accepts_price(house.caller())
    phone.hears("Tast 1, så bliver du ringet op").keys("1").hears("30 minutter")
    house.forward(minutes=1)

    said = [row.title for row in drawing(house, phone.call_sid)]

    assert "15 point til kvarter 1 frigivet" in said
    assert "Der blev oprettet en opgave: ring op." in said


def test_whatever_becomes_of_a_call_can_be_drawn(backend: str) -> None:  # noqa: ARG001 - no database
    assert {*ENDS, *OUTCOMES} == set(CallOutcome)
    assert set(ATTEMPTS) == set(AttemptOutcome)
    assert set(TASKS) == set(TaskKind)
    assert set(MESSAGES) == set(ErrandState)


def test_every_task_of_a_call_is_drawn(house: House) -> None:
    """R14, R20: beside the one that its end opened, the customer's objection is one of its own."""
    caller = house.caller()
    house.connects(caller, house.supporter("Anna"))
    house.forward(minutes=2)
    house.phone(caller).hangs_up()
    house.forward(minutes=1)
    sid = house.sid(caller)
    with house.database.writing() as session:
        cases.open_task(session, corrections.locked(session, sid), TaskKind.REVIEW, now=house.now)
        disputes.open_dispute(session, sid, "For dyrt.", by="anna", now=house.now)

    tasks = [one for one in drawing(house, sid) if one.kind is Kind.TASK]

    assert [one.title for one in tasks] == [DANISH(TASKS[kind]) for kind in (TaskKind.REVIEW, TaskKind.DISPUTE)]
