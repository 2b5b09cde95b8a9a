"""A case's dossier: what it is about, its calls, the charged time on it (R17), its tasks and notes, as somebody may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import call_log, case_time, notes, queue, sight
from helpdesk.call_log import LoggedCall
from helpdesk.case_time import CaseTime
from helpdesk.customers import Unknown
from helpdesk.queue import QueuedTask
from models import Case, Note, Task
from models.values import CaseState, Points

MOST_CALLS: Final = 100


@dataclass(frozen=True, kw_only=True)
class CaseDossier:
    """A case. `calls` are its last ones, the newest first; `time` are all quarters that were charged to it, `points` their sum."""

    case: str
    title: str
    severity: int
    state: CaseState
    opened_at: datetime
    customer: str | None
    company: str | None
    calls: tuple[LoggedCall, ...]
    tasks: tuple[QueuedTask, ...]
    time: tuple[CaseTime, ...]
    notes: Sequence[Note]

    @property
    def points(self) -> Points:
        """What it came to: negative, or 0."""
        return Points(sum(one.points for one in self.time))


def dossier(session: Session, number: str, *, seen_by: int | None, now: datetime) -> CaseDossier:
    """The case of that number. Raises Unknown, also where `seen_by`, a supporter, may not see it."""
    case = find(session, number, seen_by=seen_by)
    return CaseDossier(
        case=case.number,
        title=case.title,
        severity=case.severity,
        state=case.state,
        opened_at=case.opened_at,
        customer=case.customer.number if case.customer else None,
        company=case.customer.name if case.customer else None,
        calls=tuple(call_log.of_case(session, case, seen_by=seen_by, most=MOST_CALLS, now=now)),
        tasks=tuple(_tasks(session, case, seen_by=seen_by)),
        time=tuple(case_time.time_on(session, case)),
        notes=notes.of_case(session, case),
    )


def find(session: Session, number: str, *, seen_by: int | None) -> Case:
    """The case of that number, where it may be seen. Raises Unknown."""
    case = session.scalar(select(Case).where(Case.number == number, *sight.cases(seen_by)))
    if case is None:
        raise Unknown(f"there is no case {number}")
    return case


def _tasks(session: Session, case: Case, *, seen_by: int | None) -> Sequence[QueuedTask]:
    """Its tasks; of an administrator's a supporter sees only what they took."""
    found = queue.about(session, Task.case_id == case.id)
    return [one for one in found if seen_by is None or one.kind in sight.ON_DUTY or one.taken_by == seen_by]
