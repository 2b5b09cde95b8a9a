"""Points given back for a call: counter-entries beside its quarters, never more than was charged, whatever settling does."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from helpdesk import case_time, cases, corrections, customers, disputes, events, explanations, reports
from helpdesk.corrections import AlreadyDecided, CorrectionRefused, NothingLeft, NotOver, SamePerson, Why
from helpdesk.reports import Reported
from models import Call, Correction, Dispute, Journal
from models.corrections import CorrectionReason, CorrectionState, DisputeState
from models.values import JournalKind, Language, Points, ReportKind, TaskKind
from tests.house import ACaller, House
from tests.price_lists import FLAT
from web.papers import explanation
from web.words import Words

ON_SQLITE = pytest.mark.parametrize("backend", ["sqlite"])
OUTAGE = CorrectionReason.OUTAGE


def talked(house: House, *, seconds: int = 1000) -> ACaller:
    """A talk that is over: 45 points left of 75."""
    caller, anna = house.caller(points=75), house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(seconds=seconds)
    house.phone(anna).hangs_up()
    house.forward(minutes=2)
    return caller


def why(*, limit: int = 60, by: str = "anna", note: str = "Linjen var nede.") -> Why:
    return Why(reason=OUTAGE, note=note, by=by, limit=Points(limit))


def gives_back(house: House, caller: ACaller, *, limit: int = 60, by: str = "anna", **which: Any) -> int:  # noqa: ANN401 - quarter, points
    """A refund; its number."""
    with house.database.writing() as session:
        return corrections.refund(session, house.sid(caller), why(limit=limit, by=by), now=house.now, **which).id


def ended_earlier(house: House, caller: ACaller, *, seconds: int) -> None:
    """A report comes late and says that the caller had left so many seconds after acceptance."""
    with house.database.writing() as session:
        call = corrections.locked(session, house.sid(caller))
        assert call.accepted_at is not None
        at = call.accepted_at + timedelta(seconds=seconds)
        gone = Reported(kind=ReportKind.GONE, sid=call.sid, payload={"late": seconds}, happened_at=at)
        reports.record(session, call, gone, now=house.now)


def quarters(house: House, caller: ACaller) -> list[int]:
    """What the call's quarters cost, and what settling took back of it, in order."""
    return [one.points for one in house.entries(caller) if one.quarter is not None]


def refunds(house: House, caller: ACaller) -> list[int]:
    """What came back by refunds, and what of that was taken back, in order."""
    return [one.points for one in house.entries(caller) if one.quarter is None]


def time_on_case(house: House, caller: ACaller) -> list[tuple[int, int]]:
    """The quarters that stand on the call's case, and what they cost."""
    with house.database.reading() as session:
        call = session.scalars(select(Call).where(Call.sid == house.sid(caller))).one()
        return [(one.quarter, one.points) for one in case_time.time_on(session, call.case)] if call.case else []


def test_a_refund_is_a_counter_entry_beside_its_quarter(house: House) -> None:
    """R18: linked to what it corrects, with a reason and a name; the entries of a quarter still sum to its price."""
    caller = talked(house)

    gives_back(house, caller)

    assert (quarters(house, caller), refunds(house, caller)) == ([-15, -15], [15, 15])
    assert house.balance(caller) == (75, 0)
    with house.database.reading() as session:
        told = session.scalars(select(Journal).where(Journal.kind == JournalKind.REFUND).order_by(Journal.id)).all()
        corrected = [session.get_one(Journal, one.reverses_id) for one in told]
        assert [(one.quarter, one.kind) for one in corrected] == [(1, JournalKind.QUARTER), (2, JournalKind.QUARTER)]
        assert {(one.actor, one.reason) for one in told} == {("anna", "outage: Linjen var nede.")}


def test_no_more_than_what_is_left_is_given_back(house: House) -> None:
    caller = talked(house)
    gives_back(house, caller, quarter=2, points=Points(10))

    too_much: list[dict[str, Any]] = [{"quarter": 2, "points": Points(6)}, {"quarter": 3}, {"quarter": 1, "points": Points(16)}]
    for which in too_much:
        with pytest.raises(NothingLeft):
            gives_back(house, caller, **which)
    gives_back(house, caller)
    with pytest.raises(NothingLeft, match="has 0 points left"):
        gives_back(house, caller)

    assert sorted(refunds(house, caller)) == [5, 10, 15]


