"""What is agreed besides the rotation and is not over yet, as a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from helpdesk.duty_plan import DutyPlan
from models.local import reached
from oncall.plans import Absence, Override
from web.console.looks import Look
from web.papers.figures import Figures
from web.words import N_, Words

KINDS: Final[dict[str, Look]] = {
    "override": ("blue", "✎", N_("put on by hand")),
    "absence": ("amber", "◌", N_("away")),
    "swap": ("violet", "⇄", N_("swapped")),
}


@dataclass(frozen=True, kw_only=True)
class Agreed:
    """One thing that is agreed and not over: its kind and number in the rota; a swap has none, it is not taken out here."""

    kind: str
    number: int | None
    look: Look
    who: str
    when: str
    starts_at: datetime


def agreed(plan: DutyPlan, words: Words, *, now: datetime) -> list[Agreed]:
    """What is not over yet, by when it begins."""
    figures, names, found = Figures(words), plan.names, []
    spans: dict[str, Sequence[Override | Absence]] = {"override": plan.agreed.overrides, "absence": plan.agreed.absences}
    for kind, some in spans.items():
        for number, one in enumerate(some, start=1):
            if one.span.ends_at > now:
                start, end = one.span.starts_at, one.span.ends_at
                when = f"{figures.column(start)} {figures.stretch(start, end)}"
                who = names[one.supporter]
                found.append(Agreed(kind=kind, number=number, look=KINDS[kind], who=who, when=when, starts_at=start))
    for swap in plan.agreed.swaps:
        starts = [reached(side.starts) for side in (swap.first, swap.second) if side is not None]
        if max(starts) > now:
            who = f"{names[swap.first.supporter]} {'⇄' if swap.second else '→'} {names[swap.taker]}"
            when = " · ".join(figures.column(one) for one in starts)
            found.append(Agreed(kind="swap", number=None, look=KINDS["swap"], who=who, when=when, starts_at=min(starts)))
    return sorted(found, key=lambda one: one.starts_at)
