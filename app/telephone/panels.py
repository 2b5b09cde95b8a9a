"""What stands below the telephones: points, the call's record, the last entries of the statement; and the clock above."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from rich.table import Table
from rich.text import Text

from app.telephone.book import CallSheet, Points
from app.telephone.conversation import plain
from app.telephone.desk import Pace
from app.telephone.looks import DASH, TIMES, bar, duration, grid, signed, time_of_day
from app.telephone.memory import Memory
from app.telephone.words import N_, Words
from billing import quarters
from billing.statements import StatementEntry
from models.local import to_local
from models.values import AttemptOutcome, CallOutcome, CallState, JournalKind, Policy

STATES: Final[Mapping[CallState, str]] = {
    CallState.ANSWERING: N_("answering"),
    CallState.RINGING: N_("ringing"),
    CallState.TALKING: N_("talking"),
    CallState.ENDED: N_("ended"),
}
OUTCOMES: Final[Mapping[CallOutcome, str]] = {
    CallOutcome.TALKED: N_("talked"),
    CallOutcome.WRONG_PIN: N_("wrong PIN"),
    CallOutcome.LOCKED_OUT: N_("locked out"),
    CallOutcome.NO_POINTS: N_("no points"),
    CallOutcome.DECLINED_PRICE: N_("price declined"),
    CallOutcome.NO_INPUT: N_("nothing keyed"),
    CallOutcome.NOBODY_ANSWERED: N_("nobody answered"),
    CallOutcome.CALLBACK_REQUESTED: N_("callback requested"),
    CallOutcome.MESSAGE_LEFT: N_("message left"),
    CallOutcome.CALLER_HUNG_UP: N_("caller hung up"),
    CallOutcome.FAILED: N_("failed"),
    CallOutcome.CLOSED: N_("closed"),
}
ATTEMPTS: Final[Mapping[AttemptOutcome, str]] = {
    AttemptOutcome.ACCEPTED: N_("accepted"),
    AttemptOutcome.DECLINED: N_("declined"),
    AttemptOutcome.NO_ANSWER: N_("no answer"),
    AttemptOutcome.BUSY: N_("busy"),
    AttemptOutcome.FAILED: N_("failed"),
    AttemptOutcome.NOT_ACCEPTED: N_("not accepted"),
    AttemptOutcome.CALLER_HUNG_UP: N_("caller hung up"),
}
KINDS: Final[Mapping[JournalKind, str]] = {
    JournalKind.PURCHASE: N_("purchase"),
    JournalKind.CORRECTION: N_("correction"),
    JournalKind.REFUND: N_("refund"),
    JournalKind.GRANT: N_("grant"),
}
SPEEDS: Final = (1, 10, 60)


def clock(words: Words, memory: Memory) -> Text:
    """The demo's time and how fast it goes."""
    moment = to_local(memory.now())
    pace = memory.pace or Pace(0.0, 1.0, 1.0, 0.0)
    speeds = " ".join(f"[{it}{TIMES}]" if it == pace.chosen else f" {it}{TIMES} " for it in SPEEDS)
    waits = "" if pace.speed == pace.chosen else f"  {words('(when they talk)')}"
    return Text.assemble(speeds, (waits, "italic"), "   ", f"{moment:%d.%m.%Y} ", (f"{moment:%H:%M:%S}", "bold"))


def points(words: Words, found: Points | None, quoted: int | None) -> Table | Text:
    """A customer's points, and the price that the caller was told."""
    if found is None:
        return Text(words("Nobody to show yet."), "dim")
    statement, table = found.statement, grid("wide", "right")
    table.add_row(Text(words("Balance")), Text(signed(statement.balance), "bold"))
    table.add_row(Text(words("Held")), Text(signed(statement.held)))
    table.add_row(Text(words("Available")), Text(signed(statement.available), "bold"))
    if quoted is not None:
        table.add_row(Text(words("Quarter price")), Text(str(quoted)))
    if found.policy is Policy.CREDIT:
        table.add_row(Text(words("Credit"), "dim"), Text(str(found.credit), "dim"))
    elif found.policy is Policy.INVOICE:
        table.add_row(Text(words("Rest invoiced"), "dim"), "")
    else:
        table.add_row(Text(words("No credit"), "dim"), "")
    return table


def record(words: Words, memory: Memory, sheet: CallSheet | None, accent: str, *, brief: bool) -> Table | Text:
    """The call's record, its time moving while it lasts. `brief`: without what the telephones tell too."""
    if sheet is None:
        return Text(words("No call yet. What the books say of it will stand here."), "dim")
    call, table = sheet.record, grid("left", "line")
    state = words(STATES[call.state]) + (f" · {words(OUTCOMES[call.outcome])}" if call.outcome else "")
    if not brief:
        table.add_row(_label(words("Line")), f"{plain(call.line)} {_name(memory, call.line)}")
    table.add_row(_label(words("State")), Text(state, "bold"))
    if not brief:
        table.add_row(_label(words("Accepted")), time_of_day(call.accepted_at) if call.accepted_at else DASH)
    table.add_row(_label(words("Talked")), _talked(words, memory, sheet, accent))
    table.add_row(_label(words("Charged")), _charged(words, sheet))
    table.add_row(_label(words("Rung")), _attempts(words, sheet))
    table.add_row(
        _label(words("Case")), Text(f"{call.case} {sheet.case_title}" if call.case else DASH, "bold" if call.case else "")
    )
    return table


def statement(words: Words, found: Points | None, most: int, *, brief: bool) -> Table | Text:
    """The last entries, the newest first. `brief`: without balance and case, which stand beside it."""
    entries = found.statement.entries if found else ()
    if not entries:
        return Text(words("Nothing was bought or charged yet."), "dim")
    table = grid("left", "line", "right", *(() if brief else ("right", "right")))
    for entry in reversed(entries[-most:]):
        beside = () if brief else (Text(signed(entry.balance), "dim"), Text(entry.case or " ", "dim"))
        table.add_row(Text(time_of_day(entry.at, brief=True), "dim"), _kind(words, entry), signed(entry.points), *beside)
    return table


def _label(text: str) -> Text:
    return Text(text, "dim")


def _name(memory: Memory, number: str) -> str:
    return memory.directory.name_of(number) or ""


def _talked(words: Words, memory: Memory, sheet: CallSheet, accent: str) -> Text:
    call = sheet.record
    if call.accepted_at is None:
        return Text(DASH)
    live = call.state is CallState.TALKING
    seconds = quarters.elapsed(call.accepted_at, memory.now()) if live else call.seconds
    return Text.assemble((duration(words, seconds), "bold"), " ", bar(seconds, accent) if live else "")


def _charged(words: Words, sheet: CallSheet) -> Text:
    call = sheet.record
    count = words.many("{count} quarter", "{count} quarters", call.quarters)
    cost = words.many("{count} point", "{count} points", -call.points)
    return Text(f"{count} · {signed(call.points)} {cost.partition(' ')[2]}", "bold")


def _attempts(words: Words, sheet: CallSheet) -> str:
    talks = sheet.record.state is CallState.TALKING
    open_word = words("accepted") if talks else words("rings")
    told = (f"{name} ({words(ATTEMPTS[outcome]) if outcome else open_word})" for name, outcome in reversed(sheet.attempts))
    return ", ".join(told) or DASH


def _kind(words: Words, entry: StatementEntry) -> str:
    if entry.kind is JournalKind.QUARTER:
        return words("quarter {number}", number=entry.quarter)
    return words(KINDS[entry.kind])
