"""Dial: rings other telephones, lets them be asked, connects, and tells its action how it went (twilio-contract §3.2)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from simulator import calls, recordings
from simulator.callee import dialled, is_allowed
from simulator.fetching import ignored
from simulator.legs import By, Doing, State
from simulator.numbers import plain
from simulator.tasks import HungUp, Key, Moved, Wait
from simulator.twiml import Verb

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence
    from datetime import datetime

    from simulator.legs import Leg
    from simulator.run import Perform, Run, Step
    from simulator.webhooks import Request


def dial(perform: Perform, run: Run, verb: Verb) -> Generator[Any, Any, Step]:
    """Ring, connect, and go on with `action`, or with the next verb where there is none."""
    course = _Course(perform, run, verb)
    run.leg.doing = Doing.DIALLING
    try:
        yield from course.run_through()
    except (HungUp, Moved) as gone:
        course.cut()
        if "action" in verb.attributes and (isinstance(gone, Moved) or run.exchange.knobs.action_after_hangup):
            yield from ignored(run.leg, course.action(gone))
        raise
    return course.action() if "action" in verb.attributes else None


class _Course:
    """One Dial under way."""

    def __init__(self, perform: Perform, run: Run, verb: Verb) -> None:
        self.perform = perform
        self.run, self.verb, self.exchange = run, verb, run.exchange
        self.nouns = verb.children or (Verb("Number", {}, verb.text),)
        self.rung: list[Leg] = []
        self.winner: Leg | None = None

    def run_through(self) -> Generator[Any, Any, None]:
        """Ring everybody at once, or one after another, until one has answered; then wait for that one's end."""
        caller_id = plain(self.verb.says("callerId", self.run.leg.from_))
        if not is_allowed(self.run.leg, caller_id):
            message = f"<Dial> may not show {caller_id!r} as its caller id"
            self.exchange.logbook.problem(13214, message, self.run.leg)
            return
        one_by_one = [(noun,) for noun in self.nouns] if self.verb.is_on("sequential") else [self.nouns]
        for nouns in one_by_one:
            ringing = [dialled(self.perform, self.run, noun, caller_id) for noun in nouns]
            self.rung += ringing
            yield from self.ring(ringing)
            if self.winner:
                yield from self.talk(self.winner)
                return

    def ring(self, ringing: Sequence[Leg]) -> Generator[Any, Any, None]:
        """Until the first answers, all have ended, or it has rung long enough."""
        seconds = int(self.verb.says("timeout", "30")) + self.exchange.knobs.ring_extra
        until = self.exchange.now + timedelta(seconds=seconds)
        while not self.answered(ringing) and self.exchange.now < until and any(not leg.is_over for leg in ringing):
            yield Wait(until)
        for leg in ringing:
            if leg is not self.winner and not leg.is_over:
                state, by = (State.CANCELED, By.OTHER_LEG) if self.winner else (State.NO_ANSWER, By.TIMEOUT)
                calls.end(leg, state, by)

    def answered(self, ringing: Sequence[Leg]) -> bool:
        """Whether one of them picked up: that one wins, however briefly it was."""
        self.winner = next((leg for leg in ringing if leg.is_answered), None)
        return self.winner is not None

    def talk(self, child: Leg) -> Generator[Any, Any, None]:
        """Until one of them leaves or the time limit has passed."""
        while not child.is_over and not child.detached:
            limit = self.limit(child)
            if limit is not None and self.exchange.now >= limit:
                calls.end(child, State.COMPLETED, By.TIME_LIMIT)
                return
            happening = yield Wait(limit)
            if isinstance(happening, Key) and happening.digit == "*" and self.verb.is_on("hangupOnStar"):
                calls.end(child, State.COMPLETED, By.CALLER)

    def limit(self, child: Leg) -> datetime | None:
        """When `child` has talked long enough; None while its time has not begun."""
        begun = child.answered_at if self.exchange.knobs.time_limit_from == "answer" else child.bridged_at
        return begun and begun + timedelta(seconds=int(self.verb.says("timeLimit", "14400")))

    def cut(self) -> None:
        """The caller is gone: whoever still rings or talks is cut off."""
        self.winner = self.winner or next((leg for leg in self.rung if leg.is_answered and not leg.is_over), None)
        for leg in self.rung:
            if not leg.is_over:
                state = State.COMPLETED if leg.is_answered else State.CANCELED
                calls.end(leg, state, By.OTHER_LEG)

    def action(self, gone: HungUp | Moved | None = None) -> Request:
        """The request that tells how it went."""
        leg = self.winner or (self.rung[-1] if self.rung else None)
        params = {"DialCallStatus": self.result(gone)}
        if leg is not None:
            params["DialCallSid"] = leg.sid
        if self.exchange.knobs.dial_bridged:
            params["DialBridged"] = "true" if leg and leg.bridged_at else "false"
        if leg and leg.is_answered and not leg.detached:
            params["DialCallDuration"] = str(leg.seconds)
            params |= self.recorded(leg)
        elif self.exchange.knobs.no_answer_with_duration:
            params["DialCallDuration"] = "0"
        return self.run.request("action", self.verb.says("action"), self.verb.says("method", "POST"), **params)

    def result(self, gone: HungUp | Moved | None) -> str:
        """DialCallStatus: `completed` says only that somebody or something had answered."""
        if isinstance(gone, HungUp):
            return self.left_behind()
        if self.winner:
            return State.COMPLETED if gone or self.winner.bridged_at else self.exchange.knobs.never_bridged
        if gone is not None:
            return State.CANCELED
        ends = [leg.state for leg in self.rung]
        order = (State.NO_ANSWER, State.BUSY, State.CANCELED)
        return next((state for state in order if state in ends), State.FAILED)

    def left_behind(self) -> str:
        """DialCallStatus when the caller has hung up, by how far it had come."""
        knobs = self.exchange.knobs
        if self.winner is None:
            return knobs.hangup_in_ringing
        return knobs.hangup_in_talk if self.winner.bridged_at else knobs.hangup_in_whisper

    def recorded(self, leg: Leg) -> dict[str, str]:
        """What a recorded conversation adds."""
        if self.verb.says("record", "do-not-record") in {"do-not-record", "false"} or leg.answered_at is None:
            return {}
        made = recordings.make(leg, leg.answered_at, source="DialVerb")
        return {"RecordingUrl": made.url, "RecordingSid": made.sid, "RecordingDuration": str(made.seconds)}
