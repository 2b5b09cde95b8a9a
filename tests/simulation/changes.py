"""What changes in a night: the network, the provider, the processes, the database; points, terms, prices and PINs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Final

from helpdesk import customers
from models.values import Points, Policy
from simulator import faults
from simulator.knobs import at_once
from tests.house import TEST
from tests.price_lists import DAY_AND_NIGHT, EARLY, FLAT
from tests.simulation.boundary import Odds
from tests.simulation.reference import Prices
from tests.simulation.weather import NETWORKS, NEW_WORDS, POLICIES

if TYPE_CHECKING:
    from tests.simulation.night import Night

LATER: Final = DAY_AND_NIGHT.replace("2020", "2021").replace("points = 10", "points = 12").replace("points = 15", "points = 20")
LISTS: Final[dict[str, tuple[int, int, int, bool]]] = {
    FLAT: (15, 15, 8, False),
    DAY_AND_NIGHT: (10, 15, 8, False),
    LATER: (12, 20, 8, False),
    EARLY: (10, 15, 3, True),
}


class Changes:
    """One thing changes now and then, until the morning comes."""

    def __init__(self, night: Night) -> None:
        self.night, self.chance, self.knobs = night, night.chance, night.exchange.knobs
        self.refusals = Random(f"{night.seed} refusals")  # noqa: S311 - of its own
        self.counts: Counter[str] = Counter()
        self._is_over = False
        every: list[Callable[[], object]] = [
            self.network, self.network, self.network, self.callbacks, self.callbacks, self.api, self.api, self.words,
            self.clock_stands, self.skew, self.database_goes, self.database_restarts, self.purchase, self.purchase, self.terms,
            self.price_list, self.pin, self.telephone, self.telephone,
        ]  # fmt: skip
        self._every = every if night.mix.hopeless else [*every, self.all_is_well, self.all_is_well, self.all_is_well]

    def begin(self) -> None:
        """From now on, now and then; and what is unconfirmed about Twilio is decided."""
        knobs, chance = self.knobs, self.chance
        knobs.hangup_in_whisper = chance.choice(["completed", "canceled"])
        knobs.unanswered_hangup = chance.choice(["no-answer", "canceled", "completed"])
        knobs.empty_digits = chance.choice(["empty", "absent"])
        knobs.no_answer_with_duration = knobs.empty_recording_action = chance.random() < 0.5
        for _supporter in range(chance.randrange(3)):
            self.telephone()
        self._next()

    def end(self) -> None:
        """From now on everything works, and nothing changes."""
        self._is_over = True
        self.all_is_well()
        self.night.place.boundary.odds = Odds()
        for clock in self.night.processes.clocks:
            clock.stands_until = None

    def _next(self) -> None:
        self.night.exchange.clock.after(self.chance.expovariate(1 / self.night.mix.changes_every), self._change)

    def _change(self) -> None:
        if not self._is_over:
            change = self.chance.choice(self._every)
            self.counts[change.__name__] += 1
            change()
            self._next()

    # What there is

    def network(self) -> None:
        self.knobs.network = NETWORKS[self.chance.choice(sorted(NETWORKS))]

    def callbacks(self) -> None:
        self.knobs.status_policy = POLICIES[self.chance.choice(sorted(POLICIES))]
        self.knobs.action_after_hangup = self.chance.random() < 0.5

    def api(self) -> None:
        knobs, chance = self.knobs, self.chance
        knobs.rest_down, knobs.rest_lag = chance.random() < 0.3, chance.choice([0, 30])
        knobs.rest_busy, knobs.rest_fails_before, knobs.rest_fails_after = (chance.randrange(3) for _ in range(3))
        knobs.rest_refuses = self._refused()

    def _refused(self) -> dict[str, int]:
        """A supporter's number that cannot be rung as the line: wrong, out of reach, or abroad."""
        number = self.refusals.choice([number for number, each in self.night.people.items() if each.pin is None])
        return self.refusals.choice([{}, {number: self.refusals.choice([21211, 21214, 21215])}])

    def words(self) -> None:
        self.knobs.surprise = self.chance.choice(NEW_WORDS)

    def clock_stands(self) -> None:
        for clock in self.night.processes.clocks[: self.chance.choice([1, 2])]:
            clock.stands_until = self.night.now + timedelta(minutes=self.chance.choice([5, 40, 180]))

    def skew(self) -> None:
        machines = [*self.night.processes.webs, *self.night.processes.clocks]
        self.chance.choice(machines).skew = timedelta(seconds=self.chance.choice(self.night.mix.clock_errors))

    def database_goes(self) -> None:
        boundary = self.night.place.boundary
        boundary.is_away = True
        self.night.exchange.clock.after(self.chance.choice([2.0, 20.0, 200.0]), boundary.is_back)

    def database_restarts(self) -> None:
        self.night.place.restarts()

    def purchase(self) -> None:
        bought, caller = self.chance.choice([15, 100]), self.chance.choice(self.night.callers)
        self.night.buy(caller, bought, f"purchase {sum(self.counts.values())}")
        self.night.office.added[caller.number] += bought

    def terms(self) -> None:
        """In mid-call, perhaps (R11)."""
        night = self.night
        with night.database.writing() as session:
            found = customers.find(session, self.chance.choice(night.callers).number)
            policy, credit = self.chance.choice(list(Policy)), Points(self.chance.choice([0, 15, 30, 200]))
            customers.change(session, found, policy=policy, credit=credit, actor=TEST, now=night.now)

    def price_list(self) -> None:
        """A later one that has begun already: it never reprices an old call (R10)."""
        if len(self.night.lists) == 1:
            self.night.publish(LATER)
            begun = datetime(2020, 12, 31, 23, tzinfo=UTC)
            self.night.lists.append(Prices(self.night.now, begun, *LISTS[LATER]))

    def pin(self) -> None:
        """Somebody gets another PIN, perhaps while the old one is being keyed."""
        night, caller = self.night, self.chance.choice(self.night.callers)
        with night.database.writing() as session:
            new = customers.replace_pin(session, caller.person, keys=night.keys, actor=TEST, now=night.now)
        night.people[caller.phone].pin = new
        night.pins.append(new)

    def telephone(self) -> None:
        supporters = [each for each in self.night.people.values() if each.pin is None]
        self.chance.choice(supporters).behaves()

    def all_is_well(self) -> None:
        """As a night in which everything fails for ever sees little."""
        knobs = self.knobs
        knobs.network, knobs.status_policy, knobs.action_after_hangup = faults.calm, at_once, True
        knobs.rest_down, knobs.rest_lag, knobs.surprise = False, 0, {}
        knobs.rest_busy = knobs.rest_fails_before = knobs.rest_fails_after = 0
        knobs.rest_refuses = {}
        self.night.place.boundary.is_away = False
