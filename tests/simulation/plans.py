"""The plan of a night, in a sixth of them: a rota instead of written shifts, and people who change it while calls go on.

They swap, are away, give up a number, write and publish drafts, and say that they know of shifts, alarms and tasks: each by the
function that a page uses, in a web process, where it crashes, is cut off and races as a webhook does. What was committed is known
from the driver's boundary. What must hold is in `agreement`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from random import Random
from traceback import format_exception
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from helpdesk import rotas, rounds, users
from helpdesk.alarms import IsATask
from helpdesk.customers import Unknown
from helpdesk.queue import TaskTaken
from helpdesk.rota_drafts import RotaDraftRefused
from helpdesk.swap_checks import SwapRefused
from helpdesk.telephones import NumberTaken
from models import Line, Rota, Round, Shift, Supporter
from models.values import Flow, Role
from oncall.rota_file import RotaRefused
from tests.house import TEST
from tests.simulation.agreement import Agreement
from tests.simulation.boundary import INJECTED, Crashed
from tests.simulation.duty import Agreed, Turns, text, wall
from tests.simulation.edits import Edits
from tests.simulation.people import Somebody
from tests.simulation.wire import Sent

if TYPE_CHECKING:
    from tests.simulation.night import Night

PLANNED: Final = 6
EVERY: Final = 150.0
IN_A_SEARCH: Final = 0.8
NOON: Final = 12
LAST_LOOK: Final = timedelta(hours=2)
WEEK: Final = 7 * 24
SECOND: Final = "+4541000000"
REFUSED: Final = (SwapRefused, RotaRefused, RotaDraftRefused, TaskTaken, NumberTaken, IsATask, Unknown)
BROKEN: Final = (INJECTED, "the connection is closed", "terminating connection", "server closed the connection")
Act = Callable[[Session, datetime], Agreed | None]


class Plans:
    """One thing is agreed now and then, until the morning comes. `agreed` is what was, `agreement` what follows from it."""

    def __init__(self, night: Night) -> None:
        self.night = night
        self.chance = Random(f"{night.seed} agreed")  # noqa: S311 - of its own, so that other nights stay as they were
        self.is_planned = not self.chance.randrange(PLANNED)
        self.counts: Counter[str] = Counter()
        self.is_over = self._is_at_it = False
        self.people: tuple[int, ...] = ()
        self.second: dict[int, str] = {}
        self.agreed = Agreed()
        self.agreement = Agreement(night)
        if self.is_planned:
            self._moves_in()
            self.agreement.begin(self.agreed)
        self._edits = Edits(self)

    def begin(self) -> None:
        """From now on, now and then."""
        if self.is_planned:
            self.night.exchange.clock.after(self.chance.expovariate(1 / EVERY), self._goes_on)

    def rings(self, somebody: Somebody) -> None:
        """Somebody is being rung: mostly something is agreed on meanwhile, and every other time they leave it to the next one."""
        if self.is_planned and self.chance.random() < IN_A_SEARCH:
            act = self.chance.choice([self._edits.leaves, self._edits.leaves, self._edits.puts_on, None])
            seconds = self.chance.uniform(0.0, 7.0)
            self.night.exchange.clock.after(seconds, partial(self._acts, act))
            if self.chance.random() < 0.5:
                somebody.declines_in(seconds + self.chance.uniform(0.5, 3.0))

    def _goes_on(self) -> None:
        self._acts()
        if not self.is_over:
            self.begin()

    def end(self) -> None:
        """One thing more, and nothing is agreed any more. In the morning it is looked ahead once, when all else is over."""
        self.is_over = True
        if self.is_planned:
            look = update(Round).where(Round.name == rounds.LOOKS)
            self.does(self._edits.closes)
            with self.night.database.writing() as session:
                session.execute(look.values(due_at=self.night.now + LAST_LOOK))

    def _acts(self, act: Act | None = None) -> None:
        if not self.is_over:
            self.does(act or self.chance.choice(self._edits.every))

    def does(self, act: Act) -> None:
        """Somebody does that, unless somebody is at something."""
        if not self._is_at_it:
            self._is_at_it = True
            self.agreement.looks()
            self.night.exchange.joins(partial(self._does, act))  # type: ignore[attr-defined]

    def _does(self, act: Act) -> Callable[[], None]:
        """In a web process; what is found out about it afterwards."""
        processes, done = self.night.processes, [self.agreed]
        web = processes.somebody()
        if web is None:
            return self._did_nothing
        told = Sent(kind="edit", at=self.night.now, reading=web.clock(), machine=web.name, path=act.__name__)
        web.is_busy = True
        try:
            with self.night.place.boundary.at(told), web.database.writing() as session:
                done.append(act(session, told.reading) or self.agreed)
        except REFUSED:
            self.counts["edit refused"] += 1
        except Crashed:
            processes.dies(web)
        except Exception as problem:
            if not any(words in "".join(format_exception(problem)) for words in BROKEN):
                raise
        finally:
            web.is_busy = False
        return partial(self._did, told, done[-1])

    def _did(self, told: Sent, then: Agreed) -> None:
        """It was committed, or was not."""
        self._is_at_it = False
        if told.kept:
            self.counts[f"edit {told.path}"] += 1
            self.agreed = then
        self.agreement.holds(self.agreed, told)

    def _did_nothing(self) -> None:
        self._is_at_it = False

    # Putting it together

    def _moves_in(self) -> None:
        """All stand in a rota from now on: the last in tier 2, where there are enough; the shifts of the line are taken away."""
        night = self.night
        with night.database.writing() as session:
            everybody = session.scalars(select(Supporter).order_by(Supporter.id)).all()
            them = [one for one in everybody if one.name.startswith("Anna")]
            self.people = tuple(one.id for one in them)
            for one in them:
                who = f"anna-{one.id}@house.example"
                users.add(session, email=who, name=one.name, role=Role.SUPPORTER, actor=TEST, now=night.now, supporter=one)
            them[0].second_phone = them[0].second_phone or SECOND
            self.second = {one.id: one.second_phone for one in them if one.second_phone is not None}
            session.execute(delete(Shift).where(Shift.line == Flow.SUPPORT))
            session.execute(update(Line).where(Line.flow == Flow.SUPPORT).values(acknowledge_hours=1))
            numbers = {one.id: frozenset({one.phone, *filter(None, [one.second_phone])}) for one in everybody}
            self._publish(session, replace(self.agreed, numbers=numbers))
        night.lives(SECOND, None)
        night.looks_ahead()

    def _publish(self, session: Session, agreed: Agreed) -> None:
        """The rota of the night, beside what its chain says."""
        first = self.people[:-1] if len(self.people) > 2 else self.people
        second = self.people[-1:] if len(self.people) > 2 else self.people[::-1]
        newest = session.scalar(select(Rota).where(Rota.line == Flow.SUPPORT))
        said: dict[str, Any] = newest.content if newest is not None else {"line": "support", "layer": []}
        self.agreed = replace(agreed, turns=self._turns(first, 1) + self._turns(second, 2), last=said.get("last_resort"))
        layers = [*said["layer"], *(_layer(one) for one in self.agreed.turns)]
        rotas.changed(session, {**said, "layer": layers}, {}, by=TEST, now=self.night.now)

    def _turns(self, people: tuple[int, ...], tier: int) -> tuple[Turns, Turns]:
        """Turns of a few hours until noon in a day, and of weeks from then on, so that two weeks have few of them."""
        begins = wall(self.night.now).replace(minute=0, second=0, microsecond=0) - timedelta(hours=self.chance.randrange(5))
        noon = begins.replace(hour=NOON) + timedelta(days=1 if begins.hour < NOON else 2)
        hours = self.chance.choice([2, 3])
        return Turns(f"Nat {tier}", tier, people, begins, hours, until=noon), Turns(f"Uge {tier}", tier, people, noon, WEEK)


def _layer(one: Turns) -> dict[str, Any]:
    """As a rota's file says it."""
    until = {"until": text(one.until)} if one.until is not None else {}
    said = {"name": one.name, "tier": one.tier, "people": [*one.people], "starts": text(one.starts), "every": f"{one.hours} hours"}
    return said | until