@ON_SQLITE
def test_a_call_that_goes_on_is_given_back_when_it_is_over(house: House) -> None:
    """R9, R18: its acceptance may still be withdrawn, and the charge with it (ADR 8)."""
    caller, anna = house.caller(points=75), house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(seconds=10)

    with pytest.raises(NotOver, match="still goes on: nothing was given back"):
        gives_back(house, caller)
    house.phone(anna).hangs_up()
    house.forward(minutes=1)
    gives_back(house, caller)

    assert (quarters(house, caller), refunds(house, caller)) == ([-15], [15])


@pytest.mark.parametrize("backend", ["postgresql"])
def test_refunds_at_once_give_back_no_more_than_was_charged(house: House) -> None:
    """R18: eight people give the same quarter back at the same moment."""
    caller = talked(house)

    def one_of_them(number: int) -> str:
        try:
            gives_back(house, caller, quarter=1, by=f"person {number}")
        except NothingLeft:
            return "nothing left"
        return "done"

    with ThreadPoolExecutor(8) as people:
        came = list(people.map(one_of_them, range(8)))

    assert sorted(came) == ["done", *["nothing left"] * 7]
    assert refunds(house, caller) == [15]


def test_settling_neither_takes_a_refund_back_nor_gives_it_twice(house: House) -> None:
    """R9, R18: behind the refund a late report moves the end; a quarter that was not owed after all comes back once, not twice."""
    caller = talked(house)
    gives_back(house, caller, quarter=2)

    ended_earlier(house, caller, seconds=950)
    within_the_same_quarter = (quarters(house, caller), refunds(house, caller))
    ended_earlier(house, caller, seconds=600)

    assert within_the_same_quarter == ([-15, -15], [15])
    assert (quarters(house, caller), refunds(house, caller)) == ([-15, -15, 15], [15, -15])
    assert house.balance(caller) == (60, 0)
    with house.database.reading() as session:
        shrunk = session.scalars(select(Journal).where(Journal.kind == JournalKind.CORRECTION).order_by(Journal.id.desc())).first()
        assert shrunk is not None
        assert session.get_one(Journal, shrunk.reverses_id).kind is JournalKind.REFUND


@ON_SQLITE
def test_a_free_quarter_that_was_not_owed_after_all_is_no_time_on_the_case(build: Callable[..., House]) -> None:
    """R8, R17: nothing need be taken back of it, and it is no quarter of the call any more."""
    house = build(prices=FLAT.replace("points = 15", "points = 0"))
    caller = talked(house)
    before = time_on_case(house, caller)

    ended_earlier(house, caller, seconds=600)

    assert (before, time_on_case(house, caller)) == ([(1, 0), (2, 0)], [(1, 0)])
    with house.database.reading() as session:
        told = explanations.explain(session, house.sid(caller), now=house.now)
    second = explanation.quarter_sections(told, Words(Language.ENGLISH), 2)[0].sentences
    assert second[-1] == "The call does not owe this quarter, as its end is known today."


def test_above_the_limit_a_second_person_decides(house: House) -> None:
    """R18: nothing is posted before; whoever asked cannot let it through, whoever else can once."""
    caller = talked(house)
    number = gives_back(house, caller, limit=20)
    waits = (refunds(house, caller), house.balance(caller))

    with house.database.writing() as session, pytest.raises(SamePerson, match="was asked for by anna"):
        corrections.approve(session, number, by="anna", now=house.now)
    with pytest.raises(NothingLeft):  # what waits is not there for somebody else
        gives_back(house, caller, quarter=1)
    with house.database.writing() as session:
        corrections.approve(session, number, by="bo", now=house.now)
    with house.database.writing() as session, pytest.raises(AlreadyDecided):
        corrections.approve(session, number, by="carla", now=house.now)

    assert waits == ([], (45, 0))
    assert refunds(house, caller) == [15, 15]


@pytest.mark.parametrize("again", ["Åse Lærke", "ÅSE  LÆRKE ", "a\u030ase lærke"])
def test_a_person_is_the_same_in_whatever_spelling(again: str) -> None:
    assert corrections.signature(again) == corrections.signature("åse lærke")


