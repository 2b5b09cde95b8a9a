"""Whole calls to the office line: its hours to the minute, a case and its supporter, waiting, and never a point."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from billing import meter
from helpdesk import alarms, explanations, look_ahead, own_duty
from helpdesk.own_duty import LastReachable
from models import Errand, Hold, Journal, Supporter
from models.alarms import AlarmKind
from models.local import from_local
from models.values import AttemptOutcome, CallOutcome, Flow, Language, TaskKind
from oncall import grounds, roster
from oncall.grounds import HasCase
from oncall.spans import Span
from tests.conversations.silence import loses_every_report
from tests.house import OFFICE, SUPPORT, ACaller, ASupporter, House
from tests.oncall.hours import OFFICE as HOURS
from web.papers import explanation
from web.words import Words

pytestmark = pytest.mark.parametrize("backend", ["sqlite"])
STRANGER = "+4530405060"
OFFICE_ALONE = (Flow.OFFICE,)
ASKS = "Har du nummeret på en sag"


def opens(house: House, *, at: str = "2026-11-23T10:00:00") -> None:
    house.has_office(HOURS)
    house.comes_to(at)


def moved(house: House) -> int:
    """Journals and holds that are about a call."""
    with house.database.reading() as session:
        of_calls = select(func.count()).select_from(Journal).where(Journal.call_id.is_not(None))
        return (session.scalar(of_calls) or 0) + (session.scalar(select(func.count()).select_from(Hold)) or 0)


def talks(house: House, who: object, supporter: object, keys: str = "#") -> None:
    """The two talk for twenty minutes, and the caller hangs up."""
    house.phone(who).dials(OFFICE).hears(ASKS).keys(keys)
    if keys != "#":
        house.phone(who).hears("Er det rigtigt").keys("1")
    house.phone(supporter).picks_up().hears("Tast 1").keys("1")
    house.forward(minutes=20)
    house.phone(who).hangs_up()
    house.forward(minutes=3)


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ("2026-11-23T07:59:50", "Kontoret har lukket. Vi åbner i dag klokken 8. Kan det ikke vente, så ring til døgnvagten på 63"),
        ("2026-11-23T08:00:00", ASKS),
        ("2026-11-23T15:59:50", ASKS),
        ("2026-11-23T16:00:00", "Kontoret har lukket. Vi åbner i morgen klokken 8."),
        ("2026-11-27T15:30:00", "Vi åbner mandag klokken 8."),
        ("2026-12-24T10:00:00", "Kontoret har lukket i dag: Juleaften. Vi åbner lørdag klokken 10."),
        ("2026-12-25T10:00:00", "Kontoret har lukket i dag: Juledag. Vi åbner i morgen klokken 10."),
        ("2026-12-26T12:30:00", "Kontoret har lukket. Vi åbner i dag klokken 13."),
    ],
)
def test_the_office_is_open_from_one_minute_to_another(house: House, at: str, told: str) -> None:
    opens(house, at=at)
    is_open = told == ASKS

    house.phone(STRANGER).dials(OFFICE).hears(told)
    house.phone(STRANGER).hangs_up() if is_open else house.phone(STRANGER).waits(30)

    assert house.outcome(STRANGER) is (CallOutcome.CALLER_HUNG_UP if is_open else CallOutcome.CLOSED)
    assert house.tasks() == []


def test_a_talk_costs_nothing_and_stands_on_a_case(house: House) -> None:
    """R16: a new case where none was keyed; billing never hears of the call."""
    opens(house)
    caller, anna = house.caller(), house.supporter("Anna", lines=OFFICE_ALONE)

    talks(house, caller, anna)

    (case,) = house.cases()
    with house.database.reading() as session:
        facts = explanations.explain(session, house.sid(caller), now=house.now)
        receipts = session.scalar(select(func.count()).select_from(Errand).where(Errand.key.startswith("talk:")))
    told = [sentence for one in explanation.sections(facts, Words(Language.ENGLISH)) for sentence in one.sentences]
    assert "Nordvig Camping, Mette Holm." in " ".join(house.phone(anna).said)
    assert house.outcome(caller) is CallOutcome.TALKED
    assert house.ask(lambda call: call.case_id, caller) == case.id
    assert (moved(house), receipts, house.balance(caller)) == (0, 0, (60, 0))
    assert house.ask(lambda call: (meter.count(call), meter.owed_until(call, house.now)), caller) == (0, 0)
    assert "Nobody is asked for a PIN there." in told
    assert "The call costs nothing: calls to this line cost no points." in told
    assert "Farvel" not in " ".join(house.phone(caller).said)


def test_a_case_reaches_its_supporter_first_and_another_where_that_one_is_busy(house: House) -> None:
    opens(house)
    caller, colleague = house.caller(), house.caller(company="Hotel Strand")
    anna, bo = (house.supporter(name, lines=OFFICE_ALONE) for name in ("Anna", "Bo"))
    number = house.case(caller)
    house.phone(caller).dials(OFFICE).hears(ASKS).keys(f"{number}#").hears("Er det rigtigt").keys("1")
    house.phone(anna).picks_up().hears("Tast 1").keys("2")
    house.phone(bo).picks_up().hears("Tast 1").keys("1")
    house.forward(minutes=2)
    house.phone(caller).hangs_up()
    house.forward(minutes=3)

    house.phone(caller).dials(OFFICE).hears(ASKS).keys(f"{number}#").hears("Er det rigtigt").keys("1")
    house.phone(bo).picks_up().hears("Tast 1").keys("1")
    house.forward(seconds=30)
    house.phone(colleague).dials(OFFICE).hears(ASKS).keys(f"{number}#").hears("Er det rigtigt").keys("1")
    house.phone(anna).hears_ringing()

    assert house.attempts(caller) == [("Bo", None)]
    assert HasCase(supporter=bo.id) in house.ask(lambda call: grounds.read(call.attempts[0].grounds or []), caller)
    assert house.attempts(colleague) == [("Anna", None)]
    assert house.ask(lambda call: call.case, colleague) is None  # another customer's (R16): it only showed the way
    house.phone(caller).hangs_up()


def has_the_case(house: House) -> tuple[ACaller, ASupporter, ASupporter, str]:
    """A caller with a case that Bo has, because Anna, who is rung before him, was busy; both are free now."""
    opens(house)
    caller = house.caller()
    anna, bo = (house.supporter(name, lines=OFFICE_ALONE) for name in ("Anna", "Bo"))
    number = house.case(caller)
    house.phone(anna).behaves("busy")
    talks(house, caller, bo, f"{number}#")
    house.phone(anna).behaves("hand")
    return caller, anna, bo, number


@pytest.mark.parametrize("keys", ["2#", ""])
def test_a_case_that_was_not_confirmed_leads_to_nobody(house: House, keys: str) -> None:
    """R12: its number was keyed by mistake, or nobody said that it was right: the first on duty is rung, for that reason."""
    _caller, anna, _bo, number = has_the_case(house)
    colleague = house.caller(company="Hotel Strand")

    phone = house.phone(colleague).dials(OFFICE).hears(ASKS).keys(f"{number}#").hears("Er det rigtigt")
    phone.keys(keys) if keys else phone.is_silent()
    house.phone(anna).hears_ringing()

    assert house.attempts(colleague) == [("Anna", None)]
    phone.hangs_up()


def test_a_number_that_was_read_back_is_read_back_again_behind_a_star(house: House) -> None:
    """interface.md: `*` repeats the question; the case leads to its supporter all the same."""
    caller, _anna, bo, number = has_the_case(house)

    phone = house.phone(caller).dials(OFFICE).hears(ASKS).keys(f"{number}#").hears("Sag 2, 0, 0, 0, 1.")
    for _ in range(4):
        phone.keys("*").hears("Sag 2, 0, 0, 0, 1. Er det rigtigt")
    phone.keys("1")
    house.phone(bo).picks_up().hears("Sag 2, 0, 0, 0, 1").keys("1")

    phone.talks_with(bo).hangs_up()
    assert [name for name, _ in house.attempts(caller)] == ["Bo"]


def test_a_stranger_with_a_case_learns_nothing_of_it(house: House) -> None:
    """R23: the number is short and may be guessed; the supporter is told whose it is, and that nobody knows the caller."""
    opens(house)
    caller, anna = house.caller(), house.supporter("Anna", lines=OFFICE_ALONE)
    number = house.case(caller, "Kassen er nede")

    talks(house, STRANGER, anna, f"{number}#")

    said = " ".join(house.phone(STRANGER).said)
    assert "Kassen" not in said
    assert "Nordvig" not in said
    assert "Ukendt opkalder. Sag 2, 0, 0, 0, 1. Sagen er hos Nordvig Camping." in " ".join(house.phone(anna).said)
    assert house.ask(lambda call: (call.customer and call.customer.name, call.person_id), STRANGER) == ("Nordvig Camping", None)
    assert (house.ask(lambda call: call.case and call.case.number, STRANGER), moved(house)) == (number, 0)


def test_a_stranger_without_a_case_gets_one_of_no_customer(house: House) -> None:
    """R16."""
    opens(house)
    anna = house.supporter("Anna", lines=OFFICE_ALONE)

    talks(house, STRANGER, anna)

    assert [(case.customer_id, case.severity, case.title) for case in house.cases()] == [(None, 1, "Opkald til kontoret")]


def test_the_company_of_a_telephone_that_several_share_is_told_the_supporter(house: House) -> None:
    """R12: a reception's number is that of everybody there; nobody knows who of them calls."""
    opens(house)
    caller, anna = house.caller(company="Hotel Strand"), house.supporter("Anna", lines=OFFICE_ALONE)
    house.caller(colleague_of=caller, phone=caller.phone, name="Ib Juul")

    talks(house, caller, anna)

    assert "Kontoret. Hotel Strand, ukendt opkalder. Tast 1" in house.phone(anna).said[0]
    assert house.ask(lambda call: (call.customer and call.customer.name, call.person_id), caller) == ("Hotel Strand", None)


