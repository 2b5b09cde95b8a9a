"""Our calls against the provider's records: what differs is found, adjusted where the customer gains, else left to a person."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app import reconciler
from app.scheduler import Clockwork
from helpdesk import discrepancies, explanations, reconciliation, reconciliation_records
from helpdesk.ports import PortFailed
from helpdesk.reconciliation_records import DayRecord
from models.values import CallState, Language, Policy, TaskKind
from simulator.knobs import lost
from tests.conversations.clocks import kept_by_a_slow_clock
from tests.house import BASE, SUPPORT, ACaller, ASupporter, House
from web.papers import explanation
from web.words import Words

TODAY = date(2026, 11, 23)
FOUND = ("only_here", "only_there", "status", "quarters", "duration", "adjusted", "review")
ON_SQLITE = pytest.mark.parametrize("backend", ["sqlite"])


def talked(house: House, *, seconds: int) -> tuple[ACaller, ASupporter]:
    """A talk that the supporter ended; the books are settled."""
    caller, anna = house.caller(), house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(seconds=seconds)
    house.phone(anna).hangs_up()
    house.forward(minutes=2)
    return caller, anna


def reconciled(house: House, day: date = TODAY) -> DayRecord:
    """What is found when somebody asks by hand."""
    with house.database.writing() as session:
        run = reconciliation.by_hand(session, day, now=house.now)
    reconciler.reconcile(house.database, house.ports, lambda: house.now, run)
    return seen(house, day)


def seen(house: House, day: date = TODAY) -> DayRecord:
    with house.database.reading() as session:
        return reconciliation_records.day(session, day)


def counted(record: DayRecord) -> dict[str, int]:
    """What was found of anything."""
    return {name: count for name, count in record.found.items() if count}


def the_provider_says(house: House, caller: ACaller, *, seconds: float) -> None:
    """Both legs ended so many seconds later by the provider's records than they did (earlier, where negative)."""
    leg = house.exchange.legs[house.sid(caller)]
    for one in (leg, *leg.children):
        assert one.ended_at is not None
        one.ended_at += timedelta(seconds=seconds)


def test_a_day_without_a_difference_says_zero_of_each(house: House) -> None:
    """R7, R19: and nothing is written but that the day was done."""
    shelf = house.is_connected_to_the_world()
    caller, _anna = talked(house, seconds=1000)
    before = house.record(caller)

    house.skip(days=1, hours=5)

    record = seen(house)
    assert (record.compared, record.found, record.problem) == (1, dict.fromkeys(FOUND, 0), None)
    assert house.record(caller) == before
    assert [subject for _, subject, _ in shelf.letters if "Afstemt" in subject] == ["Afstemt med Twilio: 23. november 2026"]
    assert "Kun hos os: 0. Kun hos Twilio: 0." in shelf.letters[-1][2]


def test_an_end_that_the_provider_knows_to_be_earlier_gives_a_quarter_back(house: House) -> None:
    """R7, R18, R19: of several reports the earliest counts; a counter-entry, once, however often it is reconciled."""
    house.is_connected_to_the_world()
    caller, _anna = talked(house, seconds=910)
    the_provider_says(house, caller, seconds=-20)

    first, again = reconciled(house), reconciled(house)

    assert counted(first) == counted(again) == {"quarters": 1, "adjusted": 1}
    assert [(one.here["quarters"], one.there["quarters"], one.points) for one in first.discrepancies] == [(2, 1, 15)]
    assert house.charges(caller) == [-15, -15, 15]
    assert (house.seconds(caller), house.tasks()) == (890, [])
    assert house.marks(caller) == ["reconciled"]


@ON_SQLITE
def test_an_end_before_the_talk_began_is_a_wrong_clock_and_gives_nothing_back_by_itself(house: House) -> None:
    """R9: it measures no talk; a person looks at it."""
    house.is_connected_to_the_world()
    caller, _anna = talked(house, seconds=150)
    the_provider_says(house, caller, seconds=-155)

    record = reconciled(house)

    assert counted(record) == {"duration": 1, "review": 1}
    assert house.charges(caller) == [-15]
    assert [task.kind for task in house.tasks()] == [TaskKind.DISCREPANCY]


@ON_SQLITE
def test_an_earlier_end_within_the_same_quarter_moves_only_the_seconds(house: House) -> None:
    """R7, R8."""
    house.is_connected_to_the_world()
    caller, _anna = talked(house, seconds=850)
    the_provider_says(house, caller, seconds=-20)

    assert counted(reconciled(house)) == {"duration": 1, "adjusted": 1}

    assert (house.seconds(caller), house.charges(caller)) == (830, [-15])


