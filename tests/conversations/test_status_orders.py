"""Status callbacks in every order, twice, and each one lost in turn: the same call record and the same books (R7, R19).

A call is played with its callbacks held back and the clock process stopped; then they are delivered in one order after another,
each time on a copy of the database as the call left it. What tells of an end when neither a Dial's action nor the callback of the
caller's own leg arrives is the sweeper (R20).
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace
from datetime import datetime
from itertools import permutations
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import cast

import pytest

from app.database import Database
from models.values import TaskKind
from simulator import faults, knobs
from tests import statements
from tests.conversations.stories import CALLS, Whole, talked_until_the_supporter_hangs_up
from tests.house import ACaller, House
from tests.postgres import quick_folder
from tests.postman import Webhook

Houses = Callable[..., AbstractContextManager[House]]
DIALLED = {name: whole for name, whole in CALLS.items() if whole.attempts}
LEFT = ("talked, ended by the caller", "hung up in the whisper", "hung up while it rang")
"""Whose caller hangs up in a Dial: its action may never arrive (pitfall B2)."""
SILENT = 31 * 60
"""Seconds after which a talk of which nothing more is heard is asked about (R20)."""
SAMPLES = 8
SEEDS = range(4)
DELAYS = (0.0, 0.0, 1.0, 3.0, 12.0, 45.0, 110.0)


@pytest.fixture
def quick() -> Iterator[Path]:
    """A folder in which copies cost little."""
    with TemporaryDirectory(dir=quick_folder()) as folder:
        yield Path(folder)


def record(house: House, caller: ACaller) -> dict[str, object]:
    """A call's record and what it came to, without when the clock process found it."""
    found = house.record(caller)
    charges, tasks = cast("list[int]", found["charges"]), cast("list[tuple[TaskKind, datetime]]", found["tasks"])
    return found | {"charges": sum(charges), "tasks": [kind for kind, _ in tasks], "balance": house.balance(caller)}


def held_back(house: House) -> list[dict[str, str]]:
    """From now on status callbacks are kept here instead of being sent."""
    kept: list[dict[str, str]] = []

    def keeps(params: dict[str, str], _chance: Random) -> list[float]:
        kept.append(params)
        return []

    house.exchange.knobs.status_policy = keeps
    return kept


def webhooks(house: House, kept: Iterable[dict[str, str]]) -> list[Webhook]:
    """The callbacks that were kept, as they would have been sent."""
    targets = {leg.sid: leg.status_target for leg in house.exchange.legs.values() if leg.status_target}
    return [Webhook(targets[params["CallSid"]].url.partition("#")[0], params) for params in kept]


@contextmanager
def as_it_was(house: House, template: Path) -> Iterator[None]:
    """Within the block the house has a copy of `template` for its database."""
    own, doors = house.database, house.app.extensions["doors"]
    copy = template.with_suffix(".copy")
    shutil.copyfile(template, copy)
    with closing(Database(f"sqlite:///{copy}")) as opened:
        statements.remembers(opened)
        house.database = opened
        house.app.extensions["doors"] = replace(doors, database=opened)
        try:
            yield
        finally:
            house.database = own
            house.app.extensions["doors"] = doors
    for file in copy.parent.glob(f"{copy.name}*"):
        file.unlink()


def template_of(house: House, folder: Path) -> Path:
    """The database as it is now, in one file."""
    file = folder / "played.db"
    with house.database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        raw.commit()
        raw.execute("VACUUM INTO ?", (str(file),))
    return file


def after(house: House, caller: ACaller, template: Path, order: Sequence[Webhook], *, ahead: float = 90) -> dict[str, object]:
    """The record when these callbacks arrived in this order, the last of them twice, and the clock process runs again."""
    with as_it_was(house, template):
        answers = [house.delivers(webhook).status for webhook in [*order, *order[-1:]]]
        house.tick(ahead=ahead)
        house.is_in_order()
        assert set(answers) <= {204}
        return record(house, caller)


def orders(webhooks: list[Webhook], *, every: bool) -> list[tuple[Webhook, ...]]:
    """Every order there is, or a sample: the same in each run."""
    if every:
        return list(permutations(webhooks))
    chance = Random(len(webhooks))  # noqa: S311 - the same sample in each run
    return [tuple(chance.sample(webhooks, len(webhooks))) for _ in range(SAMPLES)]


@pytest.mark.parametrize("whole", [CALLS[name] for name in LEFT], ids=LEFT)
@pytest.mark.parametrize("backend", ["sqlite"])
def test_where_only_status_callbacks_tell_of_the_end_their_order_does_not_matter(house: House, whole: Whole, quick: Path) -> None:
    """R7, R9, R19: every order there is of the first call's five callbacks and the last one's four; the others' in part."""
    house.exchange.knobs.action_after_hangup = False
    caller, told = played(house, whole)
    template = template_of(house, quick)

    records = [after(house, caller, template, order) for order in orders(told, every=whole is not CALLS["hung up in the whisper"])]

    expected = records[0]
    assert [found for found in records if found != expected] == []
    assert (expected["outcome"], expected["attempts"], expected["tasks"]) == (whole.outcome, whole.attempts, whole.tasks)
    assert (expected["charges"], expected["seconds"]) == (sum(whole.charges), whole.seconds)


