"""Wrong PINs in one call, and the lock-out over many (R1, R2, R3)."""

from __future__ import annotations

import pytest

from models.values import CallOutcome, Language
from simulator.phone import Phone
from tests.house import SUPPORT, ACaller, House

WITHHELD = ["anonymous", "", "client:bob", "+266696687", "sip:bob@example.com"]


def fails(house: House, phone: str, times: int, caller_id: str | None = None) -> Phone:
    """So many wrong PINs from one telephone, in as many calls as it takes (three a call)."""
    handset = house.phone(phone)
    for number in range(times):
        if not handset.on_the_line:
            handset.dials(SUPPORT, caller_id).hears("pinkode")
        handset.keys(f"{number}#").hears("pinkode")
        if (number + 1) % 3 == 0:
            handset.waits(20)
    return handset


def lets_in(house: House, caller: ACaller, caller_id: str | None = None) -> bool:
    """Whether a right PIN leads on to the price; the caller hangs up."""
    phone = house.phone(caller).dials(SUPPORT, caller_id)
    phone.hears("pinkode")
    inside = False
    if "personlige pinkode" in phone.said[-1]:
        inside = "Goddag" in phone.keys(f"{caller.pin}#").hears("o").said[-1]
        phone.hangs_up()
    else:
        phone.waits(30)
    house.forward(seconds=2)
    return inside


@pytest.mark.parametrize("times", [1, 2])
def test_a_caller_with_a_wrong_pin_may_try_again(house: House, times: int) -> None:
    """R3: three tries a call."""
    caller = house.caller()
    phone = house.phone(caller).dials(SUPPORT)

    for _ in range(times):
        phone.keys("00000000#").hears("Pinkoden kender jeg ikke")
    phone.keys(f"{caller.pin}#")

    phone.hears("Goddag, Mette Holm")


def test_the_third_wrong_pin_ends_the_call(house: House) -> None:
    """R3."""
    caller = house.caller()

    phone = fails(house, caller.phone, 3)

    assert phone.is_over
    assert house.outcome(caller) is CallOutcome.WRONG_PIN


@pytest.mark.parametrize("keys", ["#", "", "*"])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_try_has_at_least_one_digit(house: House, keys: str) -> None:
    """R3: silence, a lone # and * are no tries."""
    caller = house.caller()
    phone = house.phone(caller).dials(SUPPORT).keys("1#").hears("kender jeg ikke").keys("2#").hears("kender jeg ikke")

    phone.keys(keys).waits(25)
    phone.keys(f"{caller.pin}#")

    phone.hears("Goddag")


@pytest.mark.parametrize("wrong", ["1234567", "123456789", "12345678901234567890123456789012345", "0"])
@pytest.mark.parametrize("backend", ["sqlite"])
def test_only_all_eight_digits_are_a_pin(house: House, wrong: str) -> None:
    """R1: eight digits; one more, one fewer or forty are a wrong PIN and nothing worse."""
    caller = house.caller()

    phone = house.phone(caller).dials(SUPPORT).keys(f"{wrong}#")

    phone.hears("Pinkoden kender jeg ikke")


def test_the_fifth_failure_locks_the_number_out_and_ends_its_call(house: House) -> None:
    """R3: over two calls."""
    caller = house.caller()

    phone = fails(house, caller.phone, 5)

    phone.hears("forkert pinkode for mange gange fra dit telefonnummer, så det er spærret for pinkode. Ring igen om 15 minutter")
    house.forward(seconds=20)
    assert phone.is_over
    assert house.outcome(caller) is CallOutcome.LOCKED_OUT


@pytest.mark.parametrize("backend", ["sqlite"])
def test_an_english_caller_is_told_the_end_of_the_lock_in_english(house: House) -> None:
    """R3, R22: known by the number."""
    caller = house.caller(language=Language.ENGLISH)
    phone = house.phone(caller).dials(SUPPORT).hears("PIN")

    for number in range(5):
        phone.keys(f"{number}#").hears("PIN")
        if number == 2:
            phone.waits(20).dials(SUPPORT).hears("PIN")

    phone.hears("Please call again in 15 minutes, or open a case in the HelpDesk")


def test_a_call_during_the_lock_is_told_so_and_does_not_lengthen_it(house: House) -> None:
    """R3: released a quarter of an hour after the fifth failure, whoever called meanwhile."""
    caller = house.caller()
    fails(house, caller.phone, 5)
    house.forward(minutes=13)

    told = house.phone(caller).waits(20).dials(SUPPORT).hears("for mange gange").hears("Ring igen om 2 minutter")
    house.forward(seconds=40)
    during = (told.is_over, house.outcome(caller))
    house.forward(minutes=1)

    assert during == (True, CallOutcome.LOCKED_OUT)
    assert lets_in(house, caller)


def test_a_right_pin_during_the_lock_does_not_help(house: House) -> None:
    """R3: the lock is on PIN entry itself; a call that asked before the lock is not let in either."""
    caller = house.caller()
    waiting = house.caller(colleague_of=caller)
    house.phone(waiting).dials(SUPPORT, caller.phone).hears("pinkode")
    fails(house, caller.phone, 5)

    house.phone(waiting).keys(f"{waiting.pin}#").hears("spærret for pinkode").waits(20)

    assert house.outcome(waiting) is CallOutcome.LOCKED_OUT
    assert not lets_in(house, caller)


