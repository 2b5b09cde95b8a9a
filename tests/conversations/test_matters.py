"""Alarms: one row for a matter, told once, reminded of until somebody knows or it is over (issue 6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from helpdesk import alarms, cases, endpoints, gaps, look_ahead, notices, own_duty, readiness
from helpdesk.alarms import IsATask, Matter
from helpdesk.own_duty import LastReachable
from helpdesk.sealing import Seal
from models import Attempt, Call, Delivery, Heartbeat, ReadinessTest, Shift, Supporter
from models.alarms import AlarmKind
from models.readiness import ReadinessOutcome
from models.values import AttemptOutcome, ErrandKind, Language
from models.webhooks import EventKind, WebhookFormat
from tests.house import House

BOTH = "admin@house.example,+4520999999"
SOUND = Matter(kind=AlarmKind.PRICES, key="support", notice="no_prices")


def looked(house: House) -> list[tuple[str, str]]:
    """What is open when the clock has looked: kind and notice, in the order in which they came."""
    with house.database.writing() as session:
        look_ahead.look(session, now=house.now)
        return sorted((one.kind.value, one.subject) for one in alarms.opened(session, Language.ENGLISH))


def sounded(house: House, matter: Matter = SOUND) -> None:
    with house.database.writing() as session:
        alarms.sound(session, matter, now=house.now)


def test_a_matter_is_told_once_by_letter_and_text_however_often_it_is_noticed(house: House) -> None:
    shelf = house.is_connected_to_the_world()
    house.ports = replace(house.ports, alarm_address=BOTH)

    for _ in range(3):
        sounded(house)
        house.tick()
    house.forward(seconds=5)

    assert [letter[0] for letter in shelf.letters] == ["admin@house.example"]
    assert [text.partition("\n")[0] for text in house.exchange.phone("+4520999999").texts] == ["Prislisten mangler"]


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize(("kind", "hours", "reminders"), [(AlarmKind.PRICES, 1, 4), (AlarmKind.WEBHOOK, 47, 1)])
def test_what_is_urgent_is_reminded_of_every_quarter_and_what_can_wait_daily(
    house: House, kind: AlarmKind, hours: int, reminders: int
) -> None:
    sounded(house, replace(SOUND, kind=kind))
    house.tick()

    for _ in range(hours * 4):
        house.skip(minutes=15, seconds=2)

    with house.database.reading() as session:
        assert [one.reminders for one in alarms.opened(session, Language.DANISH) if one.kind is kind] == [reminders]
    assert len(house.notices("alarm_reminder")) == reminders


@pytest.mark.parametrize("backend", ["sqlite"])
def test_nobody_is_reminded_of_what_somebody_knows_and_the_audit_says_who(house: House) -> None:
    sounded(house)
    with house.database.writing() as session:
        alarms.acknowledge(session, 1, by="anna@house.example", now=house.now)
        alarms.acknowledge(session, 1, by="bo@house.example", now=house.now)

    house.skip(hours=2)

    assert house.notices("alarm_reminder") == []
    assert [(mark.actor, mark.subject) for mark in house.audit() if mark.action == "alarm_acknowledged"] == [
        ("anna@house.example", "alarm:1")
    ]


def test_a_matter_that_comes_back_is_another_one(house: House) -> None:
    sounded(house)
    with house.database.writing() as session:
        alarms.over(session, SOUND.kind, SOUND.key, now=house.now)
    sounded(house)

    assert house.alarmed() == ["no_prices", "no_prices"]
    with house.database.reading() as session:
        assert [one.alarm for one in alarms.opened(session, Language.DANISH)] == [2]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_task_past_its_deadline_is_an_alarm_until_somebody_takes_it(house: House) -> None:
    """R14: it cannot be acknowledged, and its reminders keep their 30 and 15 minutes."""
    anna = house.supporter("Anna")
    house.phone(anna).behaves("no_answer")
    house.accepts_price(house.caller()).hears("bliver du ringet op").keys("1").waits(20)
    house.forward(minutes=29)
    before = house.alarmed()
    house.skip(minutes=20)

    with house.database.writing() as session:
        with pytest.raises(IsATask):
            alarms.acknowledge(session, 1, by="anna@house.example", now=house.now)
        opened = [one.subject for one in alarms.opened(session, Language.ENGLISH)]
        own = house.tasks()[0].id
    with house.database.writing() as session:
        cases.take(session, own, anna.id, now=house.now)

    assert (before, opened) == ([], ["Past its deadline: Nordvig Camping"])
    assert house.notices("alarm_reminder") == []
    with house.database.reading() as session:
        assert alarms.opened(session, Language.ENGLISH) == []


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_task_is_told_as_every_matter_is_and_in_its_own_words(house: House) -> None:
    """R14: to those on duty, by letter and text to whoever is alarmed, and once to the chat."""
    anna = house.supporter("Anna")
    house.phone(anna).behaves("no_answer")
    shelf = house.is_connected_to_the_world()
    house.ports = replace(house.ports, alarm_address=BOTH)
    with house.database.writing() as session:
        what = {"kinds": [EventKind.ALARM_OPENED], "form": WebhookFormat.SLACK, "sees_numbers": False, "is_demo": False}
        seal = Seal.derive(["k" * 40], endpoints.PURPOSE)
        endpoints.add(session, "https://chat.example/", **what, seal=seal, actor="test", now=house.now)  # type: ignore[arg-type]
    house.accepts_price(house.caller()).hears("bliver du ringet op").keys("1").waits(20)

    house.skip(minutes=31)
    house.skip(minutes=15)
    house.forward(seconds=5)

    waited = [[text for text in house.phone(who).texts if text.startswith("Påmindelse")] for who in (anna, "+4520999999")]
    assert [len(texts) for texts in waited] == [2, 2]
    assert [letter[1].startswith("Påmindelse") for letter in shelf.letters] == [False, True, True]
    with house.database.reading() as session:
        [alarm] = alarms.opened(session, Language.ENGLISH)
        [told] = session.scalars(select(Delivery))
        assert (alarm.reminders, house.tasks()[0].alarms, told.event) == (1, 2, "alarm.opened")


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_gap_is_told_two_weeks_ahead_again_two_days_ahead_and_is_over_when_it_is_filled(house: House) -> None:
    anna = house.supporter("Anna")
    house.shift(anna, "2026-11-28T12:00", "2027-01-10T00:00")

    far = looked(house)
    house.skip(days=3)
    near = looked(house)
    house.shift(anna, "2026-11-27T00:00", "2026-11-28T12:00")
    filled = looked(house)

    assert [kind for kind, _ in far] == ["gap"]
    assert [kind for kind, _ in near] == ["gap_soon"]
    assert filled == []


@pytest.mark.parametrize("backend", ["sqlite"])
def test_nobody_on_duty_is_one_alarm_however_often_it_is_looked(house: House) -> None:
    first = looked(house)
    house.skip(minutes=5)

    assert looked(house) == first == [("gap_soon", "Nobody is on duty on Døgnvagten now")]
    assert house.alarmed() == ["gap_now"]


DAYS = """
    [[layer]]
    name = "Dag"
    people = [{anna}]
    starts = 2026-11-23T08:00:00
    every = "week"
    hours = [{{ days = ["mon", "tue", "wed", "thu", "fri"], from = "08:00", to = "16:00" }}]
