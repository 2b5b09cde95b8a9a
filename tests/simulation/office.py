"""The office of a night: refunds, grants and disputes, in mid-call and behind it, and what was given by them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from random import Random
from typing import TYPE_CHECKING, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from helpdesk import callbacks, corrections, customers, disputes
from helpdesk.callbacks import CallbackError
from helpdesk.corrections import CorrectionRefused, NotOver, SamePerson, Why
from helpdesk.queue import TaskTaken
from helpdesk.sight import ON_DUTY
from models import Call, Correction, Dispute, Supporter, Task
from models.corrections import CorrectionKind, CorrectionReason, CorrectionState, DisputeState
from models.values import CallState, Points

if TYPE_CHECKING:
    from tests.simulation.night import Night

LIMIT: Final = Points(20)
EVERY: Final = 240.0
Work = Callable[[Session], Correction | None]


class Office:
    """Anna asks, and Bo approves; one thing now and then, until the morning comes.

    `granted` is (quarter, points) by CallSid; `added` what a customer got otherwise, by its number.
    """

    def __init__(self, night: Night) -> None:
        self.night, self.chance = night, night.chance
        self.granted: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        self.added = Counter[str]()
        for points, caller in zip(night.mix.points, night.callers, strict=False):
            self.added[caller.number] += points
        self.counts: Counter[str] = Counter()
        self.is_closed = False
        self._every = [self.refund, self.refund, self.refund, self.dispute, self.answer, self.decide]
        self.other_chance = Random(f"{night.seed} calls back")  # noqa: S311 - of its own, so that other nights stay as they were
        self.calls_back = not self.other_chance.randrange(3)

    def opens(self) -> None:
        """From now on, now and then."""
        self.night.exchange.clock.after(self.chance.expovariate(1 / EVERY), self._works)
        if self.calls_back:
            self._rings_back()

    def _rings_back(self) -> None:
        """In a third of all nights a supporter wants to ring whoever waits longest, every few minutes (ADR 16)."""
        waits = select(Task.id).where(Task.taken_at.is_(None), Task.kind.in_(ON_DUTY)).order_by(Task.id)
        with self.night.database.writing() as session, suppress(CallbackError, TaskTaken):
            tasks, supporters = session.scalars(waits).all(), session.scalars(select(Supporter.id)).all()
            if tasks:
                supporter = self.other_chance.choice(sorted(supporters))
                callbacks.for_task(session, tasks[0], supporter, actor="anna", now=self.now)
                self.counts["callbacks"] += 1

    def _works(self) -> None:
        if not self.is_closed:
            self.chance.choice(self._every)()
            self.opens()

    # What there is

    def refund(self) -> None:
        """Of a call, of one of its quarters, or a part of one; of a call that goes on nothing. Or goodwill for nothing."""
        sid, goes_on = self._a_call()
        quarter = self.chance.choice([None, 1, 1, 2])
        points = Points(5) if quarter and self.chance.random() < 0.5 else None
        if sid is None:
            self._does(self._grants)
            return
        refused = self._does(lambda session: corrections.refund(session, sid, _why(), quarter=quarter, points=points, now=self.now))
        assert goes_on == (refused is NotOver)

    def dispute(self) -> None:
        """By a customer, of a call that may still go on."""
        sid, _ = self._a_call()
        if sid is not None:
            self._does(lambda session: self._nothing(disputes.open_dispute(session, sid, "For dyrt.", by="anna", now=self.now)))

    def answer(self) -> None:
        """One that is open."""
        found = self._one_of(select(Dispute.id).where(Dispute.state == DisputeState.OPEN).order_by(Dispute.id))
        if found is None:
            return
        quarter = self.chance.choice([None, 1])
        if self.chance.random() < 0.3:
            self._does(lambda session: self._nothing(disputes.refuse(session, found, answer="Nej.", by="bo", now=self.now)))
        else:
            self._does(lambda session: disputes.refund(session, found, _why(), quarter=quarter, points=None, now=self.now))

    def decide(self) -> None:
        """Of one that waits: whoever asked may not, somebody else lets it through, or does not."""
        waiting = select(Correction.id).where(Correction.state == CorrectionState.ASKED).order_by(Correction.id)
        found = self._one_of(waiting)
        if found is None:
            return
        refused = self._does(lambda session: corrections.approve(session, found, by="Anna", now=self.now))
        assert refused is SamePerson
        if self.chance.random() < 0.3:
            self._does(lambda session: corrections.refuse(session, found, by="bo", note="Nej.", now=self.now))
        else:
            self._does(lambda session: corrections.approve(session, found, by="bo", now=self.now))

    @property
    def now(self) -> datetime:
        """The office's clock is right."""
        return self.night.now

    def _grants(self, session: Session) -> Correction:
        customer = customers.find(session, self.chance.choice(self.night.callers).number)
        return corrections.grant(session, customer, Points(self.chance.choice([5, 15, 30])), _why(), now=self.now)

    def _does(self, work: Work) -> type[CorrectionRefused] | None:
        """Does it, and notes what was given by it; how it was refused. The audit is clean in any case."""
        given: list[tuple[str, int, int]] = []
        try:
            with self.night.database.writing() as session:
                done = work(session)
                if done is not None and done.state is CorrectionState.DONE:
                    self.counts[done.kind.value] += 1
                    given = _given(done)
        except CorrectionRefused as refused:
            return type(refused)
        finally:
            self.night.check_books()
        for whom, quarter, points in given:
            if quarter:
                self.granted[whom].append((quarter, points))
            else:
                self.added[whom] += points
        return None

    def _a_call(self) -> tuple[str | None, bool]:
        """One of the last that somebody has identified in, and whether it goes on; sometimes none."""
        with self.night.database.reading() as session:
            calls = select(Call.sid, Call.state).where(Call.customer_id.is_not(None)).order_by(Call.id.desc()).limit(6)
            found = [(sid, state is not CallState.ENDED) for sid, state in session.execute(calls)]
        return self.chance.choice([*found, (None, False)])

    def _one_of(self, query: Select[int]) -> int | None:
        with self.night.database.reading() as session:
            found = session.scalars(query).all()
        return self.chance.choice(found) if found else None

    @staticmethod
    def _nothing(_dispute: Dispute) -> None:
        """Nothing is given by that."""


def _why() -> Why:
    return Why(reason=CorrectionReason.GOODWILL, note="En venlig gestus.", by="anna", limit=LIMIT)


def _given(done: Correction) -> list[tuple[str, int, int]]:
    """To whom, of which quarter (0: of none), how much."""
    if done.kind is CorrectionKind.GRANT or done.call is None:
        return [(done.customer.number, 0, done.points)]
    return [(done.call.sid, one.quarter, one.points) for one in done.quarters]
