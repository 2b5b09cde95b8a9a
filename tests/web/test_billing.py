"""Billing pages: who sees them, what narrows them, what moves points and who must agree, and what the books say of it then."""

from __future__ import annotations

import re
from io import BytesIO
from zipfile import ZipFile

import pytest
from sqlalchemy import func, select

from app.database import Database
from helpdesk import corrections, disputes
from helpdesk.corrections import CorrectionRefused, Why
from models import Audit, Journal
from models.corrections import CorrectionReason
from models.values import JournalKind, Points, Role
from tests import bookkeeper
from tests.conversations.test_query_plans import asked, looked_through
from tests.house import SUPPORT, ACaller, House
from tests.web.people import Somebody, signed_in
from web.console.billing.refusals import SENTENCES

SURE = {"sure": "1"}
ONCE = re.compile(r'name="once" value="([^"]+)"')
GOODWILL = {"reason": "goodwill", "note": "Undskyld ventetiden."}
LOOKED_AT = (
    "/billing",
    "/billing?figures=1",
    "/billing/figures",
    "/billing.csv",
    "/billing.xlsx",
    "/billing/books.beancount",
    "/billing/holds",
    "/billing/2",
    "/billing/statements?customer=10001",
    "/billing/statements.pdf?customer=10001",
    "/billing/corrections",
    "/billing/corrections/1",
    "/billing/disputes",
    "/billing/disputes/1",
)
WRITTEN_ON = ("/billing/buy", "/billing/grant", "/billing/refund?call={call}")
WRONG = (
    "from=2026-13-01",
    "from=0001-01-01&to=9999-12-31",
    "from=2026-11-24&to=2026-11-23",
    "kind=gift",
    "customer=%00",
    f"call={'x' * 101}",
)

MISTAKES = (
    ("/billing/buy", {"points": "0", "reference": "F"}, "skal være fra 1 til 1000000"),
    ("/billing/buy", {"points": "ti", "reference": "F"}, "helt tal"),
    ("/billing/buy", {"points": "9" * 5000, "reference": "F"}, "helt tal"),
    ("/billing/buy", {"points": "9" * 400, "reference": "F"}, "skal være fra 1 til 1000000"),
    ("/billing/buy", {"points": "5", "reference": "  "}, "skal udfyldes"),
    ("/billing/buy", {"points": "5", "reference": "a\x00b"}, "synlige tegn"),
    ("/billing/buy", {"points": "5", "reference": "F", "customer": "99999"}, "Kunden findes ikke"),
    ("/billing/grant", {"points": "5", "reason": "bribe"}, "en af mulighederne"),
    ("/billing/grant", {"points": "5", "note": "x" * 401}, "højst være 400 tegn"),
    ("/billing/refund?call={call}", {"points": "5"}, "Vælg også kvarteret"),
    ("/billing/refund?call={call}", {"quarter": "1", "points": "16"}, "Så meget kan der ikke gives tilbage"),
    ("/billing/refund?call={call}", {"quarter": "9"}, "en af mulighederne"),
)


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def house(database: Database) -> House:
    """A demo: nobody has to set up a second factor first."""
    return House(database, env={"DEMO": "1"}, base="http://127.0.0.1:8000")


@pytest.fixture
def bodil(house: House) -> Somebody:
    return signed_in(house, Role.BILLING, name="Bodil")


def talked(house: House, *, points: int = 60, minutes: int = 16, company: str = "Nordvig Camping") -> tuple[ACaller, str]:
    """A caller who talked with the one supporter on duty, and the CallSid."""
    caller, supporter = house.caller(points=points, company=company), house.supporter("Anna")
    sid = house.connects(caller, supporter)
    house.forward(minutes=minutes)
    house.phone(caller).hangs_up()
    house.nobody_is_on_duty()
    return caller, sid


def points_of(house: House, caller: ACaller) -> int:
    return house.balance(caller)[0]


def why(by: str, *, limit: int = 60) -> Why:
    return Why(reason=CorrectionReason.GOODWILL, note="Undskyld.", by=by, limit=Points(limit))


def rows(page: str) -> int:
    return page.count("<tr data-row>")


