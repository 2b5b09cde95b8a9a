"""A supporter rings a customer who is to be called back: the supporter first, then the customer, billed as any call (ADR 16)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

import pytest
from sqlalchemy import select

from helpdesk import alarms, board, callbacks, cases, dossiers, figures, look_ahead, queue
from helpdesk.board import Standing
from helpdesk.callbacks import OnACall, UnderWay
from helpdesk.queue import TaskTaken
from models import Call, Callback, Line, Supporter
from models.alarms import AlarmKind
from models.callbacks import CallbackOutcome
from models.values import AttemptOutcome, CallOutcome, CallState, Language, Policy, TaskKind
from oncall import telephones
from simulator import knobs
from simulator.phone import Phone
from tests.broken import breaks
from tests.house import SUPPORT, ACaller, ASupporter, House
from tests.price_lists import FLAT
from web import diagram
from web.console.calls import timeline
from web.papers import explanation, figures_of_period
from web.words import Words

is_to_be_called_back = pytest.mark.usefixtures("caller")
Plays = Callable[[House, Phone, Phone], object]
SECOND: Final = "+4520999901"


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def caller(house: House) -> ACaller:
    """Somebody who is to be called back, while nobody was on duty."""
    house.is_connected_to_the_world()
    caller = house.caller(company="Hotel Strand", name="Per Lund")
    house.accepts_price(caller).hears("bliver du ringet op").keys("1").hears("Farvel").waits(20)
    return caller


@pytest.fixture
def anna(house: House) -> ASupporter:
    return house.supporter("Anna")


def asks(house: House, them: ASupporter) -> int:
    """The supporter wants to ring; the clock beats."""
    with house.database.writing() as session:
        number = callbacks.for_task(session, house.tasks()[0].id, them.id, actor="anna@house.example", now=house.now).id
    house.tick()
    return number


def last(house: House) -> Callback:
    with house.database.reading() as session:
        found = session.scalars(select(Callback).order_by(Callback.id.desc()).limit(1)).one()
        session.expunge_all()
        return found


def is_with_the_customer(house: House, caller: ACaller, anna: ASupporter) -> tuple[Phone, Phone]:
    """The supporter has pressed 1, and the customer's telephone rings."""
    asks(house, anna)
    hers = house.phone(anna).picks_up().hears("Tilbagekald fra Døgnvagten til Hotel Strand, Per Lund").keys("1").hears("ringer til")
    return hers, house.phone(caller).hears_ringing()


def outgoing(house: House) -> Call:
    with house.database.reading() as session:
        call = session.scalars(select(Call).where(Call.is_outgoing).order_by(Call.id.desc()).limit(1)).one()
        session.expunge_all()
        return call


def test_the_two_talk_and_it_is_billed_from_the_bridge_to_the_second(house: House, caller: ACaller, anna: ASupporter) -> None:
    """R4, R7, R8, R15, R16, R19: 900 s one quarter, and one second more two; the task is done, its case has the time."""
    house.exchange.knobs.double = True
    hers, his = is_with_the_customer(house, caller, anna)
    assert his.ringing_from == SUPPORT
    his.picks_up().hears("Anna ringer til Per Lund").hears("15 point").hears("60 point").keys("1").talks_with(anna)
    house.on_the_second()
    accepted = outgoing(house).accepted_at
    assert accepted is not None

    house.skip(seconds=901 - (house.now - accepted).total_seconds())
    his.hangs_up()
    hers.hears("Samtalen er slut").hears("30 point")
    house.forward(seconds=30)

    call = outgoing(house)
    assert (call.outcome, call.supporter_id, call.case_id) == (CallOutcome.TALKED, anna.id, house.tasks()[0].case_id)
    assert house.charges(call.sid) == [-15, -15]
    assert house.balance(caller) == (30, 0)
    assert house.attempts(call.sid) == [("Anna", AttemptOutcome.ACCEPTED)]
    assert (last(house).outcome, house.tasks()[0].taken_by_id, house.tasks()[0].alarm_at) == (CallbackOutcome.TALKED, anna.id, None)
    assert house.notices("receipt") == [(f"person:{caller.person}", "text")]
    assert [pair for pair in house.exchange.doubles if pair.first != pair.second] == []


