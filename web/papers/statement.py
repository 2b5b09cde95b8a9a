"""A customer's statement in words: what there was, every entry in the order of writing, what there is then; calls and cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from billing.statements import Statement, StatementEntry
from helpdesk.statements import CustomerStatement, StatementCall
from models.values import CallOutcome, CallState, CaseState, JournalKind
from web.papers import charges
from web.papers.figures import Figures
from web.papers.paper import Cell, Column, Kind, Paper, Table
from web.words import N_, Words

KINDS: Final[Mapping[JournalKind, str]] = {
    JournalKind.PURCHASE: N_("Purchase"),
    JournalKind.QUARTER: N_("Quarter {number}"),
    JournalKind.CORRECTION: N_("Correction"),
    JournalKind.REFUND: N_("Refund"),
    JournalKind.GRANT: N_("Grant"),
}
OUTCOMES: Final[Mapping[CallOutcome, str]] = {
    CallOutcome.TALKED: N_("Talked"),
    CallOutcome.WRONG_PIN: N_("Wrong PIN"),
    CallOutcome.LOCKED_OUT: N_("Locked out"),
    CallOutcome.NO_POINTS: N_("Not enough points"),
    CallOutcome.DECLINED_PRICE: N_("Price declined"),
    CallOutcome.NO_INPUT: N_("Nothing keyed"),
    CallOutcome.NOBODY_ANSWERED: N_("Nobody answered"),
    CallOutcome.CALLBACK_REQUESTED: N_("Callback requested"),
    CallOutcome.MESSAGE_LEFT: N_("Message left"),
    CallOutcome.CALLER_HUNG_UP: N_("Caller hung up"),
    CallOutcome.FAILED: N_("Failed"),
    CallOutcome.CLOSED: N_("Outside opening hours"),
}
CASES: Final[Mapping[CaseState, str]] = {CaseState.OPEN: N_("Open"), CaseState.CLOSED: N_("Closed")}


def paper(made: CustomerStatement, words: Words) -> Paper:
    """The statement as a paper in the language of `words`."""
    figures = Figures(words)
    return Paper(
        title=words("Statement of points"),
        words=words,
        made_at=made.made_at,
        facts=tuple(_facts(made, words, figures)),
        tables=(_entries(made, words, figures), _calls(made, words), _cases(made, words)),
        notes=(
            words("Entries stand in the order in which they were written; the time beside each says when it happened."),
            words("Times are local, Europe/Copenhagen."),
        ),
    )


def _facts(made: CustomerStatement, words: Words, figures: Figures) -> list[tuple[str, str]]:
    one = made.statement
    added = sum(entry.points for entry in one.entries if entry.points > 0)
    used = sum(entry.points for entry in one.entries if entry.points < 0)
    facts = [
        (words("Customer"), f"{one.customer} {made.name}"),
        (words("Period"), _period(one, words, figures)),
        (words("Opening balance"), figures.points(one.opening)),
        (words("Added"), figures.points(added)),
        (words("Used"), figures.points(used)),
        (words("Closing balance"), figures.points(one.closing)),
    ]
    if one.until is None or one.until > made.made_at:
        facts += [(words("Held for running calls"), figures.points(one.held)), (words("Available"), figures.points(one.available))]
    return [*facts, (words("Made"), figures.minute(made.made_at))]


def _period(one: Statement, words: Words, figures: Figures) -> str:
    since = figures.minute(one.since) if one.since else words("the beginning")
    until = figures.minute(one.until) if one.until else words("now")
    return words("from {since} to {until}", since=since, until=until)


def _entries(made: CustomerStatement, words: Words, figures: Figures) -> Table:
    one = made.statement
    columns = (
        Column(heading=words("No."), kind=Kind.NUMBER, width=9),
        Column(heading=words("When"), kind=Kind.MOMENT, width=21),
        Column(heading=words("What"), width=58),
        Column(heading=words("Case"), width=11),
        Column(heading=words("Points"), kind=Kind.CHANGE, width=13),
        Column(heading=words("Balance"), kind=Kind.NUMBER, width=14),
        Column(heading=words("Written"), kind=Kind.MOMENT),
        Column(heading=words("When (UTC)")),
        Column(heading=words("Call")),
        Column(heading=words("Quarter"), kind=Kind.NUMBER),
        Column(heading=words("Reference")),
        Column(heading=words("Reason")),
        Column(heading=words("By")),
    )
    nothing: tuple[Cell, ...] = (None,) * 7
    first = (None, one.since, words("Opening balance"), None, None, one.opening, *nothing)
    last = (None, one.until, words("Closing balance"), None, None, one.closing, *nothing)
    calls = {call.call: call for call in made.calls}
    rows = (first, *(_entry(entry, one, calls=calls, words=words, figures=figures) for entry in one.entries), last)
    return Table(title=words("Entries"), columns=columns, rows=rows, strong=frozenset({0, len(rows) - 1}))


def _entry(
    entry: StatementEntry, one: Statement, *, calls: Mapping[str, StatementCall], words: Words, figures: Figures
) -> tuple[Cell, ...]:
    call = calls.get(entry.call or "")
    what = [
        words(KINDS[entry.kind], number=entry.quarter) if entry.kind is JournalKind.QUARTER else words(KINDS[entry.kind]),
        *([words("quarter {number}", number=entry.beside)] if entry.beside else []),
        *([words("call {at}", at=figures.short(call.started_at))] if call else []),
        *([entry.reference] if entry.reference else []),
        *([charges.reason(entry.reason, words)] if entry.reason else []),
        *([words("takes back no. {entry}", entry=entry.reverses)] if entry.reverses else []),
        *([words("written {at}", at=figures.short(entry.written_at))] if _is_late(entry, one) else []),
    ]
    return (
        entry.entry,
        entry.at,
        " · ".join(what),
        entry.case,
        entry.points,
        entry.balance,
        entry.written_at,
        entry.at.isoformat(timespec="seconds").replace("+00:00", "Z"),
        entry.call,
        entry.about,
        entry.reference,
        charges.reason(entry.reason, words) if entry.reason else None,
        charges.actor(entry, words),
    )


def _is_late(entry: StatementEntry, one: Statement) -> bool:
    """Whether an entry happened before the period in which it was written, so that a reader would look for it there."""
    return one.since is not None and entry.at < one.since


def _calls(made: CustomerStatement, words: Words) -> Table:
    columns = (
        Column(heading=words("Call"), width=52),
        Column(heading=words("Started"), kind=Kind.MOMENT, width=24),
        Column(heading=words("Person"), width=22),
        Column(heading=words("Supporter"), width=16),
        Column(heading=words("What became of it"), width=25),
        Column(heading=words("Case"), width=11),
        Column(heading=words("Duration"), kind=Kind.DURATION, width=16),
        Column(heading=words("Quarters"), kind=Kind.NUMBER, width=12),
        Column(heading=words("Points"), kind=Kind.CHANGE, width=12),
    )
    rows = tuple(
        (
            call.call,
            call.started_at,
            call.person,
            call.supporter,
            _outcome(call, words),
            call.case,
            call.seconds or None,
            call.quarters,
            call.points,
        )
        for call in made.calls
    )
    return Table(title=words("Calls"), columns=columns, rows=rows, empty=words("No calls in this period."))


def _outcome(call: StatementCall, words: Words) -> str:
    if call.outcome is not None:
        return words(OUTCOMES[call.outcome])
    return words("Talks") if call.state is CallState.TALKING else words("Goes on")


def _cases(made: CustomerStatement, words: Words) -> Table:
    columns = (
        Column(heading=words("Case"), width=14),
        Column(heading=words("Title"), width=76),
        Column(heading=words("State"), width=16),
        Column(heading=words("Calls"), kind=Kind.NUMBER, width=14),
        Column(heading=words("Points"), kind=Kind.CHANGE, width=14),
    )
    rows = tuple((case.case, case.title, words(CASES[case.state]), case.calls, case.points) for case in made.cases)
    return Table(title=words("Cases"), columns=columns, rows=rows, empty=words("No cases in this period."))