def test_supporters_see_nothing_of_it_and_an_auditor_sees_all_and_changes_nothing(house: House) -> None:
    _caller, sid = talked(house)
    with house.database.writing() as session:
        disputes.open_dispute(session, sid, "For dyrt", by="kunde", now=house.now)
        corrections.refund(session, sid, why("anna", limit=1), now=house.now)
    supporter, auditor = signed_in(house, Role.SUPPORTER, name="Sune"), signed_in(house, Role.AUDITOR, name="Rie")

    places = [place.format(call=sid) for place in (*LOOKED_AT, *WRITTEN_ON)]
    seen = {place: (supporter.sees(place).status_code, auditor.sees(place).status_code) for place in places}
    posted = {
        place: auditor.sends(place, page="/account/").status_code
        for place in (
            "/billing/buy",
            "/billing/corrections/1/approve",
            "/billing/corrections/1/refuse",
            "/billing/disputes/1/refuse",
        )
    }

    assert seen == {place: (404, 404 if "refund" in place or "buy" in place or "grant" in place else 200) for place in places}
    assert set(posted.values()) == {404}


def test_the_log_is_narrowed_by_its_address_and_says_so_in_chips(house: House, bodil: Somebody) -> None:
    caller, sid = talked(house)
    talked(house, company="Hotel Strand")

    counts = {
        query: rows(bodil.sees(f"/billing?{query}").text)
        for query in (
            "",
            "kind=purchase",
            f"customer={caller.number}",
            f"call={sid}",
            "case=20001",
            "from=2026-11-24",
            "to=2026-11-23",
            "customer=99999",
            f"kind=quarter&customer={caller.number}",
        )
    }
    page = bodil.sees(f"/billing?kind=quarter&customer={caller.number}").text

    assert list(counts.values()) == [6, 2, 3, 2, 2, 0, 6, 0, 2]
    assert f'href="/billing?kind=quarter">Kundenummer: {caller.number}' in page
    assert f'href="/billing?customer={caller.number}">Art: Kvarter' in page
    assert "−30" in page  # what it comes to


def test_a_page_of_the_log_is_found_by_the_row_it_lies_behind_both_ways(house: House, bodil: Somebody) -> None:
    caller = house.caller(points=0)
    for number in range(120):
        house.buy(caller, 1 + number, f"F{number:03d}")

    first = bodil.sees("/billing?kind=purchase").text
    second = bodil.sees("/billing?kind=purchase&before=71").text
    back = bodil.sees("/billing?kind=purchase&after=70").text

    assert [rows(page) for page in (first, second, back)] == [50, 50, 50]
    assert 'href="/billing?kind=purchase&amp;before=71"' in first
    assert "F069" in second
    assert "F070" not in second
    assert 'href="/billing?kind=purchase&amp;after=70"' in second
    assert "F119" in back


@pytest.mark.parametrize("query", WRONG)
def test_a_wrong_filter_is_named_and_kept_and_shows_nothing(house: House, bodil: Somebody, query: str) -> None:
    talked(house)

    answers = [bodil.sees(f"{place}?{query}") for place in ("/billing", "/billing.csv", "/billing/books.hledger")]

    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert {rows(answer.text) for answer in answers} == {0}
    assert all('id="problems"' in answer.text for answer in answers)


def test_files_have_what_the_filters_leave_and_the_books_all_of_it(house: House, bodil: Somebody) -> None:
    """R18: a foreign tool adds the exported books up."""
    caller, _sid = talked(house)
    house.buy(house.caller(points=0, company="Hotel Strand"), 7, "=HYPERLINK()")

    table = bodil.sees(f"/billing.csv?customer={caller.number}")
    harmless = bodil.sees("/billing.csv?kind=purchase").text
    sheets = ZipFile(BytesIO(bodil.sees("/billing.xlsx").data)).namelist()
    books = bookkeeper.transactions(bodil.sees("/billing/books.beancount").text.splitlines())

    assert table.headers["Content-Disposition"] == "attachment; filename=posteringslog.csv"
    assert len(table.text.splitlines()) == 1 + 3
    assert "'=HYPERLINK()" in harmless
    assert "xl/worksheets/sheet1.xml" in sheets
    assert bookkeeper.statement(books, caller.number, since=None, until=None).closing == 30


def test_a_journal_explains_itself_and_leads_to_what_corrects_it(house: House, bodil: Somebody) -> None:
    """R10, R18."""
    _caller, sid = talked(house)
    with house.database.writing() as session:
        corrections.refund(session, sid, why("anna"), quarter=2, now=house.now)
        charge, refund = session.scalars(select(Journal.id).order_by(Journal.id.desc()).limit(2)).all()[::-1]

    corrected, correcting = bodil.sees(f"/billing/{charge}").text, bodil.sees(f"/billing/{refund}").text

    assert "koster et kvarter, der begynder på det tidspunkt, 15 point" in corrected
    assert f'href="/billing/{refund}"' in corrected
    assert f'href="/billing/{charge}"' in correcting
    assert f"/billing/refund?call={sid}&amp;quarter=2" in corrected
    assert "koster et kvarter, der begynder på det tidspunkt, 15 point" in correcting
    assert bodil.sees("/billing/999").status_code == 404
    assert bodil.sees("/billing/99999999999999999999").status_code == 404