@ON_SQLITE
def test_small_refunds_of_one_call_do_not_slip_past_the_limit(house: House) -> None:
    caller = talked(house)
    gives_back(house, caller, limit=20, quarter=1)

    second = gives_back(house, caller, limit=20, quarter=2)

    with house.database.reading() as session:
        assert session.get_one(Correction, second).state is CorrectionState.ASKED


def test_the_database_itself_refuses_a_correction_that_its_asker_let_through(house: House) -> None:
    """R18: whatever a command would do."""
    caller = talked(house)
    number = gives_back(house, caller, limit=0)

    approved = update(Correction).where(Correction.id == number).values(state="done", decided_by="anna", decided_at=house.now)
    with house.database.writing() as session, pytest.raises(IntegrityError, match="second_person"):
        session.execute(approved)


@ON_SQLITE
def test_a_refused_correction_gives_nothing_and_leaves_what_it_kept(house: House) -> None:
    caller = talked(house)
    number = gives_back(house, caller, limit=0)

    with house.database.writing() as session:
        corrections.refuse(session, number, by="bo", note="Samtalen var god.", now=house.now)
    gives_back(house, caller)

    assert refunds(house, caller) == [15, 15]


@ON_SQLITE
def test_a_charge_that_fell_while_its_refund_waited_is_not_given_back_twice(house: House) -> None:
    caller = talked(house)
    number = gives_back(house, caller, limit=0)
    ended_earlier(house, caller, seconds=600)

    with house.database.writing() as session:
        given = events.correction_document(corrections.approve(session, number, by="bo", now=house.now))

    assert (quarters(house, caller), refunds(house, caller)) == ([-15, -15, 15], [15])
    assert (given["points"], given["quarters"]) == (15, {"1": 15}), "whoever approved reads what was given, not what was asked for"
    assert house.balance(caller) == (75, 0)


@ON_SQLITE
def test_a_refund_of_which_nothing_is_left_by_now_is_not_approved(house: House) -> None:
    caller = talked(house)
    number = gives_back(house, caller, limit=0, quarter=2)
    ended_earlier(house, caller, seconds=600)

    with pytest.raises(NothingLeft, match="nothing is left"), house.database.writing() as session:
        corrections.approve(session, number, by="bo", now=house.now)

    with house.database.reading() as session:
        kept = session.get_one(Correction, number)
        assert (kept.state, kept.points) == (CorrectionState.ASKED, 15)


@ON_SQLITE
def test_points_are_given_for_nothing_and_many_small_ones_need_a_second_person(house: House) -> None:
    """R18: counted over thirty days."""
    caller = house.caller(points=0)

    def gives(points: int) -> CorrectionState:
        with house.database.writing() as session:
            customer = customers.find(session, caller.number)
            return corrections.grant(session, customer, Points(points), why(), now=house.now).state

    first, second = gives(40), gives(30)
    house.skip(days=31)

    assert (first, second, gives(60)) == (CorrectionState.DONE, CorrectionState.ASKED, CorrectionState.DONE)
    assert house.balance(caller) == (100, 0)


def test_a_dispute_is_a_task_with_the_case_and_is_answered_by_a_refund(house: House) -> None:
    """The customer names the number on the receipt; asked, told, and told how it ended; nobody is reminded any more."""
    house.is_connected_to_the_world()
    caller = talked(house)
    receipt = house.phone(caller).texts[-1]

    with house.database.writing() as session:
        call_id = house.ask(lambda call: call.id, caller)
        opened = disputes.open_dispute(
            session, disputes.call_of(session, str(call_id)), "Linjen var død.", by="anna", now=house.now
        )
        number = opened.id
    tasks = [(task.kind, task.taken_at) for task in house.tasks()]
    with house.database.writing() as session:
        disputes.refund(session, number, why(), quarter=2, points=None, now=house.now)
    house.forward(minutes=2)

    assert f"Er prisen forkert? Oplys kvittering {call_id}." in receipt
    assert tasks == [(TaskKind.DISPUTE, None)]
    assert [task.taken_at is not None for task in house.tasks()] == [True]
    assert [text.splitlines()[0] for text in house.phone(caller).texts[1:]] == [
        f"Din indsigelse er modtaget: kvittering {call_id}",
        "Svar på din indsigelse: 15 point retur",
    ]
    assert "Linjen var nede." in house.phone(caller).texts[-1]
    assert refunds(house, caller) == [15]


