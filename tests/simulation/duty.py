"""Who is on duty, reckoned anew from what was agreed in a night: the model that the rota must equal.

It shares no line with `oncall`.

It knows what the night's rotas say and no more: layers without hours whose people take turns, spells of whole hours, swaps,
overrides, absences, temporary plans with one layer, and shifts written beside. Local times are naive, as people write them; a
span begins at the first of its beginning and ends at the last of its end (docs/rota.md).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

LOCAL: Final = ZoneInfo("Europe/Copenhagen")
HOUR: Final = timedelta(hours=1)
A_MOMENT: Final = timedelta(microseconds=1)


@dataclass(frozen=True)
class During:
    """From one moment to another."""

    starts: datetime
    ends: datetime

    def __contains__(self, at: datetime) -> bool:
        return self.starts <= at < self.ends


@dataclass(frozen=True)
class Turns:
    """A layer: its people take turns of so many hours from `starts` on, moved by so many minutes; nobody from `until` on."""

    name: str
    tier: int
    people: tuple[int, ...]
    starts: datetime
    hours: int
    until: datetime | None = None
    moved: int = 0

    def spell(self, at: datetime) -> int | None:
        """Which turn it is. In the hour that comes twice whoever came in it stays."""
        local = at.astimezone(LOCAL)
        wall = local.replace(tzinfo=None, fold=0)
        if local.fold:
            wall = wall.replace(minute=0, second=0, microsecond=0) + HOUR - A_MOMENT
        since = wall - self.starts - timedelta(minutes=self.moved)
        is_over = self.until is not None and at >= moment(self.until, fold=1)
        return None if since < timedelta() or is_over else since // (self.hours * HOUR)

    def named(self, starts: datetime) -> int:
        """Which turn somebody means who says when it begins, as it was told before or behind a move."""
        return round((starts - self.starts - timedelta(minutes=15)) / (self.hours * HOUR))


@dataclass(frozen=True)
class Swap:
    """A turn (layer, spell) that one gives another, and the turn in return, if any."""

    number: int
    first: tuple[str, int]
    giver: int
    taker: int
    second: tuple[str, int] | None = None


@dataclass(frozen=True)
class Agreed:
    """All that was agreed until some moment. `away`: who said that they cannot be reached; `numbers`: where each is rung."""

    turns: tuple[Turns, ...] = ()
    swaps: tuple[Swap, ...] = ()
    overrides: tuple[tuple[int, int, During], ...] = ()
    absences: tuple[tuple[int, During], ...] = ()
    temporary: tuple[tuple[Turns, During], ...] = ()
    written: tuple[tuple[int, int, During], ...] = ()
    away: frozenset[int] = frozenset()
    numbers: dict[int, frozenset[str]] = field(default_factory=dict)
    last: int | None = None

    def on_duty(self, at: datetime) -> list[tuple[int, int]]:
        """Tier and person, one in each tier by rota, then those written beside; each person once."""
        absent = {who for who, span in self.absences if at in span}
        temporary = next((one for one, span in reversed(self.temporary) if at in span), None)
        found: list[tuple[int, int]] = []
        for tier in (1, 2):
            layers = [temporary] if temporary is not None else self.turns
            meant = (self._holds(one, at, absent) for one in layers if one.tier == tier)
            who = next((one for one in meant if one is not None), None)
            by_hand = [one for place, one, span in self.overrides if place == tier and at in span and one not in absent]
            found += [(tier, one) for one in [*by_hand[-1:], who][:1] if one is not None]
            found += [(tier, one) for place, one, span in self.written if place == tier and at in span]
        return [one for place, one in enumerate(found) if one[1] not in {who for _, who in found[:place]}]

    def may_ring(self, at: datetime, tier: int | None, who: int, phone: str | None) -> bool:
        """Whether somebody may be rung then, who stands in that tier, or in none as the last resort; at that number."""
        if who in self.away or phone not in self.numbers[who]:
            return False
        return who == self.last if tier is None else (tier, who) in self.on_duty(at)

    def edges(self, since: datetime, until: datetime) -> Iterator[datetime]:
        """Every moment within a span at which nobody might be on duty from then on."""
        spans = [one for _, _, one in (*self.overrides, *self.written)] + [one for _, one in (*self.absences, *self.temporary)]
        yield from (at for span in spans for at in (span.starts, span.ends) if since <= at < until)

    def holders(self) -> dict[tuple[str, int], int]:
        """Who has the turns that changed hands: a swap counts whole, while both turns are theirs who give them."""
        found: dict[tuple[str, int], int] = {}
        people = {one.name: one.people for one in self.turns}

        def holds(turn: tuple[str, int]) -> int:
            return found.get(turn, people[turn[0]][turn[1] % len(people[turn[0]])])

        for swap in self.swaps:
            if holds(swap.first) == swap.giver and (swap.second is None or holds(swap.second) == swap.taker):
                found[swap.first] = swap.taker
                found |= {swap.second: swap.giver} if swap.second is not None else {}
        return found

    def _holds(self, layer: Turns, at: datetime, absent: set[int]) -> int | None:
        spell = layer.spell(at)
        if spell is None:
            return None
        meant = layer.people[spell % len(layer.people)]
        who = self.holders().get((layer.name, spell), meant)
        place = layer.people.index(who if who in layer.people else meant)
        others = layer.people[place + 1 :] + layer.people[: place + 1]
        return who if who not in absent else next((one for one in others if one not in absent), None)

    def with_turns(self, changed: Turns) -> Agreed:
        """The same with another layer of that name."""
        return replace(self, turns=tuple(changed if one.name == changed.name else one for one in self.turns))


def between(starts: datetime, ends: datetime) -> During:
    """From one local time to another."""
    return During(moment(starts), moment(ends, fold=1))


def moment(local: datetime, *, fold: int = 0) -> datetime:
    """When the clock shows that, the first time, or the second where it does twice."""
    return local.replace(tzinfo=LOCAL, fold=fold).astimezone(UTC)


def wall(at: datetime) -> datetime:
    """What the clock on the wall shows then."""
    return at.astimezone(LOCAL).replace(tzinfo=None, fold=0)


def text(local: datetime) -> str:
    """As a rota's file says it."""
    return f"{local:%Y-%m-%dT%H:%M:%S}"
