"""Many processes and many callers at the same moment, over real HTTP: nobody gets what another has (R5, R9, R12, R19)."""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select

from app.database import Database
from bench.caller import Line, following, new_sid
from billing import books
from models import Attempt, Call, Hold, Journal, Supporter
from models.values import CallOutcome, CallState, HoldState
from tests.house import SECRET, TOKEN, House
from tests.patience import comes_true
from tests.processes.served import clock, web

MANY = 30
APP = "app.wsgi:create_app()"


def environment(database_url: str) -> dict[str, str]:
    return {**os.environ, "DATABASE_URL": database_url, "SECRET_KEY": SECRET, "TWILIO_AUTH_TOKEN": TOKEN}


@pytest.fixture
def house(database: Database) -> House:
    """A house in the present, whose application nobody asks: others answer."""
    return House(database, at=datetime.now(UTC))


def told_the_price(line: Line, pin: str) -> tuple[str, dict[str, str]]:
    """A caller who has keyed the PIN: where the next key goes, and what comes with it."""
    me = {"CallSid": new_sid(), "From": "+4520000001", "To": "+4563186363", "CallStatus": "in-progress", "Direction": "inbound"}
    text = line.post("voice", f"{line.base}/twilio/voice", **me)
    text = line.post("PIN", following(text), **me, Digits=pin)
    assert "Tast 1 for at acceptere" in text
    return following(text), me


def accepts(line: Line, action: str, me: dict[str, str]) -> str:
    """Presses 1; as often as the house apologises because it had too much to do (R21), it asks again and is answered again."""
    text = line.post("1", action, **me, Digits="1")
    while (again := re.search(r"<Redirect[^>]*>([^<]+)<", text)) is not None:
        text = line.post("again", again[1].replace("&amp;", "&").partition("#")[0], **me)
        if "Tast 1 for at acceptere" in text:
            text = line.post("1", following(text), **me, Digits="1")
    return text


def test_of_thirty_callers_with_points_for_one_quarter_exactly_one_is_put_through(
    house: House, backend: str, database_url: str
) -> None:
    """R4, R5: real parallel requests to real processes."""
    for number in range(MANY):
        house.supporter(f"Vagt {number}")
    first = house.caller(points=15)
    callers = [first, *(house.caller(colleague_of=first, name=f"Kollega {number}") for number in range(MANY - 1))]

    with ExitStack() as stack:
        address = stack.enter_context(web(environment(database_url), app=APP, workers=2 if backend == "postgresql" else 1))
        lines = [stack.enter_context(closing(Line(address, TOKEN))) for _ in callers]
        ready = [told_the_price(line, caller.pin) for line, caller in zip(lines, callers, strict=True)]
        with ThreadPoolExecutor(MANY) as threads:
            answers = list(threads.map(lambda one: accepts(one[0], *one[1]), zip(lines, ready, strict=True)))

    assert sum("<Dial" in text for text in answers) == 1
    assert sum("Der mangler" in text for text in answers) == MANY - 1
    assert house.balance(first) == (15, 15)


@pytest.mark.parametrize("backend", ["postgresql"])
def test_two_clocks_and_two_web_processes_charge_each_call_once(house: House, database: Database, database_url: str) -> None:
    """R9, R16, R19: twelve callers, four at a time, each of a customer of their own, on two servers of two processes each."""
    callers = [house.caller(company=f"Firma {number}") for number in range(12)]
    for number in range(12):
        house.supporter(f"Vagt {number}")
    env = environment(database_url)

    def call(number: int) -> None:
        with closing(Line(servers[number % 2], TOKEN)) as line:
            line.call(callers[number].pin, talks=1.2)

    with web(env, app=APP, workers=2) as one, web(env, app=APP, workers=2) as other, clock(env), clock(env):
        servers = (one, other)
        with ThreadPoolExecutor(4) as threads:
            list(threads.map(call, range(12)))
        assert comes_true(lambda: all_linked(database))

    with database.reading() as session:
        quarters = list(session.execute(select(Journal.call_id, Journal.quarter).where(Journal.quarter.is_not(None))))
        assert len(quarters) == len(set(quarters)) == 12
        assert session.scalar(select(func.count()).select_from(Call).where(Call.outcome == CallOutcome.TALKED)) == 12
        assert session.scalar(select(func.count()).select_from(Hold).where(Hold.state == HoldState.OPEN)) == 0
        assert session.scalar(select(func.count()).select_from(Attempt).where(Attempt.ended_at.is_(None))) == 0
        assert books.faults(session) == []


def all_linked(database: Database) -> bool:
    with database.writing() as session:
        session.query(Supporter).filter(Supporter.free_at.is_not(None)).update({"free_at": None})
        linked = session.query(Call).filter(Call.state == CallState.ENDED, Call.case_id.is_not(None)).count()
    return linked == 12


def test_a_repeat_that_meets_its_first_on_the_way_gets_the_same_answer(house: House, backend: str, database_url: str) -> None:
    """R19: the same webhook twelve times at the same moment: one turn, the same bytes."""
    caller = house.caller(points=15)
    house.supporter("Anna")

    with ExitStack() as stack:
        address = stack.enter_context(web(environment(database_url), app=APP, workers=2 if backend == "postgresql" else 1))
        lines = [stack.enter_context(closing(Line(address, TOKEN))) for _ in range(12)]
        action, me = told_the_price(lines[0], caller.pin)
        with ThreadPoolExecutor(12) as threads:
            answers = list(threads.map(lambda line: line.post("1", action, **me, Digits="1"), lines))

    assert len(set(answers)) == 1
    assert re.search("<Dial", answers[0])
    assert house.balance(caller) == (15, 15)
