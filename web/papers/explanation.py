"""A call explained in sentences, section by section: who, at what price and why, who took it, how it ended, each quarter, the sum.

The same sentences are for a terminal and for a page. No digit of a PIN is among them, and the caller's number is masked (R2, R23).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from billing.explanations import ListFacts
from helpdesk.explanations import AttemptFacts, EndFacts, EntryFacts, Explanation
from models.values import WITHHELD, AttemptOutcome, CallOutcome, CallState, ReportKind, TaskKind
from web.papers import sides
from web.papers.charges import entry_sentence, quarter_sentences
from web.papers.figures import Figures
from web.words import N_, Words

WITNESSES: Final[Mapping[ReportKind, str]] = {
    ReportKind.STATUS: N_("the provider's status callback about the caller's telephone says so"),
    ReportKind.DIAL: N_("the provider said so when the connection was over"),
    ReportKind.GONE: N_("the provider's webhook said that the caller had left"),
    ReportKind.RECORDED: N_("the provider's report of the message says so"),
    ReportKind.CUT: N_("Døgnvagt ended it, because the next quarter could not be paid"),
    ReportKind.PARTED: N_("the caller's telephone went on without the connection"),
    ReportKind.ASKED: N_("the provider said so when it was asked"),
    ReportKind.GIVEN_UP: N_("nobody could tell, so it is the last moment at which anything was heard of it"),
}
TASKS: Final[Mapping[TaskKind, str]] = {
    TaskKind.CALLBACK: N_("A task was opened: call back."),
    TaskKind.MESSAGE: N_("A task was opened: hear the message and call back."),
    TaskKind.MISSED: N_("A task was opened: a missed call."),
    TaskKind.REVIEW: N_("A task was opened: look at a call whose end is unknown."),
    TaskKind.DISCREPANCY: N_("A task was opened: look at a call of which the provider tells something else."),
    TaskKind.DISPUTE: N_("A task was opened: the customer disputes the charge."),
}
MARKS: Final[Mapping[str, str]] = {
    "quarter_continued": N_(
        "It continues an earlier call: what is talked until that one's last quarter is over costs nothing more."
    ),
    "hold_refused": N_("The next quarter could not be held: a parallel call was quicker. The supporter was warned."),
    "hold_failed": N_("A quarter could not be held because of an error."),
    "not_cut": N_("The connection should have been ended when the points were used up, and was not."),
    "charge_failed": N_("A quarter could not be charged at once because of an error; it was tried again."),
    "closed_by_sweep": N_("Nothing more was heard of the call, so it was asked about and closed."),
    "reconciled": N_("The call was brought into line with the provider's record."),
    "provider_believed": N_("A person took the provider's word for when the call ended."),
}
LATE: Final = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Section:
    """Some sentences under a heading."""

    title: str
    sentences: tuple[str, ...]


def sections(facts: Explanation, words: Words) -> tuple[Section, ...]:
    """The whole call."""
    figures = Figures(words)
    made = (
        (words("The customer") if facts.rings_out else words("The caller"), _who(facts, words, figures)),
        (words("The price"), _price(facts, words, figures)),
        (words("The telephones") if facts.rings_out else words("The supporters"), _rung(facts, words, figures)),
        (words("The talk"), _talk(facts, words, figures)),
    )
    told = (Section(title=title, sentences=tuple(sentences)) for title, sentences in made)
    return (*(one for one in told if one.sentences), *quarter_sections(facts, words), _result(facts, words, figures))


def quarter_sections(facts: Explanation, words: Words, quarter: int | None = None) -> tuple[Section, ...]:
    """Its quarters, or the one that is asked for; empty where there is no such quarter."""
    return tuple(
        Section(title=words("Quarter {number}", number=one.quarter), sentences=tuple(quarter_sentences(one, words)))
        for one in facts.quarters
        if quarter in {None, one.quarter}
    )


def entry_section(facts: EntryFacts, words: Words) -> Section:
    """One entry of the books."""
    of = words("It stands on the account of customer {customer}, {company}.", customer=facts.customer, company=facts.company)
    happened = words("It happened on {at}.", at=Figures(words).exact(facts.entry.at))
    title = words("Entry no. {entry}", entry=facts.entry.entry)
    return Section(title=title, sentences=(entry_sentence(facts.entry, words), happened, of))


def _who(facts: Explanation, words: Words, figures: Figures) -> Iterator[str]:
    if facts.rings_out is None:
        yield from _caller(facts, words, figures)
        return
    them = {"person": facts.person or facts.caller, "company": facts.company or "", "customer": facts.customer or ""}
    line = {"name": facts.line_name, "line": facts.line, "at": figures.exact(facts.started_at)}
    yield words(
        "{supporter} rang {person}, {company} (customer {customer}), as {name} ({line}).", supporter=facts.rings_out, **them, **line
    )


def _caller(facts: Explanation, words: Words, figures: Figures) -> Iterator[str]:
    who = words("Somebody with a withheld number") if facts.caller == WITHHELD else facts.caller
    at, line = figures.exact(facts.started_at), facts.line
    yield words("{who} called {name} ({line}) on {at}.", who=who, name=facts.line_name, line=line, at=at)
    if not facts.costs_points:
        yield words("Nobody is asked for a PIN there.")
        if facts.company is not None:
            yield words("The number or the case says whose call it is: {company}.", company=facts.company)
        return
    pin = facts.pin
    if pin.wrong:
        yield words.many("{count} wrong PIN was keyed.", "{count} wrong PINs were keyed.", pin.wrong)
    if facts.person is None or pin.keyed_at is None:
        yield words("No valid PIN was keyed.")
        return
    keyed = {"person": facts.person, "company": facts.company, "customer": facts.customer, "at": figures.exact(pin.keyed_at)}
    yield words("The PIN of {person}, {company} (customer {customer}), was keyed on {at}.", **keyed)
    if pin.issued_at is not None:
        yield words("It was issued on {at}.", at=figures.minute(pin.issued_at))
    if pin.replaced_at is not None:
        yield words("It was replaced by another one on {at}.", at=figures.minute(pin.replaced_at))


def _price(facts: Explanation, words: Words, figures: Figures) -> Iterator[str]:
    if facts.shortfall is not None:
        short = {"price": figures.points(facts.shortfall.price), "balance": figures.points(facts.shortfall.balance)}
        yield words("The first quarter cost {price}, and the balance was {balance}.", **short)
        if facts.shortfall.held:
            yield words("Other calls of the customer held {points} of it.", points=figures.points(facts.shortfall.held))
    if facts.quoted is not None and facts.price_accepted_at is not None:
        told = {"points": figures.points(facts.quoted), "at": figures.exact(facts.price_accepted_at)}
        yield words(sides.of(facts).accepted, **told)
    elif facts.quoted is not None:
        yield words(sides.of(facts).not_accepted, points=figures.points(facts.quoted))
    if (used := facts.price_list) is None:
        return
    number, since = used.price_list, figures.minute(used.valid_from)
    if facts.accepted_at is not None:
        yield words(
            "Price list {number} decides, in force since {since}: no later one was in force when 1 was pressed.",
            number=number,
            since=since,
        )
    else:
        yield words("The price is that of price list {number}, in force since {since}.", number=number, since=since)
    yield from _follower(facts, used, words, figures)


def _follower(facts: Explanation, used: ListFacts, words: Words, figures: Figures) -> Iterator[str]:
    """The list that came behind the call's own; one that begins before the call was published behind it."""
    if used.follower is None or used.follower_from is None or used.follower_published is None:
        return
    later = {"number": used.follower, "at": figures.minute(used.follower_from)}
    if facts.accepted_at is None or used.follower_from > facts.accepted_at:
        yield words("Price list {number} begins on {at} and never reprices a call that was taken before.", **later)
        return
    yield words(
        "Price list {number} begins on {at}. It was published on {published}, and reprices no call that was taken before.",
        published=figures.minute(used.follower_published),
        **later,
    )


