"""Cases, the tasks that hang on them, and the numbers that are never given twice."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Key, Name, Number, due_by, one_of
from models.customers import Customer
from models.values import CaseState, TaskKind


class NumberSeries(Base):
    """The last number given out of a series; counted up by one UPDATE, so that no number is used twice (R16)."""

    __tablename__ = "number_series"

    name: Mapped[str] = mapped_column(String(32), primary_key=True)
    last: Mapped[int]


class Case(Base):
    """What a customer needs help with. `severity` is one of the HelpDesk's six (docs/glossary.md).

    Only the case of a caller whom nobody knows has no customer: it came from a line that asks for no PIN.
    """

    __tablename__ = "cases"
    __table_args__ = (CheckConstraint("severity BETWEEN 1 AND 6", name="severity"),)

    id: Mapped[Key]
    number: Mapped[Number] = mapped_column(unique=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    title: Mapped[Name]
    severity: Mapped[int]
    state: Mapped[CaseState] = mapped_column(one_of(CaseState), default=CaseState.OPEN)
    opened_at: Mapped[datetime]

    customer: Mapped[Customer | None] = relationship(viewonly=True)


class Task(Base):
    """Something a person must do by `due_at`; from then on somebody is alarmed every 15 minutes until it is taken (R14).

    A call may have one of each kind: one for those on duty, which changes its kind, and several for an administrator.
    """

    __tablename__ = "tasks"
    __table_args__ = (UniqueConstraint("call_id", "kind"), *due_by("alarm_at"))

    id: Mapped[Key]
    kind: Mapped[TaskKind] = mapped_column(one_of(TaskKind))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime]
    alarm_at: Mapped[datetime | None]
    alarms: Mapped[int] = mapped_column(default=0)
    recording_url: Mapped[str | None] = mapped_column(String(500))
    recording_seconds: Mapped[int | None]
    taken_at: Mapped[datetime | None]
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("supporters.id"), index=True)

    case: Mapped[Case] = relationship(lazy="joined", innerjoin=True, viewonly=True)


class Note(Base):
    """What somebody wrote on a case, of a call of it where it was one. `by` is a user's address."""

    __tablename__ = "notes"

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"), index=True)
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"), index=True)
    written_at: Mapped[datetime]
    by: Mapped[str] = mapped_column(String(254))
    text: Mapped[str] = mapped_column(Text)
