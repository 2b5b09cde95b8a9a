"""Gathers a step's story from the database: everything the step may know, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final

from sqlalchemy.orm import Session

from billing import ledger, meter, quarters
from helpdesk import called_in, cases, continuing, gate, keyed_cases, offers, recipients
from ivr import front_door
from ivr.story import Caller, Keyed, KeyedCase, Offered, Past, Story, Talk, Terms
from ivr.turns import Judged
from models import Call, Case, Leg, Line, Turn
from models.values import CallOutcome, CallState, Points
from oncall import chain
from oncall.search import decision

NEAR_THE_LIMIT: Final = 30  # seconds in which a supporter answers and presses 1


@dataclass(frozen=True, kw_only=True)
class Told:
    """What this very turn knows besides the database: the caller has left; the points were refused a moment ago.

    `rings`: its step may ring a supporter; only then it is asked whom. `lines`: all there are, at a call's first turn.
    `confirmed_case`: what was keyed, read back and said to be right; it leads to its supporter on a line without PIN.
    """

    gone: bool
    rings: bool = False
    points_refused: bool = False
    confirmed_case: int | None = None
    lines: Sequence[Line] = ()


def story(
    session: Session, leg: Leg, past: list[Turn], *, keyed_case: int | None, told: Told, terms: Terms, now: datetime
) -> Story:
    """The story of a leg's call. `past` are the leg's earlier turns, `keyed_case` is the case last keyed on it."""
    call = leg.call
    caller = Caller(person=call.person.name, company=call.customer.name) if call.person and call.customer else None
    # A supporter whose attempt is over can no longer take the call: the caller is gone, or being put through to another.
    over = call.state is CallState.ENDED or (leg.attempt is not None and leg.attempt.ended_at is not None)
    free, known = not call.costs_points, call.customer_id is not None
    searching = (known or free) and not over and (leg.attempt_id is None or call.is_outgoing)
    case = call.case or (session.get(Case, keyed_case) if keyed_case else None)
    search = _of_callback(session, call, now=now) if call.is_outgoing else {}
    if searching and not (free and call.is_outgoing):
        search |= _search(session, call, told=told, terms=terms, now=now)
    return Story(
        line=call.line.name,
        past=tuple(one_past(turn) for turn in past),
        caller=caller,
        company=call.customer.name if free and leg.attempt_id is not None and call.customer else "",
        locked_minutes=None if known or free else gate.locked_minutes(session, call, now=now),
        price_accepted=call.price_accepted_at is not None,
        case=_keyed(case, free=free) if case else None,
        tried=len(call.attempts) if searching else 0,
        waited=call.waiting_since is not None,
        over=over,
        gone=told.gone,
        points_refused=told.points_refused,
        talk=_talk(session, call),
        balance=_balance(session, call) if known and not free else None,
        shop=terms.shop,
        in_a_hurry=not chain.may_be_asked_again(ringing_since=call.ringing_since, now=now),
        number_shown=call.from_number is not None,
        number_known=recipients.number(call) is not None,
        free=free,
        calls_back_within=cases.calls_back_within(call) // timedelta(minutes=1),
        **search,
        **front_door.seen(session, call.line, told.lines, now=now),
    )


def keyed_case(heard: Iterable[dict[str, Any]]) -> int | None:
    """The case that was keyed last, of what a leg's turns kept; only the customer's own are kept."""
    found = [kept["case_id"] for kept in heard if kept.get("case_id")]
    return int(found[-1]) if found else None


def confirmed_case(heard: Iterable[dict[str, Any]]) -> int | None:
    """The case that was confirmed last: the answer to its reading back was 1, and `*` is none."""
    answers = (kept for kept in heard if kept.get("keys") != "*")
    found = [kept["case_id"] for kept, behind in pairwise(answers) if kept.get("case_id") and behind.get("keys") == "1"]
    return int(found[-1]) if found else None


def one_past(turn: Judged) -> Past:
    """An earlier turn, as a step may know it."""
    return Past(step=turn.step, keys=turn.heard.get("keys", ""), looked_up=Keyed(turn.heard.get("looked_up", Keyed.NOTHING.value)))


def _search(session: Session, call: Call, *, told: Told, terms: Terms, now: datetime) -> dict[str, Any]:
    """What the search for a supporter is about: the price, where there is one; and who is next, where somebody may be rung."""
    if call.costs_points:
        search: dict[str, Any] = {"offer": _offered(session, call, terms, now=now)}
        return search | ({"decision": decision(session, call, now=now)} if told.rings else {})
    first = keyed_cases.supporter_of(session, told.confirmed_case) if told.confirmed_case and told.rings else None
    return {"decision": decision(session, call, first=first, now=now)} if told.rings else {}


def _keyed(case: Case, *, free: bool) -> KeyedCase:
    """Where a PIN was keyed the caller's company is known, and is the case's."""
    company = case.customer.name if free and case.customer else None
    return KeyedCase(number=case.number, title=case.title, company=company)


def _offered(session: Session, call: Call, terms: Terms, *, now: datetime) -> Offered | None:
    offer = offers.offer(session, call, now=now)
    if offer is None:
        return None
    return Offered(
        price=offer.price,
        later_price=offer.change.points if offer.change else None,
        later_at=offer.change.at if offer.change else None,
        available=offer.available,
        payable=offer.payable,
        missing=offer.missing,
        price_list=offer.price_list,
        paid_until=continuing.runs_until(session, call, within=terms.continues_within, now=now),
    )


def _of_callback(session: Session, call: Call, *, now: datetime) -> dict[str, Any]:
    """What is told of an outgoing call besides; whether the customer calls in matters until the two talk."""
    last = call.attempts[-1].outcome if call.attempts else None
    waits = call.state is not CallState.ENDED and call.accepted_at is None
    return {
        "supporter": call.callback.supporter.name if call.callback else "",
        "is_charged": call.costs_points,
        "rung_before": last,
        "called_in": waits and called_in.is_on_the_line(session, call.person_id, call.from_number, now=now),
    }


def _balance(session: Session, call: Call) -> Points:
    return ledger.customer_account(session, call.customer_id or 0).balance or Points(0)


def _is_used_up(session: Session, call: Call, seconds: int) -> bool:
    """Whether a talk ended at the carrier's limit, and no further quarter can be paid. The carrier may count from the answer on."""
    floor, granted = meter.floor(call), call.granted_quarters
    if floor is None or granted is None or seconds < granted * quarters.QUARTER - NEAR_THE_LIMIT:
        return False
    account = ledger.customer_account(session, call.customer_id or 0)
    return ledger.available(account) - floor < meter.price(session, call, granted + 1)


def _talk(session: Session, call: Call) -> Talk | None:
    if call.outcome is not CallOutcome.TALKED or call.accepted_at is None or call.ended_at is None:
        return None
    seconds = quarters.elapsed(call.accepted_at, call.ended_at)
    if not call.costs_points:
        return Talk(seconds=seconds, quarters=0, points=Points(0), balance=Points(0))
    return Talk(
        seconds=seconds,
        used_up=_is_used_up(session, call, seconds),
        quarters=len(meter.owed(session, call)),
        points=Points(sum(ledger.charged(session, call.id).values())),
        balance=_balance(session, call),
    )
