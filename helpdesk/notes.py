"""Notes on cases: what was done, for whoever takes it up next. Rows are only added."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Call, Case, Note

LONGEST: Final = 4_000


def write(session: Session, case: Case, text: str, *, by: str, now: datetime, call: Call | None = None) -> Note:
    """Writes a note on a case. Raises ValueError for one that is empty or longer than LONGEST."""
    clean = text.strip()
    if not clean or len(clean) > LONGEST:
        raise ValueError(f"a note has 1 to {LONGEST} characters")
    note = Note(case_id=case.id, call_id=call.id if call else None, written_at=now, by=by, text=clean)
    session.add(note)
    session.flush()
    return note


def of_case(session: Session, case: Case) -> Sequence[Note]:
    """The notes of a case, the newest first."""
    return session.scalars(select(Note).where(Note.case_id == case.id).order_by(Note.id.desc())).all()