@pytest.mark.parametrize("slow", [0, 75])
@ON_SQLITE
def test_a_talk_that_its_limit_ended_is_no_difference_however_slow_the_clock_was(house: House, slow: int) -> None:
    """R8: nobody is to look at a quarter that was never granted; the clock that kept the acceptance was `slow`."""
    house.is_connected_to_the_world()
    caller, anna = house.caller(points=30, policy=Policy.STOP), house.supporter("Anna")
    house.connects(caller, anna)
    kept_by_a_slow_clock(house, seconds=slow)
    house.forward(minutes=33)

    assert counted(reconciled(house)) == {}

    assert house.phone(anna).is_over
    assert (house.charges(caller), house.tasks()) == ([-15, -15], [])


@pytest.mark.parametrize(
    ("later", "found", "tasks"), [(20, {"duration": 1}, []), (120, {"quarters": 1, "review": 1}, ["discrepancy"])]
)
@ON_SQLITE
def test_what_would_cost_the_customer_more_is_left_to_a_person(
    house: House, later: int, found: dict[str, int], tasks: list[str]
) -> None:
    """R7: a later end charges nothing by itself; one task for the call, also when the next day finds it once more."""
    house.is_connected_to_the_world()
    caller, _anna = talked(house, seconds=850)
    the_provider_says(house, caller, seconds=later)
    house.forward(minutes=2)

    first = reconciled(house)
    house.skip(days=2, hours=6)

    assert counted(first) == found
    assert counted(seen(house)) == counted(seen(house, TODAY + timedelta(days=1))) == found
    assert (house.seconds(caller), house.charges(caller)) == (850, [-15])
    assert [task.kind.value for task in house.tasks()] == tasks


@ON_SQLITE
def test_what_somebody_has_accepted_is_not_to_be_looked_at_again(house: House) -> None:
    """R7: a later end that a person accepted moves nothing; the next day leaves it, and asks anew if it is told otherwise."""
    house.is_connected_to_the_world()
    caller, _anna = talked(house, seconds=850)
    the_provider_says(house, caller, seconds=120)
    house.forward(minutes=2)
    reconciled(house)
    with house.database.writing() as session:
        legs = house.ports.phone.legs(house.sid(caller)) if house.ports.phone else []
        assert discrepancies.accept(session, house.sid(caller), legs, actor="anna", now=house.now) == 0
    house.skip(days=2, hours=6)

    accepted, tasks = seen(house, TODAY + timedelta(days=1)), [task.taken_at is not None for task in house.tasks()]
    the_provider_says(house, caller, seconds=1000)
    reconciled(house, TODAY + timedelta(days=1))

    assert (counted(accepted), tasks) == ({"quarters": 1}, [True])
    assert [task.taken_at is not None for task in house.tasks()] == [False]


@ON_SQLITE
def test_the_end_of_a_talk_that_was_given_up_is_found_and_not_charged(house: House) -> None:
    """R20: closed as far as was known, the provider out of reach for an hour; it tells of two quarters more.

    A person may charge them, and with that nobody has to look any more.
    """
    house.is_connected_to_the_world()
    caller, anna = house.caller(), house.supporter("Anna")
    house.exchange.knobs.status_policy, house.exchange.knobs.action_after_hangup = lost, False
    house.exchange.knobs.rest_down = True
    house.connects(caller, anna)
    house.forward(minutes=40)
    house.phone(caller).hangs_up()
    house.forward(minutes=60)
    house.exchange.knobs.rest_down = False

    record = reconciled(house)

    assert counted(record) == {"quarters": 1, "review": 1}
    assert [(one.here["quarters"], one.there["quarters"], one.points) for one in record.discrepancies] == [(1, 3, 0)]
    assert house.cost(caller) == -15
    assert [(task.kind, task.taken_at) for task in house.tasks()] == [(TaskKind.REVIEW, None), (TaskKind.DISCREPANCY, None)]
    with house.database.writing() as session:
        legs = house.ports.phone.legs(house.sid(caller)) if house.ports.phone else []
        assert discrepancies.accept(session, house.sid(caller), legs, actor="anna", now=house.now) == -30
    assert (house.seconds(caller), house.cost(caller)) == (40 * 60, -45)
    assert [task.taken_at is not None for task in house.tasks()] == [True, True]


