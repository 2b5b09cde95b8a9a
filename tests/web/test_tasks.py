"""Tasks and cases: who sees them, who takes them, how one is handed back; and the search that leads there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import select

from app.database import Database
from helpdesk import call_log, cases, phrases
from models import Audit
from models.values import Language, Role, TaskKind
from tests.house import SUPPORT, ACaller, House
from tests.web.people import Somebody, signed_in


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
def waiting(house: House) -> ACaller:
    """Somebody whom nobody answered and who asked to be called back: task 1 on case 20001."""
    caller = house.caller()
    house.accepts_price(caller).hears("bliver du ringet op").keys("1").hears("inden for 30 minutter")
    house.forward(minutes=1)
    return caller


@pytest.fixture
def anna(house: House) -> Somebody:
    return signed_in(house, Role.SUPPORTER, supporter=house.supporter("Anna", on_duty=False), name="Anna")


def audited(house: House) -> list[tuple[str, str, str, object]]:
    """The lines of the audit about tasks."""
    with house.database.reading() as session:
        lines = session.scalars(select(Audit).where(Audit.subject.startswith("task:")).order_by(Audit.id))
        return [(one.actor, one.action, one.subject, one.details.get("supporter")) for one in lines]


def test_a_supporter_takes_a_task_and_hands_it_back(house: House, waiting: ACaller, anna: Somebody) -> None:
    """R14, R23: the number stands whole on the case's page alone; the alarms stop, and go on when it is handed back."""
    queue, case = anna.sees("/tasks").text, anna.sees("/cases/20001").text

    taken = anna.sends("/tasks/1/take", page="/tasks")
    told = anna.sees(taken.headers["Location"]).text
    [task] = house.tasks()
    house.forward(minutes=40)
    [still] = house.tasks()
    back = anna.sends("/tasks/1/hand-back", page=taken.headers["Location"])
    [again] = house.tasks()
    house.forward(minutes=1)

    assert (waiting.phone in queue, waiting.phone in case) == (False, True)
    assert "Taget: Ring tilbage, Nordvig Camping." in told
    assert "Anna har opgaven." in told
    assert (task.taken_by_id, task.alarm_at, still.alarms) == (1, None, 0)
    assert "Lagt tilbage" in anna.sees(back.headers["Location"]).text
    assert (again.taken_by_id, again.taken_at, again.alarm_at is None) == (None, None, False)
    assert house.tasks()[0].alarms == 1
    assert audited(house) == [
        ("anna.supporter@house.example", "task_taken", "task:1", 1),
        ("anna.supporter@house.example", "task_handed_back", "task:1", 1),
    ]


def test_whoever_may_ring_a_customer_reads_that_they_have_been_talked_to(house: House, waiting: ACaller) -> None:
    """R14: beside a task that waits behind a short talk, and beside one that a talk has done: ringing is no longer its point."""
    anna = house.supporter("Anna")
    page, said = signed_in(house, Role.SUPPORTER, supporter=anna, name="Anna"), "sidst talt med kunden"
    shown = [page.sees("/tasks").text]

    for seconds in (40, 120):
        house.connects(waiting, anna)
        house.forward(seconds=seconds)
        house.phone(waiting).hangs_up()
        house.forward(minutes=3)
        shown.append(page.sees("/tasks").text)

    ring = ['<button class="btn btn-primary btn-sm">Ring op nu', '<button class="btn btn-outline-primary btn-sm">Ring op nu']
    assert [said in text for text in shown] == [False, True, True]
    assert [[words in text for words in ring] for text in shown] == [[True, False], [True, False], [False, True]]
    assert "Taget af mig" in shown[2]
    assert said in page.sees("/me").text


def test_a_task_stays_with_whoever_was_quicker(house: House, waiting: ACaller, anna: Somebody) -> None:  # noqa: ARG001 - who waits
    bo = signed_in(house, Role.SUPPORTER, supporter=house.supporter("Bo"), name="Bo")
    anna.sends("/tasks/1/take", page="/tasks")

    late = bo.sends("/tasks/1/take", page="/account/")
    theirs = bo.sends("/tasks/1/hand-back", page="/account/")

    assert (late.status_code, theirs.status_code) == (409, 409)
    assert "En anden kom først." in late.text
    assert "Anna har opgaven nu." in late.text
    assert [line[1] for line in audited(house)] == ["task_taken"]


