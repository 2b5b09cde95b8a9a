"""What comes behind the end of a call, or crosses it: a key under way, a report too early, a call that began before (R6, R14)."""

from __future__ import annotations

import pytest

from helpdesk import reports
from helpdesk.reports import Reported
from models.values import AttemptOutcome, CallOutcome, CallState, ReportKind, TaskKind
from tests.house import SUPPORT, House
from tests.postman import Webhook

DECLINED, BUSY, GONE = AttemptOutcome.DECLINED, AttemptOutcome.BUSY, AttemptOutcome.CALLER_HUNG_UP


def test_a_1_that_accepts_the_price_behind_the_end_of_the_call_holds_nothing(house: House) -> None:
    """R4, R6: the key was under way when the caller hung up; nobody is rung."""
    caller, anna = house.caller(), house.supporter("Anna")
    phone = house.identifies(caller).hears("Tast 1 for at acceptere")
    late = house.following(caller, Digits="1")
    phone.hangs_up()

    answer = house.delivers(late)
    house.forward(minutes=5)

    assert answer.status == 200
    assert b"<Dial" not in answer.body
    assert house.balance(caller) == (60, 0)
    assert house.attempts(caller) == []
    assert not house.phone(anna).rings
    assert house.outcome(caller) is CallOutcome.CALLER_HUNG_UP


def test_a_1_whose_own_webhook_says_that_the_caller_is_gone_holds_nothing(house: House) -> None:
    """R4, R6: CallStatus=completed beside Digits=1."""
    caller = house.caller()
    house.supporter("Anna")
    phone = house.identifies(caller).hears("Tast 1 for at acceptere")

    answer = house.delivers(house.following(caller, Digits="1", CallStatus="completed"))
    phone.hangs_up()
    house.forward(minutes=5)

    assert b"<Dial" not in answer.body
    assert house.balance(caller) == (60, 0)
    assert house.attempts(caller) == []


def test_a_pin_that_comes_behind_the_end_of_the_call_alarms_nobody(house: House) -> None:
    """R6, R10: an ended call is offered no price, which does not mean that the price list is missing."""
    caller = house.caller()
    phone = house.phone(caller).dials(SUPPORT).hears("pinkode")
    late = house.following(caller, Digits=caller.pin)
    phone.hangs_up()

    answer = house.delivers(late)

    assert answer.status == 200
    assert house.errands() == []
    assert house.outcome(caller) is CallOutcome.CALLER_HUNG_UP


def test_a_call_that_began_before_the_hang_up_is_no_calling_again(house: House) -> None:
    """R14: a colleague's parallel call from the hotel's own number, over before the other caller gave up."""
    caller, anna = house.caller(), house.supporter("Anna")
    colleague = house.caller(colleague_of=caller, name="Ib Juul")
    phone = house.accepts_price(caller)
    house.phone(anna).hears_ringing()
    house.phone(colleague).dials(SUPPORT, caller.phone).hears("pinkode").hangs_up()
    house.forward(seconds=2)

    phone.hangs_up()
    house.forward(minutes=2)

    assert [task.kind for task in house.tasks()] == [TaskKind.MISSED]


def test_the_end_that_was_told_while_the_call_was_being_opened_is_found_at_its_next_turn(house: House) -> None:
    """R19, R20: the status callback saw no call, because the first webhook had not committed yet."""
    caller, stranger = house.caller(), house.caller()
    phone, other = house.phone(caller).dials(SUPPORT).hears("pinkode"), house.phone(stranger).dials(SUPPORT).hears("pinkode")
    early = Reported(kind=ReportKind.STATUS, sid=phone.call_sid, payload={"CallStatus": "completed"}, happened_at=house.now)
    with house.database.writing() as session:
        reports.record(session, None, early, now=house.now)

    house.delivers(house.following(caller, Digits=""))

    assert house.ask(lambda call: (call.state, call.outcome), caller) == (CallState.ENDED, CallOutcome.CALLER_HUNG_UP)
    assert house.ask(lambda call: call.state, stranger) is CallState.ANSWERING
    phone.hangs_up()
    other.hangs_up()


