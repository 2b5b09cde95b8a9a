"""A standby took over that did not have a call's last turns, or none of them: what its caller hears (R14, R21)."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from models.values import CallOutcome
from tests.house import SUPPORT, House

ROWS = ("turns", "reports", "legs", "calls")


def loses_its_calls(house: House) -> None:
    """Whatever was written of calls is gone."""
    with house.database.writing() as session:
        for table in ROWS:
            session.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - names of ours


@pytest.mark.parametrize("backend", ["sqlite"])
def test_a_caller_whose_call_is_lost_is_told_to_call_again_and_is_put_through(house: House) -> None:
    """R14, R21: not in silence; the next call is one like any other."""
    caller, anna = house.caller(), house.supporter("Anna")
    phone = house.phone(caller).dials(SUPPORT).hears("pinkode")

    loses_its_calls(house)
    phone.keys(f"{caller.pin}#").hears("Undskyld").hears("Ring igen om lidt").waits(10)
    gone = phone.is_over
    house.connects(caller, anna)
    phone.hangs_up()

    assert gone
    assert house.outcome(caller) is CallOutcome.TALKED