def test_a_supporter_hands_a_task_over_to_a_colleague_who_is_told_once(house: House, waiting: ACaller, anna: Somebody) -> None:
    """R14: the alarms stay silent; the colleague may hand it back, and whoever gave it away may not give it twice."""
    house.is_connected_to_the_world()
    carl = house.supporter("Carl")
    anna.sends("/tasks/1/take", page="/tasks")

    nobody = anna.sends("/tasks/1/hand-over", page="/tasks")
    stranger = anna.sends("/tasks/1/hand-over", page="/tasks", supporter=99)
    over = anna.sends("/tasks/1/hand-over", page="/me", supporter=carl.id)
    twice = anna.sends("/tasks/1/hand-over", page="/account/", supporter=carl.id)
    told = anna.sees(over.headers["Location"]).text
    house.forward(minutes=40)
    [task] = house.tasks()
    his = signed_in(house, Role.SUPPORTER, supporter=carl, name="Carl")

    assert [one.status_code for one in (nobody, stranger, over, twice)] == [422, 404, 302, 409]
    assert "Givet videre: Ring tilbage, Nordvig Camping." in told
    assert "Carl har opgaven nu og får besked på sms." in told
    assert (task.taken_by_id, task.alarms) == (carl.id, 0)
    texts = [text for text in house.phone(carl).texts if "Du har fået en opgave" in text]
    assert len(texts) == 1
    assert f"Anna har givet den videre til dig. Nummer {phrases.number(waiting.phone, Language.DANISH)}." in texts[0]
    assert "Giv videre" in his.sees("/tasks").text
    assert "Giv videre" not in anna.sees("/tasks").text
    assert his.sees("/cases/20001").status_code == 200
    assert [line[:2] for line in audited(house)][-1] == (anna.email, "task_handed_over")


def test_an_administrator_says_who_gets_a_task(house: House, waiting: ACaller, anna: Somebody) -> None:  # noqa: ARG001 - who waits
    boss = signed_in(house, Role.ADMINISTRATOR)

    nobody = boss.sends("/tasks/1/take", page="/tasks")
    strange = boss.sends("/tasks/1/take", page="/tasks", supporter=99)
    given = boss.sends("/tasks/1/take", page="/tasks", supporter=1)
    back = boss.sends("/tasks/1/hand-back", page=given.headers["Location"])

    assert (nobody.status_code, strange.status_code, back.status_code) == (422, 404, 302)
    assert "Vælg, hvem der skal have opgaven." in nobody.text
    assert [line[1] for line in audited(house)] == ["task_taken", "task_handed_back"]


def test_an_administrator_sees_what_others_took_and_gives_it_to_somebody_else(
    house: House,
    waiting: ACaller,  # noqa: ARG001 - who waits
    anna: Somebody,
) -> None:
    """R14: what was taken alarms nobody any more, so somebody must be able to see that it was left lying."""
    bo, boss = house.supporter("Bo", on_duty=False), signed_in(house, Role.ADMINISTRATOR)
    anna.sends("/tasks/1/take", page="/tasks")

    shown, hers = boss.sees("/tasks").text.partition("Taget af andre")[2], anna.sees("/tasks").text
    over = boss.sends("/tasks/1/hand-over", page="/tasks", supporter=bo.id)
    behind = boss.sees("/tasks").text.partition("Taget af andre")[2]

    assert ['<span class="soft">Anna ' in text for text in (shown, behind)] == [True, False]
    assert ['<span class="soft">Bo ' in text for text in (shown, behind)] == [False, True]
    assert ("Ring op nu" in shown, "Taget af andre" in hers, over.status_code) == (False, False, 302)


def test_nobody_else_takes_a_task_and_what_is_an_administrators_no_supporter_sees(house: House, anna: Somebody) -> None:
    caller = house.caller()
    house.connects(caller, house.supporter("Bo"))
    house.phone(caller).hangs_up()
    house.forward(minutes=1)
    with house.database.writing() as session:
        call = call_log.find(session, house.sid(caller), seen_by=None)
        cases.open_task(session, call, TaskKind.REVIEW, now=house.now)
    kinds = [task.kind.value for task in house.tasks()]

    assert kinds == ["review"]
    assert "Intet venter." in anna.sees("/tasks").text
    assert anna.sees("/tasks?kind=review").status_code == 404
    assert anna.sends("/tasks/1/take", page="/account/").status_code == 404
    for role in (Role.BILLING, Role.AUDITOR):
        somebody = signed_in(house, role)
        assert "Gennemsyn" in somebody.sees("/tasks").text
        assert "Giv" not in somebody.sees("/tasks").text
        assert somebody.sends("/tasks/1/take", page="/account/").status_code == 404
    assert house.sid(caller) in signed_in(house, Role.ADMINISTRATOR).sees("/tasks?kind=review").text


