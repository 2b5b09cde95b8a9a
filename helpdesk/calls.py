"""What happens to a call: opened, identified, quoted, rung, accepted, ended. One verb a function; the door locks and commits.

Facts that the provider reports (who was bridged, when it ended) are folded in helpdesk.reports; everything that follows from the
end of a call stands here, in `finish`, and may run again when a late report moves a fact.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from billing import charging, holds, ledger, meter, price_lists, quarters, tariff
from helpdesk import callbacks, callers, cases, continuing, last_minutes, offers, recipients, silence
from models import Attempt, Call, Leg, Line
from models.values import (
    LONGEST_RAW_NUMBER,
    AttemptOutcome,
    CallOutcome,
    CallState,
    Points,
    Policy,
    TaskKind,
    e164,
)
from oncall import roster
from oncall.chain import Candidate

CALLS_AGAIN: Final = timedelta(minutes=1)
TASKS: Final = {
    CallOutcome.NOBODY_ANSWERED: TaskKind.CALLBACK,
    CallOutcome.CALLBACK_REQUESTED: TaskKind.CALLBACK,
    CallOutcome.MESSAGE_LEFT: TaskKind.MESSAGE,
}


def open_call(session: Session, line: Line, *, sid: str, caller: str, now: datetime) -> Leg:
    """A new call, as its first webhook reports it, and the caller's leg. `caller` is From as it came."""
    number = e164(caller, None)
    call = Call(
        sid=sid,
        line=line,
        line_id=line.id,
        from_raw=caller[:LONGEST_RAW_NUMBER],
        from_number=number,
        language=callers.language(session, number),
        state=CallState.ANSWERING,
        started_at=now,
        heard_at=now,
        sweep_at=now + silence.BEFORE_THE_BRIDGE,
        tell_at=now,
    )
    if not line.flow.costs_points:
        callers.recognise(session, call)
    leg = Leg(call=call, sid=sid)
    session.add_all([call, leg])
    session.flush()
    return leg


def accept_price(session: Session, call: Call, *, now: datetime) -> None:
    """The caller accepted the price by key: its first quarter is held out of real points (R4). Raises NotEnoughPoints."""
    if call.price_accepted_at is not None or call.state is CallState.ENDED:
        return
    if call.customer is None or call.quoted_points is None:
        raise ValueError(f"call {call.sid} was told no price")
    prices = price_lists.in_force(session, call.line.flow, now)
    if prices is not None:  # The price may have fallen since it was told; it never rises for the first quarter (R10).
        call.quoted_points = min(call.quoted_points, tariff.price(prices, now))
    account = ledger.customer_account(session, call.customer.id)
    floor = None if call.customer.policy is Policy.INVOICE else Points(0)
    holds.hold(session, account, call_id=call.id, quarter=1, points=call.quoted_points, floor=floor, now=now)
    call.price_accepted_at = now


def ring(session: Session, call: Call, candidate: Candidate, *, now: datetime) -> Leg:
    """Reserves a supporter and writes the attempt with what the call may last (R11, R12). Raises roster.AlreadyTaken.

    In an outgoing call it is the customer who is rung, and no tier's turn.
    """
    granted = offers.granted(session, call, now=now)
    attempt = roster.reserve(
        session,
        call_id=call.id,
        candidate=candidate,
        number=len(call.attempts) + 1,
        tier=candidate.tier,
        rung_at=now,
        time_limit=granted * quarters.QUARTER,
        granted_quarters=granted,
    )
    session.expire(call, ["attempts"])
    call.state = CallState.RINGING
    call.ringing_since = call.ringing_since or now
    leg = Leg(call=call, attempt=attempt, attempt_id=attempt.id)
    session.add(leg)
    session.flush()
    return leg


def wait(call: Call, *, now: datetime) -> None:
    """The caller waits for a supporter to be free (R12)."""
    call.state = CallState.RINGING
    call.waiting_since = call.waiting_since or now


