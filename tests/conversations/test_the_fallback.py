"""When nothing else works: `/twilio/fallback`, without a database (R14, R21)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.database import Database
from simulator import knobs
from tests.broken import loses_its_database
from tests.house import BASE, SUPPORT, House

HELP = "+4540506070"
CALLED = {"CallSid": "CA" + "1" * 32, "From": "+4520000001", "To": SUPPORT, "CallStatus": "in-progress", "ErrorCode": "11200"}


@pytest.fixture(params=[HELP, None])
def helper(request: pytest.FixtureRequest) -> str | None:
    """Whom EMERGENCY_NUMBER names."""
    return None if request.param is None else str(request.param)


@pytest.fixture
def lost(database: Database, helper: str | None) -> Iterator[House]:
    """A house whose web process reaches no database; status callbacks are lost, as they would be."""
    house = House(database, env={"EMERGENCY_NUMBER": helper} if helper else {})
    house.exchange.knobs.status_policy = knobs.lost
    house.clock_works = False
    nowhere: Database = loses_its_database(house)
    yield house
    nowhere.close()


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_failing_call_is_answered_without_a_database(lost: House, helper: str | None) -> None:
    """R14, R21: 200, Danish, and the emergency number where there is one."""
    answer = lost.post(f"{BASE}/twilio/fallback", CALLED)

    text = answer.body.decode()
    assert answer.status == 200
    assert "vores telefonsystem har en fejl" in text
    assert (f">{HELP}</Number>" in text) is (helper is not None)
    assert ("Ring igen om et par minutter" in text) is (helper is None)
    assert 'callerId="+4563186363"' in text or helper is None


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_supporters_failing_leg_is_hung_up(lost: House) -> None:
    """R13, R21: it would be bridged at the end of its document."""
    answer = lost.post(f"{BASE}/twilio/fallback", {**CALLED, "ParentCallSid": "CA" + "2" * 32})

    assert answer.status == 200
    assert answer.body.endswith(b"<Response><Hangup /></Response>")


@pytest.mark.parametrize("helper", [HELP], indirect=True)
@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_caller_reaches_the_emergency_number_and_is_never_billed(lost: House) -> None:
    """R14, R21: through the whole exchange; the apology comes first, and whoever answers presses 1."""
    phone = lost.phone("+4530303030").dials(SUPPORT).hears("Undskyld").hears("Jeg ringer til vagten")
    assert "point" not in phone.said[-1]  # It may be heard behind a talk that was charged.

    lost.phone(HELP).picks_up().hears("Nødopkald fra døgnvagten").keys("1")
    together = phone.bridged_with
    lost.phone(HELP).hangs_up()
    phone.hears("Farvel").waits(5)

    assert together == HELP
    assert phone.is_over
    assert lost.counts()["journal"] == 0


@pytest.mark.parametrize("keys", ["2", "*", "#", "", "0"])
@pytest.mark.parametrize("helper", [HELP], indirect=True)
@pytest.mark.parametrize("backend", ["sqlite"])
def test_at_the_emergency_number_too_only_a_pressed_1_connects(lost: House, keys: str) -> None:
    """R13, R21."""
    phone = lost.phone("+4530303030").dials(SUPPORT)

    other = lost.phone(HELP).picks_up().hears("Tast 1").keys(keys).waits(25)

    assert other.is_over
    assert phone.bridged_with is None
    phone.hears("Ring igen om et par minutter")


@pytest.mark.parametrize(("keys", "connects"), [("1", True), ("11", False), ("1#", False), ("", False), ("2", False)])
@pytest.mark.parametrize("helper", [HELP], indirect=True)
@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_screen_takes_exactly_one_1(lost: House, keys: str, *, connects: bool) -> None:
    """R13."""
    answer = lost.post(f"{BASE}/twilio/fallback/answer", {**CALLED, "Digits": keys})

    assert (b"Hangup" not in answer.body) is connects
    assert answer.status == 200


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_fallback_is_signed_like_everything_else(lost: House) -> None:
    """R21: nobody else makes us ring the emergency number."""
    paths = ["", "/screen", "/answer", "/over"]

    answers = [lost.post(f"{BASE}/twilio/fallback{path}", CALLED, signed="") for path in paths]

    assert [answer.status for answer in answers] == [403] * 4


@pytest.mark.parametrize("helper", [HELP], indirect=True)
def test_a_database_that_goes_away_in_the_middle_of_a_call_leads_to_the_emergency_number(lost: House) -> None:
    """R14, R21: the PIN was asked for while there still was a database."""
    doors = lost.app.extensions["doors"]
    lost.app.extensions["doors"] = type(doors)(**{**vars(doors), "database": lost.database})
    caller = lost.caller()
    phone = lost.phone(caller).dials(SUPPORT).hears("pinkode")
    lost.app.extensions["doors"] = doors

    phone.keys(f"{caller.pin}#").hears("Undskyld")

    lost.phone(HELP).picks_up().hears("Nødopkald").keys("1")
    assert phone.bridged_with == HELP
    phone.hangs_up()
