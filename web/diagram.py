"""A call as a sequence diagram: rows between four lanes (caller, Døgnvagt, supporter, books), each a small sentence. Pure.

The rows come in the order of time; `web.drawing` draws them, for the telephone page and for whoever shows a call. They grow: a row
that is there stays, under the same `key`. Nothing that was keyed but a menu's one key is in them (R2).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from html import unescape
from typing import Final

from billing.explanations import QuarterFacts
from billing.statements import PostedEntry
from helpdesk.courses import Course, ReportFacts, TurnFacts
from helpdesk.explanations import AttemptFacts, Explanation
from helpdesk.records import ErrandRecord
from models.values import AttemptOutcome, CallOutcome, ErrandState, HoldState, JournalKind
from web.papers import sides
from web.papers.explanation import MARKS, TASKS
from web.papers.figures import Figures
from web.steps import in_words, pretty
from web.words import N_, Words

VERB: Final = re.compile(r"<([A-Z]\w*)")
SAID: Final = re.compile(r"<Say[^>]*>([^<]*)</Say>")
KEYED: Final[Mapping[str, str]] = {
    "": N_("keys nothing"),
    "*": N_("keys * to hear it again"),
    "several": N_("keys several keys"),
    "pin": N_("keys a PIN"),
    "case": N_("keys a case number"),
}
LOOKED_UP: Final[Mapping[str, str]] = {
    "right": N_("it is known"),
    "wrong": N_("nobody knows it"),
    "locked": N_("the number is locked out"),
}
WORDLESS: Final[Mapping[str, str]] = {
    "Hangup": N_("hangs up"),
    "Play": N_("plays music"),
    "": N_("says nothing more: the two are connected"),
}
ENDS: Final[Mapping[CallOutcome, str]] = {
    CallOutcome.TALKED: N_("the two have talked"),
    CallOutcome.NO_POINTS: N_("there were too few points for the first quarter"),
}
MESSAGES: Final[Mapping[ErrandState, str]] = {
    ErrandState.DUE: N_("is on its way"),
    ErrandState.DONE: N_("was sent"),
    ErrandState.KEPT: N_("is kept: nothing is set up to send it with"),
    ErrandState.FAILED: N_("could not be sent"),
    ErrandState.UNDECIDED: N_("was sent, perhaps; it is being looked up"),
}


class Lane(IntEnum):
    """Who stands where, from left to right. What the provider reports comes from the lane of the telephone that it is about.

    Of a callback the two change places: the first telephone is the supporter's.
    """

    CALLER = 1
    HOUSE = 2
    SUPPORTER = 3
    BOOKS = 4


class Kind(StrEnum):
    """What sort of row it is; of rows of one moment the earlier kind stands first."""

    WEBHOOK = "webhook"
    REPORT = "report"
    OUTCOME = "outcome"
    HOLD = "hold"
    ENTRY = "entry"
    BRIDGE = "bridge"
    ANSWER = "answer"
    RING = "ring"
    END = "end"
    TASK = "task"
    MESSAGE = "message"
    MARK = "mark"


ORDER: Final = tuple(Kind)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One arrow, or a dot where it stays in its lane. `code` is a step or verbs, `twiml` the whole document."""

    key: str
    at: datetime
    kind: Kind
    source: Lane
    target: Lane
    title: str
    detail: str = ""
    code: str = ""
    twiml: str = ""

    @property
    def course(self) -> str:
        """Where the arrow runs, for the style sheet: its lanes from left to right, and which end is its head."""
        low, high = sorted((self.source, self.target))
        head = "both" if self.kind is Kind.BRIDGE else "dot" if low == high else "right" if self.target == high else "left"
        return f"lanes-{low}-{high} {head}"


