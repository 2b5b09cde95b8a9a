"""Nights, one after another: each seed is one, and what is wrong with it is told with how to see it again."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable
from contextlib import redirect_stderr
from dataclasses import dataclass, field

from tests.simulation import morning
from tests.simulation.night import Night, Wrong
from tests.simulation.places import Ground

CALLS: int = 25
"""How many calls a night has."""

LEAST_TALKS: float = 0.12
"""Which share of calls must end in a talk, if nights are to show anything. It is about a quarter to a third."""


@dataclass
class Tally:
    """What was seen so far."""

    nights: int = 0
    calls: int = 0
    talks: int = 0
    steps: int = 0
    audits: int = 0
    switches: int = 0
    waits: int = 0
    faults: Counter[str] = field(default_factory=Counter)

    @property
    def saw_much(self) -> bool:
        """Whether enough calls ended in a talk: people who never get through see nothing of charging, and find nothing."""
        return self.talks >= self.calls * LEAST_TALKS

    def said(self, seconds: float) -> str:
        """In one line. `seconds` are those that the processor took."""
        rate = self.calls / seconds if seconds else 0.0
        seen = f"{self.nights} nights, {self.calls} calls, {self.talks} talks, {self.audits} audits"
        return f"{seen}, {self.switches} switches, {self.waits} waits for a lock, {rate:.1f} calls/s (CPU)"


class Failed(AssertionError):
    """A seed whose night was not as it must be."""

    def __init__(self, seed: str, calls: int, why: str) -> None:
        super().__init__(f"seed {seed}: {why}")
        self.seed, self.calls = seed, calls


def live_through(
    ground: Ground, seed: str, tally: Tally, *, calls: int = CALLS, swap: Callable[[Night], None] = lambda _: None
) -> None:
    """One night. Raises Failed."""
    place = ground.place
    place.boundary.counts.clear()
    place.baton.switches = place.baton.waits = 0
    log = io.StringIO()
    with ground.clean():
        with redirect_stderr(log):
            night = Night(place, seed, calls)
            swap(night)
            try:
                night.goes_by()
            except Wrong as wrong:
                raise Failed(seed, calls, str(wrong)) from wrong
            except Exception as problem:
                raise Failed(seed, calls, f"{type(problem).__name__} in the night: {problem}") from problem
        try:
            found = list(morning.complaints(night, log.getvalue()))
        except Exception as problem:
            raise Failed(seed, calls, f"{type(problem).__name__} in the morning: {problem}") from problem
        if found:
            raise Failed(seed, calls, "\n".join(found))
    tally.nights += 1
    tally.calls += sum(leg.parent is None for leg in night.exchange.legs.values())
    tally.talks += sum(
        leg.parent is None and any(child.bridged_at for child in leg.children) for leg in night.exchange.legs.values()
    )
    tally.steps += night.steps
    tally.audits += night.audits
    tally.switches, tally.waits = tally.switches + place.baton.switches, tally.waits + place.baton.waits
    tally.faults += place.boundary.counts + night.changes.counts + night.processes.counts + night.office.counts + night.plans.counts