@ON_SQLITE
def test_a_dispute_above_the_limit_stays_open_until_a_second_person_has_decided(house: House) -> None:
    caller = talked(house)
    with house.database.writing() as session:
        number = disputes.open_dispute(session, house.sid(caller), "For dyrt.", by="anna", now=house.now).id
    with house.database.writing() as session:
        asked = disputes.refund(session, number, why(limit=0), quarter=None, points=None, now=house.now).id

    with house.database.writing() as session, pytest.raises(AlreadyDecided, match="waits for a second person"):
        disputes.refuse(session, number, answer="Nej.", by="bo", now=house.now)
    with house.database.writing() as session:
        waiting = session.get_one(Dispute, number).state
        corrections.refuse(session, asked, by="bo", note="For meget.", now=house.now)
        disputes.refund(session, number, why(by="bo"), quarter=1, points=None, now=house.now)

    with house.database.reading() as session:
        assert (waiting, session.get_one(Dispute, number).state) == (DisputeState.OPEN, DisputeState.REFUNDED)


@ON_SQLITE
def test_a_dispute_about_a_call_whose_end_is_looked_into_closes_nothing_but_itself(house: House) -> None:
    """R20: each is a task of its own, and the review stays somebody's."""
    caller = talked(house)
    with house.database.writing() as session:
        call = corrections.locked(session, house.sid(caller))
        cases.open_task(session, call, TaskKind.REVIEW, now=house.now)
        number = disputes.open_dispute(session, call.sid, "For dyrt.", by="anna", now=house.now).id

    with house.database.writing() as session:
        disputes.refuse(session, number, answer="Nej", by="anna", now=house.now)

    assert [(task.kind, task.taken_at) for task in house.tasks()] == [(TaskKind.REVIEW, None), (TaskKind.DISPUTE, house.now)]
    assert set(house.notices("task_dispute")) == {("alarm", "mail")}


@ON_SQLITE
def test_a_dispute_is_refused_with_its_reason(house: House) -> None:
    house.is_connected_to_the_world()
    caller = talked(house)
    with house.database.writing() as session:
        number = disputes.open_dispute(session, house.sid(caller), "For dyrt.", by="anna", now=house.now).id

    with house.database.writing() as session:
        disputes.refuse(session, number, answer="I talte i 17 minutter.", by="anna", now=house.now)
    house.forward(minutes=2)

    assert "er rigtig. I talte i 17 minutter." in house.phone(caller).texts[-1]
    assert quarters(house, caller) == [-15, -15]
    with house.database.writing() as session, pytest.raises(AlreadyDecided):
        disputes.refuse(session, number, answer="Nej.", by="bo", now=house.now)


@ON_SQLITE
def test_a_dispute_whose_points_came_back_otherwise_is_not_told_that_the_price_is_right(house: House) -> None:
    """Somebody gave the call back beside the dispute, so that nothing is left to answer it with but a sentence."""
    house.is_connected_to_the_world()
    caller = talked(house)
    with house.database.writing() as session:
        number = disputes.open_dispute(session, house.sid(caller), "Linjen var død.", by="anna", now=house.now).id
    gives_back(house, caller)

    with house.database.writing() as session, pytest.raises(NothingLeft):
        disputes.refund(session, number, why(), quarter=None, points=None, now=house.now)
    with house.database.writing() as session:
        disputes.refuse(session, number, answer="Vi beklager.", by="anna", now=house.now)
    house.forward(minutes=2)

    assert "er rigtig" not in house.phone(caller).texts[-1]
    assert "Du har fået 30 point tilbage for samtalen den 23. november 2026" in house.phone(caller).texts[-1]
    assert "Vi beklager." in house.phone(caller).texts[-1]


@ON_SQLITE
def test_a_call_has_one_open_dispute_and_a_free_one_none(house: House) -> None:
    caller = talked(house)
    free = house.caller(company="Hotel Fjordblik", points=0)
    house.identifies(free).hangs_up()

    with house.database.writing() as session:
        disputes.open_dispute(session, house.sid(caller), "For dyrt.", by="anna", now=house.now)
    for sid in (house.sid(caller), house.sid(free)):
        with house.database.writing() as session, pytest.raises(CorrectionRefused):
            disputes.open_dispute(session, sid, "Igen.", by="anna", now=house.now)

    with house.database.reading() as session:
        assert len(session.scalars(select(Dispute)).all()) == 1
        assert len(session.scalars(select(Call)).all()) == 2
