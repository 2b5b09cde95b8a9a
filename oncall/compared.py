"""What another plan would change: who would stand where in whose place, and when. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from oncall.rota import Stretch
from oncall.spans import Span

Place = tuple[int, int]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A while in which a place of a tier has another person: before and after, None for nobody."""

    tier: int
    place: int
    span: Span
    before: int | None
    after: int | None


def differences(before: Iterable[Stretch], after: Iterable[Stretch]) -> list[Difference]:
    """Wherever they differ, by beginning; what follows without a break is one. Shifts written beside a rota have no place."""
    old, new = _by_place(before), _by_place(after)
    found = [one for place in old.keys() | new.keys() for one in _of_place(place, old.get(place, []), new.get(place, []))]
    return sorted(found, key=lambda one: (one.span.starts_at, one.tier, one.place))


def _by_place(some: Iterable[Stretch]) -> dict[Place, list[Stretch]]:
    found: dict[Place, list[Stretch]] = {}
    for one in some:
        if one.duty.place is not None:
            found.setdefault((one.duty.tier, one.duty.place), []).append(one)
    return found


def _of_place(place: Place, old: list[Stretch], new: list[Stretch]) -> Iterator[Difference]:
    cuts = sorted({at for one in (*old, *new) for at in (one.span.starts_at, one.span.ends_at)})
    running: Difference | None = None
    for starts_at, ends_at in pairwise(cuts):
        before, after = (next((one.duty.supporter for one in some if starts_at in one.span), None) for some in (old, new))
        if running and (running.before, running.after, running.span.ends_at) == (before, after, starts_at):
            starts_at = running.span.starts_at  # noqa: PLW2901 - the same difference goes on
        elif running:
            yield running
        span = Span(starts_at=starts_at, ends_at=ends_at)
        is_one = before != after
        running = Difference(tier=place[0], place=place[1], span=span, before=before, after=after) if is_one else None
    if running:
        yield running
