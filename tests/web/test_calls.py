"""The call log and a call's page: who sees what, what can be asked for, what is never shown."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from python_calamine import CalamineWorkbook

from app.database import Database
from helpdesk import call_log
from helpdesk.call_log import Wanted
from ivr.steps import FLOWS
from models.values import Role
from tests.house import NIGHT, SUPPORT, ACaller, ASupporter, House
from tests.web.people import Somebody, signed_in
from web.console.calls import timeline
from web.steps import STEPS, pretty

ROW = re.compile(r'id="call-(CA[0-9a-f]{32})"')
OTHERS = (Role.BILLING, Role.ADMINISTRATOR, Role.AUDITOR)


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def house(database: Database) -> Iterator[House]:
    """A house in which nobody has to set up a second factor first."""
    opened = House(database, env={"DEMO": "1"}, base="http://127.0.0.1:8000")
    yield opened
    opened.is_in_order()


@pytest.fixture
def night(house: House) -> tuple[str, str, ACaller, ASupporter]:
    """Two calls: one that Anna talked for 16 minutes, and before it one with wrong PINs; who called and who talked."""
    phone = house.phone(stranger := house.caller(company="Hotel Ålund", name="Åse Ørsted")).dials(SUPPORT)
    for _ in range(3):
        phone.hears("pinkode").keys("70707070#")
    phone.hears("tre gange")
    wrong = house.sid(stranger)
    house.forward(minutes=2)
    caller, anna = house.caller(), house.supporter("Anna")
    talked = house.connects(caller, anna)
    house.forward(minutes=16)
    house.phone(caller).hangs_up()
    house.forward(minutes=1)
    return talked, wrong, caller, anna


def shown(somebody: Somebody, address: str = "/calls") -> list[str]:
    """The CallSids of a page of the log."""
    page = somebody.sees(address)
    assert page.status_code == 200, page.text
    return ROW.findall(page.text)


def of_supporter(house: House, supporter: ASupporter) -> Somebody:
    return signed_in(house, Role.SUPPORTER, supporter=supporter, name=supporter.name)


def test_whoever_may_look_at_calls_sees_all_and_a_supporter_those_of_their_own_telephone(
    house: House, night: tuple[str, str, ACaller, ASupporter]
) -> None:
    talked, wrong, _caller, anna = night
    hers, nobodys = of_supporter(house, anna), of_supporter(house, house.supporter("Bo", on_duty=False))

    assert [shown(signed_in(house, role)) for role in OTHERS] == [[talked, wrong]] * 3
    assert shown(hers) == [talked]
    assert shown(nobodys) == []
    assert [hers.sees(f"/calls/{talked}{more}").status_code for more in ("", "/live")] == [200, 200]
    assert [hers.sees(f"/calls/{wrong}{more}").status_code for more in ("", "/live")] == [404, 404]
    assert signed_in(house, Role.AUDITOR, name="Rie").sees("/calls/CAnone").status_code == 404


def test_the_log_is_narrowed_by_what_stands_in_its_address(house: House, night: tuple[str, str, ACaller, ASupporter]) -> None:
    talked, wrong, caller, anna = night
    boss = signed_in(house, Role.ADMINISTRATOR)

    for query, found in {
        "q=nordVIG": [talked],
        "q=metTE": [talked],
        "q=ålund": [],  # nobody keyed a PIN of theirs
        "outcome=wrong_pin": [wrong],
        "state=talking": [],
        "from=2026-11-23&to=2026-11-23": [talked, wrong],
        "to=2026-11-22": [],
        f"customer={caller.number}": [talked],
        f"supporter={anna.id}": [talked],
        "case=20001": [talked],
        "case=20002": [],
        f"number={caller.phone[3:]}": [talked],
        "line=%2B4563186363&outcome=talked": [talked],
    }.items():
        assert shown(boss, f"/calls?{query}") == found, query
    chips = boss.sees("/calls?q=nordvig&outcome=talked").text
    assert 'href="/calls?outcome=talked">Kunde eller person: nordvig' in chips
    assert 'href="/calls?q=nordvig">Udfald: Samtale' in chips


def test_wrong_filters_are_named_and_kept(house: House) -> None:
    boss = signed_in(house, Role.ADMINISTRATOR)

    page = boss.sees("/calls?from=2026-11-24&to=2026-11-23&number=client:anna&q=Mette")

    assert page.status_code == 422
    assert '<a href="#to">Til: Perioden slutter, før den begynder.</a>' in page.text
    assert "Det er ikke et telefonnummer." in page.text
    assert 'value="2026-11-24"' in page.text
    assert 'value="client:anna"' in page.text
    assert 'value="Mette"' in page.text
    for query in ("from=abc", "from=0001-01-01", "to=9999-12-31", "outcome=x", "supporter=x", f"q={'x' * 101}", "state=%00"):
        assert boss.sees(f"/calls?{query}").status_code == 422, query
        assert boss.sees(f"/calls.csv?{query}").status_code == 422, query
    assert boss.sees("/calls?before=CAnone").status_code == 404


@pytest.mark.parametrize("backend", ["postgresql"])
def test_no_call_is_named_by_what_postgresql_cannot_keep(house: House) -> None:
    boss = signed_in(house, Role.ADMINISTRATOR)

    found = [boss.sees(f"{page}=%00").status_code for page in ("/calls?before", "/calls?after", "/billing/refund?call")]

    assert found == [404, 404, 404]


def test_an_empty_log_says_why(house: House) -> None:
    boss, bo = signed_in(house, Role.ADMINISTRATOR), of_supporter(house, house.supporter("Bo"))

    assert "Der er ingen opkald endnu." in boss.sees("/calls").text
    assert "Du har ikke haft nogen opkald endnu." in bo.sees("/calls").text
    assert "Ingen opkald passer til filtrene." in boss.sees("/calls?q=x").text


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_the_log_is_turned_page_by_page_both_ways(house: House) -> None:
    """Calls of one moment too; what is filtered out is on no page."""
    callers = [house.caller(name=name) for name in ("Mette", "Ida", "Per", "Åse", "Kim")]
    for caller in callers:
        house.phone(caller).dials(SUPPORT)
    house.forward(seconds=30)
    sids = [house.sid(caller) for caller in reversed(callers)]
    with house.database.reading() as session:

        def turned(**place: str) -> tuple[list[str], bool, bool]:
            page = call_log.page(session, Wanted(), most=2, now=house.now, **place)
            return [one.record.call for one in page.calls], page.newer, page.older

        assert turned() == (sids[:2], False, True)
        assert turned(before=sids[1]) == (sids[2:4], True, True)
        assert turned(before=sids[3]) == (sids[4:], True, False)
        assert turned(after=sids[4]) == (sids[2:4], True, True)
        assert turned(after=sids[2]) == (sids[:2], False, True)
        page = call_log.page(session, Wanted(number=None, seen_by=1), most=2, now=house.now)
        assert page.calls == ()


def test_the_filtered_log_is_fetched_as_a_file(house: House, night: tuple[str, str, ACaller, ASupporter]) -> None:
    """R23: numbers are masked in it as on the screen."""
    talked, _wrong, caller, _anna = night
    boss = signed_in(house, Role.AUDITOR)

    text, book = boss.sees("/calls.csv?outcome=talked"), boss.sees("/calls.xlsx?outcome=talked")

    rows = list(csv.reader(StringIO(text.data.decode("utf-8-sig")), delimiter=";"))
    sheet = CalamineWorkbook.from_filelike(BytesIO(book.data)).get_sheet_by_name("Opkald").to_python()
    assert text.headers["Content-Disposition"] == "attachment; filename=opkald.csv"
    assert len(rows) == 2
    assert rows[1][2:9] == [
        talked,
        "Døgnvagten",
        f"'{caller.phone[:3]}…{caller.phone[-2:]}",
        caller.number,
        caller.company,
        "Mette Holm",
        "Anna",
    ]
    assert rows[1][-3:] == ["960", "2", "-30"]
    assert ["Udfald", "", "Samtale"] in [row[:3] for row in sheet]
    assert caller.phone not in text.text


def test_a_calls_page_tells_everything_but_digits(house: House, night: tuple[str, str, ACaller, ASupporter]) -> None:
    """R2, R23: neither PIN nor a supporter's number; the caller's number only for whoever may call back."""
    talked, wrong, caller, anna = night
    boss, auditor = signed_in(house, Role.ADMINISTRATOR), signed_in(house, Role.AUDITOR)

    pages = [somebody.sees(f"/calls/{sid}").text for somebody in (boss, of_supporter(house, anna), auditor) for sid in (talked,)]

    for page in [*pages, boss.sees(f"/calls/{wrong}").text]:
        assert caller.pin not in page
        assert "70707070" not in page
        assert anna.phone not in page
    assert [caller.phone in page for page in pages] == [True, True, False]
    assert ["Revisionsspor" in page for page in pages] == [True, False, True]
    for told in (
        "den, der blev oprettet 23. november 2026",
        "16 min 00 s",
        "−30",
        "Trin 1. Første i rækken.",
        "taster en pinkode",
        "&lt;Gather",
        "Kvarter 2",
        'href="/cases/20001"',
    ):
        assert told in pages[0], told
    assert "Forkert pinkode" in boss.sees(f"/calls/{wrong}").text


def test_a_live_calls_page_asks_for_itself_until_the_call_is_over(house: House) -> None:
    caller, anna = house.caller(), house.supporter("Anna")
    sid = house.connects(caller, anna)
    boss = signed_in(house, Role.ADMINISTRATOR)

    first = boss.sees(f"/calls/{sid}/live")
    again = boss.client.get(f"/calls/{sid}/live", headers={"If-None-Match": first.headers["ETag"]}, base_url=boss.base)
    house.forward(minutes=16)
    moved = boss.client.get(f"/calls/{sid}/live", headers={"If-None-Match": first.headers["ETag"]}, base_url=boss.base)
    house.phone(caller).hangs_up()
    over = boss.sees(f"/calls/{sid}/live")

    assert f'hx-get="/calls/{sid}/live"' in first.text
    assert (again.status_code, moved.status_code) == (304, 200)
    assert "kvarter 2: −15 point" in moved.text
    assert "hx-get" not in over.text


def test_a_page_explains_whom_it_passed_over(house: House) -> None:
    """R12: whoever stood before in the order, and why they were not rung."""
    anna, bo, carla = (house.supporter(name) for name in ("Anna", "Bo", "Carla"))
    first, second, own = house.caller(), house.caller(company="Hotel Ålund"), house.caller(phone=anna.phone)
    house.connects(first, anna)
    house.accepts_price(second)
    house.phone(bo).picks_up().hears("Tast 1").keys("2").waits(10)
    house.phone(carla).picks_up().hears("Tast 1").keys("1")
    house.forward(minutes=1)
    house.phone(first).hangs_up()
    house.phone(second).hangs_up()
    house.forward(seconds=30)
    house.accepts_price(own)
    house.phone(bo).picks_up().hears("Tast 1").keys("1")
    boss = signed_in(house, Role.ADMINISTRATOR)

    told, of_own = boss.sees(f"/calls/{house.sid(second)}").text, boss.sees(f"/calls/{house.sid(own)}").text

    assert "Sprunget over: Anna (var i en anden samtale)." in told
    assert "Sprunget over: Anna (var i en anden samtale); Bo (var allerede ringet op for dette opkald)." in told
    assert "Sprunget over: Anna (opkaldet kom fra egen telefon)." in of_own
    house.phone(own).hangs_up()


def test_a_page_says_why_somebody_was_on_duty(house: House) -> None:
    """R12: "why was Anna rung", when the rota is long another."""
    anna, bo, caller = house.supporter("Anna"), house.supporter("Bo"), house.caller()
    layer = f'[[layer]]\nname = "Nat"\npeople = [{anna.id}, {bo.id}]\nstarts = 2026-11-16T08:00:00\nevery = "week"\n'
    away = f"[[absence]]\nsupporter = {anna.id}\nfrom = 2026-11-22T00:00:00\nto = 2026-11-24T00:00:00\n"
    house.rota(layer + away)
    house.connects(caller, bo)
    house.phone(caller).hangs_up()
    house.rota(layer)
    boss = signed_in(house, Role.ADMINISTRATOR)

    danish = boss.sees(f"/calls/{house.sid(caller)}").text
    board = boss.sees("/now").text

    assert "Trin 1. Første i rækken." in danish
    assert "Vagtplan 1: Nat, nummer 1 af 2 i turnus: Anna · Anna er fraværende, og Bo er den næste i turnus" in danish
    assert "Anna" in board


def test_every_step_has_words() -> None:
    steps = {
        f"{name}.{step.__name__}"
        for name, flow in FLOWS.items()
        for step in vars(flow).values()
        if callable(step) and getattr(step, "__module__", "") == flow.__name__ and not step.__name__.startswith("_")
    }

    assert steps == set(STEPS)


def test_twiml_is_shown_a_line_an_element() -> None:
    document = '<?xml version="1.0"?><Response><Gather a="1"><Say x="y">Hej &amp; hej</Say></Gather><Hangup /></Response>'

    assert pretty(document).split("\n") == [
        '<?xml version="1.0"?>',
        "<Response>",
        '  <Gather a="1">',
        '    <Say x="y">Hej &amp; hej</Say>',
        "  </Gather>",
        "  <Hangup />",
        "</Response>",
    ]


@pytest.mark.parametrize(
    ("before", "after", "bend"),
    [(6, 3600, 350), (60, 60, 500), (300, 60, 833), (0, 60, 1000), (60, 0, 1000)],
)
def test_what_came_before_a_talk_keeps_a_width_of_its_own(before: int, after: int, bend: int) -> None:
    end = NIGHT + timedelta(seconds=before + after)

    scale, stretched = timeline.scaled(NIGHT, NIGHT + timedelta(seconds=before), end)

    assert (scale.bent, stretched) == (bend, bend == timeline.BEFORE)
    assert (scale.place(NIGHT), scale.place(end)) == (0, timeline.WHOLE)
