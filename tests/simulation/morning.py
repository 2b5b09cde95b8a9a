"""What must be true in the morning: calls that ended as R14 allows, and books that equal the reference model to the second."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from billing import ledger, refunds
from helpdesk import customers
from models import Alarm, Call, Callback, Errand, Hold, Task, Turn
from models.values import CallOutcome, CallState, ErrandKind, ErrandState, HoldState, TaskKind
from tests.house import OFFICE
from tests.simulation.boundary import INJECTED
from tests.simulation.evidence import moment, tells_of_an_end
from tests.simulation.reference import Talk, given_back, reckoned
from tests.simulation.wire import Asking, Sent

if TYPE_CHECKING:
    from tests.simulation.night import Night


FOLLOWS: Final = (
    INJECTED,
    "the connection is closed",
    "invalid transaction is rolled back",
    "terminating connection",
    "server closed the connection",
)
"""What an error says that was raised on purpose, or follows from one: a connection that broke within a savepoint."""


TURN: Final = re.compile(r"/twilio/turn/(\d+)/(\d+)(?:[?#]|$)")
APOLOGY: Final = (b"Undskyld", b"again=")
LOST: Final = frozenset({11200, 11201, 11203, 11205, 11206})
"""A mistake in our TwiML is none of these."""
NEARLY: Final = 70
"""Seconds by which a talk may be told wrongly, beside clocks that are wrong: callbacks come up to a minute late, and are of when
they came where nobody can read their Timestamp; the network takes some seconds more."""


def complaints(night: Night, logged: str) -> Iterator[str]:
    """Everything that is wrong, a sentence each. `logged` is what the house has written to its log."""
    yield from (f"{each.handset.number} is still on a call" for each in night.people.values() if each.handset.leg)
    with night.database.reading() as session:
        if session.scalar(select(func.count()).where(Hold.state == HoldState.OPEN)):
            yield "points are still held (R6)"
        if open_ones := session.scalars(select(Callback.id).where(Callback.ended_at.is_(None))).all():
            yield f"callbacks {open_ones} go on (R20)"
        calls = list(session.scalars(select(Call).order_by(Call.started_at, Call.id)))
        yield from _of_calls(night, session, calls)
        yield from _of_balances(night, session, calls)
        yield from _of_messages(night, session)
        yield from _of_answers(night, session)
        yield from _of_clocks(night, session)
        yield from night.plans.agreement.complaints(session)
    yield from _of_words(night)
    yield from (f"the exchange objects: {one}" for one in night.exchange.problems if one.code not in LOST)
    yield from _of_pins(night, logged)
    yield from _of_log(logged)


def _of_calls(night: Night, session: Session, calls: list[Call]) -> Iterator[str]:
    told: dict[str, list[Sent]] = defaultdict(list)
    for one in night.wire:
        told[one.call].append(one)
    cuts = {path for clock in night.processes.clocks if isinstance(clock.ports.phone, Asking) for path in clock.ports.phone.cuts}
    charged = ledger.charged_of(session, [call.id for call in calls])
    unknown = {one.sid for one in night.exchange.legs.values() if one.parent is None} & told.keys() - {call.sid for call in calls}
    for sid in unknown:
        if any(one.kind == "web" and "calls" in one.kept for one in told[sid]):  # not what was asked about a callback
            yield f"{sid}: the house has lost this call"
    for call in calls:
        paid = {quarter: -points for quarter, points in charged[call.id].items() if points}
        yield from _is_over(night, call)
        yield from _leads_to_somebody(session, call, calls, free=night.exchange.legs[call.sid].to == OFFICE)
        leg = night.exchange.legs[call.sid]
        talk = reckoned(leg, told[call.sid], cuts, night.lists, free=leg.to == OFFICE)
        yield from _costs(session, call, paid, talk)
        yield from _came_back(night, session, call, paid if call.end_unknown else talk.owed)
        yield from _lasted(night, call, talk, told[call.sid])


def _is_over(night: Night, call: Call) -> Iterator[str]:
    if call.state is not CallState.ENDED or call.sweep_at is not None:
        yield f"{call.sid}: is still {call.state} (R20)"
    if any(attempt.ended_at is None for attempt in call.attempts):
        yield f"{call.sid}: still reserves a supporter (R12)"
    if night.exchange.legs[call.sid].ended_by is None:
        yield f"{call.sid}: never ended at the exchange"


def _costs(session: Session, call: Call, paid: dict[int, int], talk: Talk) -> Iterator[str]:
    """R7, R8, R10: to the second, and to the point."""
    if call.end_unknown:
        if session.scalar(select(Task).where(Task.call_id == call.id, Task.kind == TaskKind.REVIEW)) is None:
            yield f"{call.sid}: nobody knows its end, and nobody looks (R20)"
        return
    owed = {quarter: points for quarter, points in talk.owed.items() if points}
    if owed != paid:
        yield f"{call.sid}: costs {paid} and not {owed} (points by quarter); from {talk.accepted_at} to {talk.ended_at}"
    elif talk.ended_at is not None and (call.accepted_at, call.ended_at) != (talk.accepted_at, talk.ended_at):
        yield f"{call.sid}: lasted from {call.accepted_at} to {call.ended_at}, and not from {talk.accepted_at} to {talk.ended_at}"


def _came_back(night: Night, session: Session, call: Call, owed: dict[int, int]) -> Iterator[str]:
    """R18: what was granted, as far as it was charged in the end."""
    due = given_back(night.office.granted[call.sid], owed)
    back = {quarter: points for quarter, points in refunds.posted(session, call.id).items() if points}
    if due != back:
        yield f"{call.sid}: {back} came back and not {due} (points by quarter)"


def _of_balances(night: Night, session: Session, calls: list[Call]) -> Iterator[str]:
    """R18: what was bought and given, less what calls cost, and what came back of that."""
    for number, added in night.office.added.items():
        customer = customers.find(session, number)
        own = [call for call in calls if call.customer_id == customer.id]
        cost = sum(sum(ledger.charged(session, call.id).values()) + sum(refunds.posted(session, call.id).values()) for call in own)
        balance = ledger.customer_account(session, customer.id).balance
        if balance != added + cost:
            yield f"customer {number} has {balance} points and not {added} + {cost}"


def _lasted(night: Night, call: Call, talk: Talk, told: list[Sent]) -> Iterator[str]:
    """What was told is not far from what was, unless it was told in vain for so long: the model's own check."""
    truth = night.exchange.truth(call.sid)
    if talk.ended_at is not None and talk.accepted_at is not None and truth.bridged_at is not None and not call.end_unknown:
        seconds = int((talk.ended_at - talk.accepted_at).total_seconds())
        over = truth.bridged_at + timedelta(seconds=truth.talked_seconds)
        in_vain = (one.at for one in told if over <= one.at <= talk.ended_at and not one.kept and tells_of_an_end(one))
        deaf = int((max(in_vain, default=over) - over).total_seconds())
        if abs(seconds - truth.talked_seconds) > NEARLY + deaf + 2 * max(map(abs, night.mix.clock_errors)):
            yield f"{call.sid}: {seconds} s are billed, {truth.talked_seconds} s were talked"


