"""The books as they stand, for a foreign tool to add up again: every journal that moved points, with all its entries.

Facts only; the languages of those tools are spoken by `web.papers.books`. A free quarter moves nothing and is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from billing.statements import journals, written_within
from models import Account, Customer, Entry, Journal
from models.values import Points

BATCH = 1_000


@dataclass(frozen=True, kw_only=True)
class BookAccount:
    """An account of the books: a customer's, by number and name, or one of the house's own, by its name alone."""

    name: str
    customer: str | None


@dataclass(frozen=True, kw_only=True)
class BookEntry:
    """One signed amount of a journal on an account, and the number of its entry."""

    entry: int
    account: BookAccount
    points: Points


@dataclass(frozen=True, kw_only=True)
class BookedJournal:
    """One business event. `facts` are what else is known of it, in order, without what is not."""

    journal: int
    kind: str
    at: datetime
    written_at: datetime
    facts: dict[str, str | int]
    entries: tuple[BookEntry, ...]


def opening(session: Session, since: datetime) -> list[tuple[BookAccount, Points]]:
    """What stood on each account before `since`; zeroes are left out. The amounts sum to zero, as every journal's do."""
    total = func.sum(Entry.points)
    rows = session.execute(
        select(Account, Customer, total)
        .join(Entry, Entry.account_id == Account.id)
        .join(Journal, Journal.id == Entry.journal_id)
        .outerjoin(Customer, Customer.id == Account.customer_id)
        .where(Journal.written_at < since)
        .group_by(Account.id, Customer.id)
        .having(total != 0)
        .order_by(Account.id)
    )
    return [(_account(account, customer), Points(int(points))) for account, customer, points in rows]


def booked(session: Session, *, since: datetime | None = None, until: datetime | None = None) -> Iterator[BookedJournal]:
    """The journals that were written from `since` on and before `until`, in the order of writing; read as they are asked for."""
    rows = session.execute(
        journals()
        .add_columns(Entry, Account, Customer)
        .join(Entry, Entry.journal_id == Journal.id)
        .join(Account, Account.id == Entry.account_id)
        .outerjoin(Customer, Customer.id == Account.customer_id)
        .where(*written_within(since, until))
        .order_by(Journal.written_at, Journal.id, Entry.id)
        .execution_options(yield_per=BATCH)
    )
    for _, of_one in groupby(rows, key=lambda row: row[0].id):
        whole = list(of_one)
        journal, sid, case = whole[0][:3]
        entries = tuple(
            BookEntry(entry=entry.id, account=_account(account, customer), points=entry.points)
            for *_, entry, account, customer in whole
        )
        yield _booked(journal, sid, case, entries)


def _booked(journal: Journal, sid: str | None, case: str | None, entries: tuple[BookEntry, ...]) -> BookedJournal:
    facts = {
        "call": sid,
        "quarter": journal.quarter,
        "case": case,
        "reference": journal.reference,
        "reason": journal.reason,
        "actor": journal.actor,
        "pricelist": journal.price_list_id,
        "reverses": journal.reverses_id,
    }
    return BookedJournal(
        journal=journal.id,
        kind=journal.kind.value,
        at=journal.occurred_at,
        written_at=journal.written_at,
        facts={name: value for name, value in facts.items() if value is not None},
        entries=entries,
    )


def _account(account: Account, customer: Customer | None) -> BookAccount:
    return BookAccount(name=customer.name if customer else account.name, customer=customer.number if customer else None)