def test_a_case_is_there_for_whoever_has_something_to_do_in_it(house: House, anna: Somebody) -> None:
    """R16, R17: its calls and its time; a stranger's case is not there."""
    caller, bo = house.caller(), house.supporter("Bo")
    house.connects(caller, bo)
    house.forward(minutes=16)
    house.phone(caller).hangs_up()
    house.forward(minutes=1)
    his = signed_in(house, Role.SUPPORTER, supporter=bo, name="Bo")

    page = signed_in(house, Role.AUDITOR).sees("/cases/20001").text

    assert his.sees("/cases/20001").status_code == 200
    assert anna.sees("/cases/20001").status_code == 404
    assert anna.sees("/search?q=20001").status_code == 200
    for told in ("Sag 20001: Opkald til døgnvagten", "Nordvig Camping", "6 · Koster point", "2 kvarter", "−30", house.sid(caller)):
        assert told in page, told


def test_the_search_jumps_on_a_number_and_looks_for_names_besides(house: House, waiting: ACaller, anna: Somebody) -> None:
    """ui.md 3. A supporter finds neither customers nor persons, nor whose calls are not theirs."""
    boss, sid = signed_in(house, Role.BILLING), house.sid(waiting)
    house.caller(company="Blåbærhotellet", name="Åse Ørsted")

    leads = {
        text: boss.sends("/search", page="/now", q=text).headers["Location"]
        for text in (
            "20001",
            "sag 20001",
            "Case# 200 01",
            sid,
            sid.lower(),
            waiting.phone,
            waiting.phone[3:],
            "99999",
            "sag 99999",
            "ålund",
        )
    }

    case, call, calls = "/cases/20001", f"/calls/{sid}", f"/calls?number={waiting.phone.replace('+', '%2B')}"
    asked_for = [f"/search?q={text}" for text in ("99999", "sag+99999", "%C3%A5lund")]
    assert list(leads.values()) == [case, case, case, call, call, calls, calls, *asked_for]
    assert 'href="/calls?customer=10002"' in boss.sees("/search?q=BLÅBÆR").text
    assert "Åse Ørsted" in boss.sees("/search?q=åse").text
    assert "Ubesvaret opkald" in boss.sees("/search?q=ubesvaret").text
    assert "Der blev ikke fundet noget." in boss.sees("/search?q=%25").text
    assert anna.sees("/search?q=20001").headers["Location"] == case  # it waits for whoever is on duty
    for text in (sid, waiting.phone, "Nordvig", "Mette"):
        answer = anna.sends("/search", page="/now", q=text)
        answer = anna.sees(answer.headers["Location"]) if answer.status_code == 303 else answer
        assert (answer.status_code, waiting.company in answer.text) == (200, False), text


def test_a_pin_in_the_search_box_never_stands_in_an_address(house: House, waiting: ACaller) -> None:
    """R2: it is answered at once, whoever asks, without a digit of it; not even where it is a caller's number too."""
    auditor, pin = signed_in(house, Role.AUDITOR), waiting.pin
    namesake = house.caller(company="Hotel Strand", phone=f"+45{pin}")
    house.phone(namesake).dials(SUPPORT).hears("pinkode").hangs_up()

    answers = [
        auditor.sends("/search", page="/now", q=typed) for typed in (pin, f"{pin[:4]} {pin[4:]}", f"pin {pin}", "70 70 70 70")
    ]
    direct = [auditor.sees(f"/search?q={typed}") for typed in (pin, f"{pin[:4]}+{pin[4:]}", f"%2B45{pin}")]

    assert [(one.status_code, "Location" in one.headers) for one in answers] == [(200, False)] * 4
    assert [one.headers["Location"] for one in direct] == ["/search?refused=digits"] * 3
    told = "".join(one.text for one in (*answers, *direct, auditor.sees("/search?refused=digits")))
    assert (pin in told, f"{pin[:4]} {pin[4:]}" in told, "70 70" in told) == (False, False, False)
    assert "Der blev ikke fundet noget." in answers[0].text


