"""Calls explained: who, with whose PIN, at which price and why, who says when it ended, what each quarter cost, or why none did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from billing import ledger
from billing.ledger import Posting
from helpdesk import customers, explanations
from helpdesk.explanations import Explanation
from models import Call, Entry, Journal
from models.values import JournalKind, Language, Points, Policy
from tests.conversations.sharing import two_calls_share_thirty_points
from tests.conversations.silence import talks_and_is_lost
from tests.conversations.test_bridges_in_doubt import a_charged_acceptance_is_withdrawn
from tests.house import SUPPORT, House
from tests.price_lists import DAY_AND_NIGHT, FLAT
from web.papers import explanation
from web.words import Words

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])
Build = Callable[..., House]

DAY_PERIOD = "I perioden »Dag« (man–fre kl. 08.00–16.00, ikke helligdage)"


def facts(house: House, whose: object) -> Explanation:
    with house.database.reading() as session:
        return explanations.explain(session, house.sid(whose), now=house.now)


def explained(house: House, whose: object, language: Language = Language.DANISH) -> list[str]:
    """Headings and sentences, one after another."""
    return [line for one in explanation.sections(facts(house, whose), Words(language)) for line in (one.title, *one.sentences)]


def test_a_talk_over_the_turn_of_the_price_is_explained_to_the_second(build: Build) -> None:
    """R7, R10, R18: accepted at 07:40:44, the first quarter at night's price, the second too, the third at day's."""
    house = build(at=datetime(2026, 11, 23, 6, 40, tzinfo=UTC), prices=DAY_AND_NIGHT)
    mette, anna, bo = house.caller(), house.supporter("Anna"), house.supporter("Bo")
    phone = house.accepts_price(mette)
    house.phone(anna).picks_up().hears("Tast 1").keys("2")
    house.phone(bo).picks_up().hears("Tast 1")
    house.on_the_second()
    house.phone(bo).keys("1")
    accepted = house.now
    house.publish(FLAT.replace("2020-01-01T00:00:00", "2026-11-23T08:00:00"))
    house.forward(seconds=1804)

    phone.hangs_up()
    house.forward(minutes=1)

    at = {second: f"{accepted + timedelta(hours=1, seconds=second):%H.%M.%S}" for second in (0, 900, 1800, 1804)}
    said, morning = explained(house, mette), "23. november 2026"
    assert said[:3] == [
        "Opkalderen",
        f"+45…01 ringede til Døgnvagten ({SUPPORT}) den 23. november 2026 kl. 07.40.00.",
        "Pinkoden, der blev tastet den 23. november 2026 kl. 07.40.01, tilhører Mette Holm, Nordvig Camping (kunde 10001).",
    ]
    assert mette.pin not in "".join(said)
    for sentence in (
        "Den er udstedt den 23. november 2026 kl. 07.40.",
        f"Opkalderen hørte prisen og accepterede den med tast 1 den {morning} kl. 07.40.01: 15 point for det første kvarter.",
        "Prisliste 1 afgør prisen. Den gælder fra den 1. januar 2020 kl. 00.00, og ingen senere var i kraft, da der blev tastet 1.",
        "Prisliste 2 gælder fra den 23. november 2026 kl. 08.00 og ændrer aldrig prisen på et opkald, der blev taget før.",
        "Anna blev ringet op den 23. november 2026 kl. 07.40.01: tastede 2, ikke mig.",
        f"Bo tastede 1 på telefonen den 23. november 2026 kl. {at[0]}: den betalte tid løber derfra.",
        f"Samtalen sluttede den 23. november 2026 kl. {at[1804]}: teleudbyderen meldte det, da forbindelsen var slut.",
        "Den varede 30 min 04 s · 3 kvarter.",
        f"Det begyndte mandag den 23. november 2026 kl. {at[1800]}.",
        f"{DAY_PERIOD} koster et kvarter, der begynder på det tidspunkt, 10 point.",
        "I alt for opkaldet: −40 point.",
        "Det står på sag 20001: Opkald til døgnvagten.",
    ):
        assert sentence in said
    assert [line for line in said if line.startswith("Træk")] == [
        *[line for line in said if "−15 point, skrevet den 23. november" in line and "af Døgnvagt, nr." in line],
        *[line for line in said if "Træk: −10 point" in line],
    ]
    english = explained(house, mette, Language.ENGLISH)
    assert len(english) == len(said)
    assert not set(english) & set(said)
    assert "By the period “Dag” (Mon–Fri from 08:00 to 16:00, no holidays) a quarter that begins then costs 10 points." in english


def test_a_price_below_the_lists_is_explained_by_what_was_accepted(build: Build) -> None:
    """R10: accepted at 15:59 for 10 points, taken after 16:00, where the list says 15."""
    house = build(at=datetime(2026, 11, 23, 14, 59, 52, tzinfo=UTC), prices=DAY_AND_NIGHT)
    caller, anna = house.caller(), house.supporter("Anna")
    phone = house.accepts_price(caller)
    house.phone(anna).waits(12).picks_up().hears("Tast 1").keys("1")
    phone.talks_with(anna)
    house.forward(seconds=30)

    said = explained(house, caller)

    assert "Opkalderen havde accepteret 10 point med tast 1, og det første kvarter koster aldrig mere end det." in said
    assert "De to har talt sammen i 0 min 30 s." in said
    assert "Opkaldet er i gang. Indtil nu: −10 point." in said
    phone.hangs_up()


def test_what_was_taken_back_is_told_with_what_it_takes_back(house: House) -> None:
    """R7, R18: a charged acceptance was withdrawn; nobody took the call after that."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.supporter("Bo")
    phone = a_charged_acceptance_is_withdrawn(house, caller, anna)
    house.phone(caller).waits(1)
    phone.hangs_up()
    house.forward(minutes=2)

    said, quarter = explained(house, caller), facts(house, caller).quarters[0]

    charge, taken_back = (entry.entry for entry in quarter.entries)
    (correction,) = [line for line in said if line.startswith("Rettelse: +15 point")]
    assert (
        f"nr. {taken_back}, tilbagefører nr. {charge}, årsag: afregnet: der var trukket mere, end opkaldet skylder." in correction
    )
    assert "I alt for kvarteret: 0 point." in said
    assert "Opkaldet koster ikke noget: en supporter tastede 1, men de to blev aldrig forbundet." in said


