"""The live board: what it says of each talk, and where it leads."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from app.database import Database
from helpdesk import board
from models import Supporter
from models.values import Policy, Role
from tests.house import ACaller, House
from tests.web.people import signed_in


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def house(database: Database) -> Iterator[House]:
    """A house in which nobody has to set up a second factor first."""
    opened = House(database, env={"DEMO": "1"}, base="http://127.0.0.1:8000")
    yield opened
    opened.is_in_order()


def payable(house: House) -> list[tuple[int | None, bool]]:
    """How many more quarters each talk can pay for, and whether nothing limits it; in the order of their beginning."""
    with house.database.reading() as session:
        return [(one.payable, one.unlimited) for one in board.board(session, now=house.now).calls]


@pytest.mark.parametrize(
    ("policy", "points", "credit", "first", "later"),
    [
        (Policy.STOP, 50, 0, (2, False), (1, False)),
        (Policy.CREDIT, 15, 30, (2, False), (1, False)),
        (Policy.CREDIT, 60, 60, (7, False), (6, False)),
        (Policy.INVOICE, 0, 0, (None, True), (None, True)),
    ],
)
def test_a_talk_says_how_many_quarters_can_still_be_paid_for(
    house: House, policy: Policy, points: int, credit: int, first: tuple[int | None, bool], later: tuple[int | None, bool]
) -> None:
    """R11: beyond the one that runs, under each policy."""
    caller = house.caller(points=points, policy=policy, credit=credit)
    house.connects(caller, house.supporter("Anna"))

    [before] = payable(house)
    house.forward(minutes=16)
    [after] = payable(house)

    assert (before, after) == (first, later)
    house.phone(caller).hangs_up()


def test_a_parallel_talk_takes_what_another_could_have_paid_for(house: House) -> None:
    """R5, R11: what was granted stays the most there can be, whatever is bought."""
    first = house.caller(points=60, policy=Policy.STOP)
    second = house.caller(colleague_of=first, name="Ida Storm")
    house.connects(first, house.supporter("Anna"))
    alone = payable(house)
    house.connects(second, house.supporter("Bo"))
    together = payable(house)
    house.buy(first, 600, "more")
    rich = payable(house)

    assert [one[0] for one in alone] == [3]
    assert [one[0] for one in together] == [2, 2]
    assert [one[0] for one in rich] == [3, 2]


def test_the_board_leads_to_calls_cases_and_tasks_that_the_visitor_may_see(house: House) -> None:
    caller, bo = house.caller(), house.supporter("Bo")
    waiting = _wants_a_callback(house)
    sid = house.connects(caller, bo)
    anna = signed_in(house, Role.SUPPORTER, supporter=house.supporter("Anna"), name="Anna")
    his = signed_in(house, Role.SUPPORTER, supporter=bo, name="Bo")

    boards = [somebody.sees("/now").text for somebody in (signed_in(house, Role.AUDITOR), his, anna)]

    assert [f'href="/calls/{sid}"' in one for one in boards] == [True, True, False]
    assert all('href="/tasks?kind=callback"' in one and 'href="/cases/20001"' in one for one in boards)
    assert all(caller.phone not in one and waiting.phone not in one for one in boards)
    house.phone(caller).hangs_up()


def test_where_nobody_is_on_duty_the_last_resort_is_named(house: House) -> None:
    """ADR 18: whoever calls reaches them, and not only the offer of a callback; unless they said that they cannot be reached."""
    ida = house.supporter("Ida", on_duty=False)
    house.rota(
        f'last_resort = {ida.id}\n[[layer]]\nname = "Jul"\npeople = [{ida.id}]\nstarts = 2026-12-24T00:00:00\nevery = "day"\n'
    )
    reader = signed_in(house, Role.AUDITOR)

    seen = [reader.sees(page).text for page in ("/now", "/duty/now")]
    with house.database.writing() as session:
        session.get_one(Supporter, ida.id).away_since = house.now
    away = [reader.sees(page).text for page in ("/now", "/duty/now")]

    assert ["stilles om til Ida som sidste udvej" in text for text in (*seen, *away)] == [True, True, False, False]


def _wants_a_callback(house: House) -> ACaller:
    caller = house.caller(company="Hotel Ålund")
    house.phone(house.supporter("Carla", on_duty=False))
    phone = house.identifies(caller).hears("Tast 1 for at acceptere").keys("1")
    house.forward(minutes=4)
    assert phone.is_over
    return caller