@ON_SQLITE
def test_what_the_provider_tells_of_two_legs_is_one_answer(house: House) -> None:
    """R7, R18: the caller's own leg ended behind the quarter; it charges none that the supporter's then takes back."""
    house.is_connected_to_the_world()
    caller, anna = house.caller(points=30, credit=600), house.supporter("Anna")
    house.exchange.knobs.status_policy, house.exchange.knobs.action_after_hangup = lost, False
    house.exchange.knobs.rest_down = True
    house.connects(caller, anna)
    house.forward(seconds=1790)
    house.phone(caller).hangs_up()
    house.forward(minutes=70)
    house.exchange.legs[house.sid(caller)].ended_at = house.now - timedelta(minutes=69)
    house.exchange.knobs.rest_down = False
    before, marks = house.charges(caller), house.marks(caller)

    with house.database.writing() as session:
        legs = house.ports.phone.legs(house.sid(caller)) if house.ports.phone else []
        discrepancies.accept(session, house.sid(caller), legs, actor="anna", now=house.now)

    assert sum(before) == -15
    assert (house.seconds(caller), house.charges(caller)) == (1790, [*before, -15])
    assert house.marks(caller) == [*marks, "review_is_needless", "provider_believed"]


@ON_SQLITE
def test_a_call_that_is_open_here_and_over_there_is_closed_by_the_answer(house: House) -> None:
    """R20: as the sweeper does, before it would have asked."""
    house.is_connected_to_the_world()
    caller, anna = house.caller(), house.supporter("Anna")
    house.exchange.knobs.status_policy, house.exchange.knobs.action_after_hangup = lost, False
    house.connects(caller, anna)
    house.forward(minutes=5)
    house.phone(caller).hangs_up()

    assert counted(reconciled(house)) == {"status": 1, "adjusted": 1}

    assert (house.ask(lambda call: call.state, caller), house.seconds(caller)) == (CallState.ENDED, 300)
    assert house.charges(caller) == [-15]
    with house.database.reading() as session:
        told = explanation.sections(explanations.explain(session, house.sid(caller), now=house.now), Words(Language.DANISH))
    assert told[-1].sentences[-1] == "Opkaldet blev bragt i overensstemmelse med teleudbyderens oplysninger."


@ON_SQLITE
def test_a_call_that_goes_on_is_no_difference(house: House) -> None:
    """And the day, which is not over, stays due for the morning after."""
    house.is_connected_to_the_world()
    caller = house.caller()
    house.connects(caller, house.supporter("Anna"))

    record = reconciled(house)

    assert (record.compared, counted(record)) == (1, {})
    assert record.due_at == house.now.replace(day=24, hour=6, minute=0, second=0, microsecond=0)
    house.phone(caller).hangs_up()


@ON_SQLITE
def test_a_caller_who_hears_what_it_cost_is_no_difference_and_one_who_never_leaves_is(house: House) -> None:
    """The talk is over, their telephone is not: for a while that is a good-bye, and the next day a person's to look at."""
    house.is_connected_to_the_world()
    caller, anna = house.caller(), house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(minutes=5)
    house.phone(anna).hangs_up()
    house.phone(caller).hears("Tak for opkaldet")
    on_the_line = house.phone(caller).on_the_line

    at_once = reconciled(house)
    house.forward(minutes=6)
    leg = house.exchange.legs[house.sid(caller)]
    leg.state = type(leg.state)("in-progress")
    later = reconciled(house)
    leg.state = type(leg.state)("completed")

    assert on_the_line
    assert counted(at_once) == {}
    assert counted(later) == {"status": 1, "review": 1}
    assert house.charges(caller) == [-15]


@ON_SQLITE
def test_calls_that_only_one_side_knows_are_found(house: House) -> None:
    """A charged one is a person's to look at, when the provider must know of it; of one that never reached us nothing is owed."""
    house.is_connected_to_the_world()
    caller, _anna = talked(house, seconds=100)
    del house.exchange.legs[house.sid(caller)]
    at_once = counted(reconciled(house))
    house.forward(minutes=5)
    stranger = house.caller(company="Hotel Fjordblik")
    house.exchange.numbers[SUPPORT].voice_url = f"{BASE}/nowhere"
    house.phone(stranger).dials(SUPPORT).waits(30)
    house.exchange.problems.clear()

    record = reconciled(house)

    assert at_once == {}
    assert counted(record) == {"only_here": 1, "only_there": 1, "review": 1}
    assert [one.call for one in record.discrepancies] == [house.sid(caller), house.sid(stranger)]
    assert [task.kind for task in house.tasks()] == [TaskKind.DISCREPANCY]
    assert house.charges(caller) == [-15]