def _leads_to_somebody(session: Session, call: Call, calls: list[Call], *, free: bool) -> Iterator[str]:
    """Who accepted a price; where nothing costs anything, who was sought for and can be called back."""
    sought = (call.ringing_since or call.waiting_since) and call.from_number if free else call.price_accepted_at
    if sought is None or call.is_outgoing or call.outcome in {CallOutcome.TALKED, CallOutcome.NO_POINTS}:
        return
    told = session.scalar(select(Task).where(Task.call_id == call.id).limit(1))
    again = [one for one in calls if one.id > call.id and (one.from_number, one.person_id) != (None, None)]
    if told is None and not [one for one in again if _same_caller(one, call)]:
        yield f"{call.sid}: was left alone (R14)"


def _same_caller(one: Call, other: Call) -> bool:
    return one.person_id == other.person_id if one.person_id else one.from_number == other.from_number


def _of_messages(night: Night, session: Session) -> Iterator[str]:
    """No errand sends two (pitfall C6)."""
    tried = select(func.count()).where(Errand.kind == ErrandKind.TEXT, Errand.tries > 0, Errand.state != ErrandState.KEPT)
    made, asked = len(night.exchange.messages), session.scalar(tried) or 0
    if made > asked:
        yield f"{made} text messages were sent for {asked} errands"


def _of_answers(night: Night, session: Session) -> Iterator[str]:
    """R19. An apology is no answer: the same webhook may do better the next time, or worse (R21).

    Nor is the question before that is put again where what was keyed got lost: that turn is still to come.
    """
    differ = [both for both in night.exchange.doubles if both.first != both.second]
    kept = {(turn.leg_id, turn.number): turn.answer.encode() for turn in session.scalars(select(Turn))} if differ else {}
    answers = set(kept.values())
    for both in differ:
        turn = TURN.search(both.url)
        stored = {kept.get((int(turn[1]), int(turn[2])))} if turn else answers
        if both.first in stored and both.second and not any(word in both.second for word in APOLOGY):
            yield f"{both.url}: the same webhook was answered in two ways (R19)"


def _of_clocks(night: Night, session: Session) -> Iterator[str]:
    """R7: a web process whose clock is clearly behind what it is told alarms somebody, and one that a clock process finds wrong."""
    told = [(one, moment(one.params.get("Timestamp", ""))) for one in night.wire if "reports" in one.kept]
    wrong = {f"clock_behind:{one.machine}" for one, at in told if at is not None and at - one.reading > timedelta(seconds=2)}
    for clock in night.processes.clocks:
        wrong |= {f"web_clock_{'ahead' if is_fast else 'behind'}:{clock.name}" for is_fast in clock.differed}
    for alarm in sorted(wrong):
        if session.scalars(select(Alarm.id).where(Alarm.key == alarm)).first() is None:
            yield f"a clock is more than two seconds wrong, and nobody was alarmed ({alarm})"


def _of_words(night: Night) -> Iterator[str]:
    """R14: Twilio apologises in English."""
    words = night.exchange.knobs.error_message
    if any(note.kind == "said" and words in note.text for note in night.exchange.logbook.happenings):
        yield "somebody heard the provider's own words (R14)"


def _of_pins(night: Night, logged: str) -> Iterator[str]:
    """R2: in no row, no answer, no address, no log line."""
    places = {
        "a row": "\n".join(str(row) for row in night.everything()),
        "an answer": "\n".join(f"{one.url} {one.body.decode(errors='replace')}" for one in night.exchange.log),
        "the log": logged,
    }
    yield from (f"a PIN stands in {place} (R2)" for place, text in places.items() if any(pin in text for pin in night.pins))


def _of_log(logged: str) -> Iterator[str]:
    """Whatever raised was raised on purpose."""
    for line in logged.splitlines():
        if '"exception"' in line and not any(words in line for words in FOLLOWS):
            told = json.loads(line)
            yield f"{told['event']}: {told['exception'][-600:]}"