def test_the_figures_know_of_no_tier_that_answered_a_callback(house: House, caller: ACaller, anna: ASupporter) -> None:
    """It was the customer who answered, and no supporter of a tier who was quick or slow."""
    _, his = is_with_the_customer(house, caller, anna)
    his.waits(8).picks_up().hears("15 point").keys("1").talks_with(anna).waits(30).hangs_up()
    house.forward(seconds=30)

    with house.database.reading() as session:
        told = figures.figures(session, since=house.now - timedelta(days=1), until=house.now)

    assert told.outcomes == {CallOutcome.CALLBACK_REQUESTED: 1, CallOutcome.TALKED: 1}
    assert (told.tiers, told.answered_in) == ({}, [])
    assert [(one.name, one.calls) for one in told.supporters] == [("Anna", 1)]
    assert ("Samtale", "1") in figures_of_period.summary(told, Words(Language.DANISH))


def nothing(_house: House, _hers: Phone, _his: Phone) -> None:
    """Nobody does anything."""


def no_key(_house: House, _hers: Phone, his: Phone) -> None:
    his.picks_up().hears("Tast 1").hangs_up()


def says_no(house: House, hers: Phone, his: Phone) -> None:
    his.picks_up().hears("Tast 1").keys("2").hears("koster ingen point")
    house.forward(seconds=15)
    hers.hears("sagde nej tak")


def she_leaves(_house: House, hers: Phone, _his: Phone) -> None:
    hers.hangs_up()


CUSTOMERS: Final[dict[str, tuple[str, Plays, CallbackOutcome, CallOutcome]]] = {
    "does not answer": ("no_answer", nothing, CallbackOutcome.NOT_REACHED, CallOutcome.NOBODY_ANSWERED),
    "is busy": ("busy", nothing, CallbackOutcome.NOT_REACHED, CallOutcome.NOBODY_ANSWERED),
    "cannot be rung": ("failed", nothing, CallbackOutcome.NOT_REACHED, CallOutcome.NOBODY_ANSWERED),
    "has a voicemail": ("voicemail", nothing, CallbackOutcome.NOT_REACHED, CallOutcome.NOBODY_ANSWERED),
    "hangs up before the key": ("hand", no_key, CallbackOutcome.NOT_REACHED, CallOutcome.NOBODY_ANSWERED),
    "says no": ("hand", says_no, CallbackOutcome.DECLINED, CallOutcome.DECLINED_PRICE),
    "is left by the supporter": ("hand", she_leaves, CallbackOutcome.LEFT, CallOutcome.CALLER_HUNG_UP),
}


@pytest.mark.parametrize(("kind", "plays", "outcome", "of_call"), CUSTOMERS.values(), ids=CUSTOMERS.keys())
def test_a_customer_who_does_not_take_it_pays_nothing_and_the_task_waits_again(
    house: House, caller: ACaller, anna: ASupporter, kind: str, plays: Plays, outcome: CallbackOutcome, of_call: CallOutcome
) -> None:
    """R6, R13, R14: only a pressed 1 connects; the deadline goes on. What the customer's telephone does is no matter of hers."""
    due = house.tasks()[0].due_at
    house.phone(caller).behaves(kind)  # type: ignore[arg-type]  # one of its kinds
    asks(house, anna)
    hers = house.phone(anna).picks_up().hears("Hotel Strand").keys("1")
    his = house.phone(caller) if kind != "hand" else house.phone(caller).hears_ringing()

    plays(house, hers, his)
    house.forward(minutes=2)
    with house.database.writing() as session:
        look_ahead.look(session, now=house.now)
        open_alarms = {one.kind for one in alarms.opened(session, Language.DANISH)}

    task, call = house.tasks()[0], outgoing(house)
    assert AlarmKind.TELEPHONE not in open_alarms
    assert (last(house).outcome, call.outcome, call.state) == (outcome, of_call, CallState.ENDED)
    assert (task.taken_at, task.due_at, task.alarm_at) == (None, due, due)
    assert (house.balance(caller), house.charges(call.sid), len(house.tasks())) == ((60, 0), [], 1)


def silent(_house: House, hers: Phone) -> None:
    hers.picks_up().is_silent().is_silent().hears("ikke ringet op")