@pytest.mark.parametrize("first", ["the Dial", "the end of the call"])
@pytest.mark.parametrize(
    ("says", "outcome"), [("completed", DECLINED), ("busy", BUSY), ("no-answer", GONE), ("failed", AttemptOutcome.FAILED)]
)
def test_what_became_of_an_attempt_does_not_depend_on_the_order_of_reports(
    house: House, says: str, outcome: AttemptOutcome, first: str
) -> None:
    """R7, R19: the supporter declined or was busy, and the caller left in the same second.

    "no-answer" is what Twilio may say too of one who rang until the caller left: then it is that.
    """
    caller, anna = house.caller(), house.supporter("Anna")
    house.accepts_price(caller)
    house.phone(anna).hears_ringing()
    dial = house.following(caller, CallStatus="completed", DialCallStatus=says, DialBridged="false")
    if outcome is DECLINED:
        house.phone(anna).picks_up().hears("Tast 1")
        house.delivers(house.following(anna, Digits="2"))
    both = [dial, house.status_of(caller)]

    for webhook in both if first == "the Dial" else reversed(both):
        house.delivers(webhook)

    assert house.attempts(caller) == [("Anna", outcome)]
    assert house.balance(caller) == (60, 0)
    house.phone(caller).hangs_up()


def an_end_before_the_dial_is_told(house: House, caller: object, anna: object) -> Webhook:
    """The supporter pressed 1, the caller's end is told; the Dial's own report, to come, says that there was no bridge."""
    dial = house.following(caller, CallStatus="completed", DialCallStatus="completed", DialBridged="false")
    house.phone(anna).picks_up().hears("Tast 1")
    house.delivers(house.following(anna, Digits="1"))
    house.forward(seconds=2)
    house.delivers(house.status_of(caller))
    return dial


@pytest.mark.parametrize("clock", ["between the two", "behind both"])
def test_a_talk_that_turns_out_never_to_have_been_is_a_missed_call(house: House, clock: str) -> None:
    """R7, R14, R16: one case, urgent, with a task; nothing is charged, whether or not the clock had linked a case already."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.accepts_price(caller)
    dial = an_end_before_the_dial_is_told(house, caller, anna)
    if clock == "between the two":
        house.tick()

    house.delivers(dial)
    house.phone(caller).hangs_up()
    house.forward(minutes=3)

    assert house.outcome(caller) is CallOutcome.CALLER_HUNG_UP
    assert house.ask(lambda call: (call.link_at, call.bridged), caller) == (None, False)
    assert [case.severity for case in house.cases()] == [4]
    assert [task.kind for task in house.tasks()] == [TaskKind.MISSED]
    assert house.cost(caller) == 0
    assert house.balance(caller) == (60, 0)


def test_behind_a_talk_that_never_was_there_is_no_wrap_up(house: House) -> None:
    """R7, R12: the supporter can be rung for the next caller at once."""
    caller, other, anna = house.caller(), house.caller(company="Hotel Strand"), house.supporter("Anna")
    house.accepts_price(caller)
    dial = an_end_before_the_dial_is_told(house, caller, anna)
    house.delivers(dial)
    house.phone(caller).hangs_up()

    house.accepts_price(other)

    house.phone(anna).hears_ringing().picks_up().hears("Hotel Strand")
    assert house.attempts(other) == [("Anna", None)]
    house.phone(other).hangs_up()


def test_a_late_report_does_not_cut_short_the_wrap_up_of_another_talk(house: House) -> None:
    """R12, R19: meanwhile the supporter has talked with somebody else."""
    caller, other, third = (house.caller(company=company) for company in ("Hotel Strand", "Hotel Fjord", "Hotel Skov"))
    anna = house.supporter("Anna")
    house.exchange.knobs.action_after_hangup = False
    house.accepts_price(caller)
    dial = an_end_before_the_dial_is_told(house, caller, anna)
    house.phone(caller).hangs_up()
    house.forward(minutes=3)
    house.connects(other, anna)
    house.phone(other).hangs_up()

    house.delivers(dial)
    phone = house.accepts_price(third)

    assert house.attempts(third) == []
    phone.hangs_up()
