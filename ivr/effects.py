"""An answer's effects, turned into rows: the join between what a flow wants and what helpdesk.calls can do."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from helpdesk import callers, calls, cases, errands, outgoing
from ivr.story import Terms
from ivr.turns import (
    Accept,
    AcceptPrice,
    AlarmNoPrices,
    Answer,
    Decline,
    Effect,
    EndCallback,
    Goodbye,
    LinkCase,
    NoAnswer,
    Quote,
    Ring,
    Wait,
)
from models import Attempt, Call, Case, Leg
from models.callbacks import CallbackOutcome
from models.values import CallOutcome, CallState, Points
from oncall.chain import Decision, RingNext


def apply(
    session: Session, leg: Leg, answer: Answer, *, keyed_case: int | None, decision: Decision, terms: Terms, now: datetime
) -> Leg | None:
    """Does what the answer wants; the supporter's leg where one is rung.

    Raises billing.ledger.NotEnoughPoints or oncall.roster.AlreadyTaken: the step is then asked again with a new story.
    """
    call = leg.call
    for effect in answer.effects:
        if leg.attempt is not None and isinstance(effect, Accept | Decline):
            _of_rung(session, leg.attempt, effect, terms=terms, now=now)
        elif isinstance(effect, LinkCase):
            _link(session, call, keyed_case)
        else:
            _of_caller(session, call, effect, now=now)
    match answer:
        case Ring() if call.is_outgoing:
            return calls.ring(session, call, outgoing.whom(call), now=now)
        case Ring() if isinstance(decision, RingNext):
            return calls.ring(session, call, decision.candidate, now=now)
        case Wait():
            calls.wait(call, now=now)
        case Goodbye(outcome=CallOutcome() as outcome):
            _end(session, call, outcome, now=now)
    return None


def may_be_refused(answer: Answer) -> bool:
    """Whether somebody may be quicker: with the points, or with the supporter."""
    return isinstance(answer, Ring) or any(isinstance(effect, AcceptPrice) for effect in answer.effects)


def _link(session: Session, call: Call, keyed_case: int | None) -> None:
    """Only a case of the caller's own customer (R16), which on a line without PIN the case itself may tell."""
    case = session.get(Case, keyed_case) if keyed_case else None
    if case is None or callers.tell_customer(session, call, case):
        cases.stands_on(call, case)


def _of_rung(session: Session, attempt: Attempt, effect: Accept | Decline, *, terms: Terms, now: datetime) -> None:
    match effect:
        case Accept():
            calls.accept(session, attempt, continues_within=terms.continues_within, now=now)
        case Decline():
            attempt.declined_at = attempt.declined_at or now


def _of_caller(session: Session, call: Call, effect: Effect, *, now: datetime) -> None:
    match effect:
        case Quote(points, price_list):
            call.quoted_points, call.quoted_list_id = Points(points), price_list
        case AcceptPrice():
            calls.accept_price(session, call, now=now)
        case EndCallback(CallbackOutcome() as outcome) if call.callback is not None:
            call.callback.said = outcome.value
        case NoAnswer():
            call.unanswered_at = call.unanswered_at or now
        case AlarmNoPrices():
            key = f"no-prices:{call.id}"
            errands.notify(session, [errands.ALARM], notice="no_prices", values={}, key=key, now=now, call_id=call.id)


def _end(session: Session, call: Call, outcome: CallOutcome, *, now: datetime) -> None:
    """Ends the call, or says better how it ended: a message or a wish may come in behind the hang-up."""
    late = call.state is CallState.ENDED
    if late and not (call.outcome is CallOutcome.NOBODY_ANSWERED and outcome is not CallOutcome.NOBODY_ANSWERED):
        return
    calls.finish(session, call, outcome, ended_at=call.ended_at or now, now=now)
