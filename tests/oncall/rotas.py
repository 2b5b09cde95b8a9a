"""Rotas of the tests, as their files say them, and who is on duty by them, in a line of text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

from models.local import from_local
from oncall import rota, rota_file
from oncall.grounds import Ground, Overridden, Rotated, StoodIn, Swapped, Temporary
from oncall.plans import Plan
from oncall.rota import Duty, Span

NAMES: Final = dict(enumerate(("Anna", "Bo", "Carla", "David", "Eva", "Finn"), start=1))
HOLIDAYS: Final = [date(2026, 12, 25), date(2026, 12, 26), date(2027, 1, 1), date(2027, 3, 28), date(2027, 3, 29)]


def plan(text: str) -> Plan:
    """What a rota says, without the key `line`; its holidays are those above."""
    drafted = rota_file.parse(f'line = "support"\n{text}', NAMES)
    return rota_file.plan(drafted.content, HOLIDAYS, rota=1)


def moment(local: str) -> datetime:
    """2026-10-25T02:30 is the first of the two, 2026-10-25T02:30+ the second."""
    return from_local(datetime.fromisoformat(local.rstrip("+")), last=local.endswith("+"))


def span(start: str, end: str) -> Span:
    return rota.span(datetime.fromisoformat(start), datetime.fromisoformat(end))


def told(duties: Iterable[Duty]) -> str:
    """Everybody on duty in their order, each with the chain of grounds: "Nat 2/3 Bo, swap 1 Anna | Bag 1/2 Eva"."""
    return " | ".join(", ".join(map(_ground, duty.grounds)) for duty in duties) or "nobody"


def _ground(ground: Ground) -> str:
    match ground:
        case Temporary():
            return ground.plan
        case Rotated():
            return f"{ground.layer} {ground.spell}/{ground.people} {NAMES[ground.supporter]}"
        case Swapped():
            return f"swap {ground.swap} {NAMES[ground.supporter]}"
        case StoodIn():
            return f"{NAMES[ground.away]} away {NAMES[ground.supporter]}{' (named)' if ground.named else ''}"
        case Overridden():
            return f"override {ground.override} {NAMES[ground.supporter]}"
        case _:
            return f"shift {getattr(ground, 'shift', 'and case')} {NAMES[ground.supporter]}"