def accept(session: Session, attempt: Attempt, *, continues_within: timedelta, now: datetime) -> None:
    """The supporter pressed 1: the billed time starts, if the two are then bridged (R7).

    One that began `continues_within` behind the same person's last talk continues the quarter that is paid (helpdesk.continuing).
    Where nobody was told a price there is no meter to start: that talk is free (Call.costs_points).
    """
    call = attempt.call
    prices = price_lists.in_force(session, call.line.flow, now) if call.quoted_points is not None else None
    attempt.accepted_at = call.tell_at = now
    call.accepted_at, call.accepted_attempt, call.supporter_id = now, attempt.number, attempt.supporter_id
    call.time_limit, call.granted_quarters = attempt.time_limit, attempt.granted_quarters
    call.price_list_id = prices.list_id if prices else call.quoted_list_id
    call.state = CallState.TALKING
    if not call.costs_points:
        return
    continuing.take_over(session, call, within=continues_within, now=now)
    meter.start(call)
    call.warn_at = last_minutes.next_at(call, now=now)


def withdraw(session: Session, call: Call, attempt: Attempt, *, now: datetime) -> None:
    """The supporter pressed 1 and was never bridged, and the caller is still there: nothing is owed, the search goes on (R7)."""
    paid = -ledger.charged(session, call.id).get(1, Points(0))
    if paid and call.quoted_points is not None:  # Only what comes back can be held again; the first quarter costs no more (R10).
        call.quoted_points = min(call.quoted_points, Points(paid))
    call.accepted_at = call.accepted_attempt = call.supporter_id = call.bridged = call.billed_from = None
    call.next_hold_at = call.next_quarter_at = call.cut_at = call.warn_at = None
    call.state = CallState.RINGING
    close(attempt, AttemptOutcome.ACCEPTED, now=now)
    if call.costs_points:
        charging.settle(session, call, now=now)
    if call.customer_id is not None and call.quoted_points is not None:
        # What was charged a moment ago came back with this transaction, and is held again for whoever takes the call.
        account = ledger.customer_account(session, call.customer_id)
        holds.hold(session, account, call_id=call.id, quarter=1, points=call.quoted_points, floor=None, now=now)


def close(attempt: Attempt, outcome: AttemptOutcome, *, now: datetime, talked_until: datetime | None = None) -> None:
    """An attempt is over; its supporter may be rung again, after a talked call when the wrap-up is over (R12)."""
    if attempt.ended_at is None:
        attempt.ended_at, attempt.outcome = now, outcome
        roster.free(attempt, talked_until=talked_until)


def finish(session: Session, call: Call, outcome: CallOutcome, *, ended_at: datetime, now: datetime) -> None:
    """The call is over: books settled, holds released, supporters freed, what must follow written down (R6, R9, R14, R16).

    Runs again when a report moves a fact; what was written stays, and only differences are posted.
    """
    call.state, call.outcome, call.ended_at = CallState.ENDED, outcome, ended_at
    call.next_hold_at = call.next_quarter_at = call.cut_at = call.warn_at = None
    call.waiting_since = call.sweep_at = call.follow_up_at = None
    call.tell_at = now
    talked = outcome is CallOutcome.TALKED
    for attempt in call.attempts:
        accepted = attempt.number == call.accepted_attempt
        close(attempt, _left_behind(attempt, accepted=accepted), now=now, talked_until=ended_at if talked and accepted else None)
        if accepted and not talked:
            roster.skip_wrap_up(attempt)
    # Linked, and the receipts asked for: also behind an acceptance that turned out to be no talk, where they said otherwise.
    call.link_at = now if call.accepted_at is not None else None
    if call.is_outgoing:
        callbacks.call_ended(session, call, now=now)
    elif outcome is CallOutcome.CALLER_HUNG_UP and was_waiting(call):
        call.follow_up_at = ended_at + CALLS_AGAIN
    session.flush()
    if call.costs_points:
        charging.settle(session, call, now=now)
    if (kind := TASKS.get(outcome)) and not call.is_outgoing:
        cases.open_task(session, call, kind, now=now)


def was_waiting(call: Call) -> bool:
    """Whether somebody is to be rung back who is gone: a price was accepted, or a supporter was sought without one (R14)."""
    if call.costs_points:
        return call.price_accepted_at is not None
    return (call.ringing_since or call.waiting_since) is not None and recipients.number(call) is not None


def _left_behind(attempt: Attempt, *, accepted: bool) -> AttemptOutcome:
    """What became of an attempt that was open when its call ended."""
    if accepted:
        return AttemptOutcome.ACCEPTED
    return AttemptOutcome.DECLINED if attempt.declined_at else AttemptOutcome.CALLER_HUNG_UP