def test_a_pin_in_the_filters_of_a_list_never_stands_in_an_address(house: House, waiting: ACaller) -> None:
    """R2: a number that nobody knows is answered the same; one that is known, words and days stand in the address as ever."""
    boss, pin = signed_in(house, Role.ADMINISTRATOR), waiting.pin
    fields = ("customer_list", "q"), ("calls", "number"), ("calls", "q"), ("billing", "customer"), ("audit", "subject")

    refused = [
        boss.sends(f"/narrow/{name}", page="/now", **{field: typed}) for name, field in fields for typed in (pin, "70 70 70 70")
    ]
    ours = {
        name: boss.sends(f"/narrow/{name}", page="/now", **what).headers["Location"]
        for name, what in {
            "customer_list": {"q": waiting.phone, "policy": ""},
            "calls": {"number": waiting.phone, "from": "2026-11-01"},
            "billing": {"call": f"CA{'1' * 32}"},
            "audit": {"subject": "customer:10001", "_external": "1", "_scheme": "javascript"},
        }.items()
    }

    assert {(one.status_code, "Location" in one.headers, pin in one.text) for one in refused} == {(422, False, False)}
    assert ours == {
        "customer_list": f"/customers?q=%2B{waiting.phone[1:]}",
        "calls": f"/calls?number=%2B{waiting.phone[1:]}&from=2026-11-01",
        "billing": f"/billing?call=CA{'1' * 32}",
        "audit": "/audit?subject=customer:10001",
    }
    assert signed_in(house, Role.SUPPORTER, name="Anders").sends("/narrow/audit", page="/now", subject="x").status_code == 404


class Heard:
    """Fulfils helpdesk.ports.Transcriber."""

    def written(self, _sound: bytes) -> str:
        return "Kassen i <receptionen> er død."


def leaves_a_message(house: House) -> None:
    """Task 1, with a message of nine seconds that has come home."""
    house.is_connected_to_the_world()
    caller = house.caller()
    house.accepts_price(caller).hears("bliver du ringet op")
    house.phone(caller).keys("2").hears("efter tonen").speaks_message(9).keys("#").hears("Beskeden er gemt")


def test_a_message_is_heard_where_its_task_stands(house: House, anna: Somebody) -> None:
    """R14, R23: by whoever is on duty, whole or in parts, and no browser keeps it."""
    leaves_a_message(house)
    house.ports = replace(house.ports, transcriber=Heard())
    before, not_yet = anna.sees("/tasks").text, anna.sees("/tasks/1/recording")

    house.forward(seconds=5)
    queue, case = anna.sees("/tasks").text, anna.sees("/cases/20001").text
    whole = anna.sees("/tasks/1/recording")
    part = anna.client.get("/tasks/1/recording", headers={"Range": "bytes=0-99"}, base_url=anna.base)

    assert ("/tasks/1/recording" in before, not_yet.status_code) == (False, 404)
    assert 'href="/tasks/1/recording"' in queue
    assert 'class="heard">Besked<audio class="message" controls preload="none" src="/tasks/1/recording"' in case
    assert "Hørt af en maskine: Kassen i &lt;receptionen&gt; er død." in case
    assert (whole.status_code, whole.mimetype, whole.data[:4]) == (200, "audio/wav", b"RIFF")
    assert (whole.headers["Cache-Control"], whole.headers["Accept-Ranges"]) == ("private, no-store", "bytes")
    assert (part.status_code, part.data) == (206, whole.data[:100])


def test_a_message_that_is_erased_says_so(house: House, anna: Somebody) -> None:
    """R23: after 90 days."""
    leaves_a_message(house)
    house.forward(seconds=5)

    house.skip(days=91)
    anna = signed_in(house, Role.ADMINISTRATOR)

    assert "er slettet efter 90 dage" in anna.sees("/cases/20001").text
    assert anna.sees("/tasks/1/recording").status_code == 404


@pytest.mark.usefixtures("waiting")
def test_a_task_without_a_message_has_nothing_to_hear(anna: Somebody) -> None:
    assert anna.sees("/tasks/1/recording").status_code == 404
    assert anna.sees("/tasks/99999/recording").status_code == 404