def _rung(facts: Explanation, words: Words, figures: Figures) -> Iterator[str]:
    if facts.rings_out is not None:
        first = {"name": facts.rings_out, "at": figures.exact(facts.started_at)}
        yield words("{name}'s telephone was rung first, and picked up on {at}.", **first)
    for one in facts.attempts:
        at, outcome = figures.exact(one.rung_at), _attempt(facts, one, words)
        yield words("{name} was rung on {at}: {outcome}.", name=sides.rung(facts, one.name), at=at, outcome=outcome)
    if not facts.attempts and facts.price_accepted_at is not None:
        yield words("Nobody was rung.")


def _attempt(facts: Explanation, one: AttemptFacts, words: Words) -> str:
    told = sides.of(facts).attempts
    if one.outcome is not None:
        return words(told[one.outcome])
    return words(told[AttemptOutcome.ACCEPTED]) if one.accepted_at else words("it rings")


def _talk(facts: Explanation, words: Words, figures: Figures) -> Iterator[str]:
    if facts.accepted_at is None:
        return
    at, name = figures.exact(facts.accepted_at), sides.rung(facts, facts.supporter or "")
    if facts.end is not None and facts.outcome is not CallOutcome.TALKED:
        yield words("{name} pressed 1 on the telephone on {at}, but the two were never connected.", name=name, at=at)
        return
    if facts.costs_points:
        yield words("{name} pressed 1 on the telephone on {at}: the billed time runs from then.", name=name, at=at)
    else:
        yield words("{name} pressed 1 on the telephone on {at}.", name=name, at=at)
    if facts.costs_points and facts.granted is not None:
        yield words(
            "When it rang, it could last {quarters}; at that limit the provider would have ended it.",
            quarters=figures.quarters(facts.granted),
        )
    if facts.end is None:
        yield words("The two have been talking for {duration}.", duration=figures.duration(facts.seconds))
    else:
        yield from _end(facts, facts.end, words, figures)


