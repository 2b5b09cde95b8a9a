"""Wrong PINs in one call, and whose failures count together (R1, R2, R3)."""

from __future__ import annotations

import pytest

from models.values import CallOutcome
from tests.conversations.keyed import fails, lets_in
from tests.house import SUPPORT, House

WITHHELD = ["anonymous", "", "client:bob", "+266696687", "sip:bob@example.com"]


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


def test_a_right_pin_clears_the_count(house: House) -> None:
    """R3: four failures, a right PIN, and four more do not lock."""
    caller = house.caller()
    fails(house, caller.phone, 4)
    house.phone(caller).keys(f"{caller.pin}#").hears("Goddag").hangs_up()

    fails(house, caller.phone, 4)

    house.phone(caller).keys(f"{caller.pin}#").hears("Goddag")


@pytest.mark.parametrize(("seconds", "then"), [(14 * 60, "spærret for pinkode"), (15 * 60 + 1, "Goddag")])
def test_failures_count_for_a_quarter_of_an_hour(house: House, seconds: int, then: str) -> None:
    """R3: five within 15 minutes; four old ones and a fresh one do not lock."""
    caller = house.caller()
    fails(house, caller.phone, 4).hangs_up()
    house.skip(seconds=seconds)

    phone = house.phone(caller).dials(SUPPORT).hears("personlige pinkode").keys("1#").hears("pinkode")

    phone.keys(f"{caller.pin}#").hears(then)


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


@pytest.mark.parametrize("backend", ["sqlite"])
def test_an_unusual_rate_alarms_once_and_locks_nobody_out(house: House) -> None:
    """R3: fifty failures in an hour on the whole line."""
    caller = house.caller()

    alarmed = []
    for count in range(51):
        house.phone(f"+453080{count:04d}").dials(SUPPORT).keys("1#").hears("kender jeg ikke").hangs_up()
        alarmed.append(len(house.alarmed()))

    assert (alarmed[48], alarmed[49], house.alarmed()) == (0, 1, ["pin_failures"])
    assert lets_in(house, caller)
