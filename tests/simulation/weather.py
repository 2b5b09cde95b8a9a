"""What one seed brings: when the night is, how the processes, the network, the provider and the database fail, and how often."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from random import Random
from typing import Final

from models.values import Policy
from simulator import faults
from simulator.faults import Network
from simulator.knobs import StatusPolicy, at_once, delayed, doubled, losing, lost, shuffled
from tests.price_lists import DAY_AND_NIGHT, EARLY, FLAT
from tests.simulation.boundary import Odds
from tests.simulation.people import TALKS, Manners

BLOCKING: Final = frozenset({"voice", "action", "redirect", "whisper"})
NETWORKS: Final[dict[str, Network]] = {
    "foul": faults.only(faults.weather(0.3), when=lambda attempt: attempt.kind != "media"),  # the exchange insists on its music
    "loses first requests": faults.only(faults.loses_request(), kinds=BLOCKING, tries=1),
    "loses first answers": faults.only(faults.loses_answer(), kinds=BLOCKING, tries=1),
    "carries nothing that is waited for": faults.only(faults.loses_request(), kinds=BLOCKING),
    "loses every answer that is waited for": faults.only(faults.loses_answer(), kinds=BLOCKING),
    "is slow": faults.only(faults.delays(8), kinds=BLOCKING, tries=1),
    "repeats": faults.repeats(0, 9),
}
POLICIES: Final[dict[str, StatusPolicy]] = {
    "at once": at_once,
    "twice": doubled,
    "never": lost,
    "in any order": shuffled(20),
    "a minute late": delayed(60),
    "all but the end": losing("completed"),
}
NEW_WORDS: Final[list[dict[str, str]]] = [
    {"DialCallStatus": "dancing"},
    {"CallStatus": "dancing"},
    {"Timestamp": "yesterday", "SequenceNumber": "first"},
    {"DialCallDuration": "many", "CallDuration": "1.5", "RecordingDuration": "-1"},
    {"Shiny": "new"},
]
NIGHTS: Final = [
    datetime(2026, 11, 23, 2, 10, tzinfo=UTC),  # a Monday, 03:10 in Copenhagen
    datetime(2026, 11, 24, 6, 20, tzinfo=UTC),  # the day begins at 08:00
    datetime(2026, 11, 27, 14, 30, tzinfo=UTC),  # a Friday; the day ends at 16:00
    datetime(2026, 3, 28, 23, 50, tzinfo=UTC),  # the night that lacks an hour
    datetime(2026, 10, 24, 23, 40, tzinfo=UTC),  # the night that has one twice
    datetime(2026, 12, 25, 6, 30, tzinfo=UTC),  # a Friday, and a holiday
    datetime(2026, 11, 27, 14, 57, tzinfo=UTC),  # the day ends while the first calls ring
    datetime(2026, 3, 29, 0, 35, tzinfo=UTC),  # the hour that is missing is near
    datetime(2026, 10, 25, 0, 30, tzinfo=UTC),  # the hour that comes twice has begun
]
TURNING: Final = {date(2026, 3, 28), date(2026, 3, 29), date(2026, 10, 24), date(2026, 10, 25)}
SKEWS: Final = [0.0, 0.0, 0.0, 0.4, -0.7, 1.5, -1.9, 4.0, -6.0]
WILD: Final = [0.0, 0.0, 20.0, -20.0, 75.0, -75.0, 200.0, -200.0]


@dataclass(frozen=True, kw_only=True)
class Mix:
    """The mix of one seed. Odds are once in so many; `changes_every` is the mean of seconds between two changes of weather.

    A machine's clock is wrong by one of `clock_errors`, in seconds: at the beginning by those of `skews`.
    """

    at: datetime
    prices: str
    webs: int
    clocks: int
    clock_errors: tuple[float, ...]
    skews: tuple[float, ...]
    beat: float
    crowded: bool
    odds: Odds
    changes_every: float
    manners: Manners
    policies: tuple[Policy, ...]
    points: tuple[int, ...]
    credit: int
    callers: int
    supporters: int
    hopeless: bool


def drawn(chance: Random) -> Mix:
    """What the seed says."""
    crowded = chance.random() < 0.35
    clock_errors = tuple(WILD if chance.random() < 0.15 else SKEWS)
    at = chance.choice(NIGHTS)
    clocks_turn = at.date() in TURNING and chance.random() < 0.6
    return Mix(
        at=at,
        prices=EARLY if clocks_turn else chance.choice([FLAT, DAY_AND_NIGHT, DAY_AND_NIGHT]),
        webs=chance.randint(2, 3),
        clocks=2,
        clock_errors=clock_errors,
        skews=tuple(chance.choice(clock_errors) for _ in range(5)),
        beat=chance.choice([15.0, 45.0, 120.0]),
        crowded=crowded,
        odds=_odds(chance),
        changes_every=chance.choice([120.0, 400.0, 1_200.0]),
        manners=Manners(
            odd=chance.choice([10, 25, 60]),
            lull=chance.choice([100.0, 400.0]),
            in_step=crowded and chance.random() < 0.7,
            talks=tuple(chance.sample(TALKS, 4)),
        ),
        policies=tuple(chance.choice(list(Policy)) for _ in range(2)),
        points=tuple(chance.choice([0, 15, 30, 60, 600, 600]) for _ in range(2)),
        credit=chance.choice([0, 15, 30, 200]),
        callers=chance.randint(3, 6),
        supporters=chance.randint(2, 4),
        hopeless=chance.random() < 0.1,
    )


def _odds(chance: Random) -> Odds:
    """Mostly one kind of thing at a time, so that the house is seen at work; sometimes nothing, sometimes all of it."""
    every = {
        "crash_before": 40,
        "crash_behind": 40,
        "cut_before": 30,
        "cut_behind": 30,
        "cut": 300,
        "passing": 300,
        "blunder": 400,
        "full": 500,
        "locked": 40,
    }
    kinds = chance.choice([0, 1, 2, 2, 3, len(every)])
    chosen = chance.sample(sorted(every), kinds)
    return Odds(**{name: every[name] * chance.choice([1, 3]) for name in chosen})
