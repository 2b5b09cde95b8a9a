"""Points that customers buy, and the statement that shows what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from billing import ledger
from billing.ledger import Posting
from models import Call, Case, Customer, Entry, Journal
from models.values import JournalKind, Points

MOST_POINTS: Final = 1_000_000
LONGEST_REFERENCE: Final = 200


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """What was bought: the customer's entry, and the balance behind it."""

    entry: int
    balance: Points


@dataclass(frozen=True, kw_only=True)
class StatementEntry:
    """One line of a statement; `balance` runs in the order of writing, `at` is when it happened."""

    at: datetime
    kind: JournalKind
    points: Points
    balance: Points
    call: str | None
    quarter: int | None
    case: str | None
    reference: str | None


@dataclass(frozen=True, kw_only=True)
class Statement:
    """A customer's points: what there is, what running calls hold, and every entry."""

    customer: str
    balance: Points
    held: Points
    available: Points
    entries: tuple[StatementEntry, ...]


def buy(session: Session, customer: Customer, *, points: Points, reference: str, actor: str, now: datetime) -> Purchase:
    """Adds bought points. The same reference of a customer is one purchase; with other points it raises DifferentRequest.

    Raises ValueError where `points` is not 1 to MOST_POINTS, or `reference` is blank or longer than 200.
    """
    if not 1 <= points <= MOST_POINTS:
        raise ValueError(f"points must be a whole number from 1 to {MOST_POINTS}")
    if not reference.strip() or len(reference) > LONGEST_REFERENCE:
        raise ValueError("a reference of 1 to 200 characters says where the purchase came from")
    account = ledger.customer_account(session, customer.id)
    posting = Posting(
        key=f"purchase:{customer.number}:{reference}",
        kind=JournalKind.PURCHASE,
        amounts=((account.id, points), (ledger.house_account(session, ledger.ISSUED).id, Points(-points))),
        occurred_at=now,
        actor=actor,
        reference=reference,
    )
    [journal] = ledger.post(session, [posting], now=now)
    entry = session.scalars(select(Entry.id).where(Entry.journal_id == journal, Entry.account_id == account.id)).one()
    return Purchase(entry=entry, balance=account.balance or Points(0))


def statement(session: Session, customer: Customer) -> Statement:
    """The statement of a customer, every entry in the order of writing (R18)."""
    account = ledger.customer_account(session, customer.id)
    linked, written_on = aliased(Case), aliased(Case)
    running = func.sum(Entry.points).over(order_by=Entry.id)
    rows = session.execute(
        select(Journal, Entry.points, running, Call.sid, func.coalesce(linked.number, written_on.number))
        .join(Entry, Entry.journal_id == Journal.id)
        .outerjoin(Call, Call.id == Journal.call_id)
        .outerjoin(linked, linked.id == Call.case_id)
        .outerjoin(written_on, written_on.id == Journal.case_id)
        .where(Entry.account_id == account.id)
        .order_by(Entry.id)
    )
    entries = tuple(
        StatementEntry(
            at=journal.occurred_at,
            kind=journal.kind,
            points=points,
            balance=Points(int(balance)),
            call=sid,
            quarter=journal.quarter,
            case=case,
            reference=journal.reference,
        )
        for journal, points, balance, sid, case in rows
    )
    return Statement(
        customer=customer.number,
        balance=account.balance or Points(0),
        held=account.held or Points(0),
        available=ledger.available(account),
        entries=entries,
    )