"""


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_line_with_nobody_by_night_texts_a_handful_of_times_in_two_weeks(house: House) -> None:
    """Every night is a gap: one alarm has them all, and is told anew once a week; somebody knows of it within three hours."""
    house.rota(DAYS.format(anna=house.supporter("Anna").id))

    for hour in range(0, 14 * 24, 3):
        now = house.now + timedelta(hours=hour)
        with house.database.writing() as session:
            gaps.look(session, now=now)
            while alarms.tell_due(session, now, ways=[ErrandKind.TEXT]):
                pass
            [one] = alarms.opened(session, Language.DANISH)
            alarms.acknowledge(session, one.alarm, by="chief@house.example", now=now)

    texts = [notices.written(one.payload["notice"], Language.DANISH, one.payload["values"]) for one in house.errands()]
    lead = "Ingen har vagt på Døgnvagten lige nu\nDer mangler en på vagt frem til {} november 2026 kl. 08.00."
    says = "Der er ti huller mere inden for to uger. Den, der ringer imens, får tilbudt at blive ringet op eller lægge en besked."
    assert texts == [f"{lead.format(day)} {says} Sæt en på vagt." for day in ("23.", "30.")]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_gap_that_is_new_is_told_though_others_are_known_and_one_that_is_filled_is_not(house: House) -> None:
    """Known is what was told: a gap that is shorter is no news; one within a week that came back is, and one that grew again."""
    anna = house.supporter("Anna")
    for start, end in (("11-28T00:00", "11-28T12:00"), ("11-28T18:00", "11-29T12:00"), ("11-29T13:00", "12-30T00:00")):
        house.shift(anna, f"2026-{start}", f"2026-{end}")

    told = [looked(house), looked(house)]
    for since, until in (("11-29T12:00", "11-29T13:00"), ("11-28T12:00", "11-28T17:00")):
        house.shift(anna, f"2026-{since}", f"2026-{until}")
        told.append(looked(house))
        with house.database.writing() as session:
            session.delete(session.scalars(select(Shift).order_by(Shift.id.desc())).first())
        told.append(looked(house))

    assert [len(one) for one in told] == [1] * 6
    assert house.alarmed() == ["gap", "gap", "gap"]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_an_alarm_says_who_is_rung_while_nobody_is_on_duty_and_is_told_anew_when_they_are_not(house: House) -> None:
    """R14, ADR 18: the last resort, who is asked again before they sign off: from then on whoever calls reaches nobody."""
    anna, ida = house.supporter("Anna"), house.supporter("Ida", on_duty=False)
    house.rota(f"last_resort = {ida.id}\n{DAYS.format(anna=anna.id)}")
    looked(house)

    with house.database.writing() as session:
        named = alarms.opened(session, Language.ENGLISH)[0].words
        with pytest.raises(LastReachable) as refused:
            own_duty.go_away(session, ida.id, by="ida@house.example", sure=False, now=house.now)
        own_duty.go_away(session, ida.id, by="ida@house.example", sure=True, now=house.now)
        look_ahead.look(session, now=house.now)
        unnamed = alarms.opened(session, Language.ENGLISH)[0].words
    alarmed = house.alarmed()
    house.shift(anna, "2026-11-23T00:00", "2027-01-10T00:00")

    assert refused.value.as_last_resort
    assert alarmed == ["gap_now", "gap_now"]
    assert looked(house) == []
    assert "Whoever calls meanwhile is put through to Ida as the last resort, and else offered a callback, or to leave" in named
    assert "Whoever calls meanwhile is offered a callback, or to leave a message." in unnamed


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_last_resort_who_signed_off_before_a_gap_is_told_of_when_it_begins_and_once_for_each_time(house: House) -> None:
    """R14: until then somebody else is on duty. That they are back wakes nobody."""
    anna, ida = house.supporter("Anna"), house.supporter("Ida", on_duty=False)
    house.rota(f"last_resort = {ida.id}\n{DAYS.format(anna=anna.id)}")
    house.shift(anna, "2026-11-23T00:00", "2026-11-23T08:00")
    looked(house)
    with house.database.writing() as session:
        own_duty.go_away(session, ida.id, by="ida@house.example", sure=False, now=house.now)

    told = []
    for minutes in (5, 14 * 60, 5):
        house.skip(minutes=minutes)
        looked(house)
        told.append(len(house.alarmed()))
    with house.database.writing() as session:
        own_duty.come_back(session, ida.id, by="ida@house.example", now=house.now)
    looked(house)
    with house.database.writing() as session:
        own_duty.go_away(session, ida.id, by="ida@house.example", sure=True, now=house.now)

    assert told == [1, 2, 2]
    assert house.alarmed() == ["gap_soon", "gap_now", "gap_now"]


def was_tested(house: House, supporter: int, outcome: ReadinessOutcome) -> None:
    with house.database.writing() as session:
        them = session.get_one(Supporter, supporter)
        test = ReadinessTest(supporter_id=them.id, line_id=1, phone=them.phone, asked_at=house.now, asked_by="test")
        session.add(test)
        test.supporter, test.due_at = them, house.now
        readiness.end(session, test, outcome, now=house.now)


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_telephone_on_duty_that_failed_a_test_or_a_call_is_an_alarm_until_a_test_reaches_it(house: House) -> None:
    anna, bo = house.supporter("Anna"), house.supporter("Bo")
    house.shift(anna, "2026-11-26T00:00", "2027-01-10T00:00")
    house.phone(bo).behaves("failed")
    house.phone(anna).behaves("no_answer")
    was_tested(house, anna.id, ReadinessOutcome.VOICEMAIL)
    house.accepts_price(house.caller()).hears("bliver du ringet op").keys("1").waits(20)
    with house.database.reading() as session:
        assert AttemptOutcome.FAILED in session.query(Attempt.outcome).join(Call).where(Attempt.supporter_id == bo.id).one()

    broken = looked(house)
    house.forward(seconds=5)
    was_tested(house, anna.id, ReadinessOutcome.READY)
    was_tested(house, bo.id, ReadinessOutcome.READY)

    subjects = {f"A telephone on duty does not work: {one.name}" for one in (anna, bo)}
    assert {subject for kind, subject in broken if kind == "telephone"} == subjects
    assert [kind for kind, _ in looked(house) if kind == "telephone"] == []


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_tier_that_cannot_be_reached_is_an_alarm_and_nobody_at_all_another(house: House) -> None:
    anna, bo = house.supporter("Anna"), house.supporter("Bo", tier=2)
    house.shift(anna, "2026-11-26T00:00", "2027-01-10T00:00")
    carla = house.supporter("Carla", on_duty=False)  # she comes back, and would not be rung
    with house.database.writing() as session:
        own_duty.go_away(session, carla.id, by="carla@house.example", sure=False, now=house.now)
        own_duty.go_away(session, anna.id, by="anna@house.example", sure=False, now=house.now)
    of_a_tier = looked(house)
    with house.database.writing() as session:
        own_duty.go_away(session, bo.id, by="bo@house.example", sure=True, now=house.now)
    nobody = looked(house)
    with house.database.writing() as session:
        own_duty.come_back(session, carla.id, by="carla@house.example", now=house.now)
        still = [one.subject for one in alarms.opened(session, Language.ENGLISH) if one.kind is AlarmKind.UNREACHABLE]
        own_duty.come_back(session, anna.id, by="anna@house.example", now=house.now)
        own_duty.come_back(session, bo.id, by="bo@house.example", now=house.now)
        assert [one for one in alarms.opened(session, Language.ENGLISH) if one.kind is AlarmKind.UNREACHABLE] == []

    assert [subject for _, subject in of_a_tier] == ["Nobody of tier 1 can be reached on Døgnvagten"]
    assert [subject for _, subject in nobody] == ["Nobody can be reached on Døgnvagten"]
    assert still == [subject for _, subject in nobody]
    assert looked(house) == []


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_last_resort_who_signs_off_behind_all_on_duty_is_told_of_anew(house: House) -> None:
    """R14, ADR 18: until then whoever called reached somebody."""
    anna, ida = house.supporter("Anna"), house.supporter("Ida", on_duty=False)
    house.rota(f"last_resort = {ida.id}\n{DAYS.format(anna=anna.id)}")
    house.shift(anna, "2026-11-23T00:00", "2026-11-23T08:00")

    said = []
    for who in (anna, ida):
        with house.database.writing() as session:
            own_duty.go_away(session, who.id, by="test", sure=True, now=house.now)
            said += [one for one in alarms.opened(session, Language.ENGLISH) if one.kind is AlarmKind.UNREACHABLE]

    assert ["put through to Ida" in one.words for one in said] == [True, False]
    assert house.alarmed()[:2] == ["unreachable", "unreachable"]


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_provider_that_does_not_answer_for_two_minutes_is_an_alarm_until_it_does(house: House) -> None:
    anna = house.supporter("Anna")
    house.shift(anna, "2026-11-26T00:00", "2027-01-10T00:00")
    with house.database.writing() as session:
        session.add(Heartbeat(name="provider", failing_since=house.now, problem="HTTP 503"))
    at_once = looked(house)
    house.skip(minutes=2)
    later = looked(house)
    with house.database.writing() as session:
        session.query(Heartbeat).where(Heartbeat.name == "provider").one().failing_since = None

    assert (at_once, [kind for kind, _ in later], looked(house)) == ([], ["provider"], [])


def test_the_clock_looks_every_five_minutes_whichever_clock_it_is(house: House) -> None:
    house.looks_ahead()

    looks = [house.tick()["looks"] for _ in range(2)]
    house.clock_works = False
    house.forward(seconds=timedelta(minutes=5).total_seconds())

    assert looks == [1, 0]
    assert house.tick()["looks"] == 1
