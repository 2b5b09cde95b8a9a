"""The web process, killed with SIGKILL at every webhook of a call, just before and just behind its commit (R9, R14, R19, R21)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.database import Database
from billing import quarters
from models import Attempt, Call, Hold
from models.values import CallOutcome, CallState, HoldState
from simulator.phone import Phone
from tests.house import SUPPORT, ACaller, ASupporter
from tests.processes.served import Served, served

TALK = 1020  # seconds: two quarters
WEBHOOKS = 11  # of a whole call: three of the caller, five of the supporter, the end of the Dial and of both legs


@pytest.fixture
def house(database: Database, database_url: str, tmp_path: Path) -> Iterator[Served]:
    """A house whose web process may be killed; a network that asks again when a connection broke does so here too."""
    with served(database, database_url, tmp_path) as opened:
        opened.is_connected_to_the_world()
        yield opened


def whole_call(house: Served, caller: ACaller, anna: ASupporter) -> None:
    """What caller and supporter do, as far as they are let: each acts on what is heard, whatever it is."""
    phone, other = house.phone(caller), house.phone(anna)
    phone.dials(SUPPORT)
    for words, keys in (("pinkode", f"{caller.pin}#"), ("Tast 1 for at acceptere", "1")):
        if not heard(phone, words):
            return
        phone.keys(keys)
    house.forward(seconds=8)
    if other.rings:
        other.picks_up()
        if heard(other, "Tast 1 for at tage"):
            other.keys("1")
    house.forward(seconds=TALK)


def heard(phone: Phone, words: str) -> bool:
    """Whether the telephone was told that, after some patience."""
    phone.waits(12)
    return any(words in said for said in phone.said) and phone.on_the_line


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("webhook", range(1, WEBHOOKS + 1))
def test_a_call_whose_web_process_is_killed_is_in_order_afterwards(house: Served, webhook: int, when: str) -> None:
    """R9, R14, R20, R21: no double charge, no talked quarter lost, nothing left open; the caller hears Danish to the end."""
    caller, anna = house.caller(points=60), house.supporter("Anna")
    house.wire.kills(webhook, when)

    whole_call(house, caller, anna)
    for phone in (house.phone(caller), house.phone(anna)):
        if phone.on_the_line:
            phone.hangs_up()
    house.forward(minutes=50)

    assert house.wire.was_deadly
    talked = house.exchange.truth(house.sid(caller)).talked_seconds
    assert all("application error" not in said for said in house.phone(caller).said)
    with house.database.reading() as session:
        calls = session.query(Call).all()
        assert [call.state for call in calls] == [CallState.ENDED] * len(calls)
        assert session.query(Attempt).filter(Attempt.ended_at.is_(None)).count() == 0
        assert session.query(Hold).filter(Hold.state == HoldState.OPEN).count() == 0
        accepted = [call for call in calls if call.price_accepted_at is not None]
        assert all(call.outcome is CallOutcome.TALKED or house.tasks() for call in accepted)
    assert house.balance(caller) == (60 - 15 * quarters.begun(talked), 0)
    house.exchange.logbook.debugger.clear()  # what the killed process did not answer
