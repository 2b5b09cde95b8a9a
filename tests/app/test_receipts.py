"""Behind a talk: a receipt to the caller's person, case and caller to the supporter, over real HTTP and real SMTP."""

from __future__ import annotations

import pytest

from helpdesk import notices
from models.values import ErrandKind, Language
from tests.app.outside import PostOffice
from tests.app.talks import ended_earlier, settles, talks, written
from tests.house import House

HOTEL = "mette@nordvig.example"
SAID = "Du talte med Anna i 17 min. 5 sek. den 23. november 2026 kl. 03.{minute}. Det blev til to kvarter og kostede 30 point."
ASK = "Spørgsmål? Skriv i HelpDesken, og oplys sag 20001. Er prisen forkert? Oplys kvittering 1."


def test_the_caller_gets_a_receipt_by_text_and_letter(house: House, sent: PostOffice) -> None:
    """R7, R22: who helped, how long, quarters, points, balance, case, and where questions are answered."""
    caller, anna = house.caller(email=HOTEL), house.supporter("Anna")

    minute = talks(house, caller, anna)

    expected = f"Kvittering: 30 point, sag 20001\n{SAID.format(minute=minute)} Saldo: 30 point. {ASK}"
    assert house.phone(caller).texts == [expected]
    assert [(one["To"], written(one)) for one in sent.letters] == [(HOTEL, expected)]


@pytest.mark.usefixtures("sent")
def test_a_person_who_speaks_english_reads_it_in_english(house: House) -> None:
    """R22."""
    caller, anna = house.caller(language=Language.ENGLISH), house.supporter("Anna")
    sid = house.phone(caller).dials("+4563186363").keys(f"{caller.pin}#").hears("Press 1").keys("1").call_sid
    house.phone(anna).picks_up().hears("Tast 1")
    house.on_the_second()
    house.phone(anna).keys("1")
    house.forward(seconds=61)
    house.phone(caller).hangs_up()
    settles(house)

    began = house.ask(lambda call: call.accepted_at, sid)
    assert began is not None
    expected = (
        "Receipt: 15 points, case 20001\n"
        f"You talked to Anna for 1 min 1 s on 23 November 2026 at 03:{began:%M}. It counts as one quarter of an hour "
        "and cost 15 points. Balance: 45 points. Questions? Write in the HelpDesk and name case 20001. "
        "Is the price wrong? Name receipt 1."
    )
    assert house.phone(caller).texts == [expected]


def test_the_supporter_gets_case_and_caller_by_text_and_letter(house: House, sent: PostOffice) -> None:
    """R16: and nobody else does."""
    caller, bo = house.caller(company="Hotel Strand", name="Per Lund"), house.supporter("Bo", tier=2)
    anna = house.supporter("Anna", email="anna@house.example")
    house.phone(bo)

    talks(house, caller, anna)

    expected = f"Samtale slut: Hotel Strand, Per Lund\nSag 20001. Nummer {caller.phone}. 17 min. 5 sek., to kvarter."
    assert house.phone(anna).texts == [expected]
    assert [(one["To"], written(one)) for one in sent.letters] == [("anna@house.example", expected)]
    assert house.phone(bo).texts == []


@pytest.mark.usefixtures("sent")
def test_both_name_the_case_that_the_caller_keyed(house: House) -> None:
    """R16."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.case(caller, "En anden")
    number = house.case(caller)
    phone = house.identifies(caller).hears("Tast 1 for at acceptere").keys("2").hears("sagens nummer").keys(f"{number}#")
    phone.hears("tast 1").keys("1")
    house.phone(anna).picks_up().hears("Tast 1").keys("1")
    house.forward(seconds=30)
    phone.hangs_up()
    settles(house)

    assert f"sag {number}" in house.phone(caller).texts[0]
    assert f"Sag {number}." in house.phone(anna).texts[0]


@pytest.mark.parametrize(
    ("phone", "email", "ways"),
    [
        ("+46812345678", HOTEL, [ErrandKind.MAIL]),
        ("+4580808080", None, []),
        ("+46701740605", HOTEL, [ErrandKind.TEXT, ErrandKind.MAIL]),
        ("+4533121212", None, [ErrandKind.TEXT]),
    ],
)
def test_no_text_goes_to_a_number_that_surely_is_a_landline(
    house: House, phone: str, email: str | None, ways: list[ErrandKind]
) -> None:
    """Pitfall G2: a Danish number may be either; a Swedish or a free one tells."""
    caller, anna = house.caller(phone=phone, email=email), house.supporter("Anna")

    talks(house, caller, anna)

    asked = [errand.kind for errand in house.errands() if errand.payload["to"] == f"person:{caller.person}"]
    assert asked == ways


def test_a_call_without_a_talk_has_no_receipt(house: House) -> None:
    house.supporter("Anna")
    caller = house.caller()
    phone = house.accepts_price(caller)
    phone.hangs_up()
    house.forward(minutes=3)

    assert {errand.payload["notice"] for errand in house.errands()} == {"task_missed"}


def test_no_message_holds_a_pin_or_a_link(house: House) -> None:
    """R2, pitfall G5: whatever is sent, in either language."""
    caller, anna = house.caller(email=HOTEL), house.supporter("Anna", email="anna@house.example")
    talks(house, caller, anna)
    ended_earlier(house, caller, after=60)

    said = [
        notices.written(errand.payload["notice"], language, errand.payload["values"])
        for errand in house.errands()
        for language in Language
    ]

    assert len(said) == 2 * 8
    assert [text for text in said if caller.pin in text] == []
    assert [text for text in said if "http" in text or "://" in text or "www." in text] == []