def passes(_house: House, hers: Phone) -> None:
    hers.picks_up().hears("Tast 1").keys("2").hears("ikke ringet op")


SUPPORTERS: Final[dict[str, tuple[Callable[[House, Phone], object], CallbackOutcome]]] = {
    "does not answer": (lambda _, hers: hers.does_not_answer(), CallbackOutcome.NO_ANSWER),
    "declines": (lambda _, hers: hers.declines(), CallbackOutcome.BUSY),
    "hangs up": (lambda _, hers: hers.picks_up().hears("Tilbagekald").hangs_up(), CallbackOutcome.HUNG_UP),
    "presses 2": (passes, CallbackOutcome.PASSED),
    "presses nothing": (silent, CallbackOutcome.SILENT),
}


@pytest.mark.parametrize(("plays", "outcome"), SUPPORTERS.values(), ids=SUPPORTERS.keys())
def test_a_supporter_who_does_not_take_it_leaves_the_task_to_the_others_at_once(
    house: House, caller: ACaller, anna: ASupporter, plays: Callable[[House, Phone], object], outcome: CallbackOutcome
) -> None:
    """R13, R14: and the customer's telephone never rings."""
    asks(house, anna)

    plays(house, house.phone(anna))
    house.forward(seconds=10)

    assert (last(house).outcome, house.tasks()[0].taken_at) == (outcome, None)
    assert not house.phone(caller).said[-1].startswith("Goddag. Det er")
    with house.database.writing() as session:
        assert callbacks.for_task(session, house.tasks()[0].id, anna.id, actor="test", now=house.now).ended_at is None


@pytest.mark.parametrize("kind", ["declines", "hangs up", "presses 2", "presses nothing", "cannot be rung", "is refused"])
def test_a_supporter_whose_telephone_does_not_reach_them_is_rung_at_the_other(house: House, caller: ACaller, kind: str) -> None:
    """R12: as in the chain; who pressed 2 has declined for both. A number that cannot be rung is marked."""
    anna = house.supporter("Anna", second=SECOND)
    if kind == "cannot be rung":
        house.phone(anna).behaves("failed")
    elif kind == "is refused":
        house.exchange.knobs.rest_refuses = {anna.phone: 21214}
    asks(house, anna)
    if kind in SUPPORTERS:
        SUPPORTERS[kind][0](house, house.phone(anna))
    house.forward(seconds=10)

    if kind == "presses 2":
        assert (last(house).phone, house.phone(SECOND).rings, house.tasks()[0].taken_at) == (anna.phone, False, None)
        return
    house.phone(SECOND).picks_up().hears("Tilbagekald").keys("1").hears("ringer til")
    house.phone(caller).picks_up().hears("Tast 1").keys("1").talks_with(SECOND).hangs_up()
    house.forward(seconds=30)
    assert (last(house).outcome, house.tasks()[0].taken_by_id) == (CallbackOutcome.TALKED, anna.id)
    with house.database.reading() as session:
        failing = [(one.number, one.why) for one in telephones.failing(session.get_one(Supporter, anna.id))]
        sounded = [one.subject for one in alarms.opened(session, Language.DANISH) if one.kind is AlarmKind.TELEPHONE]
    why = {"cannot be rung": "SIP 480", "is refused": "error 21214"}.get(kind)
    assert failing == ([(anna.phone, why)] if why else [])
    assert sounded == (["En telefon på vagten virker ikke: Anna"] if why else [])


def test_a_supporter_who_answers_at_neither_telephone_leaves_the_task_to_the_others(
    house: House, caller: ACaller, anna: ASupporter
) -> None:
    """R12, R14: each is rung once; the task is theirs until then."""
    with house.database.writing() as session:
        session.get_one(Supporter, anna.id).second_phone = SECOND
    asks(house, anna)
    house.phone(anna).does_not_answer()
    house.forward(seconds=2)
    meanwhile = house.tasks()[0].taken_by_id
    house.phone(SECOND).does_not_answer()
    house.forward(seconds=10)

    with house.database.reading() as session:
        rung = session.execute(select(Callback.phone, Callback.outcome).order_by(Callback.id)).all()
    assert [tuple(one) for one in rung] == [(anna.phone, CallbackOutcome.NO_ANSWER), (SECOND, CallbackOutcome.NO_ANSWER)]
    assert (meanwhile, house.tasks()[0].taken_by_id) == (anna.id, None)
    assert house.phone(caller).ringing_from is None


