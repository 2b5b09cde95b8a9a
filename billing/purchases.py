"""Points that customers buy."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing import ledger
from billing.ledger import Posting
from models import Account, Audit, Customer, Entry, Journal
from models.values import JournalKind, Points

MOST_POINTS: Final = 1_000_000
LONGEST_REFERENCE: Final = 200


@dataclass(frozen=True, kw_only=True)
class Purchase:
    """What was bought: the customer's entry, the balance behind it, and when it was bought: before, where it is asked for again."""

    entry: int
    balance: Points
    at: datetime


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
        key=_key(customer, reference),
        kind=JournalKind.PURCHASE,
        amounts=((account.id, points), (ledger.house_account(session, ledger.ISSUED).id, Points(-points))),
        occurred_at=now,
        actor=actor,
        reference=reference,
    )
    is_new = session.scalar(select(Journal.id).where(Journal.key == posting.key)) is None
    [journal] = ledger.post(session, [posting], now=now)
    if is_new:
        _note(session, customer, journal, posting, now=now)
    theirs = select(Entry.id, Journal.written_at).join(Journal, Journal.id == Entry.journal_id)
    entry, at = session.execute(theirs.where(Entry.journal_id == journal, Entry.account_id == account.id)).one()
    return Purchase(entry=entry, balance=account.balance or Points(0), at=at)


def booked(session: Session, customer: Customer, reference: str) -> Points | None:
    """The points that the customer bought with that reference before; None where there was no such purchase."""
    theirs = select(Entry.points).join(Journal, Journal.id == Entry.journal_id).join(Account, Account.id == Entry.account_id)
    return session.scalar(theirs.where(Journal.key == _key(customer, reference), Account.customer_id == customer.id))


def _key(customer: Customer, reference: str) -> str:
    return f"purchase:{customer.number}:{reference}"


def _note(session: Session, customer: Customer, journal: int, posting: Posting, *, now: datetime) -> None:
    points, reference = dict(posting.moves), posting.reference
    details = {"points": max(points.values()), "reference": reference, "journal": journal}
    session.add(Audit(at=now, actor=posting.actor, action="points_bought", subject=f"customer:{customer.number}", details=details))
