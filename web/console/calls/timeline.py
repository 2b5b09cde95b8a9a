"""A call as a picture: a lane for the caller, one for each supporter who was rung, one for the quarters. Pure; places in per mille.

The minutes before somebody pressed 1 are short beside an hour of talk. Where they would be too small to see, they get a part of the
width of their own, and the picture says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from helpdesk.dossiers import Dossier, Rung
from models.values import AttemptOutcome, CallOutcome
from web.console.looks import ATTEMPTS
from web.papers import sides
from web.papers.figures import Figures
from web.words import Words

WHOLE: Final = 1000
BEFORE: Final = 350
"""The share of the width that the time before the talk gets, at least."""
A_SECOND: Final = timedelta(seconds=1)


@dataclass(frozen=True)
class Bar:
    """A stretch of time: what of (its colour), where it begins, how wide it is, and what it says to whoever points at it."""

    kind: str
    start: int
    width: int
    told: str


@dataclass(frozen=True)
class Lane:
    """What one of them did, as bars, and beside them in words."""

    name: str
    bars: tuple[Bar, ...]
    told: str


@dataclass(frozen=True)
class Tick:
    """A moment on the axis."""

    place: int
    at: datetime


@dataclass(frozen=True)
class Picture:
    """All of it; `stretched`: the time before the talk is drawn wider than the talk."""

    lanes: tuple[Lane, ...]
    ticks: tuple[Tick, ...]
    stretched: bool


@dataclass(frozen=True)
class Scale:
    """From moments to places, in one or two pieces."""

    start: datetime
    bend: datetime
    end: datetime
    bent: int

    def place(self, at: datetime) -> int:
        """Where a moment stands; one outside stands at the nearer end."""
        at = min(max(at, self.start), self.end)
        if at <= self.bend:
            return _share(at - self.start, self.bend - self.start, self.bent)
        return self.bent + _share(at - self.bend, self.end - self.bend, WHOLE - self.bent)

    def bar(self, kind: str, start: datetime, end: datetime, told: str) -> Bar:
        """A stretch of time, drawn."""
        left = self.place(start)
        return Bar(kind, left, max(0, self.place(end) - left), told)


def picture(dossier: Dossier, words: Words, *, now: datetime) -> Picture:
    """The call so far, or the whole of it."""
    facts = dossier.facts
    end = max(facts.end.at if facts.end else now, facts.started_at + A_SECOND)
    talk = facts.accepted_at if facts.outcome in {None, CallOutcome.TALKED} else None
    scale, is_stretched = scaled(facts.started_at, talk, end)
    drawing = _Drawing(dossier=dossier, scale=scale, talk=talk, end=end, words=words, figures=Figures(words))
    moments = [facts.started_at, *([talk] if talk else []), end]
    return Picture(tuple(drawing.lanes()), tuple(Tick(scale.place(at), at) for at in moments), is_stretched)


def scaled(start: datetime, talk: datetime | None, end: datetime) -> tuple[Scale, bool]:
    """The scale of a call, and whether what came before its talk is drawn wider than it was."""
    if talk is None or not start < talk < end:
        return Scale(start, end, end, WHOLE), False
    share = _share(talk - start, end - start, WHOLE)
    return Scale(start, talk, end, max(BEFORE, share)), share < BEFORE


def _share(part: timedelta, whole: timedelta, of: int) -> int:
    return of * (part // A_SECOND) // max(1, whole // A_SECOND)


@dataclass(frozen=True, kw_only=True)
class _Drawing:
    """What every lane is drawn with; `talk` is when the talk began, if there was one."""

    dossier: Dossier
    scale: Scale
    talk: datetime | None
    end: datetime
    words: Words
    figures: Figures

    def lanes(self) -> Iterator[Lane]:
        facts = self.dossier.facts
        yield Lane(facts.rings_out or self.words("The caller"), tuple(self._caller()), self._told_of_caller())
        for one in self.dossier.attempts:
            yield Lane(sides.rung(facts, one.name), tuple(self._rung(one)), self._told_of(one))
        if self.talk is not None and facts.quarters:
            yield Lane(self.words("Quarters"), tuple(self._quarters()), self.figures.points(facts.points))

    def _caller(self) -> Iterator[Bar]:
        facts, attempts = self.dossier.facts, self.dossier.attempts
        keys_until = attempts[0].rung_at if attempts else facts.price_accepted_at or self.talk or self.end
        yield self.scale.bar("keys", facts.started_at, keys_until, self.words("keys and listens"))
        waits_until = self.talk or self._searched_until()
        if keys_until < waits_until:
            yield self.scale.bar("waits", keys_until, waits_until, self.words("waits"))
        if self.talk is not None:
            yield self.scale.bar("talk", self.talk, self.end, self.words("talks"))
        elif waits_until < self.end:
            yield self.scale.bar("keys", waits_until, self.end, self._left_alone())

    def _left_alone(self) -> str:
        return self.words("hears what came of it") if self.dossier.facts.rings_out else self.words("hears what can be done instead")

    def _searched_until(self) -> datetime:
        """When the caller heard that nobody answers; where it did not come so far, the last moment at which somebody was rung."""
        ended = [one.ended_at for one in self.dossier.attempts if one.ended_at is not None]
        return self.dossier.unanswered_at or (max(ended) if ended and len(ended) == len(self.dossier.attempts) else self.end)

    def _told_of_caller(self) -> str:
        facts = self.dossier.facts
        if facts.seconds:
            return self.words("talked for {duration}", duration=self.figures.duration(facts.seconds))
        return self.words("not put through") if facts.end else self.words("not put through yet")

    def _rung(self, one: Rung) -> Iterator[Bar]:
        over = min(one.ended_at or self.end, self.end)
        hears = self.words("hears who rings") if self.dossier.facts.rings_out else self.words("hears who calls")
        yield self.scale.bar("ring", one.rung_at, one.picked_up_at or over, self.words("rings"))
        if one.picked_up_at is not None:
            yield self.scale.bar("screen", one.picked_up_at, one.accepted_at or over, hears)
        if one.accepted_at is not None:
            yield self.scale.bar("talk", one.accepted_at, over, self.words("talks"))

    def _told_of(self, one: Rung) -> str:
        answered = one.picked_up_at or min(one.ended_at or self.end, self.end)
        rang = self.figures.duration(max(0, (answered - one.rung_at) // A_SECOND))
        outcome = AttemptOutcome.ACCEPTED if one.outcome is None and one.accepted_at else one.outcome
        facts = self.dossier.facts
        told = sides.of(facts).attempts[outcome] if facts.rings_out and outcome else ATTEMPTS[outcome][2]
        return self.words("rang for {duration}: {outcome}", duration=rang, outcome=self.words(told))

    def _quarters(self) -> Iterator[Bar]:
        begun = [(one, one.starts_at) for one in self.dossier.facts.quarters if one.starts_at and one.starts_at < self.end]
        ends = [*(starts_at for _, starts_at in begun), self.end][1:]
        for (one, starts_at), until in zip(begun, ends, strict=True):
            points = self.figures.points(one.charged) if one.charged is not None else self.words("not charged yet")
            told = self.words("quarter {number}: {points}", number=one.quarter, points=points)
            yield self.scale.bar("quarter odd" if one.quarter % 2 else "quarter", starts_at, until, told)
