"""In which order those of a tier are rung. Pure: duties as the plan has them, and what each came to before (R12, ADR 18)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby
from typing import Final

from oncall.grounds import Idle, InTurn
from oncall.plans import Order
from oncall.rota import Duty


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """When the last call that somebody took was over, and when they were rung last, whatever for; None: never."""

    talked_until: datetime | None = None
    rung_at: datetime | None = None


BLANK: Final = Past()
NEVER: Final = datetime.min.replace(tzinfo=UTC)


def arranged(duties: Sequence[Duty], orders: Mapping[int, Order], pasts: Mapping[int, Past]) -> list[Duty]:
    """The duties of `oncall.rota.on_duty` in ringing order; where a tier has an order of its own, the last ground says so."""
    tiers = groupby(duties, key=lambda one: one.tier)
    return [one for tier, people in tiers for one in _in_order(list(people), orders.get(tier, Order.FIXED), pasts)]


def _in_order(tier: list[Duty], order: Order, pasts: Mapping[int, Past]) -> list[Duty]:
    if len(tier) == 1 or order is Order.FIXED:
        return tier
    known = {one.supporter: pasts.get(one.supporter, BLANK) for one in tier}
    return _longest_idle(tier, known) if order is Order.LONGEST_IDLE else _round_robin(tier, known)


def _longest_idle(tier: list[Duty], known: Mapping[int, Past]) -> list[Duty]:
    """Whose last call ended longest ago; who has had none stands first. Alike they stand as the plan has them."""
    since = {who: past.talked_until for who, past in known.items()}
    idle = {who: Idle(supporter=who, since=at.isoformat() if at else None) for who, at in since.items()}
    ranked = sorted(tier, key=lambda one: since[one.supporter] or NEVER)
    return [replace(one, grounds=(*one.grounds, idle[one.supporter])) for one in ranked]


def _round_robin(tier: list[Duty], known: Mapping[int, Past]) -> list[Duty]:
    """On from whoever was rung last; before anybody was, as the plan has them."""
    last = max(range(len(tier)), key=lambda place: known[tier[place].supporter].rung_at or NEVER)
    after = tier[last].supporter
    if known[after].rung_at is None:
        return tier
    turned = [*tier[last + 1 :], *tier[: last + 1]]
    return [replace(one, grounds=(*one.grounds, InTurn(supporter=one.supporter, after=after))) for one in turned]
