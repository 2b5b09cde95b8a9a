"""Why somebody is on duty, in words: a chain of grounds, link by link, the last of which counts. For a terminal and for a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Final

from oncall import grounds
from oncall.grounds import (
    Chain,
    Ground,
    HasCase,
    Idle,
    InTurn,
    LastResort,
    OtherTelephone,
    Overridden,
    Rotated,
    StoodIn,
    Swapped,
    Temporary,
    Written,
)
from web.papers.figures import Figures
from web.words import N_, Words

SAID: Final[Mapping[type[Ground], str]] = {
    Temporary: N_("temporary plan {plan}"),
    Rotated: N_("{layer}, number {spell} of {people} in the rotation: {supporter}"),
    Swapped: N_("swap {swap}: {supporter}"),
    StoodIn: N_("{away} is away, and {supporter} is next in the rotation"),
    Overridden: N_("override {override}: {supporter}"),
    Written: N_("shift {shift}: {supporter}"),
    HasCase: N_("the case is {supporter}'s"),
    Idle: N_("whoever has been idle longest comes first: {supporter} since {since}"),
    LastResort: N_("nobody on duty was reached, and {supporter} is the last resort"),
    OtherTelephone: N_("the first telephone did not reach {supporter}, so the second is rung"),
    InTurn: N_("in turn, and {after} was rung last: {supporter}"),
}
NAMED: Final = N_("{away} is away, and {supporter} is the layer's stand-in")
NO_CALL_YET: Final = N_("whoever has been idle longest comes first: {supporter} has had no call yet")


def why(chain: Chain, names: Mapping[int, str], words: Words) -> str:
    """The whole chain in one line. `names` are at least those of oncall.grounds.people."""
    return " · ".join(steps(chain, names, words))


def steps(chain: Chain, names: Mapping[int, str], words: Words) -> list[str]:
    """The chain, a sentence a ground."""
    return [_said(ground, names, words) for ground in chain]


def _said(ground: Ground, names: Mapping[int, str], words: Words) -> str:
    values = {key: names[value] if key in grounds.NAMES else value for key, value in asdict(ground).items()}
    match ground:
        case StoodIn(named=True):
            return words(NAMED, **values)
        case Idle(since=None):
            return words(NO_CALL_YET, **values)
        case Idle(since=str() as since):
            return words(SAID[Idle], **{**values, "since": Figures(words).minute(datetime.fromisoformat(since))})
    return words(SAID[type(ground)], **values)