def rows(course: Course, words: Words) -> tuple[Row, ...]:
    """Every row, in the order of time; rows of one moment in the order in which they follow from each other."""
    figures, facts = Figures(words), course.facts
    names = {number: sides.rung(facts, one.name) for number, one in enumerate(facts.attempts, start=1)}
    made = [
        *(row for turn in course.turns for row in _turn(turn, facts, names, words)),
        *(_report(one, names, words) for one in course.reports),
        *(row for number, one in enumerate(facts.attempts, start=1) for row in _attempt(number, one, facts, words)),
        *(row for one in facts.quarters for row in _hold(one, words, figures)),
        *_entries(facts, words, figures),
        *_bridge(facts, words, figures),
        *(_message(one, facts, words) for one in course.errands),
    ]
    for task in course.tasks:
        title = words(TASKS[task.kind])
        made.append(_row(f"task-{task.task}", task.at, Kind.TASK, Lane.HOUSE, Lane.HOUSE, title=title))
    for mark in course.marks:
        title = words(MARKS[mark.action]) if mark.action in MARKS else ""
        made.append(_row(f"mark-{mark.mark}", mark.at, Kind.MARK, Lane.HOUSE, Lane.HOUSE, title=title, code=mark.action))
    return tuple(sorted(made, key=lambda row: (row.at, ORDER.index(row.kind))))


def _row(key: str, at: datetime, kind: Kind, source: Lane, target: Lane, *, title: str, **more: str) -> Row:  # noqa: PLR0917 - an arrow reads from left to right
    return Row(key=key, at=at, kind=kind, source=source, target=target, title=title, **more)


def _turn(turn: TurnFacts, facts: Explanation, names: Mapping[int, str], words: Words) -> Iterator[Row]:
    """The webhook and its answer."""
    lane = Lane.CALLER if turn.attempt is None else Lane.SUPPORTER
    key, name = f"{turn.attempt or 0}-{turn.number}", names.get(turn.attempt or 0)
    heard = _heard(turn, facts, words)
    heard = f"{name}: {heard}" if name else heard
    yield _row(
        f"heard-{key}", turn.at, Kind.WEBHOOK, lane, Lane.HOUSE, title=heard, detail=in_words(turn.step, words), code=turn.step
    )
    verbs = [verb for verb in VERB.findall(turn.answer) if verb != "Response"]
    said = " ".join(unescape(text) for text in SAID.findall(turn.answer))
    title = words("“{said}”", said=said) if said else words(WORDLESS.get(verbs[0] if verbs else "", N_("answers")))
    twiml = pretty(turn.answer)
    yield _row(
        f"answer-{key}", turn.at, Kind.ANSWER, Lane.HOUSE, lane, title=title, code=" ".join(verbs) or "Response", twiml=twiml
    )


def _heard(turn: TurnFacts, facts: Explanation, words: Words) -> str:
    heard = turn.heard
    if turn.number == 1:
        return words("calls {line}", line=facts.line_name) if turn.attempt is None and not facts.rings_out else words("picks up")
    if "keys" in heard:
        keys = str(heard["keys"]) if len(heard["keys"]) == 1 or heard["keys"] in KEYED else "several"
        told = words(KEYED[keys]) if keys in KEYED else words("keys {key}", key=keys)
        return f"{told}: {words(LOOKED_UP[heard['looked_up']])}" if heard.get("looked_up") in LOOKED_UP else told
    if "recorded" in heard:
        return words("has left a message of {seconds} s", seconds=heard["recorded"])
    return words("an error came between") if "error" in heard else words("asks how it goes on")


def _report(one: ReportFacts, names: Mapping[int, str], words: Words) -> Row:
    lane = Lane.CALLER if one.attempt is None else Lane.SUPPORTER
    told = words("the provider reports: {status}", status=one.status or one.kind.value)
    name = names.get(one.attempt or 0)
    title = f"{name}: {told}" if name else told
    detail = words("{seconds} s by its count", seconds=one.seconds) if one.seconds else ""
    return _row(f"report-{one.report}", one.at, Kind.REPORT, lane, Lane.HOUSE, title=title, detail=detail, code=one.kind.value)


