"""The switchboard: one webhook is one turn, one transaction, one row (architecture.md, "One call = a log of turns").

1. the call's row is locked; a turn that was answered before gives its stored answer back, byte for byte (R19)
2. what the webhook reports is stored and folded into the call's facts
3. what was heard is looked up; `*` and silence put the same question again
4. the flow's step answers from its story; refused effects (somebody was quicker) ask it again with a new story
5. effects become rows, the answer becomes TwiML, the turn is written
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, cast

from sqlalchemy import Table, bindparam, insert, select
from sqlalchemy.orm import Session, undefer

from billing.ledger import NotEnoughPoints
from helpdesk import calls, failing, reports
from helpdesk.pins import PinKeys
from ivr import addresses, effects, gather, hearing, legs, reporting, traces, turns, twiml
from ivr.flows import callback, called, screen, support
from ivr.forms import Webhook
from ivr.steps import BEHIND_THE_END, BROKEN, FIRST, HANDED_OVER, RINGS, step
from ivr.story import NO_TERMS, Heard, Story, Terms, step_name
from ivr.turns import Answer, Ask, Goodbye, HandOver, Step
from models import Call, Leg, Line, Turn
from models.values import Language, e164
from oncall import telephones
from oncall.roster import AlreadyTaken

KNOWN: Final = select(Leg.id).where(Leg.sid == bindparam("sid"))
LINES: Final = select(Line).options(undefer(Line.hours)).order_by(Line.id)  # a handful: what one says may depend on another
WRITTEN: Final = insert(cast("Table", Turn.__table__))
CUSTOMERS_RING: Final = 25  # seconds: whoever is called back may be asleep, and a supporter is not
MOST_REFUSALS: Final = 100  # each one means that somebody else was put through: far more than there are supporters


class NoSuchLine(LookupError):
    """The dialled number is none of ours. Nothing was written."""


@dataclass(frozen=True, kw_only=True)
class Switchboard:
    """What every turn needs from outside; the session and the time come with each."""

    base_url: str
    pin_keys: PinKeys
    terms: Terms = NO_TERMS

    def dialled(self, session: Session, webhook: Webhook, *, now: datetime) -> str:
        """The first webhook of a call: opens it, and answers its first turn. Raises NoSuchLine."""
        known = session.scalar(KNOWN, {"sid": webhook.sid})
        if known is not None:
            return self.turn(session, known, 1, webhook, now=now)
        lines = session.scalars(LINES).all()
        line = next((one for one in lines if one.number == (e164(webhook.dialled) or webhook.dialled)), None)
        if line is None:
            raise NoSuchLine(webhook.dialled)
        leg = calls.open_call(session, line, sid=webhook.sid, caller=webhook.caller, now=now)
        traces.locked(leg)
        reports.adopt(session, leg, now=now)
        return self.answer(session, leg, webhook, past=[], number=1, again=False, lines=lines, now=now)

    def turn(self, session: Session, leg_id: int, number: int, webhook: Webhook, *, now: datetime, again: bool = False) -> str:
        """Answers one turn of a leg. `again`: an error came before, so the last question is put again and no try is counted.

        Raises NoSuchTurn.
        """
        leg = legs.locked(session, leg_id, webhook, now=now)
        return self.answer(session, leg, webhook, past=legs.turns(session, leg), number=number, again=again, now=now)

    def answer(
        self,
        session: Session,
        leg: Leg,
        webhook: Webhook,
        *,
        past: list[Turn],
        number: int,
        again: bool,
        now: datetime,
        lines: Sequence[Line] = (),
    ) -> str:
        """Answers one turn of a leg that is locked. `past` are the leg's turns so far, `lines` all there are, at the first.

        Raises NoSuchTurn.
        """
        answered = next((turn for turn in past if turn.number == number), None)
        before = legs.before(leg, past, number)
        gone = reporting.of_turn(session, leg, before, webhook, number=number, again=again, now=now)
        if answered is not None:
            return _again(answered, answered.answer)
        asked = turns.read(before.asked, step) if before else None
        if again and before is not None and asked is not None:
            _is_heard(session, leg, now)
            return _again(before, twiml.render(asked, self.page(leg, number)))
        traces.step(step_name(judge := _step(leg, before, number)))
        heard = hearing.hear(session, leg.call, asked, webhook, keys=self.pin_keys, again=again, now=now)
        _is_heard(session, leg, now)
        told = gather.Told(gone=gone, lines=lines)
        turn = _Turn(board=self, session=session, leg=leg, past=past, number=number, heard=heard, told=told, now=now)
        return turn.judge(asked, judge)

    def page(self, leg: Leg, turn: int) -> twiml.Page:
        """Where an answer on that leg is given that leads to this turn."""
        next_url = addresses.turn(self.base_url, leg.id, turn)
        return twiml.Page(
            base_url=self.base_url, next_url=next_url, language=_language(leg), is_supporter=leg.attempt_id is not None
        )

    def report(self, session: Session, leg_id: int, number: int, webhook: Webhook, *, now: datetime, again: bool = False) -> None:
        """Stores what a webhook reports, apart from its turn: a step that raised must not lose it (R21). Raises NoSuchTurn."""
        leg = legs.locked(session, leg_id, webhook, now=now)
        reporting.of_turn(
            session, leg, legs.before(leg, legs.turns(session, leg), number), webhook, number=number, again=again, now=now
        )

    def give_up(self, session: Session, leg_id: int, number: int, webhook: Webhook, *, now: datetime) -> str:
        """A second error on this leg: the caller is taken to where nobody answers (R14, R21). Raises NoSuchTurn."""
        leg = legs.locked(session, leg_id, webhook, now=now)
        past = legs.turns(session, leg)
        answered = next((turn for turn in past if turn.number == number), None)
        if answered is not None:
            return _again(answered, answered.answer)
        # The question is put once more behind a Redirect: if a Dial led here, it is over, and was told before or never will be.
        reporting.of_turn(session, leg, legs.before(leg, past, number), webhook, number=number, again=True, now=now)
        traces.step(step_name(broken := callback.broken if leg.call.is_outgoing else BROKEN[leg.call.line.flow]))
        heard = hearing.Hearing(Heard(), {"error": True})
        told = gather.Told(gone=False)
        turn = _Turn(board=self, session=session, leg=leg, past=past, number=number, heard=heard, told=told, now=now)
        return turn.judge(None, broken)


@dataclass(frozen=True, kw_only=True)
class _Turn:
    """One turn in the making."""

    board: Switchboard
    session: Session
    leg: Leg
    past: list[Turn]
    number: int
    heard: hearing.Hearing
    told: gather.Told
    now: datetime

    def judge(self, asked: Ask | None, judge: Step) -> str:
        """The answer to what was heard: the question again, or what the step says."""
        if asked is None:
            return self._write(judge, *self._settle(judge))
        repeated = turns.again(asked, self.heard.heard, **turns.asked_before(self.past, judge))
        if repeated is not None:
            return self._write(judge, repeated, None)
        return self._write(judge, *self._settle(judge if self.heard.heard.keys.strip("*") else asked.silent))

    def _settle(self, run: Step) -> tuple[Answer, Leg | None]:
        """Runs the step until its effects are not refused: somebody may take the points or the supporter a moment before."""
        heard, terms = [*(turn.heard for turn in self.past), self.heard.kept], self.board.terms
        keyed_case, told = gather.keyed_case(heard), replace(self.told, confirmed_case=gather.confirmed_case(heard))
        for _ in range(MOST_REFUSALS):
            story = self._story(run, told, keyed_case)
            answer = run(story, self.heard.heard) if self._is_in_time(story, run) else Goodbye(prompts=())
            try:
                with self.session.begin_nested() if effects.may_be_refused(answer) else nullcontext():
                    rung = effects.apply(
                        self.session, self.leg, answer, keyed_case=keyed_case, decision=story.decision, terms=terms, now=self.now
                    )
            except NotEnoughPoints:
                told = replace(told, points_refused=True)
                continue
            except AlreadyTaken:
                continue
            if not isinstance(answer, HandOver):
                return answer, rung
            run = HANDED_OVER[answer.flow]
            traces.step(step_name(run))
        raise RuntimeError(f"{step_name(run)} was refused {MOST_REFUSALS} times")

    def _story(self, run: Step, told: gather.Told, keyed_case: int | None) -> Story:
        """Gathered without writing down yet what this turn has changed: that is written once, with the turn."""
        told, terms = replace(told, rings=run in RINGS), self.board.terms
        with self.session.no_autoflush:
            return gather.story(self.session, self.leg, self.past, keyed_case=keyed_case, told=told, terms=terms, now=self.now)

    def _is_in_time(self, story: Story, run: Step) -> bool:
        """Whether a step may still answer: behind the end of a call only those that say how it ended (R6, R19)."""
        over = self.leg.attempt_id is None and (story.over or story.gone)
        return not over or run in BEHIND_THE_END or step_name(run).startswith("unanswered.")

    def _write(self, judge: Step, answer: Answer, rung: Leg | None) -> str:
        asked = turns.written(answer) | ({"attempt": rung.attempt_id} if rung is not None else {})
        page = self.board.page(self.leg, self.number + 1)
        text = twiml.render(answer, page, _dialled(self.leg.call, rung) if rung is not None else None)
        kept = {"leg_id": self.leg.id, "number": self.number, "at": self.now, "step": step_name(judge)}
        self.session.execute(WRITTEN, {**kept, "heard": self.heard.kept, "asked": asked, "answer": text})
        traces.decided(step_name(judge), self.leg.call)
        return text


def _is_heard(session: Session, leg: Leg, now: datetime) -> None:
    """A leg on which somebody is, now: a number that was said not to work does."""
    if leg.attempt is not None:
        leg.attempt.picked_up_at = leg.attempt.picked_up_at or now
    if leg.attempt is not None and not leg.call.is_outgoing:
        failing.works(session, leg.attempt.supporter, telephones.number_of(leg.attempt), now=now)
    leg.call.heard_at = now


def _again(turn: Turn, answer: str) -> str:
    """What a turn answers that was judged before: the same byte for byte (R19), or behind an error its question alone."""
    traces.step(turn.step)
    traces.is_repeated()
    return answer


def _step(leg: Leg, before: Turn | None, number: int) -> Step:
    if before is not None:
        return step(before.asked["then"])
    if leg.call.is_outgoing:
        rung = called.cut_off if number == leg.cut_turn else called.greet
        return rung if leg.attempt_id is not None else callback.greet
    if leg.attempt_id is not None:
        return screen.whisper
    return support.cut_off if number == leg.cut_turn else FIRST[leg.call.line.flow]


def _language(leg: Leg) -> Language:
    """That of whoever is on the leg; of an outgoing call the supporter is on the first one."""
    if leg.call.is_outgoing and leg.call.callback is not None:
        return leg.call.language if leg.attempt_id is not None else leg.call.callback.supporter.language
    return leg.attempt.supporter.language if leg.attempt is not None else leg.call.language


def _dialled(call: Call, rung: Leg) -> twiml.Dialled:
    if rung.attempt is None:
        raise ValueError(f"leg {rung.id} is no supporter's")
    number = call.from_raw if call.is_outgoing else telephones.number_of(rung.attempt)
    rings = CUSTOMERS_RING if call.is_outgoing else rung.attempt.supporter.ring_seconds
    return twiml.Dialled(number=number, leg=rung.id, caller_id=call.line.number, time_limit=rung.attempt.time_limit, rings=rings)
