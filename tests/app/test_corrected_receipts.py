"""Facts that move behind a talk: told again once, as what replaces the earlier word; over real HTTP and real SMTP."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from email.utils import format_datetime

import pytest
from sqlalchemy import select

from billing import charging
from helpdesk import receipts, resending
from ivr.twilio_api import TwilioApi
from models import Call
from models.values import CallOutcome, ErrandState
from tests.app.messages import ports
from tests.app.outside import PostOffice
from tests.app.talks import ended_earlier, settles, talks, written
from tests.house import House

HOTEL = "mette@nordvig.example"


def test_a_repeated_report_sends_nothing_more(house: House, sent: PostOffice) -> None:
    """R19: nor does one that moves the end within its quarter."""
    caller, anna = house.caller(email=HOTEL), house.supporter("Anna")
    talks(house, caller, anna)
    before = house.counts()["errands"]

    for after in (1020, 1020, 950):
        ended_earlier(house, caller, after=after)

    assert house.counts()["errands"] == before == 3
    assert len(sent.letters) == 1


def test_a_late_report_that_moves_the_facts_sends_one_corrected_receipt(house: House, sent: PostOffice) -> None:
    """R19: it says that it replaces the earlier one."""
    caller, anna = house.caller(email=HOTEL), house.supporter("Anna")
    minute = talks(house, caller, anna)

    for after in (900, 899):
        ended_earlier(house, caller, after=after)

    corrected = (
        "Rettet kvittering: 15 point, sag 20001\nDen erstatter den tidligere. "
        f"Du talte med Anna i 15 min. 0 sek. den 23. november 2026 kl. 03.{minute}. Det blev til et kvarter og kostede 15 point. "
        "Saldo: 45 point. Spørgsmål? Skriv i HelpDesken, og oplys sag 20001."
    )
    assert house.phone(caller).texts[1:] == [corrected]
    assert [written(one) for one in sent.letters[1:]] == [corrected]
    told_again = f"Erstatter den tidligere besked. Sag 20001. Nummer {caller.phone}. 15 min. 0 sek., et kvarter."
    assert house.phone(anna).texts[1:] == [f"Rettet samtale: Nordvig Camping, Mette Holm\n{told_again}"]


@pytest.mark.usefixtures("sent")
def test_a_talk_that_turns_out_never_to_have_been_is_taken_back(house: House) -> None:
    """R7, R19: the caller's end was told first; then the Dial says that there was no bridge."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.accepts_price(caller)
    dial = house.following(caller, CallStatus="completed", DialCallStatus="completed", DialBridged="false")
    house.phone(anna).picks_up().hears("Tast 1")
    house.delivers(house.following(anna, Digits="1"))
    house.forward(seconds=2)
    house.delivers(house.status_of(caller))
    for ahead in (0, 6):
        house.tick(ahead=ahead)
    house.forward(seconds=3)

    house.delivers(dial)
    house.phone(caller).hangs_up()
    settles(house)

    assert house.outcome(caller) is CallOutcome.CALLER_HUNG_UP
    receipt, taken_back = house.phone(caller).texts
    assert receipt.startswith("Kvittering: 15 point, sag 20001")
    assert taken_back.startswith("Rettet kvittering: 0 point, sag 20001\nDen erstatter den tidligere. Opkaldet den 23. november")
    assert "koster ingen point. Saldo: 60 point." in taken_back
    assert "ikke stillet om" in house.phone(anna).texts[1]


@pytest.mark.usefixtures("sent")
def test_facts_that_move_there_and_back_are_told_each_time(house: House) -> None:
    """R19: what was said last is what counts, not whether it was ever said."""
    caller, anna = house.caller(), house.supporter("Anna")
    talks(house, caller, anna)
    ended_earlier(house, caller, after=60)
    with house.database.writing() as session:
        call = session.scalars(select(Call)).one()
        call.ended_at = call.started_at + timedelta(seconds=1200)
        charging.settle(session, call, now=house.now)
        receipts.ask(session, call, now=house.now)
        receipts.ask(session, call, now=house.now)
    settles(house)

    assert [text.partition(",")[0] for text in house.phone(caller).texts] == [
        "Kvittering: 30 point",
        "Rettet kvittering: 15 point",
        "Rettet kvittering: 30 point",
    ]


def test_a_receipt_that_was_replaced_before_it_went_out_is_not_sent(house: House, twilio: TwilioApi) -> None:
    """R19: kept without an account, corrected meanwhile, then resent: the caller reads the last word only."""
    caller, anna = house.caller(), house.supporter("Anna")
    talks(house, caller, anna)
    ended_earlier(house, caller, after=60)
    assert {errand.state for errand in house.errands()} == {ErrandState.KEPT}

    house.ports = ports(text=twilio)
    with house.database.writing() as session:
        resending.resend_kept(session, now=house.now)
    settles(house)

    assert [text.partition("\n")[0] for text in house.phone(caller).texts] == ["Rettet kvittering: 15 point, sag 20001"]
    assert {errand.state for errand in house.errands()} == {ErrandState.DONE}
    assert [(errand.outcome or "")[:2] for errand in house.errands()] == ["no", "no", "SM", "SM"]


@pytest.mark.parametrize("ends", [901, 900])
def test_reports_that_disagree_about_a_quarter_for_seconds_come_to_one_receipt(house: House, sent: PostOffice, ends: int) -> None:
    """R8, R19: of several reports of the end the earliest counts, and what is told is what was settled."""
    caller, anna = house.caller(email=HOTEL), house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(seconds=902)
    house.phone(caller).hangs_up()
    house.forward(seconds=2)
    sid = house.sid(caller)
    accepted_at = house.ask(lambda call: call.accepted_at, sid)
    assert accepted_at is not None

    house.delivers(house.status_of(caller, Timestamp=format_datetime(accepted_at + timedelta(seconds=ends))))
    settles(house)

    points = 30 if ends > 900 else 15
    assert [text.partition(",")[0] for text in house.phone(caller).texts] == [f"Kvittering: {points} point"]
    assert [written(one).partition(",")[0] for one in sent.letters] == [f"Kvittering: {points} point"]
    assert [text.partition(":")[0] for text in house.phone(anna).texts] == ["Samtale slut"]
    assert house.cost(caller) == -points


@pytest.mark.usefixtures("sent")
def test_a_talk_that_is_taken_back_before_anybody_read_of_it_is_told_to_nobody(house: House) -> None:
    """R7, R19: and where it was one after all, it is told as one."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.accepts_price(caller)
    dial = house.following(caller, CallStatus="completed", DialCallStatus="completed", DialBridged="false")
    bridged = replace(dial, params={**dial.params, "DialBridged": "true"})
    house.phone(anna).picks_up().hears("Tast 1")
    house.delivers(house.following(anna, Digits="1"))
    house.forward(seconds=2)
    house.delivers(house.status_of(caller))
    house.tick()
    house.delivers(dial)
    for ahead in (0, 6):
        house.tick(ahead=ahead)
    before = [errand.outcome for errand in house.errands()]

    house.delivers(bridged)
    for ahead in (0, 6):
        house.tick(ahead=ahead)
    house.phone(caller).hangs_up()
    settles(house)

    assert before == ["not sent: a corrected one has replaced it"] * 2
    assert [text.partition(",")[0] for text in house.phone(caller).texts] == ["Kvittering: 15 point"]
    assert [text.partition(":")[0] for text in house.phone(anna).texts] == ["Samtale slut"]