def _end(facts: Explanation, end: EndFacts, words: Words, figures: Figures) -> Iterator[str]:
    yield words("The talk ended on {at}: {witness}.", at=figures.exact(end.at), witness=_witness(facts, end, words))
    if end.received_at is not None and end.received_at - end.at > LATE:
        yield words("That was learnt on {at}.", at=figures.exact(end.received_at))
    if not end.is_unknown:
        yield words("Of several reports of the end the earliest counts.")
    if not facts.costs_points:
        yield words("It lasted {duration}.", duration=figures.duration(facts.seconds))
        return
    count = sum(1 for one in facts.quarters if one.owed)
    yield words("It lasted {duration} · {quarters}.", duration=figures.duration(facts.seconds), quarters=figures.quarters(count))
    if end.at_limit:
        yield words("It ended at the provider's limit, or just before: no more quarters are owed than it could last.")
    if end.is_unknown:
        yield words("Its end is unknown: it is charged up to the quarter in which it was last heard of.")


def _witness(facts: Explanation, end: EndFacts, words: Words) -> str:
    if end.report is None:
        return words("the provider's own limit ended it")
    if end.report in {ReportKind.STATUS, ReportKind.ASKED} and end.of_supporter is not bool(facts.rings_out):
        return words("the provider's report about the supporter's telephone says so")
    return words(WITNESSES[end.report])


def _result(facts: Explanation, words: Words, figures: Figures) -> Section:
    sentences = [entry_sentence(entry, words) for entry in facts.others]
    if facts.state is not CallState.ENDED:
        sentences.append(words("The call goes on. So far it comes to {points}.", points=figures.points(facts.points)))
    elif facts.free is not None:
        told = sides.of(facts)
        why = told.free.get(facts.free) or told.outcomes[facts.outcome or CallOutcome.FAILED]
        sentences.append(words("The call costs nothing: {why}.", why=words(why)))
        sentences.append(words("It ended on {at}.", at=figures.exact(facts.end.at)) if facts.end else "")
    else:
        sentences.append(words("The call comes to {points}.", points=figures.points(facts.points)))
    if facts.case is not None:
        sentences.append(words("It stands on case {case}: {title}.", case=facts.case, title=facts.case_title))
    sentences.extend(words(TASKS[task]) for task in facts.tasks)
    sentences += [words(MARKS[mark]) for mark in dict.fromkeys(facts.marks) if mark in MARKS]
    return Section(title=words("The result"), sentences=tuple(one for one in sentences if one))
