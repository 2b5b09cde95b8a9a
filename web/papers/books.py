"""The books in the languages of foreign tools, beancount and hledger, so that somebody else's program adds them up again.

Amounts keep the signs that they have in the ledger. Seen from the points that customers have, a customer's account is an asset;
`issued` and `granted` are income, from which points come; `earned` is the expense that they go to. A transaction stands on the
local day on which its journal was *written*, as in a statement, and says beside it to the second when it happened. A period that
does not begin with the books begins with what stood on every account then. At the end the tool is told what each must show.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, Protocol

from billing.export import BookAccount, BookedJournal
from models.local import to_local
from models.values import Points

CURRENCY: Final = "POINTS"
HOUSE: Final[Mapping[str, str]] = {"issued": "Income", "granted": "Income", "earned": "Expenses"}
OTHERS: Final = "Equity"


class Tool(StrEnum):
    """Whose language the books are written in."""

    BEANCOUNT = "beancount"
    HLEDGER = "hledger"


Amount = tuple[BookAccount, Points, int | None]  # with the number of its entry, where it is one
Facts = Mapping[str, str | int]


class Language(Protocol):
    """How a tool wants the parts of the books."""

    head: tuple[str, ...]

    def account(self, account: BookAccount, day: date) -> Iterator[str]:
        """An account that is used from `day` on."""

    def transaction(self, day: date, what: str, facts: Facts, amounts: Iterable[Amount]) -> Iterator[str]:
        """One business event."""

    def ends(self, day: date, totals: Mapping[str, int]) -> Iterator[str]:
        """What every account must show when `day` begins."""


def written(
    tool: Tool, opening: list[tuple[BookAccount, Points]], journals: Iterable[BookedJournal], *, since: datetime | None
) -> Iterator[str]:
    """The books, line by line. `opening` is what stood on each account before `since`."""
    language, totals = LANGUAGES[tool], dict[str, int]()
    yield from language.head
    day = to_local(since).date() if since else None
    if opening and day:
        yield from _booked(language, totals, (day, "opening", {}, [(account, points, None) for account, points in opening]))
    for one in journals:
        day = to_local(one.written_at).date()
        facts = {"journal": one.journal, "at": _utc(one.at), "written": _utc(one.written_at), **one.facts}
        yield from _booked(language, totals, (day, one.kind, facts, [(e.account, e.points, e.entry) for e in one.entries]))
    if day:
        yield from language.ends(day + timedelta(days=1), totals)


def _booked(language: Language, totals: dict[str, int], event: tuple[date, str, Facts, list[Amount]]) -> Iterator[str]:
    """A transaction, and before it the accounts that it is the first to use."""
    day, _, _, amounts = event
    for account, points, _ in amounts:
        name = name_of(account)
        if name not in totals:
            yield from language.account(account, day)
        totals[name] = totals.get(name, 0) + points
    yield from language.transaction(*event)


class _Beancount:
    head: tuple[str, ...] = ('option "title" "Døgnvagt"', f'option "operating_currency" "{CURRENCY}"')

    def account(self, account: BookAccount, day: date) -> Iterator[str]:
        yield from ("", f"{day} open {name_of(account)} {CURRENCY}")
        if account.customer:
            yield f"  name: {_quoted(account.name)}"

    def transaction(self, day: date, what: str, facts: Facts, amounts: Iterable[Amount]) -> Iterator[str]:
        yield from ("", f'{day} * "{what}"', *(f"  {key}: {_quoted(value)}" for key, value in facts.items()))
        for account, points, entry in amounts:
            yield f"  {name_of(account)}  {points} {CURRENCY}"
            if entry is not None:
                yield f"    entry: {entry}"

    def ends(self, day: date, totals: Mapping[str, int]) -> Iterator[str]:
        yield from ("", *(f"{day} balance {name}  {points} {CURRENCY}" for name, points in sorted(totals.items())))


class _Hledger:
    head: tuple[str, ...] = (f"commodity 1000. {CURRENCY}",)

    def account(self, account: BookAccount, day: date) -> Iterator[str]:  # noqa: ARG002 - hledger's accounts have no first day
        yield from ("", f"account {name_of(account)}")
        if account.customer:
            yield f"    ; name: {account.name}"

    def transaction(self, day: date, what: str, facts: Facts, amounts: Iterable[Amount]) -> Iterator[str]:
        yield from ("", f"{day} * {what}", *(f"    ; {key}: {value}" for key, value in facts.items()))
        for account, points, entry in amounts:
            yield f"    {name_of(account)}  {points} {CURRENCY}" + (f"  ; entry: {entry}" if entry is not None else "")

    def ends(self, day: date, totals: Mapping[str, int]) -> Iterator[str]:
        yield from ("", f"{day} * balance")
        yield from (f"    {name}  0 {CURRENCY} = {points} {CURRENCY}" for name, points in sorted(totals.items()))


LANGUAGES: Final[Mapping[Tool, Language]] = {Tool.BEANCOUNT: _Beancount(), Tool.HLEDGER: _Hledger()}


def name_of(account: BookAccount) -> str:
    """What an account is called in the books of both tools."""
    if account.customer:
        return f"Assets:Customers:{account.customer}"
    return f"{HOUSE.get(account.name, OTHERS)}:{account.name.capitalize()}"


def _quoted(value: str | int) -> str:
    if isinstance(value, int):
        return str(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _utc(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")