def test_each_further_lock_is_twice_as_long(house: House) -> None:
    """R3: 15, 30, 60 minutes."""
    caller = house.caller()

    for minutes in (15, 30, 60):
        told = fails(house, caller.phone, 5).hears("Ring igen om").waits(20).said[-1]
        assert f"om {'1 time' if minutes == 60 else f'{minutes} minutter'}, eller" in told
        house.skip(minutes=minutes - 2)
        assert not lets_in(house, caller)
        house.skip(minutes=3)
        phone = house.phone(caller).dials(SUPPORT).hears("personlige pinkode").hangs_up()
        assert phone.is_over


def test_a_lock_is_never_longer_than_a_day(house: House) -> None:
    """R3: up to a day."""
    caller = house.caller()
    house.clock_works = False

    for doubled in range(9):
        fails(house, caller.phone, 5).waits(20)
        house.skip(minutes=min(15 * 2**doubled, 24 * 60))

    assert lets_in(house, caller)


def test_a_day_without_failure_makes_the_next_lock_short_again(house: House) -> None:
    """R3."""
    caller = house.caller()
    house.clock_works = False
    fails(house, caller.phone, 5).waits(20)
    house.skip(minutes=15)
    fails(house, caller.phone, 5).waits(20)

    house.skip(hours=24)
    fails(house, caller.phone, 5).waits(20)
    house.skip(minutes=15)

    assert lets_in(house, caller)


def test_a_right_pin_clears_the_count(house: House) -> None:
    """R3: four failures, a right PIN, and four more do not lock."""
    caller = house.caller()
    fails(house, caller.phone, 4)
    house.phone(caller).keys(f"{caller.pin}#").hears("Goddag").hangs_up()

    fails(house, caller.phone, 4)

    house.phone(caller).keys(f"{caller.pin}#").hears("Goddag")


def test_failures_count_for_a_quarter_of_an_hour(house: House) -> None:
    """R3: five within 15 minutes; four old ones and a fresh one do not lock."""
    caller = house.caller()
    fails(house, caller.phone, 4).hangs_up()
    house.skip(minutes=15, seconds=1)

    fails(house, caller.phone, 1)

    house.phone(caller).keys(f"{caller.pin}#").hears("Goddag")


def test_a_stranger_is_not_locked_out_with_the_number_that_failed(house: House) -> None:
    """R3: the lock is a caller number's own."""
    caller, stranger = house.caller(), house.caller()

    fails(house, caller.phone, 5).waits(20)

    assert lets_in(house, stranger)
    assert not lets_in(house, caller)


def test_withheld_and_malformed_numbers_share_a_count_of_twenty(house: House) -> None:
    """R3: twenty failures over all of them lock them all, and nobody with a number."""
    caller, with_number = house.caller(), house.caller()
    for count in range(19):
        fails(house, f"+45305000{count:02d}", 1, WITHHELD[count % len(WITHHELD)]).hangs_up()
    still = house.phone("+4530600000").dials(SUPPORT, "anonymous").hears("personlige pinkode")

    still.keys("1#").hears("Opkald fra hemmeligt nummer er lige nu spærret for pinkode.").waits(20)
    still.dials(SUPPORT, "").hears("Ring fra en telefon, der viser sit nummer, eller ring igen om 15 minutter").waits(20)

    assert not any("dit telefonnummer" in words for words in still.said)

    assert not lets_in(house, caller, "")
    assert not lets_in(house, caller, "sip:bob@example.com")
    assert lets_in(house, with_number)


@pytest.mark.parametrize("caller_id", WITHHELD)
@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_caller_without_a_number_is_served_like_any_other(house: House, caller_id: str) -> None:
    """R3, R4: the PIN says who it is; what is shown as the number never breaks the call."""
    caller, anna = house.caller(), house.supporter("Anna")
    phone = house.phone(caller).dials(SUPPORT, caller_id).hears("pinkode").keys(f"{caller.pin}#").hears("Tast 1").keys("1")

    house.phone(anna).picks_up().hears("Tast 1").keys("1")
    house.forward(seconds=30)
    phone.hangs_up()

    assert house.charges(caller) == [-15]
    assert house.ask(lambda call: (call.from_raw, call.from_number), caller) == (caller_id, None)


def test_parallel_calls_of_one_number_count_together(house: House) -> None:
    """R3: five telephones behind one number, one wrong PIN each; the fifth is locked out."""
    phones = [house.phone(f"+453070000{count}").dials(SUPPORT, "+4533110000").hears("pinkode") for count in range(5)]

    for phone in phones[:4]:
        phone.keys("1#").hears("Pinkoden kender jeg ikke")
    phones[4].keys("1#")

    phones[4].hears("spærret for pinkode")
    phones[0].keys("2#").hears("spærret for pinkode")


def test_an_unusual_rate_alarms_once_an_hour_and_locks_nobody_out(house: House) -> None:
    """R3: fifty failures in an hour on the whole line."""
    caller = house.caller()

    for count in range(51):
        house.phone(f"+453080{count:04d}").dials(SUPPORT).keys("1#").hears("kender jeg ikke").hangs_up()

    assert house.notices("pin_failures") == [("alarm", "mail")]
    assert lets_in(house, caller)
