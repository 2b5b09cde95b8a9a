"""The few things that a list can be narrowed to: which lines there are, and who can be rung."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from models import Line, Supporter
from models.values import Flow


def lines(session: Session) -> dict[str, str]:
    """Every line's name, by its number."""
    return {line.number: line.name for line in session.scalars(select(Line).order_by(Line.id))}


def flows(session: Session) -> dict[Flow, str]:
    """What the lines whose duty is planned are called, by their flow; of two of one flow the older gives its name."""
    found: dict[Flow, str] = {}
    for line in session.scalars(select(Line).order_by(Line.id)):
        found.setdefault(line.flow, line.name)
    return {flow: found[flow] for flow in Flow if flow in found}


def supporters(session: Session) -> dict[int, str]:
    """Every supporter's name, by their number; by name."""
    return {one.id: one.name for one in session.scalars(select(Supporter).order_by(Supporter.name, Supporter.id))}
