"""The verdict finds what it is there to find: defects that are planted in the database of a talk that went well."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from simulator.legs import By, State
from simulator.records import AttemptTruth, Truth
from tests.chaos import verdict
from tests.chaos.evidence import Noted, Told
from tests.house import House

PLANTED = {
    "no defect": ("", ""),
    "a turn lost": ("DELETE FROM turns WHERE number = 3", "its turn is lost"),
    "a report lost": ("DELETE FROM reports WHERE kind = 'status'", "was acknowledged, and is lost"),
    "a talk unknown": ("UPDATE calls SET outcome = 'caller_hung_up'", "and was bridged: True"),
    "a quarter free": (
        "DELETE FROM entry WHERE journal_id IN (SELECT id FROM journal WHERE quarter = 2)",
        "cost 15, and 2 to 2 quarters had begun",
    ),
    "a caller forgotten": ("UPDATE calls SET outcome = 'nobody_answered'", "was left alone as nobody_answered"),
    "a reservation kept": ("UPDATE attempts SET ended_at = NULL, outcome = NULL", "is still reserved"),
    "an end unknown": ("UPDATE calls SET end_unknown = 1", "nobody knows its end"),
}
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize("backend", ["sqlite"])
@pytest.mark.parametrize("planted", PLANTED)
def test_what_was_lost_is_found(house: House, planted: str, tmp_path: Path) -> None:
    """R6, R7, R8, R14, R19, R20."""
    statement, words = PLANTED[planted]
    noted = house.exchange.transport = Noted(lambda: house.now, house.exchange.transport)
    caller, anna = house.caller(), house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(minutes=17)
    house.phone(caller).hangs_up()
    house.forward(minutes=5)

    with house.database.writing() as session:
        for name in session.scalars(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            session.execute(text(f"DROP TRIGGER {name}"))
        if statement:
            session.execute(text(statement))
        found = verdict.defects(session, house.exchange, noted.all, tmp_path)
        session.rollback()

    assert any(words in defect for defect in found) if words else found == []


@pytest.mark.parametrize(
    ("seconds", "told", "ended_by", "quarters"),
    [
        (880, True, By.CALLER, (1, 1)),
        (900, True, By.CALLER, (1, 2)),  # the 1 was kept within two seconds, nobody knows when
        (905, True, By.CALLER, (2, 2)),
        (880, False, By.CALLER, (1, 2)),  # the house heard of it a minute later
        (1_800, True, By.TIME_LIMIT, (2, 2)),
    ],
)
def test_what_is_not_known_is_bounded_by_what_is(*, seconds: int, told: bool, ended_by: By, quarters: tuple[int, int]) -> None:
    """R7, R8."""
    over = NOON + timedelta(seconds=seconds)
    late = over + timedelta(seconds=9)  # the exchange is busy, and time goes fast
    bridge = AttemptTruth("CAanna", "+4520000001", State.COMPLETED, NOON, NOON, NOON, late, ended_by)
    seen = Truth("CAcaller", "+4520000002", "+4563186363", State.COMPLETED, NOON, over, By.CALLER, (bridge,))
    about = [
        _told("/twilio/turn/1/3", "CAcaller", NOON - timedelta(seconds=9), answer='timeLimit="1800"'),
        _told("/twilio/turn/2/2", "CAanna", NOON - timedelta(seconds=2), took=2, Digits="1"),
        _told("/twilio/status/2", "CAanna", NOON, status=204, CallStatus="in-progress"),
        _told("/twilio/status", "CAcaller", over, status=204 if told else 503, CallStatus="completed"),
        _told("/twilio/turn/1/4", "CAcaller", over, took=60),
    ]

    assert verdict.owed(seen, about) == quarters


def _told(path: str, sid: str, at: datetime, *, took: float = 0, status: int = 200, answer: str = "", **params: str) -> Told:
    answered_at = at + timedelta(seconds=took)
    return Told(path=path, params={"CallSid": sid, **params}, asked_at=at, answered_at=answered_at, status=status, answer=answer)
