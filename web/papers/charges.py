"""Charges in words: a quarter, its price and why, what was held, charged and corrected; any entry of the books (R6, R9, R10)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from babel.dates import get_day_names

from billing import tariff
from billing.explanations import HeldFacts, QuarterFacts, Tag
from billing.statements import PostedEntry
from billing.tariff import Period
from models.values import HoldState, JournalKind
from web.papers.figures import LOCALES, Figures
from web.words import N_, Words

ENTRIES: Final[Mapping[JournalKind, str]] = {
    JournalKind.PURCHASE: N_("Purchase: {points}"),
    JournalKind.QUARTER: N_("Charge: {points}"),
    JournalKind.CORRECTION: N_("Correction: {points}"),
    JournalKind.REFUND: N_("Refund: {points}"),
    JournalKind.GRANT: N_("Grant: {points}"),
}
# Reasons that the house gives, and codes that stand before somebody's own words; others are shown as they were written.
REASONS: Final = (
    N_("settled: more was charged than the call owes"),
    N_("settled: less was charged in the end than had been given back"),
    N_("goodwill"),
    N_("own_fault"),
    N_("outage"),
    N_("wrong_number"),
)
OURS: Final = "meter"
MIDNIGHT: Final = 1440


def quarter_sentences(facts: QuarterFacts, words: Words) -> list[str]:
    """What there is to say about one quarter."""
    figures = Figures(words)
    return [
        *_beginning(facts, words, figures),
        *(_hold(facts.hold, words, figures) if facts.hold else []),
        *(entry_sentence(entry, words) for entry in facts.entries),
        *_result(facts, words, figures),
    ]


def entry_sentence(entry: PostedEntry, words: Words) -> str:
    """One entry: what it was, when it was written and by whom, and why."""
    figures = Figures(words)
    parts = [
        words(ENTRIES[entry.kind], points=figures.change(entry.points)),
        words("written on {at} by {actor}", at=figures.exact(entry.written_at), actor=actor(entry, words)),
        words("no. {entry}", entry=entry.entry),
        *([words("takes back no. {entry}", entry=entry.reverses)] if entry.reverses else []),
        *([words("reference “{reference}”", reference=entry.reference)] if entry.reference else []),
        *([words("reason: {reason}", reason=reason(entry.reason, words))] if entry.reason else []),
    ]
    return f"{', '.join(parts).removesuffix('.')}."


def period_words(period: Period, words: Words) -> str:
    """When a period of a price list applies: "Mon–Fri 08:00–16:00, not on holidays"."""
    if tariff.fits_always(period):
        return words("which always fits")
    days = words("every day") if period.days == tariff.EVERY_DAY else day_names(sorted(period.days), words)
    hours = words("from {start} to {end}", start=time_of_day(period.from_minute, words), end=time_of_day(period.to_minute, words))
    when = {True: words("only holidays"), False: words("no holidays")}
    return ", ".join([f"{days} {hours}", *([when[period.holidays]] if period.holidays is not None else [])])


def reason(text: str, words: Words) -> str:
    """A reason: the house's own in the reader's words, or a code in those words and what somebody wrote behind it."""
    told, (code, colon, note) = words(text), text.partition(": ")
    return told if told != text else f"{words(code)}{colon}{note}"


def actor(entry: PostedEntry, words: Words) -> str:
    """Who wrote an entry."""
    return words("the clock") if entry.actor == OURS else entry.actor


def _beginning(facts: QuarterFacts, words: Words, figures: Figures) -> Iterator[str]:
    if facts.starts_at is None or facts.tag is None:
        return
    yield words("It began on {at}.", at=figures.weekday(facts.starts_at))
    tag = facts.tag
    yield words(
        "By the period “{name}” ({when}) a quarter that begins then costs {points}.",
        name=tag.period.name,
        when=period_words(tag.period, words),
        points=figures.points(tag.period.points),
    )
    yield from _deviations(tag, words, figures)


def _deviations(tag: Tag, words: Words, figures: Figures) -> Iterator[str]:
    if tag.holiday is not None:
        yield words("The price list counts that day as a holiday: {name}.", name=tag.holiday)
    if tag.price < tag.period.points:
        price = figures.points(tag.price)
        yield words("The caller had accepted {price} with key 1, and the first quarter never costs more than that.", price=price)


def _hold(held: HeldFacts, words: Words, figures: Figures) -> list[str]:
    points, at = figures.points(held.points), figures.exact(held.held_at)
    if held.state is HoldState.OPEN or held.ended_at is None:
        return [words("Held for it since {at}: {points}.", points=points, at=at)]
    ended = figures.exact(held.ended_at)
    if held.state is HoldState.CAPTURED:
        return [words("Held for it on {at}: {points}. The hold became the charge on {ended}.", points=points, at=at, ended=ended)]
    return [words("Held for it on {at}: {points}. The hold was released on {ended}.", points=points, at=at, ended=ended)]


def _result(facts: QuarterFacts, words: Words, figures: Figures) -> Iterator[str]:
    if facts.beyond is not None:
        left = figures.points(facts.beyond)
        yield words(
            "The charge went beyond the customer's limit and left a balance of {points}: a begun quarter is always charged.",
            points=left,
        )
    if facts.charged is None:
        yield words("Nothing was charged for it.")
    elif not facts.entries:
        yield words("It is free by the price list: nothing was charged.")
    elif len(facts.entries) > 1:
        yield words("In all it comes to {points}.", points=figures.points(facts.charged))
    if facts.owed is False and facts.charged is not None:
        yield words("The call does not owe this quarter, as its end is known today.")


def day_names(days: list[int], words: Words) -> str:
    """ISO weekdays: a run of three or more as its ends, others one by one."""
    names = get_day_names("abbreviated", locale=LOCALES[words.language])
    told = [names[day - 1].rstrip(".") for day in days]
    is_run = len(days) > 2 and days[-1] - days[0] == len(days) - 1  # noqa: PLR2004 - two days are named
    return f"{told[0]}–{told[-1]}" if is_run else ", ".join(told)


def time_of_day(minute: int, words: Words) -> str:
    """Minutes after midnight as a clock shows them: "08.00" · "08:00"."""
    return words("{hour}:{minute}", hour=f"{minute // 60:02d}", minute=f"{minute % 60:02d}")