@is_to_be_called_back
def test_whoever_gave_the_task_away_meanwhile_is_rung_at_no_other_telephone(house: House, anna: ASupporter) -> None:
    """R12, R14: it is somebody else's to ring now."""
    bo = house.supporter("Bo")
    with house.database.writing() as session:
        session.get_one(Supporter, anna.id).second_phone = SECOND
    asks(house, anna)
    with house.database.writing() as session:
        queue.hand_over(session, house.tasks()[0].id, bo.id, by=anna.id, actor="test", now=house.now)
    house.phone(anna).does_not_answer()
    house.forward(seconds=2)

    assert (house.phone(SECOND).rings, last(house).outcome) == (False, CallbackOutcome.NO_ANSWER)
    assert (house.tasks()[0].taken_by_id, house.tasks()[0].alarm_at) == (bo.id, None)


@is_to_be_called_back
def test_of_two_supporters_who_want_it_at_once_one_rings(house: House, anna: ASupporter) -> None:
    """One running callback for a task, and one for a supporter."""
    bo = house.supporter("Bo")
    asks(house, anna)

    with pytest.raises(TaskTaken):
        asks(house, bo)
    with pytest.raises(UnderWay):
        asks(house, anna)

    assert house.phone(anna).hears_ringing().rings
    assert not house.phone(bo).rings
    assert house.counts()["callbacks"] == 1


@is_to_be_called_back
def test_whoever_rings_a_customer_is_rung_for_nobody_else(house: House, anna: ASupporter) -> None:
    """R12: they are busy from when they asked for it, and whoever is on a call cannot ask."""
    bo = house.supporter("Bo", tier=2)
    other = house.caller(company="Camping Nord")
    asks(house, anna)

    house.accepts_price(other)

    house.phone(bo).hears_ringing().picks_up().hears("Camping Nord").keys("1").talks_with(other)
    with pytest.raises(OnACall):
        asks(house, bo)


def test_a_customer_who_calls_in_meanwhile_is_put_through_and_the_task_is_done_by_the_talk(
    house: House, caller: ACaller, anna: ASupporter
) -> None:
    """R14: the supporter hears so, and is rung for that call; nobody rings the customer."""
    asks(house, anna)
    hers = house.phone(anna).picks_up().hears("Tilbagekald")
    his = house.phone(caller).dials(SUPPORT).hears("pinkode")

    hers.keys("1").hears("ringer selv ind")
    his.keys(f"{caller.pin}#").hears("15 point").keys("1")
    house.phone(anna).picks_up().hears("Hotel Strand").keys("1").talks_with(caller)
    house.forward(minutes=3)
    his.hangs_up()
    house.forward(seconds=20)

    task = house.tasks()[0]
    assert last(house).outcome is CallbackOutcome.CALLED_IN
    assert house.outcome(caller) is CallOutcome.TALKED
    assert (task.taken_by_id, task.alarm_at, len(house.tasks())) == (anna.id, None, 1)
    assert house.charges(caller) == [-15]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_customer_who_is_asleep_has_time_to_take_the_telephone(house: House, caller: ACaller, anna: ASupporter) -> None:
    """R14: a supporter is rung for fifteen seconds, whoever is called back for longer."""
    hers, his = is_with_the_customer(house, caller, anna)

    house.forward(seconds=20)
    his.picks_up().hears("15 point").keys("1")

    assert hers.bridged_with == caller.phone


def test_a_customer_who_calls_in_while_their_own_telephone_rings_has_called_in(
    house: House, caller: ACaller, anna: ASupporter
) -> None:
    """R14: from the desk, while the mobile rings in a coat; the supporter hears why nobody took it, and the talk does the task."""
    bo, desk = house.supporter("Bo"), house.phone("+4530607080")
    hers, his = is_with_the_customer(house, caller, anna)
    desk.dials(SUPPORT).hears("pinkode").keys(f"{caller.pin}#").hears("15 point").keys("1")
    house.phone(bo).picks_up().hears("Hotel Strand").keys("1").talks_with(desk)

    his.does_not_answer()
    hers.hears("Kunden ringer selv ind lige nu").waits(10)
    ended = last(house).outcome
    house.forward(minutes=3)
    desk.hangs_up()
    house.forward(seconds=20)

    assert (hers.is_over, ended, outgoing(house).outcome) == (True, CallbackOutcome.CALLED_IN, CallOutcome.NOBODY_ANSWERED)
    assert (house.tasks()[0].taken_by_id, house.tasks()[0].alarm_at, len(house.tasks())) == (bo.id, None, 1)


