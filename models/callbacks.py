"""Callbacks: a supporter wants to ring a customer with the line's number shown. We ring the supporter first, then the customer.

What is here lasts until the supporter picks up. From then on it is a call like any other (models.calls), whose first leg is the
supporter's, and whose attempt is the customer's telephone (ADR 16).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Key, Number, due_by, one_of
from models.lines import Line
from models.supporters import Supporter

OPEN: Final = text("ended_at IS NULL")


class CallbackOutcome(StrEnum):
    """What became of a callback.

    talked                          the two talked
    no_answer busy hung_up failed   the supporter's telephone: not answered; busy or declined; left before any key; not rung
    on_a_call                       it was not rung: the supporter was on a call by then
    passed silent                   the supporter pressed another key than 1; nothing: perhaps a voicemail
    left                            the supporter hung up while the customer was rung
    not_reached declined no_points  the customer: no answer, busy, or no key; said no; has no points now
    called_in                       the customer calls in meanwhile
    unfinished                      nothing more was heard of it, and the clock closed it (R20)
    """

    TALKED = "talked"
    NO_ANSWER = "no_answer"
    BUSY = "busy"
    HUNG_UP = "hung_up"
    FAILED = "failed"
    ON_A_CALL = "on_a_call"
    PASSED = "passed"
    SILENT = "silent"
    LEFT = "left"
    NOT_REACHED = "not_reached"
    DECLINED = "declined"
    NO_POINTS = "no_points"
    CALLED_IN = "called_in"
    UNFINISHED = "unfinished"


class Callback(Base):
    """One wish to ring a customer. While it is open neither its task nor its supporter has another: two indexes say so.

    `number` is the customer's, `phone` the supporter's; `again_of` is the one whose telephone did not reach them. Without a task it
    is made from a case, and free: nobody accepts a price.
    `said` is what is known of its end before its call has ended. `due_at` is when the clock rings the supporter, or asks about it;
    null from when they pick up: from then on the call is swept as any other (R20).
    """

    __tablename__ = "callbacks"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)", name="outcome"),
        CheckConstraint("ended_at IS NULL OR due_at IS NULL", name="due"),
        Index("uq_callbacks_running_of_task", "task_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("uq_callbacks_running_of_supporter", "supporter_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        *due_by("due_at"),
        Index("ix_callbacks_task_id_asked_at", "task_id", "asked_at"),
        Index("ix_callbacks_person_id_ended_at", "person_id", "ended_at"),
    )

    id: Mapped[Key]
    again_of: Mapped[int | None] = mapped_column(ForeignKey("callbacks.id"))
    task_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    number: Mapped[Number]
    supporter_id: Mapped[int] = mapped_column(ForeignKey("supporters.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("lines.id"))
    phone: Mapped[Number]
    asked_at: Mapped[datetime]
    asked_by: Mapped[str] = mapped_column(String(254))
    due_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    rung_at: Mapped[datetime | None]
    sid: Mapped[str | None] = mapped_column(String(34), unique=True)
    picked_up_at: Mapped[datetime | None]
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"), unique=True)
    said: Mapped[str | None] = mapped_column(String(32))
    ended_at: Mapped[datetime | None]
    outcome: Mapped[CallbackOutcome | None] = mapped_column(one_of(CallbackOutcome))
    problem: Mapped[str | None] = mapped_column(String(500))

    supporter: Mapped[Supporter] = relationship(lazy="joined", innerjoin=True, viewonly=True)
    line: Mapped[Line] = relationship(lazy="joined", innerjoin=True, viewonly=True)

    @property
    def is_charged(self) -> bool:
        """Whether the customer is told a price, and accepts it: a callback that the customer asked for is."""
        return self.task_id is not None
