"""A supporter's telephone is rung as a test: what is found out, whatever the telephone and the provider do; and it is no call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import pytest
from sqlalchemy import select

from helpdesk import readiness, readiness_records
from helpdesk.readiness import OnACall, UnderTest
from helpdesk.readiness_records import Readiness
from models import Call, Supporter
from models.readiness import ReadinessOutcome
from models.values import Language
from oncall import reasons, telephones
from oncall.reasons import PassedOver
from simulator import knobs
from simulator.phone import Phone
from tests.broken import loses_its_database
from tests.house import BASE, SUPPORT, ASupporter, House

BOSS: Final = "vagn@house.example"
Plays = Callable[[House, Phone], object]


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def anna(house: House) -> ASupporter:
    house.is_connected_to_the_world()
    return house.supporter("Anna")


def asks(house: House, them: ASupporter, *, beats: bool = True) -> None:
    """The test is asked for, and the clock beats."""
    with house.database.writing() as session:
        readiness.ask(session, them.id, by=BOSS, now=house.now)
    if beats:
        house.tick()


def found(house: House, them: ASupporter) -> Readiness:
    with house.database.reading() as session:
        return readiness_records.last(session, [them.id])[them.id]


def rings(house: House) -> int:
    """How often the provider was told to ring somebody."""
    return sum(leg.direction == "outbound-api" for leg in house.exchange.legs.values())


def presses(keys: str) -> Plays:
    def play(_house: House, phone: Phone) -> None:
        phone.hears_ringing().waits(8).picks_up().hears("prøve af Døgnvagten")
        for key in keys:
            phone.hears("Tast 1").keys(key)
        phone.hears("Farvel")

    return play


def says_nothing(_house: House, phone: Phone) -> None:
    phone.hears_ringing().waits(8).picks_up().is_silent().is_silent().is_silent().hears("ikke et 1-tal")


def behaves(kind: str) -> Plays:
    def play(house: House, phone: Phone) -> None:
        phone.behaves(kind, after=8)  # type: ignore[arg-type]  # one of its kinds
        house.forward(minutes=2)

    return play


RINGS: Final[dict[str, tuple[Plays, ReadinessOutcome, int | None]]] = {
    "a 1 behind a star and a slip": (presses("*21"), ReadinessOutcome.READY, 8),
    "other keys": (presses("29"), ReadinessOutcome.OTHER_KEY, 8),
    "nothing": (says_nothing, ReadinessOutcome.SILENT, 8),
    "a voicemail": (behaves("voicemail"), ReadinessOutcome.VOICEMAIL, 8),
    "hung up": (lambda _, phone: phone.hears_ringing().waits(8).picks_up().hears("prøve").hangs_up(), ReadinessOutcome.HUNG_UP, 8),
    "busy": (behaves("busy"), ReadinessOutcome.BUSY, None),
    "not answered": (lambda _, phone: phone.does_not_answer(), ReadinessOutcome.NO_ANSWER, 15),
    "out of reach": (behaves("failed"), ReadinessOutcome.FAILED, None),
}


@pytest.mark.parametrize(("plays", "outcome", "rang"), RINGS.values(), ids=RINGS.keys())
def test_a_test_finds_out_what_a_call_would_meet_and_is_none(
    house: House, anna: ASupporter, plays: Plays, outcome: ReadinessOutcome, rang: int | None
) -> None:
    """R13, R15, R19: the same webhook twice gets the same bytes; hours later it changes no row. No call, no points."""
    house.exchange.knobs.double = True
    phone = house.phone(anna)
    asks(house, anna, beats=False)
    house.tick()

    plays(house, phone)
    house.forward(seconds=10)
    result, rows = found(house, anna), house.counts()
    sent = [one for one in house.exchange.log if one.kind != "media"]
    everything = house.everything()
    again = [house.post(one.url, one.params) for one in [*sent, *reversed(sent)]]

    assert (result.outcome, result.rang, result.asked_by) == (outcome, rang, BOSS)
    assert (rows["calls"], rows["legs"], rows["attempts"], rows["journal"], rows["errands"]) == (0, 0, 0, 0, 0)
    assert house.audit()[0].action == "supporter_test_asked"
    assert house.audit()[-1].details["outcome"] == outcome
    assert {leg.from_ for leg in house.exchange.legs.values()} == {SUPPORT}
    assert [pair for pair in house.exchange.doubles if pair.first != pair.second] == []
    assert [(answer.status, answer.body) for answer in again] == [(one.status, one.body) for one in [*sent, *reversed(sent)]]
    assert house.everything() == everything


def test_it_is_told_in_the_supporters_language_and_the_machine_may_be_mistaken(house: House, anna: ASupporter) -> None:
    """R22; a key is nobody's but a person's (pitfall A6)."""
    house.exchange.knobs.mistaken_for = "machine_start"
    bob = house.supporter("Bob", language=Language.ENGLISH)
    asks(house, bob)

    house.phone(bob).picks_up().hears("This is a test of Døgnvagten").waits(9).keys("1").hears("Your telephone is ready")

    assert found(house, bob).outcome is ReadinessOutcome.READY
    assert not house.phone(anna).rings


def test_whoever_is_on_a_call_is_not_tested_and_one_test_at_a_time_is(house: House, anna: ASupporter) -> None:
    caller, bo = house.caller(), house.supporter("Bo")
    asks(house, bo, beats=False)
    with pytest.raises(UnderTest):
        asks(house, bo)
    house.connects(caller, anna)

    with pytest.raises(OnACall):
        asks(house, anna)

    assert rings(house) == 1


def test_a_call_that_came_a_moment_before_comes_first(house: House, anna: ASupporter) -> None:
    caller = house.caller()
    house.clock_works = False
    asks(house, anna, beats=False)
    house.accepts_price(caller)

    house.tick()

    assert (found(house, anna).outcome, rings(house)) == (ReadinessOutcome.ON_A_CALL, 0)
    house.phone(anna).picks_up().hears("Nordvig")


def test_a_number_that_the_provider_refuses_to_ring_has_failed_and_is_marked(house: House, anna: ASupporter) -> None:
    """R12: as one that it calls failed; who asked reads why."""
    house.exchange.knobs.rest_refuses = {anna.phone: 21217}

    asks(house, anna)

    with house.database.reading() as session:
        marked = [one.number for one in telephones.failing(session.get_one(Supporter, anna.id))]
    assert (found(house, anna).outcome, marked) == (ReadinessOutcome.FAILED, [anna.phone])
    assert "21217" in (found(house, anna).problem or "")


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_while_a_telephone_is_tested_the_chain_rings_another(house: House, anna: ASupporter) -> None:
    """R12: a telephone that rings for a test is busy; a caller who rang it would lose its supporter."""
    caller, bo = house.caller(), house.supporter("Bo", tier=2)
    asks(house, anna)
    house.phone(anna).hears_ringing()

    house.accepts_price(caller)
    house.phone(bo).picks_up().hears("Nordvig").keys("1")

    assert house.attempts(caller) == [("Bo", None)]
    sid = house.sid(caller)
    with house.database.reading() as session:
        call = session.scalars(select(Call).where(Call.sid == sid)).one()
        order = reasons.places(session, call, at=call.attempts[0].rung_at, rung=bo.id)
    assert [place.passed_over for place in order] == [PassedOver.TESTED, None]


def test_a_caller_waits_for_the_only_supporter_whose_telephone_is_tested(house: House, anna: ASupporter) -> None:
    """R12, R14: a moment of music rather than nobody at all; as soon as the test is over they are rung."""
    caller = house.caller()
    asks(house, anna)
    house.phone(anna).picks_up().hears("Tast 1")

    phone = house.accepts_price(caller).hears("Alle supportere taler")
    house.phone(anna).keys("1").hears("Din telefon er klar")
    phone.hears_music()
    house.phone(anna).picks_up().hears("Nordvig").keys("1")

    phone.talks_with(anna)
    assert house.attempts(caller) == [("Anna", None)]


@pytest.mark.parametrize("knob", ["rest_fails_after", "rest_hangs_after"])
def test_a_ring_that_may_have_gone_out_is_looked_up_and_never_repeated(house: House, anna: ASupporter, knob: str) -> None:
    """Pitfall C6: its webhooks are late and its status callbacks lost, so only the provider knows."""
    house.exchange.knobs.status_policy = knobs.lost
    setattr(house.exchange.knobs, knob, 1)
    asks(house, anna)

    house.phone(anna).does_not_answer()
    house.forward(minutes=3)

    assert (found(house, anna).outcome, rings(house)) == (ReadinessOutcome.NO_ANSWER, 1)


@pytest.mark.parametrize(
    ("trouble", "outcome", "rung"),
    [
        ({"rest_busy": 2}, ReadinessOutcome.READY, 1),
        ({"rest_down": True}, ReadinessOutcome.FAILED, 0),
    ],
    ids=str,
)
def test_a_ring_that_was_refused_is_tried_again_and_one_in_doubt_is_not(
    house: House, anna: ASupporter, trouble: dict[str, int], outcome: ReadinessOutcome, rung: int
) -> None:
    """429 was not processed (contract §5); what answered 500 may have been."""
    for knob, value in trouble.items():
        setattr(house.exchange.knobs, knob, value)
    asks(house, anna)
    for _ in range(3):
        house.forward(seconds=4)

    if rung:
        house.phone(anna).picks_up().hears("Tast 1").keys("1")
    house.forward(minutes=4)

    assert (found(house, anna).outcome, rings(house)) == (outcome, rung)
    assert (found(house, anna).problem is None) is (outcome is ReadinessOutcome.READY)


def test_a_test_that_nobody_finished_is_closed_by_the_clock(house: House, anna: ASupporter) -> None:
    """R20: the provider says for ever that it goes on; the chain waits for it no longer than a test takes (R12)."""
    asks(house, anna)
    house.exchange.knobs.status_policy = knobs.lost
    house.phone(anna).hears_ringing()
    house.exchange.knobs.rest_down = True
    house.phone(anna).declines()

    house.forward(minutes=6)
    asks(house, anna, beats=False)

    outcomes = [line.details["outcome"] for line in house.audit() if line.action == "supporter_tested"]
    assert outcomes == [ReadinessOutcome.UNFINISHED]


def test_a_test_is_not_made_hours_after_asking_for_it(house: House, anna: ASupporter) -> None:
    """R20: the clock was down; nobody is woken for it then, and nothing was found out about the telephone."""
    house.clock_works = False
    asks(house, anna, beats=False)

    house.skip(hours=3)
    house.clock_works = True
    house.forward(seconds=3)

    assert rings(house) == 0
    assert found(house, anna).outcome is ReadinessOutcome.UNFINISHED


def test_behind_an_error_the_question_is_put_again_and_at_the_second_nothing_is_found_out(house: House, anna: ASupporter) -> None:
    """R21: an apology, never the emergency number, and no try is counted."""
    doors = house.app.extensions["doors"]
    house.exchange.knobs.status_policy = knobs.lost
    asks(house, anna)
    phone = house.phone(anna).picks_up().hears("Tast 1")

    nowhere = loses_its_database(house)
    phone.keys("1").hears("der opstod en fejl hos os. Et øjeblik").hears("prøven gælder ikke")
    fallback = house.post(f"{BASE}/twilio/fallback/readiness", {"CallSid": phone.call_sid, "ErrorCode": "11200"})
    nowhere.close()
    house.app.extensions["doors"] = doors
    house.forward(minutes=3)
    first = found(house, anna).outcome
    asks(house, anna)
    phone.picks_up().hears("Tast 1")
    again = house.post(f"{BASE}/twilio/readiness/2/2?again=1", house.following(anna, Digits="").params)

    assert "prøven gælder ikke" in fallback.body.decode()
    assert first is ReadinessOutcome.HUNG_UP
    assert "Tast 1, så ved vi" in again.body.decode()
    assert "fejl" not in again.body.decode()
