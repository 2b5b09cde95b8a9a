"""What the desk tells (`control`): telephones, calls and events, as JSON."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.exchange import Exchange
    from simulator.handset import Handset
    from simulator.legs import Leg
    from simulator.records import Happening

Json = dict[str, Any]


def telephone(handset: Handset, *, after: int | None = None) -> Json:
    """A telephone as it is now, with what it went through after that event."""
    leg, notes = handset.leg, handset.notes
    other = None if leg is None else leg.to if leg.direction == "inbound" else leg.from_
    return {
        "number": handset.number,
        "state": handset.state,
        "rings": handset.rings,
        "call": leg.sid if leg else None,
        "with": leg.other.handset.number if leg and leg.other else other,
        "shows": leg.from_ if leg and handset.rings else None,
        "keyed": leg.keyed if leg else "",
        "since": (notes[-1].at if notes else handset.exchange.opened_at).isoformat(),
        "behaviour": asdict(handset.behaviour),
        "last": notes[-1].id if notes else 0,
        "events": [event(note) for note in notes if note.id > (after or 0)],
    }


def event(it: Happening) -> Json:
    """Something that happened."""
    told = {"id": it.id, "at": it.at.isoformat(), "kind": it.kind, "number": it.number, "call": it.sid, "text": it.text}
    return {**told, "language": it.language} if it.language else told


def call(leg: Leg) -> Json:
    """A call that a telephone made, in short."""
    return {"call": leg.sid, "from": leg.from_, "to": leg.to, "at": leg.created_at.isoformat(), "over": leg.is_over}


def recorded(exchange: Exchange, leg: Leg) -> Json:
    """All that happened at the telephones of a call, in order."""
    legs = [leg, *leg.children]
    sids, numbers = {one.sid for one in legs}, dict.fromkeys(one.handset.number for one in legs)
    events = [event(it) for it in exchange.logbook.happenings if it.sid in sids]
    return {**call(leg), "telephones": list(numbers), "events": events}