def test_what_running_calls_hold_is_shown_while_they_run(house: House, bodil: Somebody) -> None:
    """R6."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(minutes=14)

    running = bodil.sees("/billing/holds").text
    house.phone(caller).hangs_up()

    assert (rows(running), rows(bodil.sees("/billing/holds").text)) == (1, 0)


def test_a_statement_is_shown_and_handed_out_in_either_language(house: House, bodil: Somebody) -> None:
    caller, _sid = talked(house)
    asked_for = f"customer={caller.number}&from=2026-11-01&to=2026-11-30"

    page = bodil.sees(f"/billing/statements?{asked_for}").text
    english = bodil.sees(f"/billing/statements.text?{asked_for}&language=en")
    pdf = bodil.sees(f"/billing/statements.pdf?{asked_for}")
    unknown = bodil.sees("/billing/statements?customer=99999")

    assert "Slutsaldo" in page
    assert "Closing balance" in english.text
    assert english.headers["Content-Disposition"] == f"attachment; filename=statement-{caller.number}.txt"
    assert pdf.data.startswith(b"%PDF")
    assert (unknown.status_code, "Kunden findes ikke" in unknown.text) == (422, True)


def test_a_purchase_is_read_over_and_booked_once(house: House, bodil: Somebody) -> None:
    caller = house.caller(points=0)
    bought = {"customer": caller.number, "points": "40", "reference": "F-17"}

    shown = bodil.sends("/billing/buy", **bought)
    before = points_of(house, caller)
    booked = [bodil.sends("/billing/buy", **bought, **SURE) for _ in range(2)]
    other = bodil.sends("/billing/buy", **bought | {"points": "41"}, **SURE)

    assert (shown.status_code, before) == (200, 0)
    assert "0 → 40" in shown.text
    assert [answer.headers["Location"] for answer in booked] == [f"/billing?customer={caller.number}"] * 2
    assert (other.status_code, "et andet antal point" in other.text, 'value="41"' in other.text) == (422, True, True)
    assert points_of(house, caller) == 40
    with house.database.reading() as session:
        purchase = session.scalars(select(Journal).where(Journal.reference == "F-17")).one()
        line = session.scalars(select(Audit).where(Audit.action == "points_bought", Audit.actor == bodil.email)).one()
        assert (purchase.actor, line.details["points"], line.address) == (bodil.email, 40, "127.0.0.1")


def test_a_second_press_books_nothing_twice(house: House, bodil: Somebody) -> None:
    """Neither points for nothing nor a part of a quarter, of which there would be more to give."""
    caller, sid = talked(house)
    given = {"customer": caller.number, "points": "10", **GOODWILL}
    back = {"points": "5", "quarter": "1", **GOODWILL}

    for place, form in (("/billing/grant", given), (f"/billing/refund?call={sid}", back)):
        once = ONCE.search(bodil.sends(place, **form).text)
        assert once
        pressed = [bodil.sends(place, **form, **SURE, once=once[1]) for _ in range(2)]

        assert pressed[0].status_code == pressed[1].status_code == 302
        assert pressed[0].headers["Location"] == pressed[1].headers["Location"]
    again = ONCE.search(bodil.sends("/billing/grant", **given).text)
    assert again
    bodil.sends("/billing/grant", **given, **SURE, once=again[1])

    assert points_of(house, caller) == 30 + 10 + 5 + 10, "what is filled in anew is another grant"


def test_a_second_press_leads_on_where_nothing_is_left_of_the_quarter(house: House, bodil: Somebody) -> None:
    """The second request comes when the first is booked: the quarter can be chosen no more."""
    caller, sid = talked(house)
    place, back = f"/billing/refund?call={sid}", {"quarter": "1", **GOODWILL}
    once = ONCE.search(bodil.sends(place, **back).text)
    assert once

    pressed = [bodil.sends(place, **back, **SURE, once=once[1]) for _ in range(2)]

    assert [one.status_code for one in pressed] == [302, 302]
    assert pressed[0].headers["Location"] == pressed[1].headers["Location"]
    assert points_of(house, caller) == 30 + 15


def test_what_is_read_over_says_that_a_reference_is_booked_already(house: House, bodil: Somebody) -> None:
    caller, other = house.caller(points=0), house.caller(points=0, company="Hotel Strand")
    bought = {"customer": caller.number, "points": "40", "reference": "F-17"}
    bodil.sends("/billing/buy", **bought, **SURE)

    again = bodil.sends("/billing/buy", **bought)
    more = bodil.sends("/billing/buy", **bought | {"points": "41"})
    elsewhere = bodil.sends("/billing/buy", **bought | {"customer": other.number})

    assert "40 som før: den reference er bogført i forvejen." in again.text
    assert "40 → 80" not in again.text
    assert (more.status_code, "et andet antal point" in more.text) == (422, True)
    assert "0 → 40" in elsewhere.text


def test_a_wrong_form_says_what_is_wrong_keeps_what_was_typed_and_writes_nothing(house: House, bodil: Somebody) -> None:
    caller, sid = talked(house)
    whole = {"customer": caller.number, **GOODWILL, **SURE}

    for place, fields, sentence in MISTAKES:
        answer = bodil.sends(place.format(call=sid), **whole | fields)

        assert (answer.status_code, sentence in answer.text) == (422, True), (place, fields)
        typed = fields.get("points", "")
        assert len(typed) > 20 or f'value="{typed}"' in answer.text, (place, fields)
    assert points_of(house, caller) == 30


def test_a_small_refund_is_booked_at_once_and_a_large_one_waits_for_somebody_else(house: House, bodil: Somebody) -> None:
    """R18: a correction is a counter-entry with a reason and a name; above the limit a second person lets it through."""
    caller, sid = talked(house, points=90, minutes=61)
    vagn = signed_in(house, Role.ADMINISTRATOR, name="Vagn")
    place = f"/billing/refund?call={sid}"

    small = bodil.sends(place, **GOODWILL, quarter="1", points="5", **SURE)
    large = bodil.sends(place, **GOODWILL, **SURE)
    waiting = rows(bodil.sees("/billing/corrections").text.partition("Afgjort")[0])
    own = bodil.sends("/billing/corrections/2/approve", page="/account/")
    before = points_of(house, caller)
    through = vagn.sends("/billing/corrections/2/approve", page="/billing/corrections/2")
    again = vagn.sends("/billing/corrections/2/approve", page="/account/")

    assert (small.headers["Location"], large.headers["Location"]) == (f"/billing?call={sid}", "/billing/corrections")
    assert waiting == 1
    assert (own.status_code, "Du har selv bedt om den" in own.text) == (422, True)
    assert (through.status_code, again.status_code) == (302, 422)
    assert (before, points_of(house, caller)) == (90 - 75 + 5, 90)
    with house.database.reading() as session:
        made = session.execute(select(Audit.action, Audit.actor).where(Audit.subject == "correction:2").order_by(Audit.id)).all()
        assert [tuple(one) for one in made] == [("correction_asked", bodil.email), ("correction_done", vagn.email)]


def test_nothing_is_given_back_while_the_call_goes_on(house: House, bodil: Somebody) -> None:
    caller, supporter = house.caller(), house.supporter("Anna")
    sid = house.connects(caller, supporter)
    house.forward(minutes=2)

    shown = bodil.sees(f"/billing/refund?call={sid}").text
    refused = bodil.sends(f"/billing/refund?call={sid}", page="/billing/buy", **GOODWILL, quarter="1")

    assert "Opkaldet er stadig i gang" in shown
    assert (refused.status_code, "Opkaldet er stadig i gang" in refused.text) == (422, True)
    assert set(CorrectionRefused.__subclasses__()) < set(SENTENCES)


def test_a_correction_that_waits_can_be_refused_with_a_sentence(house: House, bodil: Somebody) -> None:
    caller = house.caller(points=0)
    bodil.sends("/billing/grant", customer=caller.number, points="100", **GOODWILL, **SURE)

    silent = bodil.sends("/billing/corrections/1/refuse", page="/billing/corrections/1", note="")
    refused = bodil.sends("/billing/corrections/1/refuse", page="/billing/corrections/1", note="For meget.")

    assert (silent.status_code, refused.status_code) == (422, 302)
    assert "afvist" in bodil.sees("/billing/corrections/1").text
    assert points_of(house, caller) == 0


def test_a_dispute_is_answered_by_a_refund_or_by_a_sentence(house: House, bodil: Somebody) -> None:
    caller, sid = talked(house)
    _other, other_sid = talked(house, company="Hotel Strand")
    with house.database.writing() as session:
        for one in (sid, other_sid):
            disputes.open_dispute(session, one, "Vi talte kun ti minutter.", by="kunde", now=house.now)

    refunded = bodil.sends(f"/billing/refund?call={sid}&dispute=1", **GOODWILL, quarter="2", **SURE)
    mixed_up = bodil.sees(f"/billing/refund?call={sid}&dispute=2")
    upheld = bodil.sends("/billing/disputes/2/refuse", page="/billing/disputes/2", note="I talte seksten minutter.")
    again = bodil.sends("/billing/disputes/2/refuse", page="/account/", note="Igen.")

    assert (refunded.headers["Location"], points_of(house, caller)) == ("/billing/disputes/1", 45)
    assert mixed_up.status_code == 404
    assert (upheld.status_code, again.status_code) == (302, 422)
    assert "I talte seksten minutter." in bodil.sees("/billing/disputes/2").text


def test_a_customer_on_the_telephone_objects_by_the_number_on_the_receipt(house: House, bodil: Somebody) -> None:
    """As the command `dispute open`: a task, a message to the caller, a line in the audit; and one at a time for a call."""
    _caller, sid = talked(house)
    place = f"/billing/disputes/new?receipt={sid}"
    supporter, auditor = signed_in(house, Role.SUPPORTER, name="Sune"), signed_in(house, Role.AUDITOR, name="Rie")

    linked = [place.replace(sid, "1") in one.sees(f"/calls/{sid}").text for one in (bodil, auditor)]
    silent = bodil.sends(place, receipt="1", said="")
    unknown = bodil.sends(place, receipt="999", said="Vi talte kun ti minutter.")
    opened = bodil.sends(place, receipt="1", said="Vi talte kun ti minutter.")
    again = bodil.sends(place, receipt=sid, said="Igen.")

    assert linked == [True, False]
    assert f'value="{sid}"' in bodil.sees(place).text
    assert (silent.status_code, 'value="1"' in silent.text) == (422, True)
    assert (unknown.status_code, "Kvitteringen findes ikke" in unknown.text, "kun ti minutter" in unknown.text) == (422, True, True)
    assert opened.headers["Location"] == "/billing/disputes/1"
    assert "Vi talte kun ti minutter." in bodil.sees("/billing/disputes/1").text
    assert (again.status_code, "allerede en åben indsigelse" in again.text) == (422, True)
    assert [one.sees(place).status_code for one in (supporter, auditor)] == [404, 404]
    with house.database.reading() as session:
        line = session.scalars(select(Audit).where(Audit.action == "dispute_opened")).one()
        assert (line.actor, line.address, line.details["said"]) == (bodil.email, "127.0.0.1", "Vi talte kun ti minutter.")


def test_nobody_objects_to_a_call_that_cost_nothing(house: House, bodil: Somebody) -> None:
    phone = house.phone(house.caller()).dials(SUPPORT).hears("pinkode").hangs_up()

    refused = bodil.sends("/billing/disputes/new", receipt=phone.call_sid, said="For dyrt.")

    assert (refused.status_code, "Der er ikke trukket noget" in refused.text) == (422, True)


def test_the_first_page_reads_no_table_from_end_to_end(house: House, bodil: Somebody) -> None:
    """However the log is narrowed: with a million calls its first page must come at once."""
    caller, sid = talked(house)
    queries = (
        "",
        "kind=refund",
        "kind=quarter",
        f"customer={caller.number}",
        f"call={sid}",
        "case=20001",
        "from=2026-11-01",
        "before=3",
    )

    with asked(house.database._readers) as statements:
        for query in queries:
            assert bodil.sees(f"/billing?{query}").status_code == 200
        bodil.sees("/billing/holds")
        bodil.sees("/billing/2")

    with house.database._readers.connect() as connection:
        found = {one: tables for one, values in statements.items() if (tables := looked_through(connection, one, values))}
    assert len(statements) > 10
    assert found == {}


def test_counts_add_up_by_kind(house: House, bodil: Somebody) -> None:
    talked(house)

    told = bodil.sees("/billing/figures").text

    with house.database.reading() as session:
        charged = session.scalar(select(func.count()).select_from(Journal).where(Journal.kind == JournalKind.QUARTER))
    assert charged == 2
    assert "+60" in told
    assert "−30" in told