def waiting(house: House, who: ACaller | str, place: str) -> None:
    house.phone(who).dials(OFFICE).hears(ASKS).keys("#").hears(f"Du står i kø som nummer {place}").hears_music()


def test_who_waits_hears_their_place_and_after_three_minutes_is_called_back(house: House) -> None:
    """R12, R14: the deadline and its alarms are those of every callback; a number that nobody knows is asked for."""
    opens(house)
    talking, second, anna = house.caller(), house.caller(company="Hotel Strand"), house.supporter("Anna", lines=OFFICE_ALONE)
    house.phone(talking).dials(OFFICE).hears(ASKS).keys("#")
    house.phone(anna).picks_up().hears("Tast 1").keys("1")
    waiting(house, second, "et")
    house.phone(STRANGER).dials(OFFICE, caller_id="anonymous").hears(ASKS).keys("#").hears("som nummer to").hears_music()

    house.forward(minutes=2, seconds=52)
    house.phone(second).hears("Ingen supporter").keys("1").hears("inden for 30 minutter").waits(20)
    house.phone(STRANGER).hears("Ingen supporter").keys("1").hears("kan ikke se dit nummer").speaks_message(5).keys("#").waits(20)
    house.forward(minutes=31)

    assert [house.outcome(who) for who in (second, STRANGER)] == 2 * [CallOutcome.CALLBACK_REQUESTED]
    assert [(task.kind, task.alarms, task.recording_url is None) for task in house.tasks()] == [
        (TaskKind.CALLBACK, 1, True),
        (TaskKind.CALLBACK, 1, False),
    ]
    assert (f"supporter:{anna.id}", "text") in house.notices("reminder_callback")
    house.phone(talking).hangs_up()


