"""Customers and persons in the console: found, made, changed; each look at a PIN an act of its own, and written down."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from helpdesk import corrections, customer_records, line_hours, pin_cards, pins
from helpdesk.corrections import Why
from helpdesk.customer_records import Standing
from models import Audit, Errand, Line, Person
from models.corrections import CorrectionReason
from models.values import ErrandState, Flow, Language, Points, Policy, Role
from tests.conversations.test_query_plans import asked, looked_through
from tests.house import ACaller, House
from tests.oncall.hours import OFFICE
from tests.web.people import HERE, Somebody, at_once

PIN = re.compile(r'data-pin="[^"]+">(\d{4} \d{4})<')
CELL = re.compile(r'class="open" href="[^"]+">([^<]+)<')


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def house(build: Callable[..., House]) -> House:
    """A house in which nobody has to set up a second factor first."""
    return build(env={"DEMO": "1"}, base=HERE)


@pytest.fixture
def mette(house: House) -> ACaller:
    return house.caller(company="Ærø Færgecamping", points=60)


@pytest.fixture
def boss(house: House) -> Somebody:
    return at_once(house, Role.ADMINISTRATOR)


def page_of(caller: ACaller) -> str:
    return f"/customers/{caller.number}/persons/{caller.person}"


def shown(pin: str) -> str:
    return f"{pin[:4]} {pin[4:]}"


def audit(house: House, customer: str) -> list[tuple[str, str, str | None]]:
    with house.database.reading() as session:
        lines = session.scalars(select(Audit).where(Audit.subject == f"customer:{customer}").order_by(Audit.id))
        return [(line.action, line.actor, line.address) for line in lines]


@pytest.mark.parametrize(
    "text", ["færge", "ÆRØ", "mette", lambda one: one.number[:4], lambda one: one.phone, lambda one: one.phone.removeprefix("+45")]
)
def test_a_customer_is_found_by_name_number_person_and_telephone(
    house: House, mette: ACaller, boss: Somebody, text: str | Callable[[ACaller], str]
) -> None:
    house.caller(company="Noise A/S", name="Bo Dam")

    found = boss.client.get("/customers", query_string={"q": text if isinstance(text, str) else text(mette)}, base_url=boss.base)

    assert "Ærø Færgecamping" in CELL.findall(found.text)
    assert ("Noise A/S" in CELL.findall(found.text)) is (callable(text) and text(mette) == mette.number[:4])


def test_the_list_goes_on_behind_its_last_name_and_keeps_its_filters(house: House, boss: Somebody) -> None:
    for number in range(51):
        house.caller(company=f"Hotel {number:02d}", points=0)
    house.caller(company="Campingplads", points=0)

    first = boss.sees("/customers?q=hotel&policy=credit")
    address = re.search(r'href="([^"]+)" rel="next"', first.text)
    assert address
    second = boss.sees(address[1].replace("&amp;", "&"))

    assert CELL.findall(first.text) == [f"Hotel {number:02d}" for number in range(50)]
    assert CELL.findall(second.text) == ["Hotel 50"]
    assert urlsplit(address[1]).path == "/customers"
    assert "Når pointene er brugt: kredit" in second.text


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        ("balance=below_zero", ["Hotel Strand"]),
        ("balance=low", ["Hotel Strand", "Noise A/S"]),
        ("balance=low&policy=credit", ["Noise A/S"]),
        ("balance=", ["Hotel Strand", "Noise A/S", "Ærø Færgecamping"]),
    ],
)
def test_whoever_is_below_zero_or_has_few_points_is_listed(
    house: House, mette: ACaller, boss: Somebody, wanted: str, found: list[str]
) -> None:
    """R11: what is below zero is invoiced, and for that somebody must find it."""
    assert mette.company == "Ærø Færgecamping"
    house.caller(company="Noise A/S", points=29)
    owing, anna = house.caller(company="Hotel Strand", points=0, policy=Policy.INVOICE), house.supporter("Anna")
    house.connects(owing, anna)
    house.forward(minutes=1)
    house.phone(owing).hangs_up()

    assert CELL.findall(boss.sees(f"/customers?{wanted}").text) == found


def test_a_customer_is_added_and_a_blank_name_is_kept_out(boss: Somebody) -> None:
    wrong = boss.sends("/customers/new", name="   ")
    right = boss.sends("/customers/new", name="Hotel Søblik")

    assert (wrong.status_code, right.status_code) == (422, 302)
    assert "Hotel Søblik" in boss.sees(right.headers["Location"]).text


def test_what_happens_when_points_run_out_is_changed_and_written_down(house: House, mette: ACaller, boss: Somebody) -> None:
    address = f"/customers/{mette.number}/edit"
    fields = {"name": "Ærø Camping", "policy": "stop", "credit": "0", "notify_below": "45"}

    wrong = boss.sends(address, **{**fields, "credit": "-1"})
    right = boss.sends(address, **fields)

    assert wrong.status_code == 422
    assert 'value="Ærø Camping"' in wrong.text
    assert right.status_code == 302
    with house.database.reading() as session:
        found = customer_records.customer_record(session, mette.number, now=house.now)
    assert (found.name, found.policy, found.credit, found.notify_below) == ("Ærø Camping", "stop", 0, 45)
    assert audit(house, mette.number)[-3:] == [
        (action, boss.email, "127.0.0.1") for action in ("customer_renamed", "customer_changed", "threshold_set")
    ]


def test_a_person_is_added_with_a_pin_that_works(house: House, mette: ACaller, boss: Somebody) -> None:
    address = f"/customers/{mette.number}/persons/new"
    fields = {"name": "Jonas Kjær", "phone": "20 30 40 50", "email": "jonas@aeroe.example", "language": "en"}

    wrong = boss.sends(address, **{**fields, "phone": "nul"})
    right = boss.sends(address, **fields)
    told = PIN.search(boss.sends(f"{urlsplit(right.headers['Location']).path}/pin", page=right.headers["Location"]).text)

    assert wrong.status_code == 422
    assert 'value="jonas@aeroe.example"' in wrong.text
    assert told
    with house.database.reading() as session:
        person = pins.owner(session, house.keys, told[1].replace(" ", ""))
        assert person is not None
        assert (person.name, person.phone, person.language) == ("Jonas Kjær", "+4520304050", Language.ENGLISH)


def test_a_pin_is_shown_by_an_explicit_act_alone_and_the_look_is_written_down(house: House, mette: ACaller, boss: Somebody) -> None:
    """R2."""
    looked = [boss.sees(place).text for place in (page_of(mette), f"{page_of(mette)}/card", f"/customers/{mette.number}")]
    before = audit(house, mette.number)

    told = boss.sends(f"{page_of(mette)}/pin", page=page_of(mette))

    assert not any(mette.pin in text or shown(mette.pin) in text for text in looked)
    assert shown(mette.pin) in told.text
    assert told.headers["Cache-Control"] == "private, no-store"
    assert audit(house, mette.number) == [*before, ("pin_shown", boss.email, "127.0.0.1")]
    with house.database.reading() as session:
        assert mette.pin not in " ".join(str(line.details) for line in session.scalars(select(Audit)))


def test_a_pin_is_replaced_when_the_customer_number_is_typed(house: House, mette: ACaller, boss: Somebody) -> None:
    """R1, R2."""
    wrong = boss.sends(f"{page_of(mette)}/pin/replace", page=page_of(mette), number="99999")
    told = PIN.search(boss.sends(f"{page_of(mette)}/pin/replace", page=page_of(mette), number=mette.number).text)

    assert wrong.status_code == 422
    assert told
    with house.database.reading() as session:
        assert pins.owner(session, house.keys, mette.pin) is None
        assert pins.owner(session, house.keys, told[1].replace(" ", "")) is not None


@pytest.mark.parametrize("language", Language)
def test_the_pin_card_has_what_is_needed_at_night_in_the_persons_language(house: House, boss: Somebody, language: Language) -> None:
    """R2: a card is a look at the PIN; its code dials the line and tells nothing else."""
    caller = house.caller(company="Hotel Søblik", name="Mette Holm", language=language)

    made = boss.sends(f"{page_of(caller)}/card", page=f"{page_of(caller)}/card")
    file = boss.sends(f"{page_of(caller)}/card.pdf", page=f"{page_of(caller)}/card")

    document = PdfReader(BytesIO(file.data))
    text = document.pages[0].extract_text()
    hours = {"da": "døgnet rundt, alle ugens dage", "en": "round the clock, every day of the week"}[language]
    assert len(document.pages) == 1
    assert [round(float(side) / 72 * 25.4) for side in document.pages[0].mediabox[2:]] == [105, 148]
    for said in (shown(caller.pin), "6318 6363", "6318 6318", "Mette Holm", "Hotel Søblik", hours):
        assert said in made.text
        assert said in " ".join(text.split())
    assert [action for action, *_ in audit(house, caller.number)][-2:] == ["pin_card_made", "pin_card_made"]


def test_the_pin_card_says_the_hours_of_the_office_line(house: House, mette: ACaller, boss: Somebody) -> None:
    with house.database.writing() as session:
        session.add(Line(number=pin_cards.OFFICE, flow=Flow.SUPPORT, name="Kontoret"))
        session.flush()
        line_hours.put(session, pin_cards.OFFICE, OFFICE, by="test", now=house.now)

    looked = boss.sees(f"{page_of(mette)}/card")
    made = boss.sends(f"{page_of(mette)}/card", page=f"{page_of(mette)}/card")
    file = boss.sends(f"{page_of(mette)}/card.pdf", page=f"{page_of(mette)}/card")

    said = "man.–tors. 8–16, fre. 8–15.30, ikke helligdage, uden pinkode og point"
    printed = PdfReader(BytesIO(file.data)).pages
    assert said in looked.text
    assert said in made.text
    assert said in " ".join(printed[0].extract_text().split())
    assert len(printed) == 1


def test_a_person_who_leaves_is_let_in_no_more_until_they_are_back(house: House, mette: ACaller, boss: Somebody) -> None:
    """R3: the PIN of somebody who has left is a wrong one."""
    boss.sends(f"{page_of(mette)}/leave", page=page_of(mette))

    house.identifies(mette).hears("pinkode")
    house.phone(mette).hangs_up()
    gone = boss.sees(f"{page_of(mette)}/card")
    boss.sends(f"{page_of(mette)}/back", page=page_of(mette))
    house.identifies(mette).hears("Tast 1 for at acceptere")

    assert gone.status_code == 404
    assert [action for action, *_ in audit(house, mette.number)][-2:] == ["person_left", "person_came_back"]


def test_nobody_is_told_of_few_points_who_has_left(house: House, boss: Somebody) -> None:
    gone = house.caller(points=40, email="gone@house.example")
    stays = house.caller(colleague_of=gone, name="Bo", email="stays@house.example")
    boss.sends(f"{page_of(gone)}/leave", page=page_of(gone))

    house.connects(stays, house.supporter())
    house.forward(minutes=1)
    house.phone(stays).hangs_up()
    house.forward(minutes=1)

    assert {to for to, _way in house.notices("low_balance")} == {f"person:{stays.person}"}


def test_whoever_has_left_reads_no_receipt_and_no_balance_of_the_company_any_more(house: House, boss: Somebody) -> None:
    shelf = house.is_connected_to_the_world()
    gone = house.caller(points=60, email="gone@house.example")
    sid = house.connects(gone, house.supporter())
    boss.sends(f"{page_of(gone)}/leave", page=page_of(gone))

    house.forward(minutes=1)
    house.phone(gone).hangs_up()
    house.forward(minutes=1)
    why = Why(reason=CorrectionReason.GOODWILL, note="Tak for tålmodigheden.", by="vagn", limit=Points(60))
    with house.database.writing() as session:
        corrections.refund(session, sid, why, now=house.now)
    house.forward(minutes=1)

    assert house.phone(gone).texts == []
    assert [to for to, _subject, _body in shelf.letters if to == "gone@house.example"] == []
    with house.database.reading() as session:
        theirs = [one for one in session.scalars(select(Errand)) if one.payload["to"] == f"person:{gone.person}"]
    assert {one.payload["notice"] for one in theirs} == {"receipt", "refunded"}
    assert {(one.state, one.outcome) for one in theirs} == {(ErrandState.DONE, "not sent: they have left")}


def test_the_numbers_that_a_person_phoned_from_stand_on_their_page(house: House, mette: ACaller, boss: Somebody) -> None:
    colleague = house.caller(colleague_of=mette, name="Bo")
    for caller in (mette, colleague):
        house.identifies(caller).hears("Tast 1").hangs_up()

    seen = boss.sees(page_of(mette)).text

    assert mette.phone in seen.partition("Ringet fra")[2]
    assert colleague.phone not in seen


def test_who_may_do_what_with_customers(house: House, mette: ACaller, boss: Somebody) -> None:
    roles = {role: at_once(house, role) for role in Role if role is not Role.ADMINISTRATOR}
    places = (
        "/customers",
        f"/customers/{mette.number}",
        page_of(mette),
        f"/customers/{mette.number}/edit",
        f"{page_of(mette)}/card",
    )
    another = house.caller(company="Noise A/S")

    seen = {role: [there.sees(place).status_code for place in places] for role, there in roles.items()}
    posted = {
        role: there.sends(f"{page_of(mette)}/{act}", page="/account/", number=mette.number).status_code
        for role, there in roles.items()
        for act in ("pin", "pin/replace", "leave", "card", "card.pdf", "edit")
    }

    assert seen[Role.SUPPORTER] == [404] * 5
    assert seen[Role.AUDITOR] == [200, 200, 200, 404, 404]
    assert seen[Role.BILLING] == [200, 200, 200, 200, 404]
    assert set(posted.values()) == {404}
    assert mette.phone in roles[Role.BILLING].sees(places[1]).text
    assert mette.phone not in roles[Role.AUDITOR].sees(places[1]).text
    assert boss.sees(f"/customers/{another.number}/persons/{mette.person}").status_code == 404


@pytest.mark.parametrize("name", ["", " ", "\x00", "x" * 201, "a\x1bb", "a\u202eb"])
def test_a_name_that_cannot_be_kept_is_refused_and_changes_nothing(house: House, mette: ACaller, boss: Somebody, name: str) -> None:
    answer = boss.sends(f"{page_of(mette)}/edit", page=page_of(mette), name=name, phone="", email="", language="da")

    assert answer.status_code == 422
    with house.database.reading() as session:
        assert session.get_one(Person, mette.person).name == "Mette Holm"


def test_what_a_person_is_called_is_told_before_and_after_with_a_masked_number(
    house: House, mette: ACaller, boss: Somebody
) -> None:
    """R23."""
    boss.sends(f"{page_of(mette)}/edit", page=page_of(mette), name="Mette Krog", phone="+4520304050", email="", language="da")

    with house.database.reading() as session:
        told = session.scalars(select(Audit.details).where(Audit.action == "person_changed")).one()
    assert told["before"] == {"name": "Mette Holm", "phone": f"+45…{mette.phone[-2:]}"}
    assert told["after"] == {"name": "Mette Krog", "phone": "+45…50"}


def test_the_list_and_a_customer_are_found_by_indices(house: House, mette: ACaller) -> None:
    with asked(house.database.engine) as statements, house.database.writing() as session:
        customer_records.search(session, most=50)
        customer_records.search(session, standing=Standing.BELOW_ZERO, after=mette.number, most=50)
        customer_records.customer_record(session, mette.number, now=house.now)

    with house.database.engine.connect() as connection:
        found = {statement: looked_through(connection, statement, values) for statement, values in statements.items()}
    assert not any(found.values()), found
