"""The case that a caller keyed: which one it is, and whose."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import cases
from models import Call, Case, Task


def keyed(session: Session, call: Call, number: str) -> Case | None:
    """The case of the number that a caller keyed. Where a PIN says who calls it is one of their customer's own (R16).

    A line without PIN takes any case, to find its supporter by; nothing of it is said (docs/office-line.md).
    """
    if not call.costs_points:
        return session.scalar(select(Case).where(Case.number == number))
    return cases.of_customer(session, call.customer_id, number) if call.customer_id is not None else None


def supporter_of(session: Session, case_id: int) -> int | None:
    """Whose case it is: whoever talked on it last, or took a task of it later than that; None while nobody has."""
    talked = select(Call.supporter_id, Call.accepted_at.label("at")).where(Call.case_id == case_id, Call.accepted_at.is_not(None))
    took = select(Task.taken_by_id, Task.taken_at).where(Task.case_id == case_id, Task.taken_by_id.is_not(None))
    both = talked.union_all(took).subquery()
    return session.scalar(select(both.c.supporter_id).order_by(both.c.at.desc()).limit(1))