def test_a_customer_who_still_hears_the_good_bye_has_not_called_in(house: House, anna: ASupporter) -> None:
    """R14: somebody takes the task at once; the call in which it was asked for is no other one."""
    house.is_connected_to_the_world()
    house.phone(anna).behaves("busy")
    caller = house.caller(company="Hotel Strand")
    his = house.accepts_price(caller).hears("bliver du ringet op").keys("1").hears("inden for 30 minutter")
    house.phone(anna).behaves("hand")

    asks(house, anna)
    is_there = not his.is_over
    house.phone(anna).picks_up().hears("Hotel Strand").does_not_hear("ringer selv ind").keys("1").hears("ringer til")

    assert (is_there, last(house).outcome) == (True, None)


def test_a_customer_who_calls_in_while_the_first_telephone_rings_lets_the_second_be_silent(house: House, caller: ACaller) -> None:
    """R12, R14: the supporter is free for that call at once, and rung for it."""
    anna = house.supporter("Anna", second=SECOND)
    asks(house, anna)
    house.phone(anna).hears_ringing()
    his = house.phone(caller).dials(SUPPORT).hears("pinkode")

    house.phone(anna).declines()
    house.forward(seconds=2)
    second_rang = house.phone(SECOND).rings
    his.keys(f"{caller.pin}#").hears("15 point").keys("1")
    house.phone(anna).picks_up().hears("Hotel Strand").keys("1").talks_with(caller)
    house.forward(minutes=3)
    his.hangs_up()
    house.forward(seconds=20)

    assert (second_rang, last(house).outcome, last(house).rung_at) == (False, CallbackOutcome.CALLED_IN, None)
    assert (house.tasks()[0].taken_by_id, house.tasks()[0].alarm_at) == (anna.id, None)


@is_to_be_called_back
def test_a_refusal_that_is_not_about_the_number_marks_none_and_rings_no_other(house: House) -> None:
    """R12, R14: our own number is not to be shown: the other telephone would be refused as well, and Anna's are well."""
    anna = house.supporter("Anna", second=SECOND)
    house.exchange.knobs.rest_refuses = {anna.phone: 21210}

    asks(house, anna)
    house.forward(seconds=5)

    with house.database.reading() as session:
        marked = telephones.failing(session.get_one(Supporter, anna.id))
    assert (marked, house.counts()["callbacks"], last(house).outcome) == ([], 1, CallbackOutcome.FAILED)
    assert (house.phone(SECOND).rings, house.tasks()[0].taken_at) == (False, None)


def test_without_points_nobody_is_rung(house: House, anna: ASupporter) -> None:
    """R4: the supporter hears what is missing; the price that counts is today's."""
    house.is_connected_to_the_world()
    house.phone(anna).behaves("no_answer")
    caller = house.caller(points=15)
    house.accepts_price(caller).hears("bliver du ringet op").keys("1").hears("Farvel").waits(20)
    house.phone(anna).behaves("hand")
    other = house.caller(colleague_of=caller)
    house.accepts_price(other)
    house.phone(anna).picks_up().keys("1").talks_with(other)
    house.forward(minutes=1)
    house.phone(other).hangs_up()
    house.forward(minutes=3)

    asks(house, anna)
    house.phone(anna).picks_up().hears("Tast 1").keys("1").hears("mangler 15 point")
    house.forward(seconds=10)

    assert (last(house).outcome, house.tasks()[0].taken_at) == (CallbackOutcome.NO_POINTS, None)
    assert house.counts()["attempts"] == 2


