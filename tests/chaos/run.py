"""One run: people telephone in waves while troubles come; then all is well again, time passes, and what was lost is told."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.appointments import due
from models import Call
from models.local import to_local
from models.values import CallState, Policy
from tests.chaos import verdict
from tests.chaos.evidence import UNSTORED
from tests.chaos.people import Telephone
from tests.chaos.silence import Silences
from tests.chaos.site import Site, site
from tests.chaos.troubles import troubled
from tests.house import NIGHT
from tests.patience import comes_true

LOOK: Final = 0.05
LONGEST_WAVE: Final = 150.0
LEAPS: Final = 12


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How much: waves of so many callers, until `seconds` on the wall have passed and, where given, so many `rounds` of troubles.

    `pause` as in tests.chaos.troubles, `speed` as in tests.chaos.site.
    """

    seed: int
    callers: int
    pause: float
    speed: float
    seconds: float = 0.0
    rounds: int | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What came of it. `defects` must be empty; the others are figures."""

    defects: list[str]
    calls: int
    outcomes: Counter[str]
    quarters: int
    webhooks: int
    unanswered: int
    sorry: int
    foreign: int
    troubles: Counter[str]
    reconciled: Counter[str]
    silence: str


def run(plan: Plan, folder: Path) -> Outcome:
    """Runs it, on a site of its own; its logs stay in `folder`."""
    with site(folder, seed=plan.seed, speed=plan.speed) as ours:
        chance = Random(plan.seed)  # noqa: S311 - chance that comes again
        callers, supporters = _people(ours, plan.callers, chance)
        silences, ends_at = Silences(), time.monotonic() + plan.seconds
        with troubled(ours, seed=plan.seed, pause=plan.pause, rounds=plan.rounds) as troubles:
            while True:
                for caller in callers:
                    caller.begins(2, within=plan.callers / 3)
                _lives(ours, [*callers, *supporters], silences)
                if time.monotonic() > ends_at and not (plan.rounds and troubles.is_alive()):
                    break
        _comes_to_rest(ours)
        reconciled = _reconciled(ours)
        _comes_to_rest(ours)
        return _outcome(ours, silences, troubles.counts, reconciled)


def _people(ours: Site, count: int, chance: Random) -> tuple[list[Telephone], list[Telephone]]:
    house = ours.house
    callers = []
    for number in range(count):
        poor = number % 6 == 5
        points, policy = (15, Policy.STOP) if poor else (100_000, Policy.CREDIT)
        callers.append(house.caller(points=points, policy=policy, company=f"Firma {number}", name=f"Kunde {number}"))
    supporters = [house.supporter(f"Vagt {number}") for number in range(count + count // 2)]
    handsets = ours.exchange.handset
    return (
        [Telephone(handsets(one.phone), Random(chance.random()), one.pin) for one in callers],  # noqa: S311 - as above
        [Telephone(handsets(one.phone), Random(chance.random())) for one in supporters],  # noqa: S311 - as above
    )


def _lives(ours: Site, people: list[Telephone], silences: Silences) -> None:
    """Everybody does what they mean to do, until nobody means to do anything more; whoever takes too long hangs up."""
    until = time.monotonic() + LONGEST_WAVE
    while not all(one.is_done for one in people) and time.monotonic() < until:
        with ours.exchange.lock:
            silences.listens(ours.exchange.legs.values())
            for one in people:
                one.acts()
        time.sleep(LOOK)
    ours.exchange.hang_everybody_up()


def _comes_to_rest(ours: Site) -> None:
    """Time passes until every call has come to its end and nothing is due."""

    def is_done() -> bool:
        with ours.database() as database, database.reading() as session:
            return not due(session, ours.exchange.now)

    for _ in range(LEAPS):
        if not comes_true(is_done):
            return
        with ours.database() as database, database.reading() as session:
            if _is_at_rest(session):
                return
        ours.leaps(minutes=11)


def _reconciled(ours: Site) -> Counter[str]:
    """Every local day of the run held against the provider's records: how many calls were compared, and what was found."""
    day, last = to_local(NIGHT).date(), to_local(ours.exchange.now).date()
    found: Counter[str] = Counter()
    while day <= last:
        found.update(ours.reconciles(day))
        day += timedelta(days=1)
    return found


def _is_at_rest(session: Session) -> bool:
    open_still = (Call.state != CallState.ENDED) | Call.link_at.is_not(None) | Call.follow_up_at.is_not(None)
    return session.scalar(select(Call.id).where(open_still).limit(1)) is None


def _outcome(ours: Site, silences: Silences, troubles: Counter[str], reconciled: Counter[str]) -> Outcome:
    told = ours.noted.all
    said = [note.text for note in ours.exchange.logbook.happenings if note.kind == "said"]
    with ours.database() as database, database.reading() as session:
        calls = list(session.scalars(select(Call)))
        return Outcome(
            defects=verdict.defects(session, ours.exchange, told, ours.folder),
            calls=sum(leg.parent is None for leg in ours.exchange.legs.values()),
            outcomes=Counter(str(call.outcome) for call in calls),
            quarters=verdict.quarters(session),
            webhooks=len(told),
            unanswered=sum(one.status == 0 for one in told),
            sorry=sum(any(words in text for words in UNSTORED) for text in said),
            foreign=sum(ours.exchange.knobs.error_message in text for text in said),
            troubles=troubles,
            reconciled=reconciled,
            silence=silences.told(),
        )
