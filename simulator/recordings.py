"""Recordings: what a message or a conversation leaves behind at Twilio."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from simulator import parameters, reports

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.legs import Leg
    from simulator.webhooks import Request


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording; `seconds` are whole ones."""

    sid: str
    call_sid: str
    url: str
    begun_at: datetime
    seconds: int
    source: str


def make(leg: Leg, begun: datetime, *, source: str, trims: bool = False) -> Recording:
    """Keep what was recorded on `leg` from `begun` until now; where it `trims`, without the silence at both ends."""
    length = leg.handset.spoken_since(begun) if trims else leg.exchange.now - begun
    sid = leg.exchange.new_sid("RE")
    url = f"{leg.exchange.api_url}/2010-04-01/Accounts/{leg.exchange.account}/Recordings/{sid}"
    made = Recording(sid, leg.sid, url, begun, int(length.total_seconds()), source)
    leg.exchange.recordings[sid] = made
    leg.exchange.logbook.note("recorded", leg, f"{made.seconds} s")
    return made


def report(leg: Leg, made: Recording, target: Request) -> None:
    """Tell that a recording is ready: without CallStatus and From, unless `Knobs.recording_tells_call`."""
    call = parameters.standard(leg, leg.exchange.account) if leg.exchange.knobs.recording_tells_call else {}
    params = call | {
        "AccountSid": leg.exchange.account,
        "CallSid": leg.sid,
        "RecordingSid": made.sid,
        "RecordingUrl": made.url,
        "RecordingStatus": "completed",
        "RecordingDuration": str(made.seconds),
        "RecordingChannels": "1",
        "RecordingStartTime": parameters.rfc2822(made.begun_at),
        "RecordingSource": made.source,
    }
    reports.post(leg, replace(target, params=params))
