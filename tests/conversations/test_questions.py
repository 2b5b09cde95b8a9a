"""Keys at a question: typed ahead, `*`, silence, other keys; none is put for ever (interface.md, "Keys on the telephone")."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from models.values import AttemptOutcome, CallOutcome
from simulator import faults
from simulator.phone import Phone
from tests.house import SUPPORT, ACaller, House

Leads = Callable[[House, ACaller], Phone]


def to_the_pin(house: House, caller: ACaller) -> Phone:
    return house.phone(caller).dials(SUPPORT).hears("pinkode")


def to_the_price(house: House, caller: ACaller) -> Phone:
    return house.identifies(caller).hears("Tast 1 for at acceptere")


def to_the_case_number(house: House, caller: ACaller) -> Phone:
    return to_the_price(house, caller).keys("2").hears("Tast sagens nummer")


def to_the_read_back(house: House, caller: ACaller) -> Phone:
    case = house.case(caller)
    return to_the_case_number(house, caller).keys(f"{case}#").hears("Er det rigtigt")


def to_the_last_question(house: House, caller: ACaller) -> Phone:
    return to_the_price(house, caller).keys("1").hears("bliver du ringet op")


QUESTIONS = [
    (to_the_pin, "personlige pinkode", CallOutcome.NO_INPUT),
    (to_the_price, "Tast 1 for at acceptere", CallOutcome.NO_INPUT),
    (to_the_case_number, "Tast sagens nummer", CallOutcome.DECLINED_PRICE),
    (to_the_read_back, "Er det rigtigt", CallOutcome.DECLINED_PRICE),
    (to_the_last_question, "bliver du ringet op", CallOutcome.NOBODY_ANSWERED),
]


@pytest.mark.parametrize(("leads", "question", "outcome"), QUESTIONS)
def test_silence_is_asked_twice_more_and_then_said_goodbye_to(
    house: House, leads: Leads, question: str, outcome: CallOutcome
) -> None:
    """R14: silence at each question; interface.md: asked twice more."""
    phone = leads(house, house.caller())

    for _ in range(2):
        phone.is_silent().hears("Jeg hørte ikke noget").hears(question)
    phone.is_silent().hears("Farvel").waits(30)

    assert phone.is_over
    assert house.outcome(phone.number) is outcome
    assert house.cost(phone.number) == 0


@pytest.mark.parametrize(("leads", "question", "outcome"), QUESTIONS)
@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_star_repeats_the_question_and_drops_what_was_keyed(
    house: House, leads: Leads, question: str, outcome: CallOutcome
) -> None:
    """R3, R14: `*` anywhere in an answer."""
    phone = leads(house, house.caller())
    before = len(phone.said)

    phone.keys(
        "1*#" if outcome is not CallOutcome.NOBODY_ANSWERED and "Tast 1" not in question and "rigtigt" not in question else "*"
    )
    phone.hears(question)

    assert len(phone.said) == before + 1
    assert "kender jeg ikke" not in phone.said[-1]
    phone.hangs_up()


REPROACHES = [
    (to_the_pin, "1#", "Pinkoden kender jeg ikke.", "Tast din personlige pinkode"),
    (to_the_price, "9", "Det valg findes ikke.", "Opkaldet koster 15 point"),
    (to_the_case_number, "1#", "Det nummer har ingen af jeres sager.", "Tast sagens nummer"),
    (to_the_last_question, "9", "Det valg findes ikke.", "Tast 1, så bliver du ringet op"),
]


@pytest.mark.parametrize(("leads", "wrong", "reproach", "question"), REPROACHES)
@pytest.mark.parametrize("backend", ["sqlite"])
def test_what_was_wrong_is_said_once_and_only_the_question_again(
    house: House, leads: Leads, wrong: str, reproach: str, question: str
) -> None:
    """R14: behind a wrong answer `*` and silence repeat the question, and reproach nobody anew."""
    phone = leads(house, house.caller()).keys(wrong).hears(f"{reproach} {question}")

    phone.is_silent().hears(f"Jeg hørte ikke noget. {question}")
    phone.keys("*#" if wrong == "1#" else "*").hears(question)

    assert phone.said[-1].startswith(question)
    assert sum(reproach in words for words in phone.said) == 1
    phone.hangs_up()


def test_welcome_and_greeting_are_said_once(house: House) -> None:
    """R22: whoever needs a question again needs no second welcome."""
    caller = house.caller()
    phone = to_the_pin(house, caller).is_silent().hears("Jeg hørte ikke noget. Tast din personlige pinkode")

    phone.keys(f"{caller.pin}#").hears("Goddag, Mette Holm").is_silent().hears("Jeg hørte ikke noget. Opkaldet koster")

    assert [sum(word in words for words in phone.said) for word in ("Velkommen", "Goddag")] == [1, 1]


@pytest.mark.parametrize(("leads", "question", "outcome"), QUESTIONS)
@pytest.mark.parametrize("backend", ["sqlite"])
def test_whoever_presses_star_for_ever_is_let_go_in_the_end(
    house: House, leads: Leads, question: str, outcome: CallOutcome
) -> None:
    """R14: no endless loops, and a good-bye all the same."""
    phone = leads(house, house.caller())

    for _ in range(20):
        if phone.on_the_line:
            phone.keys("*#" if question in {"personlige pinkode", "Tast sagens nummer"} else "*").waits(4)
    phone.waits(60)

    assert phone.is_over
    assert house.outcome(phone.number) is outcome
    assert phone.said[-1].endswith("Farvel.")


@pytest.mark.parametrize("keys", ["9", "*1#", "2*"])
@pytest.mark.parametrize(("leads", "question", "outcome"), QUESTIONS)
@pytest.mark.parametrize("backend", ["sqlite"])
def test_no_keys_keep_a_call_going_for_ever(house: House, leads: Leads, question: str, outcome: CallOutcome, keys: str) -> None:
    """R14: the same keys again and again end every call, and nothing was connected that nobody accepted."""
    phone = leads(house, house.caller())

    for _ in range(12):
        if phone.on_the_line:
            phone.keys(keys).waits(13)
    phone.waits(200)

    assert phone.is_over, (question, outcome)
    assert house.outcome(phone.number) is not None
    assert house.charges(phone.number) == []


def test_keys_pressed_while_a_question_is_being_said_count(house: House) -> None:
    """R3: a caller who knows the way types ahead; the PIN and the 1 are taken from the first word on."""
    caller, anna = house.caller(), house.supporter("Anna")

    house.phone(caller).dials(SUPPORT).keys(f"{caller.pin}#").keys("1")
    house.phone(anna).picks_up().keys("1")

    assert house.phone(caller).bridged_with == anna.phone


def test_the_pin_and_the_1_may_be_keyed_in_one_go(house: House) -> None:
    """R3: what follows the # is the answer to the next question."""
    caller, anna = house.caller(), house.supporter("Anna")

    house.phone(caller).dials(SUPPORT).keys(f"{caller.pin}#1")

    house.phone(anna).hears_ringing()
    assert house.ask(lambda call: call.price_accepted_at, caller) is not None