def test_a_refund_stands_with_the_quarter_that_it_gives_back(house: House) -> None:
    """R18: it names what it takes back, and why, in the reader's words; the entry itself can be explained too."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(seconds=30)
    house.phone(caller).hangs_up()

    with house.database.writing() as session:
        call = session.scalars(select(Call)).one()
        charge, quarter = session.execute(select(Entry.id, Journal.id).join(Journal).where(Entry.points == -15)).one()
        account, house_account = ledger.customer_account(session, call.customer_id or 0), ledger.house_account(session, "corrected")
        refund = Posting(
            key="refund:1",
            kind=JournalKind.REFUND,
            amounts=((account.id, Points(15)), (house_account.id, Points(-15))),
            occurred_at=house.now,
            actor="cli:bo",
            reason="own_fault: Vi beklager",
            call_id=call.id,
            reverses_id=quarter,
        )
        ledger.post(session, [refund], now=house.now)
        told = explanations.explain(session, call.sid, now=house.now)
        session.rollback()

    (sentences,) = [one.sentences for one in explanation.quarter_sections(told, Words(Language.DANISH))]
    assert sentences[-2].startswith("Refusion: +15 point, skrevet den 23. november 2026 kl. 03.1")
    assert sentences[-2].endswith(f"af cli:bo, nr. {charge + 2}, tilbagefører nr. {charge}, årsag: vores fejl: Vi beklager.")
    assert sentences[-1] == "I alt for kvarteret: 0 point."
    assert (told.points, told.others) == (0, ())


def test_a_charge_beyond_every_limit_is_explained(house: House) -> None:
    """R11: the clock came late, a parallel call had the points."""
    house.is_connected_to_the_world()
    caller, _anna, other = two_calls_share_thirty_points(house)
    house.forward(seconds=10)
    house.clock_works = False
    house.forward(seconds=140)
    house.clock_works = True
    house.forward(seconds=10)

    said = explained(house, caller)

    beyond = "Trækket gik ud over kundens grænse og efterlod en saldo på −15 point: et påbegyndt kvarter bliver altid trukket."
    assert beyond in said
    assert "Det næste kvarter kunne ikke reserveres: et andet opkald kom først. Supporteren blev advaret." in said
    assert any("Døgnvagt afbrød den, fordi det næste kvarter ikke kunne betales" in line for line in said)
    other.hangs_up()


def test_an_end_by_the_time_limit_and_one_that_nobody_knows_are_explained(house: House) -> None:
    """R8, R20."""
    caller, anna = house.caller(points=30, policy=Policy.STOP), house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(seconds=1830)
    limited = explained(house, caller)
    lost = talks_and_is_lost(house, minutes=40)
    house.forward(minutes=120)

    unknown = explained(house, lost)

    assert "Den sluttede ved teleudbyderens grænse eller lige før: der skyldes ikke flere kvarter, end den kunne vare." in limited
    assert "I alt for opkaldet: −30 point." in limited
    assert "Slutningen er ukendt: der er trukket til og med det kvarter, hvor der sidst blev hørt noget." in unknown
    assert "Der blev oprettet en opgave: se på et opkald med ukendt slutning." in unknown
    assert "Der blev ikke hørt mere til opkaldet, så der blev spurgt til det, og det blev lukket." in unknown


def test_a_bridge_without_our_mark_is_explained(house: House) -> None:
    """R7: it costs nothing, and somebody must look."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.accepts_price(caller)
    house.phone(anna).hears_ringing()
    dial = house.following(caller, CallStatus="completed", DialCallStatus="completed", DialBridged="true", DialCallDuration="170")
    house.delivers(dial)

    why = "en supporters telefon blev forbundet, men ingen tastede 1 på den; en administrator fik besked"
    assert f"Opkaldet koster ikke noget: {why}." in explained(house, caller)


