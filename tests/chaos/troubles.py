"""What befalls the site, one after another: each trouble is caused, lasts a while, and is over.

How long, is told in parts of the pause that comes between two of them.
"""

from __future__ import annotations

import itertools
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Final

from simulator import faults
from tests.chaos.site import Site
from tests.wire import COMMIT

Waits = Callable[[float], object]
Trouble = Callable[[Site, Random, Waits], None]


def a_worker_killed(site: Site, chance: Random, _waits: Waits) -> None:
    site.kills_a_worker(chance)


def a_clock_killed(site: Site, chance: Random, _waits: Waits) -> None:
    site.kills_a_clock(chance)


def connections_cut(site: Site, _chance: Random, _waits: Waits) -> None:
    site.wire.is_cut()


def a_commit_unanswered(site: Site, _chance: Random, waits: Waits) -> None:
    site.wire.cuts_behind(COMMIT)
    waits(0.25)


def a_slow_database(site: Site, chance: Random, waits: Waits) -> None:
    site.wire.delay = chance.uniform(0.02, 0.2)
    waits(chance.uniform(0.25, 1))
    site.wire.delay = 0


def a_silent_network(site: Site, chance: Random, waits: Waits) -> None:
    site.wire.falls_silent()
    waits(chance.uniform(0.25, 1.5))
    site.wire.speaks_again()


def postgresql_stopped(site: Site, chance: Random, waits: Waits) -> None:
    with site.primary.gone():
        waits(chance.uniform(0.1, 1))


def a_standby_promoted(site: Site, _chance: Random, _waits: Waits) -> None:
    site.fails_over()


def webhooks_lost(site: Site, chance: Random, waits: Waits) -> None:
    site.exchange.knobs.network = faults.weather(0.5, longest=3)
    waits(chance.uniform(0.25, 1.5))
    site.exchange.knobs.network = faults.calm


def the_provider_down(site: Site, chance: Random, waits: Waits) -> None:
    site.exchange.knobs.rest_down = True
    waits(chance.uniform(0.25, 1.5))
    site.exchange.knobs.rest_down = False


ALL: Final[tuple[Trouble, ...]] = (
    a_worker_killed,
    a_clock_killed,
    connections_cut,
    a_commit_unanswered,
    a_slow_database,
    a_silent_network,
    postgresql_stopped,
    a_standby_promoted,
    webhooks_lost,
    the_provider_down,
)


class Troubles(threading.Thread):
    """Causes troubles: each kind once, in any order, then again, so many `rounds`, or until it is told to stop.

    `pause` seconds lie between two of them, on average. `counts` says how many of each were over; `problem` is what kept one from
    being caused.
    """

    def __init__(self, site: Site, *, seed: int, pause: float, rounds: int | None) -> None:
        super().__init__(daemon=True)
        self.counts: Counter[str] = Counter()
        self.problem: Exception | None = None
        self._site, self._chance, self._pause = site, Random(seed), pause  # noqa: S311 - chance that comes again
        self._rounds = itertools.count() if rounds is None else range(rounds)
        self._stopping = threading.Event()

    def run(self) -> None:
        """Causes them."""
        try:
            for trouble in self._one_after_another():
                trouble(self._site, self._chance, lambda parts: self._stopping.wait(parts * self._pause))
                self.counts[trouble.__name__.replace("_", " ")] += 1
        except Exception as problem:  # noqa: BLE001 - raised by whoever ends it
            self.problem = problem

    def _one_after_another(self) -> Iterator[Trouble]:
        for _ in self._rounds:
            for trouble in self._chance.sample(ALL, len(ALL)):
                if self._stopping.wait(self._chance.uniform(0, 2 * self._pause)):
                    return
                yield trouble

    def stops(self) -> None:
        """No other is caused, and the last one is over. Raises what kept one from being caused."""
        self._stopping.set()
        self.join()
        if self.problem is not None:
            raise self.problem


@contextmanager
def troubled(site: Site, *, seed: int, pause: float, rounds: int | None = None) -> Iterator[Troubles]:
    """In this block troubles come."""
    troubles = Troubles(site, seed=seed, pause=pause, rounds=rounds)
    troubles.start()
    try:
        yield troubles
    finally:
        troubles.stops()
