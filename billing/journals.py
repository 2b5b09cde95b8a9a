"""The billing log: journals that somebody looks for, the newest first, a page at a time; one of them; what a choice sums up to.

The order is that of writing. A page is found by the journal that it lies behind (keyset), so the thousandth costs what the first
does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from billing.statements import journals
from billing.wanted import Wanted, conditions, nearest
from models import Account, Call, Customer, Entry, Journal
from models.keyset import Position, window
from models.values import JournalKind, Points

Columns: TypeAlias = tuple[InstrumentedAttribute[Any], ...]
BATCH: Final = 500  # journals asked about in one statement: databases bound how many values one may have


@dataclass(frozen=True, kw_only=True)
class LoggedJournal:
    """A journal: `at` is when it happened, `points` what moved on its customer's account, `reverses` the journal it corrects."""

    journal: int
    at: datetime
    written_at: datetime
    kind: JournalKind
    customer: str | None
    company: str | None
    points: Points
    call: str | None
    quarter: int | None
    case: str | None
    actor: str
    reason: str | None
    reference: str | None
    reverses: int | None
    price_list: int | None


@dataclass(frozen=True, kw_only=True)
class Page:
    """Some journals of the log, and whether there are newer and older ones."""

    journals: tuple[LoggedJournal, ...]
    newer: bool
    older: bool


@dataclass(frozen=True, kw_only=True)
class JournalEntry:
    """One signed amount of a journal: on a customer's account, or on one of the house's own, by its name."""

    entry: int
    account: str
    customer: str | None
    points: Points


@dataclass(frozen=True, kw_only=True)
class JournalRecord:
    """A journal with its entries, the one that it corrects, and those that correct it."""

    logged: LoggedJournal
    entries: tuple[JournalEntry, ...]
    corrects: LoggedJournal | None
    corrected_by: tuple[LoggedJournal, ...]


@dataclass(frozen=True, kw_only=True)
class Totals:
    """What a choice of journals comes to, by kind: how many there are, and what they moved on customers' accounts."""

    counts: dict[JournalKind, int]
    points: dict[JournalKind, Points]


def page(session: Session, wanted: Wanted, *, before: int | None = None, after: int | None = None, most: int) -> Page:
    """The newest journals; those that are older than the journal `before`, or newer than the journal `after`."""
    columns: Columns = (Journal.written_at, Journal.id)
    query = _query(session, wanted)
    if wanted.customer is not None and not wanted.is_of_a_call:
        columns, query = (Journal.id,), journals().where(Journal.id.in_(nearest(session, wanted, before, after, most=most + 1)))
    places = {"before": _place(session, before, columns), "after": _place(session, after, columns)}
    found = window(session, query, *columns, **places, most=most)
    return Page(journals=tuple(logged(session, found.rows)), newer=found.newer, older=found.older)


def chosen(session: Session, wanted: Wanted, *, most: int) -> list[LoggedJournal]:
    """All of them in the order of writing, one more than `most` at the most."""
    return list(_read(session, _query(session, wanted).order_by(Journal.written_at, Journal.id).limit(most + 1)))


def record(session: Session, number: int) -> JournalRecord | None:
    """The journal of that number; None where there is none."""
    found = next(_read(session, journals().where(Journal.id == number)), None)
    if found is None:
        return None
    corrects = next(_read(session, journals().where(Journal.id == found.reverses)), None) if found.reverses else None
    rows = session.execute(
        select(Entry, Account, Customer)
        .join(Account, Account.id == Entry.account_id)
        .outerjoin(Customer, Customer.id == Account.customer_id)
        .where(Entry.journal_id == number)
        .order_by(Entry.id)
    )
    return JournalRecord(
        logged=found,
        entries=tuple(_entry(*row) for row in rows),
        corrects=corrects,
        corrected_by=tuple(_read(session, journals().where(Journal.reverses_id == number).order_by(Journal.id))),
    )


def totals(session: Session, wanted: Wanted) -> Totals:
    """What they come to. It reads each of them: of all that ever was it takes its time."""
    which = conditions(session, wanted)
    moved = select(Journal.kind, func.sum(Entry.points)).join(Entry, Entry.journal_id == Journal.id)
    moved = (
        moved.join(Account, Account.id == Entry.account_id).where(Account.customer_id.is_not(None), *which).group_by(Journal.kind)
    )
    counted = select(Journal.kind, func.count()).where(*which).group_by(Journal.kind)
    points = {kind: Points(int(sum_)) for kind, sum_ in session.execute(moved)}
    counts = dict(session.execute(counted).all())
    return Totals(
        counts={kind: counts.get(kind, 0) for kind in JournalKind},
        points={kind: points.get(kind, Points(0)) for kind in JournalKind},
    )


def _query(session: Session, wanted: Wanted) -> Select[Journal, str | None, str | None]:
    return journals().where(*conditions(session, wanted))


def _place(session: Session, journal: int | None, columns: Columns) -> Position | None:
    """Where a journal stands in the log; None where there is no such journal."""
    found = session.execute(select(*columns).where(Journal.id == journal)).one_or_none() if journal is not None else None
    return tuple(found) if found else None


def _read(session: Session, query: Select[*tuple[Any, ...]]) -> Iterator[LoggedJournal]:
    return logged(session, session.execute(query).all())


def logged(session: Session, rows: Sequence[Any]) -> Iterator[LoggedJournal]:
    """Rows of billing.statements.journals as the log has them."""
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        paid = _payers(session, [journal.id for journal, _, _ in batch])
        called = _callers(session, {journal.call_id for journal, _, _ in batch if journal.id not in paid and journal.call_id})
        for journal, sid, case in batch:
            customer, points = paid.get(journal.id) or (called.get(journal.call_id or 0), Points(0))
            yield _logged(journal, (sid, case), customer, points)


def _payers(session: Session, numbers: list[int]) -> dict[int, tuple[Customer, Points]]:
    """On whose account each journal stands, and what it moved there."""
    rows = session.execute(
        select(Entry.journal_id, Customer, Entry.points)
        .join(Account, Account.id == Entry.account_id)
        .join(Customer, Customer.id == Account.customer_id)
        .where(Entry.journal_id.in_(numbers))
    )
    return {journal: (customer, points) for journal, customer, points in rows}


def _callers(session: Session, calls: set[int]) -> dict[int, Customer]:
    """Whose each call is: a free quarter stands on nobody's account."""
    if not calls:
        return {}
    found = select(Call.id, Customer).join(Customer, Customer.id == Call.customer_id).where(Call.id.in_(calls))
    return dict(session.execute(found).all())


def _logged(journal: Journal, about: tuple[str | None, str | None], customer: Customer | None, points: Points) -> LoggedJournal:
    sid, case = about
    return LoggedJournal(
        journal=journal.id,
        at=journal.occurred_at,
        written_at=journal.written_at,
        kind=journal.kind,
        customer=customer.number if customer else None,
        company=customer.name if customer else None,
        points=points,
        call=sid,
        quarter=journal.quarter,
        case=case,
        actor=journal.actor,
        reason=journal.reason,
        reference=journal.reference,
        reverses=journal.reverses_id,
        price_list=journal.price_list_id,
    )


def _entry(entry: Entry, account: Account, customer: Customer | None) -> JournalEntry:
    return JournalEntry(
        entry=entry.id,
        account=customer.name if customer else account.name,
        customer=customer.number if customer else None,
        points=entry.points,
    )