@pytest.mark.parametrize("whole", [CALLS[name] for name in LEFT], ids=LEFT)
@pytest.mark.parametrize("backend", ["sqlite"])
def test_each_callback_of_a_supporters_leg_may_be_lost_where_the_callers_own_arrives(
    house: House, whole: Whole, quick: Path
) -> None:
    """R7, R19: without a Dial's action, forwards and backwards."""
    house.exchange.knobs.action_after_hangup = False
    caller, told = played(house, whole)
    template = template_of(house, quick)
    expected = after(house, caller, template, told)

    for lost in told:
        left = [webhook for webhook in told if webhook is not lost]
        if lost.params["CallSid"] == house.sid(caller):
            continue  # the sweeper asks about that call (R20)
        assert after(house, caller, template, left) == expected
        assert after(house, caller, template, left[::-1]) == expected


@pytest.mark.parametrize("whole", CALLS.values(), ids=CALLS.keys())
@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_sweeper_comes_to_the_same_where_neither_the_action_nor_the_callers_own_callback_tells_of_the_end(
    house: House, whole: Whole, quick: Path
) -> None:
    """R7, R9, R19, R20: with the callbacks of supporters' legs, and without any."""
    house.is_connected_to_the_world()
    house.exchange.knobs.action_after_hangup = False
    house.exchange.knobs.network = faults.only(faults.loses_request(), kinds={"action"}, when=ends_a_talk)
    caller, told = played(house, replace(whole, play=UNTOLD.get(whole.play, whole.play)))
    house.exchange.problems.clear()  # Twilio could not tell the end.
    template = template_of(house, quick)
    expected = after(house, caller, template, told)

    of_others = [webhook for webhook in told if webhook.params["CallSid"] != house.sid(caller)]

    for left in (of_others, []):
        assert after(house, caller, template, left, ahead=SILENT) == expected
    assert (expected["outcome"], expected["attempts"], expected["tasks"]) == (whole.outcome, whole.attempts, whole.tasks)
    assert (expected["charges"], expected["seconds"]) == (sum(whole.charges), whole.seconds)


@pytest.mark.parametrize("whole", CALLS.values(), ids=CALLS.keys())
@pytest.mark.parametrize("backend", ["sqlite"])
def test_behind_a_call_whose_actions_arrived_any_order_and_any_loss_changes_nothing(
    house: House, whole: Whole, quick: Path
) -> None:
    """R7, R19: a sample of orders, each callback lost in turn, and all of them."""
    caller, told = played(house, whole)
    template = template_of(house, quick)
    expected = after(house, caller, template, told)

    shuffled = orders(told, every=False)
    one_lost = [[webhook for webhook in told if webhook is not lost] for lost in told]

    assert [order for order in [*shuffled, *one_lost, []] if after(house, caller, template, order) != expected] == []
    assert (expected["outcome"], expected["attempts"], expected["tasks"]) == (whole.outcome, whole.attempts, whole.tasks)
    assert (expected["charges"], expected["seconds"]) == (sum(whole.charges), whole.seconds)


@pytest.mark.parametrize("whole", DIALLED.values(), ids=DIALLED.keys())
def test_callbacks_that_come_among_the_turns_of_their_call_in_any_order_come_to_the_same(houses: Houses, whole: Whole) -> None:
    """R7, R9, R19: each is held up for a moment, for seconds, or beyond the end; some come twice."""
    for seed in SEEDS:
        with houses() as house:
            chance = Random(seed)  # noqa: S311 - as above
            caller = house.caller(points=60)
            house.exchange.knobs.status_policy = any_time(chance)
            whole.play(house, caller)
            house.skip(minutes=3)
            found = house.record(caller)
            assert (found["outcome"], found["attempts"], found["seconds"]) == (whole.outcome, whole.attempts, whole.seconds)
            assert house.cost(caller) == sum(whole.charges)
            assert [task.kind for task in house.tasks()] == whole.tasks


def ends_a_talk(attempt: faults.Attempt) -> bool:
    """The action of a Dial whose two were bridged."""
    return attempt.params.get("DialBridged") == "true"


def talked_until_the_supporter_hangs_up_and_nobody_is_told(house: House, caller: ACaller) -> None:
    """Twilio cannot tell that the Dial is over, so it asks the fallback what the caller shall hear."""
    anna = house.supporter("Anna")
    house.connects(caller, anna)
    house.forward(seconds=901)
    house.phone(anna).hangs_up()
    house.phone(caller).hears("Ring igen")
    house.forward(minutes=2)


UNTOLD: dict[object, Callable[[House, ACaller], object]] = {
    talked_until_the_supporter_hangs_up: talked_until_the_supporter_hangs_up_and_nobody_is_told
}
"""What is heard in a story where the end of its talk cannot be told."""


def any_time(chance: Random) -> knobs.StatusPolicy:
    """Each callback arrives once or twice, each time after one of DELAYS."""
    return lambda _params, _chance: chance.choices(DELAYS, k=chance.choice((1, 1, 2)))


def played(house: House, whole: Whole) -> tuple[ACaller, list[Webhook]]:
    """The call is over, and nobody was told of what happened on its legs: the callbacks, in their order."""
    kept = held_back(house)
    caller = house.caller(points=60)
    house.clock_works = False
    whole.play(house, caller)
    return caller, webhooks(house, kept)
