"""What can go wrong on a walk: networks, the order of status callbacks, and steps that raise."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from ivr.flows import screen, support, unanswered
from ivr.forms import Webhook
from ivr.legs import NoSuchTurn
from ivr.switchboard import NoSuchLine
from models import Leg, Turn
from simulator import faults
from simulator.faults import Network
from simulator.knobs import StatusPolicy, at_once, delayed, doubled, losing, lost, shuffled
from tests.broken import Faulty
from tests.house import House

BLOCKING: Final = frozenset({"voice", "action", "redirect", "whisper"})
NETWORKS: Final[dict[str, Network]] = {
    "calm": faults.calm,
    "foul": faults.weather(0.4),
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
STEPS: Final = tuple(
    f"{flow.__name__.rpartition('.')[2]}.{name}"
    for flow in (support, screen, unanswered)
    for name, one in vars(flow).items()
    if callable(one) and not name.startswith("_") and getattr(one, "__module__", "") == flow.__name__ and name[0].islower()
)
EXPECTED: Final = (ZeroDivisionError, NoSuchTurn, NoSuchLine)


@dataclass(frozen=True, kw_only=True)
class Watched(Faulty):
    """A switchboard that notes which steps raised of their own accord."""

    raised: list[str] = field(default_factory=list)

    def answer(
        self, session: Session, leg: Leg, webhook: Webhook, *, past: list[Turn], number: int, again: bool, now: datetime
    ) -> str:
        """As it is."""
        try:
            return super().answer(session, leg, webhook, past=past, number=number, again=again, now=now)
        except EXPECTED:
            raise
        except Exception as problem:
            self.raised.append(f"turn {number} of leg {leg.id}: {problem!r}")
            raise


def repaired(house: House) -> None:
    """From now on everything works."""
    knobs = house.exchange.knobs
    knobs.network, knobs.status_policy, knobs.action_after_hangup = faults.calm, at_once, True
    knobs.rest_down, knobs.rest_lag, knobs.surprise = False, 0, {}
    knobs.rest_busy = knobs.rest_fails_before = knobs.rest_fails_after = 0
    house.clock_works = True
