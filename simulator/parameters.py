"""The parameters that Twilio sends (twilio-contract §1.3, §1.4, §4.2)."""

from __future__ import annotations

from email.utils import format_datetime
from typing import TYPE_CHECKING

from simulator.legs import State
from simulator.numbers import country

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.legs import Leg

API_VERSION = "2010-04-01"
PLACES = ("City", "State", "Zip")
SIP_CODES = {
    State.COMPLETED: "200",
    State.BUSY: "486",
    State.NO_ANSWER: "487",
    State.CANCELED: "487",
    State.FAILED: "480",
}


def standard(leg: Leg, account: str) -> dict[str, str]:
    """What every request about `leg` carries, legacy twins and empty places included."""
    knobs = leg.exchange.knobs
    params = {
        "CallSid": leg.sid,
        "AccountSid": account,
        "From": leg.from_,
        "To": leg.to,
        "CallStatus": _call_status(leg),
        "ApiVersion": API_VERSION,
        "Direction": leg.direction,
    }
    if leg.parent is not None:
        params["ParentCallSid"] = leg.parent.sid
    for name, twin, number in (("From", "Caller", leg.from_), ("To", "Called", leg.to)):
        words = (name, twin) if knobs.legacy_twins else (name,)
        params |= dict.fromkeys(words, number) | {f"{word}Country": country(number) for word in words}
        if knobs.unknown_places == "empty":
            params |= {f"{word}{place}": "" for word in words for place in PLACES}
    return params


def _call_status(leg: Leg) -> str:
    knobs = leg.exchange.knobs
    if leg.direction == "inbound" and leg.state is State.RINGING:
        return knobs.first_status
    return knobs.status_of_gone if leg.state is State.COMPLETED else str(leg.state)


def status(leg: Leg, account: str, event: str, now: datetime) -> dict[str, str]:
    """What a status callback about `event` carries; counts it, so that the next has the next SequenceNumber."""
    params = standard(leg, account) | {
        "CallStatus": "initiated" if event == "initiated" else str(leg.state),
        "Timestamp": rfc2822(now),
        "SequenceNumber": str(leg.events),
        "CallbackSource": "call-progress-events",
    }
    leg.events += 1
    if event == "completed":
        params["CallDuration"] = str(leg.seconds)
        params["Duration"] = str(-(-leg.seconds // 60))
        params["SipResponseCode"] = SIP_CODES[leg.state]
    return params


def rfc2822(moment: datetime | None) -> str:
    """`Fri, 20 Aug 2010 01:13:42 +0000`, or nothing for nothing."""
    return format_datetime(moment) if moment else ""
