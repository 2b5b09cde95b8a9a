"""The clock process, killed in mid-call and away for an hour: what had begun meanwhile is charged once (R9, R19)."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from models import Journal
from tests.house import House
from tests.patience import comes_true
from tests.processes.served import clock, environment, show


def charged(house: House) -> int:
    with house.database.reading() as session:
        return session.query(Journal).filter(Journal.quarter.is_not(None)).count()


@pytest.mark.parametrize("count", [1, 2])
def test_a_clock_that_was_away_for_an_hour_charges_what_has_begun(
    house: House, database_url: str, tmp_path: Path, count: int
) -> None:
    """R9, R11, R20: the call has gone on meanwhile; one clock comes back, or two at once."""
    house.clock_works = False
    caller, anna = house.caller(points=600), house.supporter("Anna")
    env = {**environment(database_url, tmp_path), "PUBLIC_BASE_URL": "http://127.0.0.1:1", "DEMO": "1", "TWILIO_ACCOUNT_SID": ""}
    env["DEMO_CLOCK"] = str(tmp_path / "clock")
    house.connects(caller, anna)
    house.forward(minutes=5)
    show(tmp_path / "clock", house)
    with clock(env) as running:
        first = comes_true(lambda: charged(house) == 1)
        running.kill()

    house.skip(hours=1)
    between = charged(house)
    show(tmp_path / "clock", house)
    with ExitStack() as clocks:
        for _ in range(count):
            clocks.enter_context(clock(env))
        caught_up = comes_true(lambda: charged(house) == 5)
    together = house.phone(caller).bridged_with
    house.phone(caller).hangs_up()

    assert first
    assert between == 1
    assert caught_up
    assert together == anna.phone
    assert house.charges(caller) == [-15] * 5
