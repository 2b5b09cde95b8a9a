"""The billing log as a paper: every journal that was chosen, in the order of writing, for spreadsheets."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from billing.journals import LoggedJournal
from models.values import JournalKind
from web.papers import charges
from web.papers.paper import Cell, Column, Kind, Paper, Table
from web.papers.statement import KINDS
from web.words import Words


def paper(found: Sequence[LoggedJournal], words: Words, *, filters: Sequence[tuple[str, str]], made_at: datetime) -> Paper:
    """The log as a paper in the language of `words`; `filters` are label and value of what narrowed it."""
    return Paper(
        title=words("Billing log"),
        words=words,
        made_at=made_at,
        facts=tuple(filters),
        tables=(Table(title=words("Journals"), columns=_columns(words), rows=tuple(_row(one, words) for one in found)),),
        notes=(words("Journals stand in the order in which they were written."), words("Times are local, Europe/Copenhagen.")),
    )


def what(one: LoggedJournal, words: Words) -> str:
    """What a journal is, in a word or two: "Quarter 2", "Refund"."""
    return words(KINDS[one.kind], number=one.quarter) if one.kind is JournalKind.QUARTER else words(KINDS[one.kind])


def actor(name: str, words: Words) -> str:
    """Who wrote it."""
    return words("the clock") if name == charges.OURS else name


def reason(text: str, words: Words) -> str:
    """Why it was written."""
    return charges.reason(text, words)


def _columns(words: Words) -> tuple[Column, ...]:
    return (
        Column(heading=words("No."), kind=Kind.NUMBER, width=9),
        Column(heading=words("Written"), kind=Kind.MOMENT, width=21),
        Column(heading=words("When"), kind=Kind.MOMENT, width=21),
        Column(heading=words("What"), width=20),
        Column(heading=words("Customer"), width=12),
        Column(heading=words("Company"), width=30),
        Column(heading=words("Points"), kind=Kind.CHANGE, width=13),
        Column(heading=words("Call"), width=36),
        Column(heading=words("Quarter"), kind=Kind.NUMBER, width=10),
        Column(heading=words("Case"), width=11),
        Column(heading=words("Reference"), width=20),
        Column(heading=words("Reason"), width=30),
        Column(heading=words("By"), width=20),
        Column(heading=words("Corrects no."), kind=Kind.NUMBER, width=11),
        Column(heading=words("Price list"), kind=Kind.NUMBER, width=11),
    )


def _row(one: LoggedJournal, words: Words) -> tuple[Cell, ...]:
    return (
        one.journal,
        one.written_at,
        one.at,
        what(one, words),
        one.customer,
        one.company,
        one.points,
        one.call,
        one.quarter,
        one.case,
        one.reference,
        reason(one.reason, words) if one.reason else None,
        actor(one.actor, words),
        one.reverses,
        one.price_list,
    )
