"""What must hold of a night's plan: the house's answer is the model's (`duty`), and whoever is rung was on duty by what was agreed.

An attempt is of what was agreed before it: each change stands with the last attempt before and behind it, so that of a crowd, in
which both race, either counts, and otherwise one alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from random import Random
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from helpdesk import gaps, look_ahead, rounds
from models import Alarm, Attempt, Call, Callback, Errand, Line, Round, SwapRequest
from models.swaps import SwapState
from models.values import Flow
from oncall import roster
from tests.house import SUPPORT
from tests.simulation.duty import Agreed
from tests.simulation.wire import Sent

if TYPE_CHECKING:
    from tests.simulation.night import Night

SLACK: Final = timedelta(minutes=15)
"""A clock that is wrong by minutes, and a look every five of them."""
SOON: Final = timedelta(hours=20)
LAST: Final = select(func.max(Attempt.id))
RUNG: Final = select(Attempt.id).where(Attempt.ended_at.is_(None))


class Agreement:
    """Versions of what was agreed, each with the last attempt before it and the last behind, and what was found wrong."""

    def __init__(self, night: Night) -> None:
        self.night = night
        self.chance = Random(f"{night.seed} looks")  # noqa: S311 - of its own: looking changes nothing
        self.faults: list[str] = []
        self.silent: dict[str, int] = {}
        """What nobody is to be told of any more, by how its errands begin, with the last errand until then."""
        self.pending: list[tuple[str, bool]] = []
        self._versions: list[tuple[int, int, Agreed]] = []
        self._changed_at = night.now
        self._before, self._rung = 0, set[int]()

    def begin(self, agreed: Agreed) -> None:
        """Before anybody telephones."""
        self._versions.append((0, 0, agreed))

    def looks(self) -> None:
        """What there is before an act."""
        with self.night.database.reading() as session:
            self._before, self._rung = session.scalar(LAST) or 0, {*session.scalars(RUNG)}
            if self._versions and not self.night.plans.is_over:
                self.faults += self._of_gaps(session)

    def knows(self, errands: str) -> None:
        """Somebody has said that they know of it: nobody is told again."""
        self.pending.append((errands, True))

    def forgets(self, errands: str) -> None:
        """It waits again."""
        self.pending.append((errands, False))

    def holds(self, agreed: Agreed, told: Sent) -> None:
        """What must, behind an act, be it that it was committed or not."""
        pending, self.pending = self.pending, []
        with self.night.database.reading() as session:
            if not self.night.mix.crowded and (gone := self._rung - {*session.scalars(RUNG)}):
                self.faults.append(f"attempts {gone} ended by an edit, {told.path} (R12)")
            if not told.kept:
                return
            for errands, is_known in pending:
                self.silent.pop(errands, None)
                self.silent |= {errands: session.scalar(select(func.max(Errand.id))) or 0} if is_known else {}
            if not self._versions:
                return
            if agreed is not self._versions[-1][-1]:
                self._versions.append((self._before, session.scalar(LAST) or 0, agreed))
                self._changed_at = max(told.reading, self.night.now)
            self.faults += self._of_duty(session, agreed, told)

    def complaints(self, session: Session) -> Iterator[str]:
        """In the morning."""
        yield from self.faults
        yield from self._of_silence(session)
        if self._versions:
            yield from self._of_attempts(session)
            yield from self._of_gaps(session)
            yield from self._of_lapses(session)

    def _of_duty(self, session: Session, agreed: Agreed, told: Sent) -> Iterator[str]:
        """At once: one person in a place, both halves of a swap or none, and the house's answer is ours."""
        now = max(told.reading, self.night.now)
        asked = select(SwapRequest).where(SwapRequest.state == SwapState.AGREED)
        swapped = {one.id: one for one in session.scalars(asked)}
        if swapped.keys() != {one.number for one in agreed.swaps}:
            yield f"{told.path}: swaps {sorted(swapped)} are agreed, and not {sorted(one.number for one in agreed.swaps)}"
        starts = [at for one in swapped.values() for at in (one.starts_at, one.return_starts_at) if at is not None]
        moments = [at + SLACK for at in starts[-4:] if at > now] + [now + self.chance.random() * SOON for _ in range(2)]
        for at in moments:
            found = [(duty.tier, duty.supporter) for duty, _ in roster.duties(session, at, with_away=True)]
            if sorted(found) != sorted(agreed.on_duty(at)):
                yield f"{told.path}: on duty at {at} are {found}, and not {agreed.on_duty(at)} (tier, person)"

    def _of_attempts(self, session: Session) -> Iterator[str]:
        """Nobody is rung who was not on duty by what was agreed before."""
        of_line = select(Attempt).join(Call, Call.id == Attempt.call_id).join(Line, Line.id == Call.line_id)
        them = session.scalars(of_line.where(Line.flow == Flow.SUPPORT, Call.is_outgoing.is_(False)).order_by(Attempt.id))
        ends = [behind for _, behind, _ in self._versions[1:]] + [None]
        for one in them:
            might = [
                agreed
                for (before, _, agreed), end in zip(self._versions, ends, strict=True)
                if one.id > before and (end is None or one.id <= end)
            ]
            if not any(agreed.may_ring(one.rung_at, one.tier, one.supporter_id, one.phone) for agreed in might):
                duty = [agreed.on_duty(one.rung_at) for agreed in might]
                yield f"attempt {one.id} rang {one.supporter_id} in tier {one.tier} at {one.rung_at}: on duty were {duty} (R12)"

    def _of_gaps(self, session: Session) -> Iterator[str]:
        """Where nobody is on duty within two weeks there is an alarm, and none where somebody always is; as of the last look."""
        due_at = session.scalar(select(Round.due_at).where(Round.name == rounds.LOOKS))
        looked = due_at - look_ahead.EVERY if due_at is not None else None
        if looked is None or looked < self._changed_at + SLACK:
            return
        agreed, until = self._versions[-1][-1], looked + gaps.PLANNED
        surely = [looked + SLACK, *agreed.edges(looked + SLACK, until - SLACK)]
        perhaps = [looked - SLACK, *agreed.edges(looked - SLACK, until + SLACK)]
        opened = select(Alarm.id).where(Alarm.kind.in_(gaps.KINDS), Alarm.closed_at.is_(None))
        alarm = session.scalar(opened.where(Alarm.key == SUPPORT).limit(1))
        if alarm is None and (gap := next((at for at in surely if not agreed.on_duty(at)), None)):
            yield f"nobody is on duty at {gap}, and nobody was alarmed at {looked}"
        if alarm is not None and all(agreed.on_duty(at) for at in perhaps):
            yield f"alarm {alarm} of a gap is open at {looked}, and somebody is always on duty"

    def _of_lapses(self, session: Session) -> Iterator[str]:
        """What nobody answered before a shift began can be answered no more, and whoever asked was told so."""
        begun = or_(*(at < self.night.now - 2 * SLACK for at in (SwapRequest.starts_at, SwapRequest.return_starts_at)))
        waits = select(SwapRequest.id).where(SwapRequest.state == SwapState.ASKED, begun)
        yield from (f"swap {one} can still be answered" for one in session.scalars(waits))
        lapsed = select(SwapRequest).where(SwapRequest.state == SwapState.LAPSED, SwapRequest.ends_at > SwapRequest.answered_at)
        for one in session.scalars(lapsed):
            if session.scalar(select(Errand.id).where(Errand.key.startswith(f"swap:{one.id}:lapsed:")).limit(1)) is None:
                yield f"swap {one.id} lapsed, and whoever asked was told nothing"

    def _of_silence(self, session: Session) -> Iterator[str]:
        """Nobody is told again of what somebody knows; a task may be given back by whoever rang and reached nobody."""
        rung = {f"task:{one}:alarm:" for one in session.scalars(select(Callback.task_id)) if one is not None}
        for errands, last in self.silent.items():
            told = select(Errand.id).where(Errand.key.startswith(errands), Errand.id > last).limit(1)
            if errands not in rung and session.scalar(told) is not None:
                yield f"somebody was told of {errands} again, and somebody knew"
