"""What decides who is on duty: a rota as it is published, and the shifts that were written beside it. Data; `rota` reads it.

Local times are naive, as the clock on the wall shows them; a Span is UTC. Supporters are their numbers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from oncall.grounds import Swapped
from oncall.spans import Span


class Order(StrEnum):
    """In which order those of a tier are rung (oncall.orders).

    fixed         by place, then by shift
    longest_idle  whose last call ended longest ago
    round_robin   on from whoever was rung last
    """

    FIXED = "fixed"
    LONGEST_IDLE = "longest_idle"
    ROUND_ROBIN = "round_robin"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """Working hours: ISO weekdays, and minutes after local midnight; over midnight where the second is not later than the first."""

    days: frozenset[int]
    from_minute: int
    to_minute: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """One rotation in one place of one tier. The first layer that has somebody fills the place.

    The first of `people` has a spell from `starts` on, and after `every` the next one, by the clock on the wall; until `until`.
    `hours` leave shifts of the spells; none leave each whole. `holidays`: True only those, False none, None no matter; it is asked
    of the day on which working hours begin. `stand_in` takes over for whoever is away; without one the next in the rotation does.
    """

    name: str
    tier: int
    place: int
    people: tuple[int, ...]
    starts: datetime
    every: timedelta
    until: datetime | None = None
    hours: tuple[Hours, ...] = ()
    holidays: bool | None = None
    stand_in: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """This person instead of whoever: in a layer while it works; or in a place of a tier (`layer` is None), always."""

    number: int
    supporter: int
    span: Span
    layer: str | None
    tier: int
    place: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TemporaryPlan:
    """Its layers are in force for a span, and no others."""

    name: str
    span: Span
    layers: tuple[Layer, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A person is away, and no rotation, swap or override puts them on duty."""

    supporter: int
    span: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A shift as two people talk of it: the one of this layer that begins on that local day, nearest to that time of day.

    So it stays the same shift when the layer's hours are edited.
    """

    layer: str
    starts: datetime
    supporter: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Swap:
    """Two people exchange two shifts, each stated with whose it was; or `taker` takes the first over, and there is no second."""

    number: int
    first: Stated
    second: Stated | None
    taker: int


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenShift:
    """A shift that was written by hand (`shift add`): beside the rota, in its tier."""

    shift: int
    supporter: int
    tier: int
    span: Span


@dataclass(frozen=True, kw_only=True)
class Plan:
    """All of it. Where two overrides or temporary plans overlap, the later one in order counts.

    `rota` is the version that it was read from. `exchanged` is what the swaps come to (oncall.swaps): by layer and nominal start.
    `orders` are those of the tiers that are not rung in the fixed one, of written shifts too. `last_resort` is rung where nobody on
    duty was reached.
    """

    rota: int | None = None
    layers: tuple[Layer, ...] = ()
    overrides: tuple[Override, ...] = ()
    temporary: tuple[TemporaryPlan, ...] = ()
    absences: tuple[Absence, ...] = ()
    swaps: tuple[Swap, ...] = ()
    holidays: frozenset[date] = frozenset()
    exchanged: Mapping[tuple[str, datetime], tuple[Swapped, ...]] = field(default_factory=dict)
    shifts: tuple[WrittenShift, ...] = ()
    orders: Mapping[int, Order] = field(default_factory=dict)
    last_resort: int | None = None
