"""Danish, or English if that is the person's language (R22)."""

from __future__ import annotations

import re

import pytest

from models.values import Language
from tests.house import SUPPORT, House


def voices(house: House, whose: object) -> set[tuple[str, str]]:
    """The voices in which a telephone's last call was spoken to."""
    sid = house.sid(whose)
    answers = [one.body.decode() for one in house.exchange.log if one.sid == sid]
    return {found for text in answers for found in re.findall(r'<Say language="([^"]+)" voice="([^"]+)"', text)}


def test_a_person_in_danish_hears_danish(house: House) -> None:
    """R22: Polly.Sofie-Neural, da-DK, in every word of the call."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(seconds=30)

    house.phone(anna).hangs_up()
    house.phone(caller).hears("Tak for opkaldet").waits(20)

    assert voices(house, caller) == voices(house, anna) == {("da-DK", "Polly.Sofie-Neural")}


def test_a_person_in_english_hears_english_from_the_first_word(house: House) -> None:
    """R22: known by the number, in an English voice to the end."""
    caller, anna = house.caller(language=Language.ENGLISH), house.supporter("Anna")

    phone = house.phone(caller).dials(SUPPORT).hears("Welcome to Døgnvagten").keys(f"{caller.pin}#")
    phone.hears("The call costs 15 points for each started quarter of an hour. You have 60 points.").hears("Press 1").keys("1")
    house.phone(anna).picks_up().hears("Tast 1").keys("1")
    house.forward(seconds=30)
    house.phone(anna).hangs_up()
    phone.hears("one quarter of an hour").hears("You now have 45 points. Goodbye.").waits(20)

    assert voices(house, caller) == {("en-GB", "Polly.Amy-Neural")}


def test_a_person_in_english_at_a_strange_telephone_hears_english_behind_the_pin(house: House) -> None:
    """R22."""
    caller = house.caller(language=Language.ENGLISH)

    phone = house.phone("+4599887766").dials(SUPPORT).hears("pinkode").keys(f"{caller.pin}#")

    phone.hears("Hello, Mette Holm").hears("Press 1")


def test_a_telephone_that_people_of_both_languages_share_is_greeted_in_danish(house: House) -> None:
    """R22."""
    caller = house.caller(language=Language.ENGLISH)
    house.caller(colleague_of=caller, phone=caller.phone, name="Ib Juul")

    phone = house.phone(caller).dials(SUPPORT)

    phone.hears("Velkommen").keys(f"{caller.pin}#").hears("Hello")


def test_a_supporter_in_english_hears_english_whatever_the_caller_speaks(house: House) -> None:
    """R22."""
    caller, anna = house.caller(), house.supporter("Anna", language=Language.ENGLISH)

    house.accepts_price(caller)

    house.phone(anna).picks_up().hears("60 points. Press 1 to take the call, 2 to pass it on.")


def test_a_supporter_in_english_is_written_to_in_english(house: House) -> None:
    """R22."""
    anna = house.supporter("Anna", language=Language.ENGLISH)
    house.is_connected_to_the_world()
    house.phone(anna).behaves("no_answer")
    caller = house.caller()

    house.accepts_price(caller).hears("ringet op").keys("1").waits(10)
    house.forward(seconds=10)

    assert house.phone(anna).texts[0].startswith("Call back: Nordvig Camping, Mette Holm\nNumber +45")


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_case_number_is_said_digit_by_digit_and_quarters_as_words(house: House) -> None:
    """R22: "1, 0, 2, 3, 4"; "fire kvarter"."""
    caller = house.caller(points=60)
    case = house.case(caller)

    phone = house.identifies(caller).hears("fire kvarter").keys("2").hears("sagens nummer").keys(f"{case}#")

    phone.hears(", ".join(case))


@pytest.mark.parametrize(
    ("does", "language", "title"),
    [
        ("talks", Language.DANISH, "Opkald til døgnvagten"),
        ("talks", Language.ENGLISH, "Call to the support line"),
        ("1", Language.DANISH, "Ubesvaret opkald til døgnvagten"),
        ("1", Language.ENGLISH, "Unanswered call to the support line"),
        ("2", Language.DANISH, "Besked indtalt på døgnvagten"),
        ("2", Language.ENGLISH, "Message left on the support line"),
        ("hangs up", Language.DANISH, "Opkald afbrudt, før nogen svarede"),
        ("hangs up", Language.ENGLISH, "Call broken off before anybody answered"),
    ],
)
@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_case_that_the_house_opens_is_titled_in_the_callers_language(
    house: House, does: str, language: Language, title: str
) -> None:
    """R16, R22: the caller reads it, and hears it read back."""
    caller, anna = house.caller(language=language), house.supporter("Anna", language=Language.DANISH)
    house.phone(anna).behaves("hand" if does in {"talks", "hangs up"} else "no_answer")
    phone = house.phone(caller).dials(SUPPORT).keys(f"{caller.pin}#").hears("15 point").keys("1")
    if does == "talks":
        house.phone(anna).picks_up().hears("Tast 1").keys("1")
        house.forward(seconds=5)
        phone.hangs_up()
    elif does == "hangs up":
        phone.hears_ringing().hangs_up()
    else:
        phone.hears("ringet op" if language is Language.DANISH else "called back").keys(does)
    if does == "2":
        phone.speaks_message(5).keys("#")
    house.forward(minutes=3)

    assert [case.title for case in house.cases()] == [title]
