"""What a draft of a rota would come to in the coming eight weeks: who would stand where instead, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from billing import price_lists
from helpdesk import desks, duty_plan, line_hours
from helpdesk.duty_plan import DutyPlan
from models.local import to_local
from oncall import compared, roster, rota, rota_file, swaps
from oncall.compared import Difference
from oncall.plans import Swap
from oncall.rota import Span, Stretch
from oncall.rota_file import Draft


@dataclass(frozen=True, kw_only=True)
class Preview:
    """Of the coming eight weeks what changes, when nobody is on duty, and who would stand twice; swaps that would rest.

    `plan` is the window that was asked for, by the draft. `names` are those of every supporter.
    """

    plan: DutyPlan
    changes: Sequence[Difference]
    gaps: Sequence[Span]
    doubled: Sequence[Stretch]
    resting: Sequence[Swap]
    names: Mapping[int, str]


def preview(session: Session, draft: Draft, window: Span, *, now: datetime) -> Preview:
    """What it would come to, and what a window would look like."""
    year, line = to_local(now).year, draft.line
    plan = rota_file.plan(draft.content, price_lists.public_holidays(year - 1, year + price_lists.YEARS_AHEAD))
    soon = Span(starts_at=now, ends_at=now + roster.AHEAD)
    found = rota.looked_through(roster.with_shifts(session, plan, soon, line=line), soon)
    return Preview(
        plan=duty_plan.of_plan(session, plan, window, line=line),
        changes=compared.differences(roster.stretches(session, soon, line=line), found.stretches),
        gaps=line_hours.while_open(session, found.gaps, line=line),
        doubled=duty_plan.joined(found.doubled),
        resting=swaps.resting(plan),
        names=desks.supporters(session),
    )
