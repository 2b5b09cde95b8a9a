"""Why somebody is on duty: a chain of grounds, each of which may put another in the place of the one before. Pure.

    layer Nat, 3 of 4 → Bo · swap 7 → Anna · Anna is away → Carla · override 2 → Dorte

A duty has its chain; the attempt that it led to keeps it, as plain data.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, get_args


@dataclass(frozen=True, slots=True, kw_only=True)
class Temporary:
    """A temporary plan is in force, and nothing else. It names nobody by itself."""

    plan: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotated:
    """It is their spell in a layer's rotation, the `spell`th of `people`, both from 1.

    `starts` is the nominal start of the shift in local time, as it is written (2026-11-23T16:00): it names the layer's shift.
    """

    layer: str
    starts: str
    spell: int
    people: int
    supporter: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Swapped:
    """They took that shift over in a swap, the `swap`th of the rota."""

    swap: int
    supporter: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoodIn:
    """They stand in for whoever is away: named by the layer as its stand-in, or next in its rotation."""

    away: int
    supporter: int
    named: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Overridden:
    """They stand there by hand, by the `override`th of the rota."""

    override: int
    supporter: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """They have a shift of their own (`shift add`)."""

    shift: int
    supporter: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HasCase:
    """They are on duty, and come first: the case that the caller keyed is theirs (docs/office-line.md)."""

    supporter: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle:
    """Those of the tier are rung in the order of who had been idle longest: they `since` then (ISO, UTC); None: no call yet."""

    supporter: int
    since: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InTurn:
    """Those of the tier are rung in turn: on from whoever was rung last, `after`."""

    supporter: int
    after: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherTelephone:
    """Their first telephone did not reach them, so their second one is rung."""

    supporter: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LastResort:
    """Nobody on duty was reached, and the rota names them for that."""

    supporter: int


Personal = Rotated | Swapped | StoodIn | Overridden | Written | HasCase | Idle | InTurn | OtherTelephone | LastResort
"""A ground that names whom it puts on duty, or puts them where they stand."""
Ground = Temporary | Personal
Chain = tuple[Ground, ...]
NAMES: Final = ("supporter", "away", "after")
"""Under which of its keys a ground names somebody."""
KINDS: Final[dict[str, type[Ground]]] = {kind.__name__.lower(): kind for kind in (Temporary, *get_args(Personal))}


def plain(chain: Iterable[Ground]) -> list[dict[str, Any]]:
    """The chain as an attempt keeps it and a program reads it."""
    return [{"ground": type(ground).__name__.lower()} | asdict(ground) for ground in chain]


def read(kept: Sequence[dict[str, Any]]) -> Chain:
    """The chain that was kept so."""
    return tuple(KINDS[one["ground"]](**{key: value for key, value in one.items() if key != "ground"}) for one in kept)


def people(chain: Iterable[Ground]) -> set[int]:
    """Everybody whom a chain names."""
    named = (getattr(ground, key, None) for ground in chain for key in NAMES)
    return {one for one in named if one is not None}