def test_a_supporter_who_talks_on_one_line_is_busy_on_both(house: House) -> None:
    """R12: the reservation is the attempt's, whatever the line."""
    opens(house)
    night, day = house.caller(), house.caller(company="Hotel Strand")
    anna = house.supporter("Anna", lines=(Flow.SUPPORT, Flow.OFFICE))
    house.connects(night, anna)

    waiting(house, day, "et")

    assert house.attempts(day) == []
    house.phone(night).hangs_up()


def test_nobody_at_work_is_no_reason_to_ring_those_of_the_night(house: House) -> None:
    """Whoever is on duty round the clock is not rung for the office; what waits there is theirs to be told of."""
    opens(house)
    house.supporter("Anna")

    house.phone(STRANGER).dials(OFFICE).hears(ASKS).keys("#").hears("Ingen supporter").keys("1").waits(20)

    assert house.attempts(STRANGER) == []
    assert [to for to, _ in house.notices("task_callback")] == ["supporter:1", "alarm"]
    assert [case.title for case in house.cases()] == ["Ubesvaret opkald til kontoret"]


def test_what_a_caller_leaves_whom_nobody_knows_names_the_line_and_says_so(house: House) -> None:
    """R14: by text at once, in the reminder, and as an alarm."""
    house.is_connected_to_the_world()
    opens(house)
    anna = house.supporter("Anna", lines=OFFICE_ALONE)
    house.phone(STRANGER).dials(OFFICE).hears(ASKS).keys("#").waits(4).hangs_up()

    house.forward(minutes=33)

    with house.database.reading() as session:
        (alarm,) = (one for one in alarms.opened(session, Language.ENGLISH) if one.kind is AlarmKind.TASK)
    assert [text.partition("\n")[0] for text in house.phone(anna).texts] == [
        "Mistet opkald: Kontoret, ukendt opkalder",
        "Påmindelse: Kontoret, ukendt opkalder kom ikke igennem for 30 minutter siden",
    ]
    assert alarm.subject == "Past its deadline: Kontoret"


