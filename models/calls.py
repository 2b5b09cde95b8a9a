"""Calls, their legs, their turns, the attempts to reach a supporter, and what the provider reported.

A call's row carries the facts (folded over reports, helpdesk.calls) and the moments at which the clock has work to do:
an indexed nullable `…_at` each, so that due work is found by one small query.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Key, Sid, due_by, one_of, without
from models.callbacks import Callback
from models.cases import Case
from models.customers import Customer, Person
from models.lines import Line
from models.supporters import Supporter
from models.values import AttemptOutcome, CallOutcome, CallState, Language, Points, ReportKind


class Call(Base):
    """One call from its first webhook to its last quarter.

    Of one that is outgoing (a callback, ADR 16) the first leg is the supporter's and the attempt rings the customer; `from_number`
    is the customer's number all the same.
    """

    __tablename__ = "calls"
    __table_args__ = (
        CheckConstraint("(state = 'ended') = (ended_at IS NOT NULL)", name="ended"),
        CheckConstraint("(state = 'ended') = (outcome IS NOT NULL)", name="outcome"),
        CheckConstraint("accepted_at IS NULL OR (accepted_attempt IS NOT NULL AND supporter_id IS NOT NULL)", name="accepted"),
        CheckConstraint("state != 'ended' OR (next_hold_at IS NULL AND next_quarter_at IS NULL)", name="no_due_quarters"),
        CheckConstraint("(state = 'ended') = (sweep_at IS NULL)", name="swept"),
        Index(
            "uq_calls_continued_quarter",
            "person_id",
            "billed_from",
            unique=True,
            sqlite_where=text("billed_from IS NOT NULL AND ended_at IS NULL"),
            postgresql_where=text("billed_from IS NOT NULL AND ended_at IS NULL"),
        ),
        # The call log asks for the calls of one of these, the newest first.
        Index("ix_calls_customer_id_started_at", "customer_id", "started_at"),
        Index("ix_calls_from_number_started_at", "from_number", "started_at"),
        Index("ix_calls_outcome_started_at", "outcome", "started_at"),
        *due_by("sweep_at", "next_hold_at", "next_quarter_at", "cut_at", "warn_at", "link_at", "follow_up_at", "tell_at"),
    )

    id: Mapped[Key]
    sid: Mapped[Sid] = mapped_column(unique=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("lines.id"))
    is_outgoing: Mapped[bool] = mapped_column(default=False, server_default=false())
    from_raw: Mapped[str] = mapped_column(String(64))
    from_number: Mapped[str | None] = mapped_column(String(32))
    language: Mapped[Language] = mapped_column(one_of(Language), default=Language.DANISH)
    state: Mapped[CallState] = mapped_column(one_of(CallState), default=CallState.ANSWERING)
    outcome: Mapped[CallOutcome | None] = mapped_column(one_of(CallOutcome))
    started_at: Mapped[datetime] = mapped_column(index=True)
    heard_at: Mapped[datetime]
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("cases.id"), index=True)

    # What was told, and accepted by key (R10).
    quoted_points: Mapped[Points | None]
    quoted_list_id: Mapped[int | None] = mapped_column(ForeignKey("price_lists.id"))
    price_accepted_at: Mapped[datetime | None]

    # The search for a supporter (R12, R14).
    ringing_since: Mapped[datetime | None]
    waiting_since: Mapped[datetime | None]
    unanswered_at: Mapped[datetime | None]

    # The bridge (R7). `accepted_at` is our own mark; whether a bridge followed, the provider says.
    # `accepted_attempt` is that attempt's number; `billed_from` is when a quarter of an earlier call, which it continues, is over:
    # of two live calls of one person one continues it.
    accepted_attempt: Mapped[int | None]
    supporter_id: Mapped[int | None] = mapped_column(ForeignKey("supporters.id"), index=True)
    accepted_at: Mapped[datetime | None]
    bridged: Mapped[bool | None]
    ended_at: Mapped[datetime | None] = mapped_column(index=True)
    billed_from: Mapped[datetime | None]
    price_list_id: Mapped[int | None] = mapped_column(ForeignKey("price_lists.id"))
    time_limit: Mapped[int | None]
    granted_quarters: Mapped[int | None]

    # A call of which nothing more is heard (R20): since when the provider was asked and has not answered, when it last said that
    # the call goes on, and whether the end is only as far as is known.
    asked_since: Mapped[datetime | None]
    live_at: Mapped[datetime | None]
    end_unknown: Mapped[bool] = mapped_column(default=False)

    # Work for the clock.
    sweep_at: Mapped[datetime | None]
    next_hold_at: Mapped[datetime | None]
    next_quarter_at: Mapped[datetime | None]
    cut_at: Mapped[datetime | None]
    cut_quarter: Mapped[int | None]
    warn_at: Mapped[datetime | None]
    link_at: Mapped[datetime | None]
    follow_up_at: Mapped[datetime | None]
    tell_at: Mapped[datetime | None]

    # Only to be read (models.base): what is written is the column.
    line: Mapped[Line] = relationship(lazy="joined", innerjoin=True, viewonly=True)
    customer: Mapped[Customer | None] = relationship(viewonly=True)
    person: Mapped[Person | None] = relationship(viewonly=True)
    case: Mapped[Case | None] = relationship(viewonly=True)
    supporter: Mapped[Supporter | None] = relationship(viewonly=True)
    callback: Mapped[Callback | None] = relationship(viewonly=True)
    attempts: Mapped[list[Attempt]] = relationship(order_by="Attempt.number", foreign_keys="Attempt.call_id", viewonly=True)

    @property
    def costs_points(self) -> bool:
        """Whether it is paid for: its line is, or was when a price was accepted; not where a supporter rings unasked (ADR 16)."""
        if self.price_accepted_at is not None:
            return True
        is_free = self.is_outgoing and self.callback is not None and not self.callback.is_charged
        return self.line.flow.costs_points and not is_free


IS_OPEN: Final = Call.sweep_at.is_not(None)
"""That a call goes on (constraint `swept`): found by the index of the few that have such a moment."""


class Attempt(Base):
    """Ringing one supporter for one call. While it is open (`ended_at` is null) the supporter is reserved: one index says so.

    In an outgoing call the customer is rung for that supporter, who needs no duty for it: there is no tier. Otherwise `phone` is
    which of the supporter's telephones was rung; the release before kept none.

    Why it was this supporter is kept as it was then: by a shift, or by a version of the rota, with its chain of `grounds`
    (oncall.grounds). Attempts from before there were rotas have no grounds; one that the release before wrote while this one was
    being installed has no tier either.
    """

    __tablename__ = "attempts"
    __table_args__ = (
        UniqueConstraint("call_id", "number"),
        CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)", name="outcome"),
        CheckConstraint("shift_id IS NOT NULL OR rota_id IS NOT NULL OR tier IS NULL", name="duty"),
        Index(
            "uq_attempts_reserved_supporter",
            "supporter_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index("ix_attempts_supporter_id_rung_at", "supporter_id", "rung_at"),
        Index(
            "ix_attempts_taken",
            "supporter_id",
            "ended_at",
            sqlite_where=text("accepted_at IS NOT NULL"),
            postgresql_where=text("accepted_at IS NOT NULL"),
        ),
    )

    id: Mapped[Key]
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"))
    number: Mapped[int]
    supporter_id: Mapped[int] = mapped_column(ForeignKey("supporters.id"))
    shift_id: Mapped[int | None] = mapped_column(ForeignKey("shifts.id"))
    rota_id: Mapped[int | None] = mapped_column(ForeignKey("rotas.id"))
    tier: Mapped[int | None]
    grounds: Mapped[list[dict[str, Any]] | None]
    phone: Mapped[str | None] = mapped_column(String(32))
    rung_at: Mapped[datetime]
    time_limit: Mapped[int]
    granted_quarters: Mapped[int]
    picked_up_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    declined_at: Mapped[datetime | None]
    bridged: Mapped[bool | None]
    ended_at: Mapped[datetime | None]
    outcome: Mapped[AttemptOutcome | None] = mapped_column(one_of(AttemptOutcome))

    call: Mapped[Call] = relationship(foreign_keys=[call_id], viewonly=True)
    supporter: Mapped[Supporter] = relationship(lazy="joined", innerjoin=True, viewonly=True)


class Leg(Base):
    """One telephone's part of a call: the caller's, or an attempt's. Its id and a turn's number make the webhook's address."""

    __tablename__ = "legs"

    id: Mapped[Key]
    call_id: Mapped[int] = mapped_column(ForeignKey("calls.id"), index=True)
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("attempts.id"), unique=True)
    sid: Mapped[str | None] = mapped_column(String(34), unique=True)
    cut_turn: Mapped[int | None]
    errors: Mapped[int] = mapped_column(default=0)

    call: Mapped[Call] = relationship(lazy="joined", innerjoin=True)
    attempt: Mapped[Attempt | None] = relationship(viewonly=True)


