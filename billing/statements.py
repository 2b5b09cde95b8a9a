"""A customer's statement: what there was, every entry, what there is then (R18). Facts only; words and paper: `web.papers`.

The period of a statement is that of *writing*: an entry stands in the period in which it was written, however long ago it happened.
So what was printed once never changes, whatever is written about it later, and the closing balance of one period is the opening
balance of the next. `at` says beside each entry when it happened.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session, aliased

from billing import ledger
from models import Account, Call, Case, Customer, Entry, Journal
from models.values import JournalKind, Points


@dataclass(frozen=True, kw_only=True)
class PostedEntry:
    """One entry on a customer's account, and the journal that it belongs to. `at` is when it happened.

    `entry` is its number; `reverses` the number of the entry of this account that it takes back, wholly or in part. A refund is
    beside its quarter and not of it (billing.refunds): `beside` is the number of that one.
    """

    entry: int
    at: datetime
    written_at: datetime
    kind: JournalKind
    points: Points
    call: str | None
    quarter: int | None
    case: str | None
    reference: str | None
    reason: str | None
    actor: str
    reverses: int | None
    beside: int | None

    @property
    def about(self) -> int | None:
        """The number of the quarter that it is about: its own, or the one that it stands beside."""
        return self.quarter or self.beside


@dataclass(frozen=True, kw_only=True)
class StatementEntry(PostedEntry):
    """One line of a statement; `balance` runs in the order of writing."""

    balance: Points


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A customer's points in a period, [since, until); None where it has no such end.

    `opening` and `closing` are the balances at its ends; `balance`, `held` and `available` are those of today.
    """

    customer: str
    since: datetime | None
    until: datetime | None
    opening: Points
    closing: Points
    balance: Points
    held: Points
    available: Points
    entries: tuple[StatementEntry, ...]


def statement(session: Session, customer: Customer, *, since: datetime | None = None, until: datetime | None = None) -> Statement:
    """The entries of a customer that were written from `since` on and before `until`, in the order of writing (R18)."""
    account = ledger.customer_account(session, customer.id)
    opening = _sum_before(session, account, since) if since else Points(0)
    entries = tuple(_running(opening, posted(session, account, *written_within(since, until))))
    return Statement(
        customer=customer.number,
        since=since,
        until=until,
        opening=opening,
        closing=entries[-1].balance if entries else opening,
        balance=account.balance or Points(0),
        held=account.held or Points(0),
        available=ledger.available(account),
        entries=entries,
    )


def posted(session: Session, account: Account, *which: ColumnElement[bool]) -> Iterator[PostedEntry]:
    """Those entries of an account for whose journal the conditions hold, in the order of writing."""
    reversed_one, corrected, original = aliased(Entry), aliased(Journal), aliased(Journal)
    takes_back = (reversed_one.journal_id == Journal.reverses_id) & (reversed_one.account_id == account.id)
    rows = (
        journals()
        .add_columns(Entry, reversed_one.id, func.coalesce(corrected.quarter, original.quarter))
        .join(Entry, Entry.journal_id == Journal.id)
        .outerjoin(reversed_one, takes_back)
        .outerjoin(corrected, (corrected.id == Journal.reverses_id) & Journal.quarter.is_(None))
        .outerjoin(original, original.id == corrected.reverses_id)
    )
    for journal, sid, case, entry, reverses, beside in session.execute(
        rows.where(Entry.account_id == account.id, *which).order_by(Entry.journal_id)
    ):
        yield PostedEntry(
            entry=entry.id,
            at=journal.occurred_at,
            written_at=journal.written_at,
            kind=journal.kind,
            points=entry.points,
            call=sid,
            quarter=journal.quarter,
            case=case,
            reference=journal.reference,
            reason=journal.reason,
            actor=journal.actor,
            reverses=reverses,
            beside=beside,
        )


def journals() -> Select[Journal, str | None, str | None]:
    """Journals, each with the CallSid and case number that it is about: the case of its call today, or that it was written on."""
    linked, written_on = aliased(Case), aliased(Case)
    return (
        select(Journal, Call.sid, func.coalesce(linked.number, written_on.number))
        .outerjoin(Call, Call.id == Journal.call_id)
        .outerjoin(linked, linked.id == Call.case_id)
        .outerjoin(written_on, written_on.id == Journal.case_id)
    )


def written_within(since: datetime | None, until: datetime | None) -> list[ColumnElement[bool]]:
    """The conditions that a journal was written in [since, until)."""
    return [*([Journal.written_at >= since] if since else []), *([Journal.written_at < until] if until else [])]


def _sum_before(session: Session, account: Account, moment: datetime) -> Points:
    earlier = select(func.sum(Entry.points)).join(Journal, Journal.id == Entry.journal_id)
    return Points(int(session.scalar(earlier.where(Entry.account_id == account.id, Journal.written_at < moment)) or 0))


def _running(opening: Points, entries: Iterator[PostedEntry]) -> Iterator[StatementEntry]:
    balance = opening
    for entry in entries:
        balance = Points(balance + entry.points)
        yield StatementEntry(**vars(entry), balance=balance)