@pytest.mark.parametrize("knob", ["rest_fails_after", "rest_hangs_after"])
def test_a_lost_answer_to_the_request_to_ring_rings_once(house: House, caller: ACaller, anna: ASupporter, knob: str) -> None:
    """Pitfall C6: a crash behind the create is one, too; the telephone's own webhooks say that it rang."""
    setattr(house.exchange.knobs, knob, 1)
    asks(house, anna)

    house.phone(anna).picks_up().hears("Hotel Strand").keys("1")
    house.phone(caller).picks_up().hears("15 point").keys("1").talks_with(anna)
    house.forward(minutes=3)

    assert sum(leg.direction == "outbound-api" for leg in house.exchange.legs.values()) == 1
    assert (outgoing(house).state, last(house).due_at) == (CallState.TALKING, None)


def test_the_price_is_that_of_now_and_nobody_pays_more_than_was_accepted(house: House, caller: ACaller, anna: ASupporter) -> None:
    """R10: whoever picks up hears what it costs now, and accepts that by key."""
    house.forward(minutes=1)
    house.publish(FLAT.replace("points = 15", "points = 20").replace("2020", "2026"))
    _hers, his = is_with_the_customer(house, caller, anna)

    his.picks_up().hears("20 point").keys("1").talks_with(anna)
    house.forward(minutes=2)
    his.hangs_up()
    house.forward(seconds=20)

    assert house.charges(outgoing(house).sid) == [-20]


def test_points_that_went_elsewhere_while_the_price_was_told_connect_nobody(
    house: House, caller: ACaller, anna: ASupporter
) -> None:
    """R4, R5: the hold is refused; the customer hears what is missing, the supporter too."""
    hers, his = is_with_the_customer(house, caller, anna)
    his.picks_up().hears("60 point")
    colleagues = [house.caller(colleague_of=caller) for _ in range(4)]
    for number, colleague in enumerate(colleagues):
        house.supporter(f"Bo {number}")
        house.accepts_price(colleague)

    his.keys("1").hears("Der mangler 15 point")
    house.forward(seconds=20)

    assert "Kunden mangler 15 point" in hers.transcript
    assert (last(house).outcome, house.charges(outgoing(house).sid)) == (CallbackOutcome.NO_POINTS, [])


def test_points_that_run_out_end_it_with_a_word_to_the_customer(house: House, anna: ASupporter) -> None:
    """R11: who pays is who was rung; the supporter hears what it came to."""
    house.is_connected_to_the_world()
    house.phone(anna).behaves("no_answer")
    caller = house.caller(points=45, policy=Policy.STOP)
    house.accepts_price(caller).hears("bliver du ringet op").keys("1").hears("Farvel").waits(20)
    house.phone(anna).behaves("hand")
    asks(house, anna)
    hers = house.phone(anna).picks_up().hears("Tast 1").keys("1").hears("ringer til")
    his = house.phone(caller).picks_up().hears("15 point").keys("1").talks_with(anna)
    other, bo = house.caller(colleague_of=caller), house.supporter("Bo")
    house.accepts_price(other)
    house.phone(bo).picks_up().keys("1").talks_with(other)

    house.forward(minutes=29)
    house.exchange.tick_every = 1
    house.forward(minutes=2)

    assert any("Pointene er brugt" in words for words in his.said)
    assert any("Samtalen er slut" in words for words in hers.said)
    call = outgoing(house)
    assert (call.outcome, call.bridged, house.charges(call.sid)) == (CallOutcome.TALKED, True, [-15, -15])


