"""Many callers at once: how each came to an end, and whom the exchange saw rung when. `python -m tests.conversations.crowd 200`.

Supporters who are rung take the call and hang up a moment later. A caller whom nobody could be found for asks to be called back, or
leaves a message: every other one.
"""

from __future__ import annotations

import argparse
import logging
import resource
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select

from app.database import Database
from app.migrate import migrate
from models import Call, Task
from models.values import AttemptOutcome, CallOutcome
from simulator.handset import Handset
from simulator.legs import Doing
from tests.house import SUPPORT, House

GOOD = frozenset({CallOutcome.TALKED, CallOutcome.CALLBACK_REQUESTED, CallOutcome.MESSAGE_LEFT})
A_MOMENT = timedelta(seconds=15)
"""Two who are free at once are left to the two oldest, of whom the younger may come a moment before."""
ASKED = frozenset({Doing.ASKING, Doing.LISTENING})
STEP = 4
LONGEST = 200
"""Steps: longer than the chain, the longest wait and a message together."""


@dataclass(frozen=True, kw_only=True)
class Came:
    """What came of it. `rung` says by supporter from when to when their telephone rang or talked, in order."""

    outcomes: Counter[CallOutcome | None]
    tasks: int
    accepted: list[datetime]
    attempts: Counter[AttemptOutcome | None]
    rung: dict[str, list[tuple[datetime, datetime]]]

    def rung_twice(self) -> list[str]:
        """Whose telephone rang for two at a time."""
        return [who for who, spans in self.rung.items() if any(after < end for (_, end), (after, _) in pairwise(spans))]

    def out_of_order(self) -> int:
        """How many were taken before somebody who had come earlier."""
        return sum(older > younger + A_MOMENT for older, younger in pairwise(self.accepted))


def telephones(house: House, *, callers: int, supporters: int) -> Came:
    """So many dial at the same moment; time goes on until nobody is on the line any more."""
    on_duty = [house.supporter(f"Vagt {number}") for number in range(supporters)]
    people = [house.caller(company=f"Firma {number}") for number in range(callers)]
    answers = {
        one.phone: [("pinkode", f"{one.pin}#"), ("acceptere", "1"), ("indtale en besked", "12"[number % 2])]
        for number, one in enumerate(people)
    }
    for one in people:
        house.exchange.handset(one.phone).dial(SUPPORT)
    for _ in range(LONGEST):
        house.forward(seconds=STEP)
        for supporter in on_duty:
            _takes(house.exchange.handset(supporter.phone))
        for number, still in answers.items():
            _answers(house, number, still)
        if not any(house.phone(one).on_the_line for one in people):
            break
    house.forward(minutes=5)
    return _came(house)


def _takes(handset: Handset) -> None:
    """Picks up, takes the call, and hangs up when it was talked."""
    doing = handset.leg.doing if handset.leg else None
    if handset.rings:
        handset.pick_up()
    elif doing in ASKED:
        handset.press("1")
    elif doing is Doing.BRIDGED:
        handset.hang_up()


def _answers(house: House, number: str, still: list[tuple[str, str]]) -> None:
    """Keys what is asked for, each once; whoever is recorded speaks, and ends it."""
    handset = house.exchange.handset(number)
    doing = handset.leg.doing if handset.leg else None
    if doing is Doing.RECORDING:
        if handset.silent_since(house.now - timedelta(seconds=STEP)):
            handset.speak(STEP / 2)
        else:
            handset.press("#")
    elif doing in ASKED and still and any(still[0][0] in said for said in house.phone(number).said):
        handset.press_all(still.pop(0)[1])


def _came(house: House) -> Came:
    with house.database.reading() as session:
        calls = session.scalars(select(Call).order_by(Call.id)).all()
        tasks = len(session.scalars(select(Task.id)).all())
        outcomes = Counter(call.outcome for call in calls)
        attempts = Counter(attempt.outcome for call in calls for attempt in call.attempts)
        accepted = [call.accepted_at for call in calls if call.accepted_at]
    rung: dict[str, list[tuple[datetime, datetime]]] = {}
    for who, begins, ends in sorted(_legs(house)):
        rung.setdefault(who, []).append((begins, ends))
    return Came(outcomes=outcomes, tasks=tasks, accepted=accepted, attempts=attempts, rung=rung)


def _legs(house: House) -> Iterator[tuple[str, datetime, datetime]]:
    for leg in house.exchange.legs.values():
        if leg.parent is not None and leg.rang_at and leg.ended_at:
            yield leg.to, leg.rang_at, leg.ended_at


def main() -> None:
    """Prints the figures; status 1 where one of the three does not hold."""
    parser = argparse.ArgumentParser(prog="python -m tests.conversations.crowd", description=__doc__)
    parser.add_argument("callers", nargs="?", type=int, default=200)
    parser.add_argument("supporters", nargs="?", type=int, default=3)
    asked = parser.parse_args()
    logging.disable()
    with TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'crowd.db'}"
        migrate(url, url)
        database = Database(url)
        house = House(database)
        came = telephones(house, callers=asked.callers, supporters=asked.supporters)
        house.is_in_order()
        database.close()
    for outcome, count in came.outcomes.most_common():
        sys.stdout.write(f"{outcome}: {count}\n")
    sys.stdout.write(f"tasks: {came.tasks}\n")
    sys.stdout.write(
        f"rung, by supporter: {[len(spans) for spans in came.rung.values()]}; twice at a time: {len(came.rung_twice())}\n"
    )
    sys.stdout.write(f"attempts: {dict(came.attempts)}\n")
    sys.stdout.write(f"taken: {len(came.accepted)}, before somebody who had come earlier: {came.out_of_order()}\n")
    sys.stdout.write(f"CPU: {resource.getrusage(resource.RUSAGE_SELF).ru_utime:.1f} s\n")
    sys.exit(bool(came.rung_twice() or came.out_of_order() or set(came.outcomes) - GOOD))


if __name__ == "__main__":
    main()
