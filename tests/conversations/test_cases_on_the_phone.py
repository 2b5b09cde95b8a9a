"""The case of a call: keyed by the caller and read back, or opened by the scheduler (R16, R17)."""

from __future__ import annotations

import pytest

from helpdesk import case_time, cases
from models.values import CallOutcome
from simulator.phone import Phone
from tests.house import ACaller, House


def keys_case(house: House, caller: ACaller, number: str) -> Phone:
    phone = house.identifies(caller).hears("Tast 2").keys("2").hears("Tast sagens nummer")
    return phone.keys(f"{number}#")


def linked(house: House, whose: object) -> str | None:
    return house.ask(lambda call: call.case.number if call.case else None, whose)


def test_a_keyed_case_is_read_back_and_linked(house: House) -> None:
    """R16, R22: digit by digit, with its title; one 1 confirms it and accepts the price."""
    caller, anna = house.caller(points=60), house.supporter("Anna")
    noise = house.caller(company="Hotel Strand")
    house.case(noise)
    case = house.case(caller, "Kassen er nede")
    phone = keys_case(house, caller, case).hears("Sag 2, 0, 0, 0, 2: Kassen er nede.")
    phone.hears("Er det rigtigt, så tast 1 for at acceptere prisen og blive stillet om. Tast 2 for et andet nummer.")

    phone.keys("1")
    house.phone(anna).picks_up().hears("Sag 2, 0, 0, 0, 2").keys("1")
    house.forward(seconds=20)
    phone.hangs_up()
    house.forward(minutes=1)

    assert linked(house, caller) == case
    assert len(house.cases()) == 2
    assert house.outcome(caller) is CallOutcome.TALKED


@pytest.mark.parametrize("number", ["stranger's", "99999", "1", "20001000", "00000"])
def test_a_number_that_is_none_of_the_customers_cases_may_be_keyed_again(house: House, number: str) -> None:
    """R16: somebody else's case is not found either."""
    caller, stranger = house.caller(), house.caller(company="Hotel Strand")
    others, own = house.case(stranger), house.case(caller)

    phone = keys_case(house, caller, others if number == "stranger's" else number)
    phone.hears("ingen af jeres sager")
    phone.keys(f"{own}#").hears("Er det rigtigt")

    assert linked(house, caller) is None


def test_after_three_unknown_numbers_the_call_goes_on_without_a_case(house: House) -> None:
    """R14, R16: the caller is not thrown out over a number; then 1 connects."""
    caller, anna = house.caller(), house.supporter("Anna")
    phone = keys_case(house, caller, "1").hears("ingen af jeres").keys("2#").hears("ingen af jeres").keys("3#")

    phone.hears("Vi går videre uden sag").hears("15 point").keys("1")
    house.phone(anna).picks_up().does_not_hear("Sag").keys("1")

    assert phone.bridged_with == anna.phone


def test_a_case_that_was_read_back_and_not_confirmed_is_not_linked(house: House) -> None:
    """R16: 2 keys another number; only the confirmed one counts."""
    caller, anna = house.caller(), house.supporter("Anna")
    wrong, right = house.case(caller, "Døren binder"), house.case(caller, "Kassen er nede")
    phone = keys_case(house, caller, wrong).hears("Døren binder").keys("2").hears("Tast sagens nummer")

    phone.keys(f"{right}#").hears("Kassen er nede").keys("1")
    house.phone(anna).picks_up().hears(", ".join(right)).keys("1")

    assert linked(house, caller) == right


def test_a_case_that_was_read_back_is_forgotten_when_the_call_goes_on_without_one(house: House) -> None:
    """R16: keyed right, then dropped, then three unknown ones: the call has no case."""
    caller, anna = house.caller(), house.supporter("Anna")
    case = house.case(caller)
    phone = keys_case(house, caller, case).hears("rigtigt").keys("2").hears("sagens nummer").keys("1#").hears("ingen af jeres")

    phone.keys("2#").hears("uden sag").hears("Tast 1").keys("1")
    house.phone(anna).picks_up().does_not_hear("Sag").keys("1")

    assert linked(house, caller) is None


def test_who_takes_back_three_numbers_goes_on_without_a_case(house: House) -> None:
    """R14, R16: the caller is not thrown out over a number that was read back either; it is linked to none of them."""
    caller, anna = house.caller(), house.supporter("Anna")
    case = house.case(caller)
    phone = keys_case(house, caller, case)

    for _ in range(2):
        phone.hears("Er det rigtigt").keys("2").hears("sagens nummer").keys(f"{case}#")
    phone.hears("Er det rigtigt").keys("2").hears("Vi går videre uden sag").hears("15 point").keys("1")
    house.phone(anna).picks_up().does_not_hear("Sag").keys("1")

    assert phone.bridged_with == anna.phone
    assert linked(house, caller) is None


def test_a_talked_call_without_a_case_gets_a_new_one_from_the_scheduler(house: House) -> None:
    """R16: opened when the call is over, once."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(seconds=30)

    house.phone(caller).hangs_up()
    before = house.cases()
    house.forward(minutes=3)

    assert before == []
    assert [(case.number, case.severity, case.title) for case in house.cases()] == [("20001", 6, "Opkald til døgnvagten")]
    assert linked(house, caller) == "20001"


def test_a_call_that_costs_nothing_but_was_connected_is_linked_too(house: House) -> None:
    """R16: every connected call."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.connects(caller, anna)

    house.phone(caller).hangs_up()
    house.forward(minutes=1)

    assert house.charges(caller) == []
    assert linked(house, caller) == "20001"


@pytest.mark.parametrize("keyed", [True, False])
def test_charged_quarters_stand_on_the_case_as_time(house: House, *, keyed: bool) -> None:
    """R17: with the quarter's own beginning and price; noise of another customer stays away."""
    noise, bo = house.caller(company="Hotel Strand"), house.supporter("Bo", tier=2)
    caller, anna = house.caller(points=60), house.supporter("Anna")
    case = house.case(caller)
    if keyed:
        phone = keys_case(house, caller, case).hears("rigtigt").keys("1")
        house.phone(anna).picks_up().hears("Tast 1")
        house.on_the_second()
        house.phone(anna).keys("1")
    else:
        house.connects(caller, anna)
        phone = house.phone(caller)
    accepted_at = house.now
    house.connects(noise, bo)

    house.forward(seconds=901)
    phone.hangs_up()
    house.phone(noise).hangs_up()
    house.forward(minutes=1)

    with house.database.reading() as session:
        times = case_time.time_on(session, cases.find(session, linked(house, caller) or ""))
    assert linked(house, caller) == (case if keyed else "20002")
    assert [(time.call, time.quarter, (time.at - accepted_at).total_seconds(), time.points) for time in times] == [
        (house.sid(caller), 1, 0, -15),
        (house.sid(caller), 2, 900, -15),
    ]


def test_a_keyed_case_becomes_urgent_when_nobody_answers(house: House) -> None:
    """R16: the case that the caller keyed, not another one beside it; what changed stands in the audit."""
    caller = house.caller()
    case = house.case(caller)
    phone = keys_case(house, caller, case).hears("rigtigt").keys("1")

    phone.hears("bliver du ringet op").keys("1").hears("Tak. Sagen er akut, og en supporter ringer til dig").does_not_hear(
        "oprettet"
    )

    assert [(it.number, it.severity) for it in house.cases()] == [(case, 4)]
    assert house.tasks()[0].case.number == case
    assert "case_made_urgent" in house.marks(caller)
