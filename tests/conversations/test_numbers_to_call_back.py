"""Which number a caller is called back on: the one that was shown, the person's own, or one that is said (R14, R23)."""

from __future__ import annotations

import pytest

from models import Person
from models.values import CallOutcome, Language, TaskKind
from simulator.phone import Phone
from tests.house import SUPPORT, ACaller, House


def nobodys_number(house: House, *, language: Language = Language.DANISH) -> ACaller:
    """A person for whom no number is known."""
    made = house.caller(language=language)
    with house.database.writing() as session:
        session.get_one(Person, made.person).phone = None
    return made


def reaches_nobody(house: House, caller: ACaller, caller_id: str = "anonymous") -> Phone:
    phone = house.phone(caller).dials(SUPPORT, caller_id).hears("pinkode").keys(f"{caller.pin}#").hears("Tast 1 for").keys("1")
    return phone.hears("bliver du ringet op")


def test_a_caller_who_shows_a_number_is_promised_a_call_on_it(house: House) -> None:
    """R14."""
    phone = house.accepts_price(house.caller()).hears("bliver du ringet op").keys("1")

    phone.hears("en supporter ringer til dig inden for 30 minutter på det nummer, du ringer fra")


@pytest.mark.parametrize("caller_id", ["anonymous", "", "client:bob", "+266696687"])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_caller_whom_nobody_can_call_says_a_number(house: House, caller_id: str) -> None:
    """R14, R23: withheld or malformed, and none is known of the person: behind an announcement it is recorded, up to a #."""
    house.is_connected_to_the_world()
    caller = nobodys_number(house)
    phone = reaches_nobody(house, caller, caller_id).keys("1").hears("Vi kan ikke se dit nummer").does_not_hear("30 minutter")

    phone.speaks_message(6).keys("#").hears("ringer til dig inden for 30 minutter på det nummer, du har sagt").waits(20)

    task = house.tasks()[0]
    assert phone.is_over
    assert house.outcome(caller) is CallOutcome.CALLBACK_REQUESTED
    assert (task.kind, task.recording_url is not None) == (TaskKind.CALLBACK, True)
    assert house.errands()[0].payload["values"]["number"] == "recorded"


def test_those_on_duty_read_that_the_number_is_on_the_recording(house: House) -> None:
    """R14: and not a question mark."""
    house.supporter("Anna")
    shelf = house.is_connected_to_the_world()
    house.phone("+4520000001").behaves("no_answer")
    phone = reaches_nobody(house, nobodys_number(house)).keys("1").speaks_message(6).keys("#").hears("du har sagt")

    phone.waits(20)
    house.forward(seconds=5)

    assert "Nummer ukendt (hemmeligt nummer), hør optagelsen." in shelf.letters[0][2]
    assert "Nummer ukendt (hemmeligt nummer), hør optagelsen." in house.phone("+4520000001").texts[0]


def test_a_caller_who_says_no_number_is_promised_no_call(house: House) -> None:
    """R14: asked once more, then told what to do; the wish to be called back stays what it was."""
    house.exchange.knobs.empty_recording_action = False
    shelf = house.is_connected_to_the_world()
    caller = nobodys_number(house)
    phone = reaches_nobody(house, caller).keys("1").hears("hvilket nummer vi skal ringe til")

    phone.waits(25).hears("Sig nummeret efter tonen").waits(25).hears("Ring igen, eller skriv dit nummer i HelpDesken").waits(20)

    assert not any("30 minutter" in words for words in phone.said)
    assert phone.is_over
    assert house.outcome(caller) is CallOutcome.CALLBACK_REQUESTED
    assert shelf.letters[0][2].startswith("Nummer ukendt (hemmeligt nummer). Sag 20001")


@pytest.mark.parametrize("says_it", [True, False])
def test_whoever_hangs_up_where_the_number_is_asked_for_has_asked_for_a_callback(house: House, *, says_it: bool) -> None:
    """R14: key 1 was pressed; what was said is kept with the task."""
    caller = nobodys_number(house)
    phone = reaches_nobody(house, caller).keys("1").hears("hvilket nummer")
    if says_it:
        phone.speaks_message(6)

    phone.hangs_up()
    house.forward(seconds=30)

    assert house.outcome(caller) is CallOutcome.CALLBACK_REQUESTED
    assert [(task.kind, task.recording_url is not None) for task in house.tasks()] == [(TaskKind.CALLBACK, says_it)]


def test_a_number_that_is_told_behind_the_hang_up_is_kept_and_told(house: House) -> None:
    """R14, R19: the recording's webhook came last."""
    caller = nobodys_number(house)
    phone = reaches_nobody(house, caller).keys("1").hears("hvilket nummer")
    late = house.following(caller, RecordingUrl="https://api.example/Recordings/RE1", RecordingDuration="6")
    phone.hangs_up()
    house.forward(seconds=5)

    house.delivers(late)

    assert [errand.payload["values"]["number"] for errand in house.errands()] == [None, "recorded"]
    assert house.tasks()[0].recording_url == "https://api.example/Recordings/RE1"
    assert house.outcome(caller) is CallOutcome.CALLBACK_REQUESTED


def test_silence_at_the_last_question_promises_nobody_a_call_that_cannot_be_made(house: House) -> None:
    """R14: nobody knows the number; there is a task all the same."""
    caller = nobodys_number(house)
    phone = reaches_nobody(house, caller).is_silent().is_silent().is_silent()

    phone.hears("så vi kan ikke ringe til dig. Sagen er akut.").waits(20)

    assert not any("30 minutter" in words for words in phone.said)
    assert house.outcome(caller) is CallOutcome.NOBODY_ANSWERED
    assert [task.kind for task in house.tasks()] == [TaskKind.CALLBACK]


def test_a_message_with_the_number_in_it_is_answered_on_that(house: House) -> None:
    """R14: the announcement asks for the number, so it is on the recording."""
    caller = nobodys_number(house)
    phone = reaches_nobody(house, caller).keys("2").hears("dit telefonnummer").speaks_message(9).keys("#")

    phone.hears("Beskeden er gemt. Sagen er akut, og en supporter ringer til dig inden for 30 minutter på det nummer, du har sagt")

    assert house.outcome(caller) is CallOutcome.MESSAGE_LEFT


def test_an_english_caller_says_the_number_in_english(house: House) -> None:
    """R22."""
    caller = nobodys_number(house, language=Language.ENGLISH)
    phone = house.phone(caller).dials(SUPPORT, "anonymous").hears("pinkode").keys(f"{caller.pin}#").hears("Press 1").keys("1")

    phone.hears("called back").keys("1").hears("We cannot see your number").speaks_message(6).keys("#")

    phone.hears("on the number you said")


def test_the_supporter_of_a_caller_without_a_number_reads_that_none_is_known(house: House) -> None:
    """R14, R23: behind a talk too."""
    caller, anna = nobodys_number(house), house.supporter("Anna")
    house.is_connected_to_the_world()
    phone = house.phone(caller).dials(SUPPORT, "anonymous").hears("pinkode").keys(f"{caller.pin}#").hears("Tast 1 for").keys("1")
    house.phone(anna).picks_up().hears("Tast 1").keys("1")
    house.forward(seconds=65)

    phone.hangs_up()
    house.forward(minutes=1)
    for _moment in ("its talk has settled", "it went out", "it arrived"):
        house.forward(seconds=5)

    assert "Sag 20001. Nummer ukendt (hemmeligt nummer). 1 min." in house.phone(anna).texts[0]
