"""Record: a message, until a key, silence, its longest length or the end of the call (twilio-contract §3.4)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from simulator import recordings
from simulator.fetching import ignored
from simulator.legs import Doing
from simulator.tasks import HungUp, Key, Wait

if TYPE_CHECKING:
    from collections.abc import Generator
    from datetime import datetime

    from simulator.run import Run, Step
    from simulator.twiml import Verb
    from simulator.webhooks import Request

ANY_KEY = "0123456789*#"


def record(run: Run, verb: Verb) -> Generator[Any, Any, Step]:
    """Record what is said; the recording goes to `action`, with the key that ended it (`hangup` if the caller did)."""
    begun = run.exchange.now
    run.leg.question += 1
    run.leg.doing = Doing.RECORDING
    run.exchange.logbook.note("recording", run.leg, "begins with a beep" if verb.says("playBeep") != "false" else "")
    try:
        digits = yield from _until_over(run, verb, begun)
    except HungUp:
        if run.exchange.knobs.action_after_hangup:
            yield from ignored(run.leg, _action(run, verb, begun, _digits_of_hang_up(run)))
        raise
    empty = run.leg.handset.silent_since(begun)
    if empty and not run.exchange.knobs.empty_recording_action:
        return None
    return _action(run, verb, begun, digits)


def _until_over(run: Run, verb: Verb, begun: datetime) -> Generator[Any, Any, str]:
    longest = begun + timedelta(seconds=int(verb.says("maxLength", "3600")))
    silence = timedelta(seconds=int(verb.says("timeout", "5")))
    keys = verb.says("finishOnKey", ANY_KEY)
    while True:
        until = min(longest, max(begun, run.leg.handset.spoken_until(begun)) + silence)
        if run.exchange.now >= until:
            return ""
        happening = yield Wait(until)
        if isinstance(happening, Key) and happening.digit in keys:
            return happening.digit


def _digits_of_hang_up(run: Run) -> str | None:
    knob = run.exchange.knobs.hangup_as_digits
    return {"hangup": "hangup", "empty": "", "absent": None}[knob]


def _action(run: Run, verb: Verb, begun: datetime, digits: str | None) -> Request:
    trims = verb.says("trim", "trim-silence" if run.exchange.knobs.trims_silence else "do-not-trim") == "trim-silence"
    made = recordings.make(run.leg, begun, source="RecordVerb", trims=trims)
    if "recordingStatusCallback" in verb.attributes:
        target = run.request("recording", verb.says("recordingStatusCallback"), verb.says("recordingStatusCallbackMethod", "POST"))
        recordings.report(run.leg, made, target)
    params = {
        "RecordingUrl": made.url,
        "RecordingSid": made.sid,
        "RecordingDuration": str(made.seconds),
    }
    if digits is not None:
        params["Digits"] = digits
    return run.request("action", verb.says("action", run.url), verb.says("method", "POST"), **params)