@ON_SQLITE
def test_a_talk_whose_supporters_leg_was_never_answered_is_a_persons_to_look_at(house: House) -> None:
    """R7."""
    house.is_connected_to_the_world()
    caller, _anna = talked(house, seconds=100)
    child = house.exchange.legs[house.sid(caller)].children[0]
    child.state = type(child.state)("no-answer")

    assert counted(reconciled(house)) == {"status": 1, "review": 1}


@pytest.mark.parametrize("trouble", ["rest_down", "rest_busy", "no account"])
@ON_SQLITE
def test_a_provider_that_does_not_tell_is_asked_again(house: House, trouble: str) -> None:
    """What went wrong is kept, told the third time, and forgotten when it works; tries by hand use up none of them."""
    shelf = house.is_connected_to_the_world()
    world = house.ports
    if trouble == "no account":
        house.ports = type(world)(phone=None, text=None, mail=shelf, alarm_address="admin@house.example")
    else:
        setattr(house.exchange.knobs, trouble, 100)
    house.tick()
    for _by_hand in range(3):
        with pytest.raises(PortFailed):
            reconciled(house)
    house.skip(days=1, hours=5)
    first = seen(house)

    for _ in range(3):
        house.skip(hours=1)
    house.ports, house.exchange.knobs.rest_down, house.exchange.knobs.rest_busy = world, False, 0
    house.skip(hours=1)

    assert first.problem is not None
    assert first.due_at == house.now - timedelta(hours=4) + timedelta(minutes=5)
    assert [subject for _, subject, _ in shelf.letters] == [
        "Ikke afstemt med Twilio: 23. november 2026",
        "Afstemt med Twilio: 23. november 2026",
    ]
    assert (seen(house).problem, seen(house).due_at, seen(house).compared) == (None, None, 0)


def test_no_day_is_left_out_while_the_clocks_stand(house: House) -> None:
    """R20: three days later each of them is done, by whichever of two clocks."""
    house.is_connected_to_the_world()
    house.tick()

    house.skip(days=3, hours=5)
    other = Clockwork(database=house.database, ports=house.ports, clock=lambda: house.now)

    assert other.once()["days"] == 0
    with house.database.reading() as session:
        days = {one.day: one.done_at is not None for one in reconciliation_records.days(session)}
    assert days == {date(2026, 11, day): day < 26 for day in range(23, 27)}


@ON_SQLITE
def test_a_day_that_is_done_by_hand_over_midnight_is_followed_by_the_next_one(house: House) -> None:
    """It began while the day was today, and was done when it was over: nothing is due but the day that nobody had planned yet."""
    house.is_connected_to_the_world()
    house.comes_to("2026-11-23T23:59:59")
    with house.database.writing() as session:
        run = reconciliation.by_hand(session, TODAY, now=house.now)
    house.forward(seconds=2)
    reconciler.reconcile(house.database, house.ports, lambda: house.now, run)

    house.comes_to("2026-11-25T08:00")

    with house.database.reading() as session:
        days = {one.day.day: one.done_at is not None for one in reconciliation_records.days(session)}
    assert days == {23: True, 24: True, 25: False}


@ON_SQLITE
def test_what_the_provider_charged_is_kept_when_it_is_told(house: House) -> None:
    """Pitfall C5: not right behind the call; in millionths, for each leg."""
    house.is_connected_to_the_world()
    talked(house, seconds=100)

    before = reconciled(house)
    house.exchange.knobs.fetched_price = "-0.01275"
    behind = reconciled(house)

    assert (before.unpriced, before.costs) == (2, ())
    assert behind.unpriced == 0
    assert [(cost.currency, cost.millionths, cost.amount) for cost in behind.costs] == [("USD", 25_500, "0.025500")]


@ON_SQLITE
def test_a_day_that_has_not_begun_is_refused(house: House) -> None:
    with pytest.raises(ValueError, match="2026-11-24 has not begun"):
        reconciled(house, date(2026, 11, 24))


@ON_SQLITE
def test_by_hand_the_provider_out_of_reach_is_said(house: House) -> None:
    house.is_connected_to_the_world()
    house.exchange.knobs.rest_down = True

    with pytest.raises(PortFailed):
        reconciled(house)

    assert seen(house).problem is not None