def test_calls_that_came_to_nothing_are_explained(house: House) -> None:
    """R2, R3, R4: without points, without a right PIN, and while it is only being said."""
    poor = house.caller(points=5)
    house.identifies(poor)
    stranger = house.phone("+4520999999").dials(SUPPORT)
    early = explained(house, stranger.call_sid)
    for wrong in ("70707070", "71717171", "72727272"):
        stranger.hears("pinkode").keys(f"{wrong}#")
    house.forward(minutes=1)

    missing, unknown = explained(house, poor), explained(house, stranger.call_sid)

    assert "Det første kvarter kostede 15 point, og saldoen var 5 point." in missing
    assert (
        "Opkaldet koster ikke noget: kunden havde ikke point nok til det første kvarter, så der blev ikke ringet til nogen."
        in missing
    )
    assert "Der blev tastet 3 forkerte pinkoder." in unknown
    assert "Opkaldet koster ikke noget: der blev tastet forkert pinkode tre gange." in unknown
    assert early[-1] == "Opkaldet er i gang. Indtil nu: 0 point."
    assert not any(wrong in "".join(unknown) for wrong in ("70707070", "71717171", "72727272"))


@pytest.mark.parametrize("later", ["while they are held", "when they were charged", "when they came back"])
def test_points_that_another_call_held_are_told_where_they_were_missing(house: House, later: str) -> None:
    """R4, R5: the price was there in the books, and not for this call; whatever became of what was held."""
    caller, anna = house.caller(points=20), house.supporter("Anna")
    colleague = house.caller(colleague_of=caller, name="Ib Juul")
    house.accepts_price(caller)
    house.phone(anna).hears_ringing()
    house.identifies(colleague).hears("du har 5 point. Der mangler 10 point").hangs_up()
    house.forward(seconds=2)
    if later == "when they came back":
        house.phone(caller).hangs_up()
    elif later == "when they were charged":
        house.phone(anna).picks_up().hears("Tast 1").keys("1").talks_with(caller)
        house.forward(minutes=1)
        house.phone(caller).hangs_up()
    house.forward(minutes=1)

    said = explained(house, colleague)

    place = said.index("Det første kvarter kostede 15 point, og saldoen var 20 point.")
    assert said[place + 1] == "Heraf var 15 point reserveret til kundens andre opkald."


def test_a_list_that_was_published_later_and_begins_in_the_past_changes_no_explanation(build: Build) -> None:
    """R10: nobody could be put through for want of a list; a talk keeps the one that was in force, and it is said why."""
    house = build(prices=None)
    early, late = house.caller(), house.caller(company="Hotel Strand")
    house.identifies(early).hears("Tast 1").keys("1").waits(20)
    house.forward(minutes=5)
    house.publish(FLAT)
    house.connects(late, house.supporter("Anna"))
    house.forward(minutes=1)
    house.phone(late).hangs_up()
    house.forward(minutes=1)

    house.publish(FLAT.replace("2020-01-01T00:00:00", "2026-11-23T03:00:00").replace("points = 15", "points = 10"))
    none, talked = explained(house, early), explained(house, late, Language.ENGLISH)

    assert "Opkaldet koster ikke noget: ingen prisliste var i kraft, så ingen kunne stilles om for point." in none
    assert "Price list 1 decides, in force since 1 January 2020 at 00:00: no later one was in force when 1 was pressed." in talked
    later = "Price list 2 begins on 23 November 2026 at 03:00. It was published on 23 November 2026 at 03:"
    assert any(line.startswith(later) and line.endswith(", and reprices no call that was taken before.") for line in talked)


def test_a_pin_that_was_replaced_after_the_call_is_told_as_the_one_that_was_keyed(house: House) -> None:
    """R2: its digits are nobody's business, whose it was and when it was issued is."""
    caller = house.caller()
    issued = house.now
    house.forward(minutes=5)
    house.identifies(caller).hangs_up()
    house.forward(minutes=5)
    with house.database.writing() as session:
        new = customers.replace_pin(session, caller.person, keys=house.keys, actor="test", now=house.now)

    pin, said = facts(house, caller).pin, explained(house, caller)

    assert (pin.issued_at, pin.replaced_at) == (issued, house.now)
    assert any(line.startswith("Den blev afløst af en anden den 23. november 2026") for line in said)
    assert not any(digits in line for line in said for digits in (caller.pin, new))
