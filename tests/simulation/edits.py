"""What people agree on in a night of `plans`: each act says what would be agreed then, or None where duty stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Final, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from helpdesk import alarms, own_duty, queue, rota_drafts, rotas, shifts, swaps, telephones
from helpdesk.swap_checks import Named, SwapRefused
from helpdesk.telephones import Telephones
from models import Alarm, Attempt, Supporter, SwapRequest, Task
from models.swaps import SwapState
from models.values import E164, Flow
from oncall import roster
from oncall.held import Held
from oncall.rota import Span
from tests.simulation.duty import Agreed, During, Swap, between, text, wall
from tests.simulation.writings import IN_DAYS, LONG, Then, a_while, written

if TYPE_CHECKING:
    from tests.simulation.plans import Plans

LINE: Final = Flow.SUPPORT
BY: Final = "chief@house.example"
T = TypeVar("T")


class Edits:
    """Acts of one night. `drafts` has what each rota that is being written will have agreed, by its number."""

    def __init__(self, plans: Plans) -> None:
        self.plans, self.chance = plans, plans.chance
        self.drafts: dict[int, Then] = {}
        self.every: list[Callable[[Session, datetime], Agreed | None]] = [
            self.hands_on, self.hands_on, self.hands_on, self.hands_on, self.hands_on, self.hands_on, self.undoes, self.puts_on,
            self.is_away, self.takes_out, self.writes, self.writes, self.publishes, self.publishes, self.goes, self.goes,
            self.gives_up_a_number, self.adds_a_shift, self.knows_a_shift, self.knows_a_shift, self.knows_an_alarm,
            self.takes_a_task, self.takes_a_task,
        ]  # fmt: skip

    @property
    def agreed(self) -> Agreed:
        return self.plans.agreed

    # Swaps

    def asks(self, session: Session, now: datetime) -> None:
        """A colleague to take a shift over, or to swap it for one of theirs; another one, where something is against it."""
        theirs = {who: held[:3] for who, held in self._held(session, now).items()}
        who = self.chance.choice(sorted(theirs))
        colleagues = [one for one in self.plans.people if one != who]
        self._asks(session, who, self.chance.choice(theirs[who]), self.chance.sample(colleagues, len(colleagues)), theirs, now=now)

    def closes(self, session: Session, now: datetime) -> Agreed | None:
        """The last thing of a night: whoever has the next shift asks, and nobody answers; every other night all will be away."""
        for shift in sorted(
            (one for some in self._held(session, now).values() for one in some), key=lambda one: one.span.starts_at
        )[:2]:
            others = [one for one in self.plans.people if one != shift.supporter]
            self._asks(session, shift.supporter, shift, others, {}, now=now)
        if self.chance.random() < 0.5:
            return None
        said, span = a_while(self.chance, now, IN_DAYS)
        for who in self.plans.people:
            rotas.agree(session, "absence", {"supporter": who, **said}, line=LINE, by=BY, now=now)
        return replace(self.agreed, absences=(*self.agreed.absences, *((who, span) for who in self.plans.people)))

    def _held(self, session: Session, now: datetime) -> dict[int, list[Held]]:
        """What can be handed on, but for shifts of temporary plans, of which the model knows no swaps."""
        names = {turns.name for turns in self.agreed.turns}
        found = {who: held for (line, who), held in swaps.of_people(session, now=now).items() if line is LINE}
        return {who: some for who, held in found.items() if (some := [one for one in held if one.layer in names])}

    def _asks(
        self, session: Session, who: int, shift: Held, colleagues: Sequence[int], theirs: dict[int, list[Held]], *, now: datetime
    ) -> None:
        for colleague in colleagues:
            back = self._one_of(theirs.get(colleague, []))
            returned = _named(back) if back is not None and self.chance.random() < 0.7 else None
            with suppress(SwapRefused):
                swaps.ask(session, _named(shift), of=who, colleague=colleague, back=returned, by=f"{who}", now=now)
                return

    def hands_on(self, session: Session, now: datetime) -> Agreed | None:
        """One that is open is answered, mostly by yes; else somebody asks."""
        one = self._one_of(session.scalars(select(SwapRequest).where(SwapRequest.state == SwapState.ASKED)).all())
        if one is None or self.chance.random() < 0.4:
            self.asks(session, now)
            return None
        how = self.chance.random()
        if how < 0.1:
            swaps.withdraw(session, one.id, supporter=one.supporter_id, by="who asked", now=now)
            return None
        if how < 0.2:
            swaps.decline(session, one.id, colleague=one.colleague_id, by="a colleague", now=now)
            return None
        swap = self._swap(one)
        swaps.agree(session, one.id, colleague=one.colleague_id, by="a colleague", now=now)
        return replace(self.agreed, swaps=(*self.agreed.swaps, swap))

    def undoes(self, session: Session, now: datetime) -> Agreed | None:
        """An administrator, one that was agreed."""
        one = self._one_of(self.agreed.swaps)
        if one is None:
            return None
        swaps.undo(session, one.number, by=BY, now=now)
        return replace(self.agreed, swaps=tuple(each for each in self.agreed.swaps if each != one))

    # The rota

    def puts_on(self, session: Session, now: datetime) -> Agreed:
        """Somebody instead of whoever."""
        who, tier, (said, span) = self.chance.choice(self.plans.people), self.chance.choice([1, 1, 2]), a_while(self.chance, now)
        rotas.agree(session, "override", {"supporter": who, "tier": tier, **said}, line=LINE, by=BY, now=now)
        return replace(self.agreed, overrides=(*self.agreed.overrides, (tier, who, span)))

    def is_away(self, session: Session, now: datetime) -> Agreed:
        """One who stands in the rota."""
        return self._absent(session, self.chance.choice(self.plans.people), *a_while(self.chance, now), now=now)

    def leaves(self, session: Session, now: datetime) -> Agreed:
        """One who is on duty and is not being rung, at once: whoever seeks somebody does not ring them any more."""
        rung = {*session.scalars(select(Attempt.supporter_id).where(Attempt.ended_at.is_(None)))}
        who = self.chance.choice([one for _, one in self.agreed.on_duty(now) if one not in rung] or self.plans.people)
        starts, ends = (wall(at).replace(second=0, microsecond=0) for at in (now, now + LONG[0]))
        return self._absent(session, who, {"from": text(starts), "to": text(ends)}, between(starts, ends), now=now)

    def _absent(self, session: Session, who: int, said: dict[str, str], span: During, *, now: datetime) -> Agreed:
        rotas.agree(session, "absence", {"supporter": who, **said}, line=LINE, by=BY, now=now)
        return replace(self.agreed, absences=(*self.agreed.absences, (who, span)))

    def takes_out(self, session: Session, now: datetime) -> Agreed | None:
        """What was written last."""
        kind, attribute = self.chance.choice([("override", "overrides"), ("absence", "absences")])
        left = getattr(self.agreed, attribute)[:-1]
        number = len(left) + 1
        if not getattr(self.agreed, attribute):
            return None
        rotas.take_out(session, kind, number, rota=rotas.newest(session, LINE).id, line=LINE, by=BY, now=now)
        return replace(self.agreed, **{attribute: left})

    def writes(self, session: Session, now: datetime) -> Agreed | None:
        """A draft, from the version that is in force; every other one is published at once."""
        number = rota_drafts.begin(session, LINE, actor=BY, now=now)
        draft = rota_drafts.find(session, number)
        content = {"layer": [dict(card) for card in draft.content["layer"]], "rest": draft.content["rest"]}
        self.drafts[number] = written(self.plans, content, now)
        rota_drafts.change(session, number, content, version=1, actor=BY, now=now)
        if self.chance.random() < 0.5:
            return None
        rota_drafts.publish(session, number, version=2, actor=BY, now=now)
        return self.drafts[number](self.agreed)

    def publishes(self, session: Session, now: datetime) -> Agreed | None:
        """What was written; of what others have overtaken nothing."""
        draft = self._one_of(rota_drafts.listed(session, LINE))
        if draft is None:
            return None
        if rota_drafts.is_stale(session, draft):
            rota_drafts.drop(session, draft.id, actor=BY, now=now)
            return None
        rota_drafts.publish(session, draft.id, version=draft.version, actor=BY, now=now)
        return self.drafts[draft.id](self.agreed)

    # People

    def goes(self, session: Session, now: datetime) -> Agreed:
        """Cannot be reached, or can again."""
        away = self.agreed.away
        who = self.chance.choice([*away, *away, *self.plans.people])
        if who in away:
            own_duty.come_back(session, who, by=f"{who}", now=now)
        else:
            own_duty.go_away(session, who, by=f"{who}", sure=True, now=now)
        return replace(self.agreed, away=away ^ {who})

    def gives_up_a_number(self, session: Session, now: datetime) -> Agreed | None:
        """A second one, or has it again."""
        known = {who: self.plans.second[who] for who in self.plans.people if who in self.plans.second}
        who = self.chance.choice(sorted(known))
        them, second = telephones.find(session, who), known[who]
        kept = E164(second) if them.second_phone is None else None
        wanted = Telephones(phone=E164(them.phone), second=kept, seconds=them.ring_seconds)
        telephones.change(session, them, wanted, by=BY, now=now)
        return replace(self.agreed, numbers={**self.agreed.numbers, who: frozenset({them.phone, *filter(None, [kept])})})

    def adds_a_shift(self, session: Session, now: datetime) -> Agreed:
        """Beside the rota."""
        who, tier = self.chance.choice(self.plans.people), self.chance.choice([1, 2])
        span = During(now, now + self.chance.choice(LONG))
        them = session.get_one(Supporter, who)
        roster.add_shift(session, them, Span(starts_at=span.starts, ends_at=span.ends), tier=tier, line=LINE)
        return replace(self.agreed, written=(*self.agreed.written, (tier, who, span)))

    # What somebody knows of

    def knows_a_shift(self, session: Session, now: datetime) -> None:
        """One that they are asked to acknowledge."""
        who = self.chance.choice(self.plans.people)
        for one in shifts.to_acknowledge(session, who, now=now)[:1]:
            shifts.acknowledge(session, who, one.line, one.span.starts_at, by=f"{who}", now=now)
            self.plans.agreement.knows(f"acknowledge:{one.key}:")

    def knows_an_alarm(self, session: Session, now: datetime) -> None:
        """One that is open; a task is none."""
        one = self._one_of(session.scalars(select(Alarm.id).where(alarms.IS_OPEN, Alarm.acknowledged_at.is_(None))).all())
        if one is not None:
            alarms.acknowledge(session, one, by=BY, now=now)
            self.plans.agreement.knows(f"alarm:{one}:")

    def takes_a_task(self, session: Session, now: datetime) -> None:
        """One that waits; or whoever has it gives it back, or to a colleague."""
        who = self.chance.choice(self.plans.people)
        task = self._one_of(session.scalars(select(Task).where(Task.alarm_at.is_not(None) | Task.taken_by_id.is_not(None))).all())
        if task is None:
            return
        if task.taken_by_id is None:
            queue.take(session, task.id, who, actor=f"{who}", now=now)
        elif self.chance.random() < 0.5:
            queue.hand_over(session, task.id, who, by=task.taken_by_id, actor="a colleague", now=now)
        else:
            queue.hand_back(session, task.id, by=task.taken_by_id, actor="a colleague", now=now)
            self.plans.agreement.forgets(f"task:{task.id}:alarm:")
            return
        self.plans.agreement.knows(f"task:{task.id}:alarm:")

    # How it is meant

    def _swap(self, one: SwapRequest) -> Swap:
        """As the two mean it: the turns, whatever they are moved to."""
        named = {turns.name: turns for turns in self.agreed.turns}

        def turn(layer: str, starts: str) -> tuple[str, int]:
            return layer, named[layer].named(datetime.fromisoformat(starts))

        back = turn(one.return_layer, one.return_starts) if one.return_layer and one.return_starts else None
        return Swap(one.id, turn(one.layer, one.starts), one.supporter_id, one.colleague_id, back)

    def _one_of(self, some: Sequence[T]) -> T | None:
        return self.chance.choice(some) if some else None


def _named(shift: Held) -> Named:
    return Named(line=LINE, layer=shift.layer, starts=shift.starts)
