"""The steps of all flows: by what name each is stored, with which a call begins, and which may ring a supporter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Final

from ivr.flows import callback, called, office, screen, support, unanswered
from ivr.legs import NoSuchTurn
from ivr.turns import Answer, Step
from models.values import Flow

FLOWS: Final[dict[str, ModuleType]] = {
    "support": support,
    "office": office,
    "screen": screen,
    "unanswered": unanswered,
    "callback": callback,
    "called": called,
}
FIRST: Final[dict[Flow, Step]] = {Flow.SUPPORT: support.greet, Flow.OFFICE: office.greet}
BROKEN: Final[dict[Flow, Step]] = {Flow.SUPPORT: support.broken, Flow.OFFICE: office.broken}
RINGS: Final = support.RINGS | office.RINGS
HANDED_OVER: Final[dict[str, Step]] = {"unanswered": unanswered.start}
BEHIND_THE_END: Final = {
    *(support.after_ring, support.cut_off, support.broken, office.after_ring, office.broken),
    *(callback.after_ring, callback.broken),
}


def step(name: str, flows: Mapping[str, ModuleType] = FLOWS) -> Step:
    """The step of that stored name. Raises NoSuchTurn for a name that no flow has."""
    flow, _, function = name.partition(".")
    found: Callable[..., Answer] | None = getattr(flows.get(flow), function, None)
    if found is None or function.startswith("_"):
        raise NoSuchTurn(name)
    return found
