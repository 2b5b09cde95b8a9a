"""How legs begin, are answered, bridged and ended: every change of a leg's state goes through here."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from simulator.legs import By, Doing, Leg, State, StatusTarget
from simulator.reports import report, tell_who_answered
from simulator.tasks import HungUp

if TYPE_CHECKING:
    from simulator.exchange import Exchange
    from simulator.handset import Handset
    from simulator.numbers import TwilioNumber


def incoming(exchange: Exchange, handset: Handset, number: TwilioNumber, caller_id: str) -> Leg:
    """A telephone has dialled one of the account's numbers."""
    leg = Leg(
        exchange.new_sid("CA"),
        from_=caller_id,
        to=number.number,
        direction="inbound",
        created_at=exchange.now,
        handset=handset,
        number=number,
        status_target=StatusTarget(number.status_url, number.status_method) if number.status_url else None,
        fallback_url=number.fallback_url,
        fallback_method=number.fallback_method,
    )
    exchange.legs[leg.sid] = leg
    handset.takes(leg)
    leg.moved_to(State.RINGING, exchange.now)
    return leg


def outgoing(
    exchange: Exchange,
    to: str,
    *,
    from_: str,
    parent: Leg | None = None,
    number: TwilioNumber | None = None,
    status_target: StatusTarget | None = None,
) -> Leg:
    """Twilio dials `to`, for a Dial (with its parent) or because the REST API asked for it."""
    leg = Leg(
        exchange.new_sid("CA"),
        from_=from_,
        to=to,
        direction="outbound-dial" if parent else "outbound-api",
        created_at=exchange.now,
        handset=exchange.reached(to),
        parent=parent,
        number=number,
        status_target=status_target,
        fallback_url=parent.fallback_url if parent else "",
        fallback_method=parent.fallback_method if parent else "POST",
    )
    exchange.legs[leg.sid] = leg
    if parent:
        parent.children.append(leg)
    return leg


def ring(leg: Leg) -> None:
    """Let the telephone at the end of `leg` ring, unless it cannot: then the leg ends busy or failed."""
    handset = leg.handset
    if handset.behaviour.kind == "failed":
        end(leg, State.FAILED, By.CALLEE)
    elif handset.behaviour.kind == "busy" or handset.leg is not None:
        end(leg, State.BUSY, By.CALLEE)
    elif leg.moved_to(State.RINGING, leg.exchange.now):
        report(leg, "ringing")
        handset.takes(leg)
        leg.exchange.logbook.note("ringing", leg, f"from {leg.from_}")
        if leg.parent:
            leg.exchange.logbook.note("ring_tone", leg.parent, leg.to)
        handset.begins_to_ring()


def answer(leg: Leg) -> None:
    """Somebody picked up, be it Twilio (an inbound leg) or a telephone."""
    if not leg.moved_to(State.IN_PROGRESS, leg.exchange.now):
        return
    if leg.direction != "inbound":
        leg.exchange.logbook.note("picked_up", leg)
    report(leg, "answered")
    tell_who_answered(leg)
    leg.limit = leg.exchange.clock.after(leg.longest, partial(_cut, leg))
    wake(leg)
    if leg.parent:
        wake(leg.parent)


def bridge(child: Leg) -> None:
    """Connect a dialled leg with the one that dialled it."""
    parent = child.parent
    if parent is None or parent.is_over or child.is_over:
        return
    answer(parent)
    child.bridged_at = child.exchange.now
    child.other, parent.other = parent, child
    for leg in (parent, child):
        leg.doing = Doing.BRIDGED
        leg.exchange.logbook.note("bridged", leg, f"with {leg.other.handset.number}" if leg.other else "")
    wake(parent)


def end(leg: Leg, state: State, by: By) -> None:
    """End `leg`, once: the first end counts. Its script is interrupted, its parent's woken."""
    if not leg.moved_to(state, leg.exchange.now):
        return
    leg.ended_by = by
    leg.doing = Doing.WAITING
    if leg.limit:
        leg.limit.cancelled = True
    _part(leg)
    leg.exchange.logbook.note("ended" if leg.handset.last_leg is leg else "unreached", leg, f"{state} ({by})")
    leg.handset.lets_go(leg)
    report(leg, "completed")
    if leg.task:
        leg.task.interrupt(HungUp())
    if leg.parent:
        wake(leg.parent)


def _part(leg: Leg) -> None:
    other, leg.other = leg.other, None
    if other is not None:
        other.other = None
        other.doing = Doing.WAITING
        leg.exchange.logbook.note("parted", other)


def hung_up(leg: Leg) -> None:
    """The telephone at the end of `leg` was hung up, or gave up dialling."""
    by = By.CALLER if leg.direction == "inbound" else By.CALLEE
    state = State.COMPLETED if leg.is_answered else State(leg.exchange.knobs.unanswered_hangup)
    end(leg, state, by)


def wake(leg: Leg) -> None:
    """Let the script of `leg` look around."""
    if leg.task:
        leg.task.signal()


def _cut(leg: Leg) -> None:
    with leg.exchange.lock:
        end(leg, State.COMPLETED, By.TIME_LIMIT)