def _attempt(number: int, one: AttemptFacts, facts: Explanation, words: Words) -> Iterator[Row]:
    name, told = sides.rung(facts, one.name), sides.of(facts).attempts
    title = words("rings {name}", name=name)
    yield _row(f"ring-{number}", one.rung_at, Kind.RING, Lane.HOUSE, Lane.SUPPORTER, title=title)
    if one.ended_at is not None and one.outcome not in {None, AttemptOutcome.ACCEPTED}:
        title = f"{name}: {words(told[one.outcome or AttemptOutcome.FAILED])}"
        yield _row(f"rung-{number}", one.ended_at, Kind.OUTCOME, Lane.SUPPORTER, Lane.HOUSE, title=title)


def _hold(one: QuarterFacts, words: Words, figures: Figures) -> Iterator[Row]:
    hold, quarter = one.hold, one.quarter
    if hold is None:
        return
    title = words("{points} held for quarter {number}", points=figures.points(hold.points), number=quarter)
    yield _row(f"hold-{quarter}", hold.held_at, Kind.HOLD, Lane.HOUSE, Lane.BOOKS, title=title)
    if hold.state is HoldState.RELEASED and hold.ended_at is not None:
        title = words("{points} of quarter {number} released", points=figures.points(hold.points), number=quarter)
        yield _row(f"release-{quarter}", hold.ended_at, Kind.HOLD, Lane.BOOKS, Lane.HOUSE, title=title)


def _entries(facts: Explanation, words: Words, figures: Figures) -> Iterator[Row]:
    for one in facts.quarters:
        period = one.tag.period.name if one.tag else ""
        for entry in one.entries:
            title = words("{change} for quarter {number}", change=figures.change(entry.points), number=one.quarter)
            detail = period if entry.kind is JournalKind.QUARTER else entry.reason or ""
            yield _entry(entry, title, detail)
    for entry in facts.others:
        yield _entry(entry, figures.change(entry.points), entry.reason or "")


def _entry(one: PostedEntry, title: str, detail: str) -> Row:
    key, at = f"entry-{one.entry}", one.written_at
    return _row(key, at, Kind.ENTRY, Lane.HOUSE, Lane.BOOKS, title=title, detail=detail, code=one.kind)


def _bridge(facts: Explanation, words: Words, figures: Figures) -> Iterator[Row]:
    """What happened to the two of them: connected, and the end."""
    talked = facts.outcome in {None, CallOutcome.TALKED}
    if facts.accepted_at is not None and talked:
        title = words("{name} and the caller hear each other: the clock runs", name=facts.supporter)
        if facts.rings_out:
            title = words("{name} and the customer hear each other", name=facts.supporter)
        yield _row("bridge", facts.accepted_at, Kind.BRIDGE, Lane.CALLER, Lane.SUPPORTER, title=title)
    if facts.end is None or facts.outcome is None:
        return
    if facts.outcome is CallOutcome.TALKED:
        title = words("the talk is over: {duration}", duration=figures.duration(facts.seconds))
    else:
        title = words("the call is over: {outcome}", outcome=words(ended(facts, facts.outcome)))
    yield _row("end", facts.end.at, Kind.END, Lane.HOUSE, Lane.HOUSE, title=title)


def ended(facts: Explanation, outcome: CallOutcome) -> str:
    """How it ended; to be told in the reader's language."""
    return ENDS.get(outcome) or sides.of(facts).outcomes[outcome]


def _message(one: ErrandRecord, facts: Explanation, words: Words) -> Row:
    whose = ("supporter", "person") if facts.rings_out else ("person", "supporter")
    lane = dict(zip(whose, (Lane.CALLER, Lane.SUPPORTER), strict=True)).get((one.to or "").partition(":")[0], Lane.HOUSE)
    title = words(
        "{kind} {state}",
        kind=words("a text message") if one.kind == "text" else words("a letter"),
        state=words(MESSAGES[one.state]),
    )
    return _row(
        f"message-{one.errand}", one.done_at or one.asked_at, Kind.MESSAGE, Lane.HOUSE, lane, title=title, code=one.notice or ""
    )