def test_a_supporter_rings_a_customer_from_a_case_as_the_line(house: House, caller: ACaller, anna: ASupporter) -> None:
    """R13, R15, R16: nobody accepted a price, so it is free; only a pressed 1 connects all the same."""
    number = house.case(caller)
    with house.database.writing() as session:
        callbacks.for_case(session, number, caller.person, anna.id, actor="test", now=house.now)
    house.tick()
    hers = house.phone(anna).picks_up().hears("gratis").keys("1").hears("ringer til")

    his = house.phone(caller).picks_up().hears("gratis").does_not_hear("15 point").keys("1").talks_with(anna)
    shown = his.ringing_from
    house.forward(minutes=40)
    his.hangs_up()
    hers.hears("Samtalen er slut").hears("Den varede 40 minutter. Farvel").does_not_hear("kostede")
    house.forward(seconds=20)

    call = outgoing(house)
    assert (call.outcome, call.bridged, shown) == (CallOutcome.TALKED, True, SUPPORT)
    assert (house.charges(call.sid), house.balance(caller), (house.seconds(call.sid) or 0) // 10) == ([], (60, 0), 239)
    with house.database.reading() as session:
        assert cases.find(session, number).id == call.case_id
    assert house.tasks()[0].taken_at is None


def told(house: House) -> tuple[list[str], list[str], list[tuple[str, str]]]:
    """What the explanation, the diagram and the picture say of an outgoing call."""
    sid, danish = outgoing(house).sid, Words(Language.DANISH)
    with house.database.reading() as session:
        made = dossiers.dossier(session, sid, seen_by=None, now=house.now)
    explained = [line for one in explanation.sections(made.facts, danish) for line in (one.title, *one.sentences)]
    drawn = [row.title for row in diagram.rows(made.course, danish)]
    return explained, drawn, [(lane.name, lane.told) for lane in timeline.picture(made, danish, now=house.now).lanes]


@is_to_be_called_back
def test_a_callback_is_told_as_it_was_the_supporter_first_then_the_customer(
    house: House, caller: ACaller, anna: ASupporter
) -> None:
    """Issue 4: nobody reads that the supporter was rung by the customer's call."""
    hers, his = is_with_the_customer(house, caller, anna)
    his.picks_up().hears("60 point").keys("1").talks_with(anna)
    house.forward(minutes=2)
    hers.hangs_up()
    house.forward(minutes=1)

    explained, drawn, lanes = told(house)

    assert explained[0] == "Kunden"
    assert explained[1].startswith("Anna ringede til Per Lund, Hotel Strand (kunde ")
    text = "\n".join(explained)
    for sentence in (
        "Først blev Anna ringet op",
        "Kunden hørte prisen og accepterede den",
        "Per Lund blev ringet op den",
        "Per Lund tastede 1",
    ):
        assert sentence in text
    assert {"ringer op til Per Lund", "ringer til Per Lund"} & set(drawn)
    assert "Anna og kunden hører hinanden" in drawn
    assert [name for name, _ in lanes][:2] == ["Anna", "Per Lund"]
    assert "Opkalderen" not in text


@is_to_be_called_back
def test_the_alarm_of_a_task_is_over_once_a_callback_has_talked(house: House, caller: ACaller, anna: ASupporter) -> None:
    """R14: a talk that began while the task was taken, whose taker handed it back meanwhile, and whose deadline passed."""
    hers, his = is_with_the_customer(house, caller, anna)
    his.picks_up().hears("60 point").keys("1").talks_with(anna)
    with house.database.writing() as session:
        queue.hand_back(session, house.tasks()[0].id, by=anna.id, actor="test", now=house.now)
    house.forward(minutes=32)
    with house.database.reading() as session:
        opened = [one.kind for one in alarms.opened(session, Language.ENGLISH) if one.kind is AlarmKind.TASK]

    hers.hangs_up()
    house.forward(minutes=1)

    with house.database.reading() as session:
        left = [one for one in alarms.opened(session, Language.ENGLISH) if one.kind is AlarmKind.TASK]
    assert (opened, left, house.tasks()[0].taken_by_id) == ([AlarmKind.TASK], [], anna.id)


@is_to_be_called_back
def test_a_customer_who_says_no_did_so_not_the_supporter(house: House, caller: ACaller, anna: ASupporter) -> None:
    _hers, his = is_with_the_customer(house, caller, anna)
    his.picks_up().hears("60 point").keys("2")
    house.forward(minutes=1)

    explained, drawn, lanes = told(house)

    text = "\n".join(explained)
    assert "kunden sagde nej tak." in text
    assert "tastede 2, nej tak" in text
    assert "Per Lund: tastede 2, nej tak" in drawn
    assert lanes[1][1].endswith("tastede 2, nej tak")


@is_to_be_called_back
def test_a_supporter_whose_call_is_lost_is_free_again(house: House, anna: ASupporter) -> None:
    """R20: nothing more is heard of it; the provider tells, and the task waits again. By then nobody waits for a ring."""
    with house.database.writing() as session:
        session.get_one(Supporter, anna.id).second_phone = SECOND
    asks(house, anna)
    house.phone(anna).picks_up().hears("Tast 1")
    house.exchange.knobs.status_policy = knobs.lost
    house.phone(anna).hangs_up()

    house.forward(minutes=16)

    assert (last(house).outcome, house.tasks()[0].taken_at) == (CallbackOutcome.HUNG_UP, None)


def test_each_line_says_within_how_long_somebody_is_called_back(house: House) -> None:
    """R14: callers hear it, and the deadline is that."""
    with house.database.writing() as session:
        session.scalars(select(Line)).one().callback_minutes = 45

    house.accepts_price(house.caller()).hears("bliver du ringet op").keys("1").hears("inden for 45 minutter")

    task = house.tasks()[0]
    assert task.due_at - task.opened_at == timedelta(minutes=45)


@is_to_be_called_back
def test_a_callback_that_no_clock_makes_keeps_the_supporter_from_no_caller(house: House, anna: ASupporter) -> None:
    """R12, R14, R21: the clock is down when she asks for it; some minutes later she can be rung for whoever calls."""
    house.clock_works = False
    other = house.caller(company="Nordvig Camping")
    with house.database.writing() as session:
        callbacks.for_task(session, house.tasks()[0].id, anna.id, actor="anna@house.example", now=house.now)

    house.skip(minutes=9)
    with house.database.reading() as session:
        stands = board.board(session, now=house.now).on_duty[0].standing
    phone = house.accepts_price(other)
    house.phone(anna).picks_up().hears("Nordvig Camping").keys("1")

    phone.talks_with(anna).hangs_up()
    assert stands is Standing.FREE


@is_to_be_called_back
def test_a_supporter_is_not_rung_hours_after_asking_for_it(house: House, anna: ASupporter) -> None:
    """R14: nobody who pressed a button expects a ring later than three minutes; the task waits again, and reminds at once."""
    house.clock_works = False
    with house.database.writing() as session:
        callbacks.for_task(session, house.tasks()[0].id, anna.id, actor="anna@house.example", now=house.now)

    house.skip(hours=3)
    house.clock_works = True
    house.forward(seconds=3)

    assert not house.phone(anna).rings
    assert last(house).outcome is CallbackOutcome.FAILED
    assert [(task.taken_at, task.alarms) for task in house.tasks()] == [(None, 1)]


@pytest.mark.parametrize("answers", [True, False])
def test_who_hung_up_while_it_rang_has_not_called_again_because_somebody_rings_them(
    house: House, anna: ASupporter, *, answers: bool
) -> None:
    """R14: Bo rings from a case, which is nobody's task; where the customer is not reached, the call that was missed is."""
    house.is_connected_to_the_world()
    caller, bo = house.caller(company="Hotel Strand", name="Per Lund"), house.supporter("Bo", on_duty=False)
    case = house.case(caller)
    phone = house.accepts_price(caller)
    house.phone(anna).hears_ringing()
    phone.hangs_up()
    with house.database.writing() as session:
        callbacks.for_case(session, case, caller.person, bo.id, actor="bo@house.example", now=house.now)
    house.tick()

    house.phone(bo).picks_up().hears("Hotel Strand").keys("1")
    his = house.phone(caller).hears_ringing()
    if answers:
        his.picks_up().hears("Tast 1").keys("1").talks_with(bo)
    house.forward(minutes=3)

    assert outgoing(house).started_at < house.now - timedelta(minutes=2)
    assert [task.kind for task in house.tasks()] == ([] if answers else [TaskKind.MISSED])
    if answers:
        his.hangs_up()


@pytest.mark.parametrize(("step", "keys"), [("called__greet", ""), ("called__answer", "1")])
def test_an_error_on_the_customers_leg_is_told_them_as_it_is(
    house: House, caller: ACaller, anna: ASupporter, step: str, keys: str
) -> None:
    """R21: they are connected to nobody, pay nothing, and stay to be called back; the supporter hears so."""
    breaks(house, **{step: 1})
    hers, his = is_with_the_customer(house, caller, anna)

    his.picks_up()
    if keys:
        his.hears("Tast 1").keys(keys)

    his.hears("der opstod en fejl hos os, så du er ikke stillet igennem. Farvel.").waits(10)
    hers.hears("Opgaven venter stadig").waits(20)
    assert (his.is_over, hers.is_over) == (True, True)
    assert house.charges(caller) == []