def test_somebody_unknown_is_not_taken_for_another_one_who_is_being_talked_to(house: House) -> None:
    """R14: who waits to be called back is reminded of, whoever else is on the telephone."""
    house.is_connected_to_the_world()
    opens(house)
    anna = house.supporter("Anna", lines=OFFICE_ALONE)
    house.phone(STRANGER).dials(OFFICE).hears(ASKS).keys("#").waits(4).hangs_up()
    house.forward(minutes=4)

    other = house.phone("+4530405070").dials(OFFICE).hears(ASKS).keys("#").hears("ringer")
    house.phone(anna).picks_up().hears("Tast 1").keys("1").talks_with(other)
    house.forward(minutes=33)
    alarms_meanwhile = house.tasks()[0].alarms
    other.hangs_up()
    house.forward(minutes=1)

    assert (house.tasks()[0].kind, alarms_meanwhile, house.tasks()[0].taken_at) == (TaskKind.MISSED, 1, None)


@pytest.mark.parametrize(("shown", "kinds"), [(None, [TaskKind.MISSED]), ("anonymous", [])])
def test_a_caller_who_hung_up_while_it_rang_is_called_back_where_that_is_possible(
    house: House, shown: str | None, kinds: list[TaskKind]
) -> None:
    """R14."""
    opens(house)
    house.supporter("Anna", lines=OFFICE_ALONE)
    house.phone(STRANGER).dials(OFFICE, caller_id=shown).hears(ASKS).keys("#").waits(4).hangs_up()

    house.forward(minutes=2)

    assert [task.kind for task in house.tasks()] == kinds
    assert house.attempts(STRANGER) == [("Anna", AttemptOutcome.CALLER_HUNG_UP)]


@pytest.mark.parametrize(("number", "kinds"), [(STRANGER, [TaskKind.MISSED]), ("anonymous", [])])
def test_a_caller_of_whom_nothing_more_was_heard_while_it_rang_is_called_back(
    house: House, number: str, kinds: list[TaskKind]
) -> None:
    """R14, R20: all reports of the end are lost, and nobody can be asked; as one whose hang-up was told."""
    opens(house)
    house.supporter("Anna", lines=OFFICE_ALONE)
    loses_every_report(house)
    house.phone(STRANGER).dials(OFFICE, number).hears(ASKS).keys("#").hears("ringer")
    house.phone(STRANGER).hangs_up()

    house.forward(minutes=15)

    assert house.outcome(STRANGER) is CallOutcome.FAILED
    assert [task.kind for task in house.tasks()] == kinds


@pytest.mark.parametrize(("at", "times"), [("2026-11-23T07:59:50", 0), ("2026-11-23T08:00:00", 1)])
def test_the_round_the_clock_line_names_the_office_while_it_is_open(house: House, at: str, times: int) -> None:
    opens(house, at=at)
    caller = house.caller()

    house.phone(caller).dials(SUPPORT).hears("pinkode på otte")

    assert " ".join(house.phone(caller).said).count("På 63, 18, 63, 18 får du hjælp uden pinkode") == times
    house.phone(caller).hangs_up()


def test_the_last_one_at_work_is_asked_again_before_they_sign_off_and_nobody_by_night(house: House) -> None:
    """R14: an office that is open is a line as any other."""
    bo = house.supporter("Bo", lines=OFFICE_ALONE)
    opens(house)

    with house.database.writing() as session:
        with pytest.raises(LastReachable):
            own_duty.go_away(session, bo.id, by="bo@house.example", sure=False, now=house.now)
        own_duty.go_away(session, bo.id, by="bo@house.example", sure=True, now=house.now)
        by_day = [one.subject for one in alarms.opened(session, Language.DANISH)]
        own_duty.come_back(session, bo.id, by="bo@house.example", now=house.now)
        own_duty.go_away(session, bo.id, by="bo@house.example", sure=False, now=house.now + timedelta(hours=12))
        by_night = alarms.opened(session, Language.DANISH)

    assert (by_day, by_night) == (["Ingen kan nås på Kontoret"], [])


def test_nobody_at_work_while_it_is_open_is_told_ahead_and_by_night_nobody_has_to_be(house: House) -> None:
    """R12: on Thursday Bo is at work until noon, on every other day for as long as it is open."""
    house.supporter("Anna")
    bo = house.supporter("Bo", on_duty=False)
    opens(house, at="2026-11-23T06:00:00")

    with house.database.writing() as session:
        for day in range(15):
            starts_at = from_local(datetime(2026, 11, 23, 8)) + day * timedelta(days=1)  # noqa: DTZ001 - local
            span = Span(starts_at=starts_at, ends_at=starts_at + timedelta(hours=4 if day == 3 else 8))
            roster.add_shift(session, session.get_one(Supporter, bo.id), span, tier=1, line=Flow.OFFICE)
        look_ahead.look(session, now=house.now)
        found = [(one.kind, one.subject) for one in alarms.opened(session, Language.DANISH) if "Kontoret" in one.subject]

    assert found == [(AlarmKind.GAP, "Ingen har vagt på Kontoret: 26. november 2026 kl. 12.00")]