def test_a_pin_may_be_keyed_without_the_hash(house: House) -> None:
    """R3: a pause ends it just as well."""
    caller = house.caller()

    phone = house.phone(caller).dials(SUPPORT).keys(caller.pin).waits(12)

    phone.hears("Goddag")


def test_a_key_after_a_repeated_question_still_counts(house: House) -> None:
    """R14: silence, `*`, silence, and then the right answer."""
    caller, anna = house.caller(), house.supporter("Anna")
    phone = to_the_price(house, caller).is_silent().keys("*").hears("Tast 1").is_silent().hears("Tast 1")

    phone.keys("1")

    house.phone(anna).hears_ringing()


def test_the_price_that_was_repeated_is_still_the_price_that_was_told(house: House) -> None:
    """R10: `*` says the same figures again, although points were bought meanwhile."""
    caller = house.caller(points=60)
    phone = to_the_price(house, caller)
    house.buy(caller, 100, "meanwhile")

    phone.keys("*").hears("Tast 1")

    assert phone.said[-1].startswith("Opkaldet koster 15 point for hvert påbegyndt kvarter. Du har 60 point.")


def test_the_supporter_who_presses_star_hears_it_again_but_not_for_ever(house: House) -> None:
    """R12, R13."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.accepts_price(caller)
    other = house.phone(anna).picks_up().hears("Tast 1")

    other.keys("*").hears("Nordvig Camping")
    for _ in range(20):
        if other.on_the_line:
            other.keys("*").waits(2)
    other.waits(30)

    assert other.is_over
    assert house.attempts(caller) == [("Anna", AttemptOutcome.NOT_ACCEPTED)]


def test_the_supporter_who_presses_another_key_is_asked_once_more(house: House) -> None:
    """R13: interface.md: asked again, then the next supporter."""
    caller, anna = house.caller(), house.supporter("Anna")
    phone = house.accepts_price(caller)

    house.phone(anna).picks_up().hears("Tast 1").keys("5").hears("Tast 1").keys("1")

    assert phone.bridged_with == anna.phone


def test_behind_a_wrong_number_of_a_line_nobody_is_left_in_silence(house: House) -> None:
    """R14: a number that is set to us and is no line of ours."""
    house.exchange.number("+4570701234", voice_url="https://house.example/twilio/voice")
    house.forward(seconds=1)  # what a clock does at first
    before = house.counts()

    phone = house.phone("+4530303030").dials("+4570701234").hears("ikke i brug").waits(10)

    assert phone.is_over
    assert house.counts() == before


@pytest.mark.parametrize("late", [0.3, 2.0, 4.0])
def test_a_key_that_falls_between_two_questions_only_leads_to_the_second_being_asked_again(house: House, late: float) -> None:
    """R4, R14: PIN, # and 1 in one go, while the answer takes longer than the next key: that key is lost, and nothing else."""
    caller, anna = house.caller(), house.supporter("Anna")
    phone = to_the_pin(house, caller)
    house.exchange.knobs.network = faults.only(faults.delays(late), kinds={"action"})

    phone.keys(f"{caller.pin}#1").hears("Tast 1 for at acceptere").is_silent().hears(
        "Jeg hørte ikke noget. Opkaldet koster 15 point"
    )
    before = (house.balance(caller), house.attempts(caller))
    phone.keys("1").hears("Jeg ringer")
    house.exchange.knobs.network = faults.calm
    house.phone(anna).picks_up().hears("Tast 1").keys("1").talks_with(caller)
    house.forward(seconds=5)
    phone.hangs_up()

    assert before == ((60, 0), [])
    assert house.charges(caller) == [-15]
    assert sum("kender jeg ikke" in words for words in phone.said) == 0


@pytest.mark.parametrize(("late", "ones"), [(0.3, "11"), (0.5, "111"), (0.5, "11111")])
def test_of_the_keys_of_somebody_impatient_the_first_behind_the_question_counts(house: House, late: float, ones: str) -> None:
    """R4, R14: 1 is pressed until something happens; the call is offered to one supporter, and its points are held once."""
    caller, anna = house.caller(), house.supporter("Anna")
    phone = to_the_pin(house, caller)
    house.exchange.knobs.network = faults.only(faults.delays(late), kinds={"action"})

    phone.keys(f"{caller.pin}#{ones}").hears("Jeg ringer")

    assert house.balance(caller) == (60, 15)
    house.exchange.knobs.network = faults.calm
    house.phone(anna).picks_up().hears("Tast 1").keys("1").talks_with(caller)
    phone.hangs_up()
    assert [outcome for _name, outcome in house.attempts(caller)] == [AttemptOutcome.ACCEPTED]