CALLERS: Final = without(Leg.attempt_id)
"""That a leg is the caller's."""


class Turn(Base):
    """One webhook: what was heard (redacted), what was asked next, and the TwiML that was answered (R19)."""

    __tablename__ = "turns"
    __table_args__ = (UniqueConstraint("leg_id", "number"), CheckConstraint("number >= 1", name="number"))

    id: Mapped[Key]
    leg_id: Mapped[int] = mapped_column(ForeignKey("legs.id"))
    number: Mapped[int]
    at: Mapped[datetime]
    step: Mapped[str] = mapped_column(String(64))
    heard: Mapped[dict[str, Any]]
    asked: Mapped[dict[str, Any]]
    answer: Mapped[str] = mapped_column(Text)


class Report(Base):
    """Something the provider said about a call, as it came. The call's facts are a fold over these, in any order."""

    __tablename__ = "reports"

    id: Mapped[Key]
    identity: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[ReportKind] = mapped_column(one_of(ReportKind))
    sid: Mapped[Sid] = mapped_column(index=True)
    call_id: Mapped[int | None] = mapped_column(ForeignKey("calls.id"), index=True)
    attempt_id: Mapped[int | None] = mapped_column(ForeignKey("attempts.id"), index=True)
    happened_at: Mapped[datetime]
    received_at: Mapped[datetime]
    payload: Mapped[dict[str, Any]]
