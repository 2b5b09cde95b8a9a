"""The books a page at a time: journals as they were written, holds that are open, price lists. Plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing import ledger, statements
from billing.journals import LoggedJournal, logged
from models import Account, Call, Customer, Entry, Hold, Journal, PriceList
from models.calls import IS_OPEN
from models.keyset import Position, Slice, sliced
from models.values import HoldState, JournalKind, Points


@dataclass(frozen=True, kw_only=True)
class HoldRecord:
    """Points that are kept back for a quarter of a call that goes on."""

    customer: str
    call: str
    quarter: int
    points: Points
    held_at: datetime


def journals(
    session: Session,
    *,
    customer: Customer | None = None,
    call_id: int | None = None,
    kind: JournalKind | None = None,
    after: Position | None,
    most: int,
) -> Slice[LoggedJournal]:
    """The journals that were written last, the newest first; of a customer, those that moved its account."""
    query, column = statements.journals(), Journal.id
    if customer is not None:
        account = ledger.customer_account(session, customer.id)
        query, column = query.join(Entry, Entry.journal_id == Journal.id).where(Entry.account_id == account.id), Entry.journal_id
    query = query if call_id is None else query.where(Journal.call_id == call_id)
    query = query if kind is None else query.where(Journal.kind == kind)
    found = sliced(session, query, column, after=after, most=most)
    return Slice(rows=list(logged(session, found.rows)), then=found.then)


def holds(session: Session, *, customer: Customer | None = None, after: Position | None, most: int) -> Slice[HoldRecord]:
    """The open holds, the newest first: found by the calls that go on, which are few."""
    query = (
        select(Hold, Call.sid, Customer.number)
        .join(Account, Account.id == Hold.account_id)
        .join(Customer, Customer.id == Account.customer_id)
        .join(Call, Call.id == Hold.call_id)
        .where(Hold.state == HoldState.OPEN, IS_OPEN)
    )
    query = query if customer is None else query.where(Account.customer_id == customer.id)
    found = sliced(session, query, Hold.held_at, Hold.id, after=after, most=most)
    rows = [
        HoldRecord(customer=number, call=sid, quarter=hold.quarter, points=hold.points, held_at=hold.held_at)
        for hold, sid, number in found.rows
    ]
    return Slice(rows=rows, then=found.then)


def price_lists(session: Session, *, after: Position | None, most: int) -> Slice[PriceList]:
    """The published lists, the newest first."""
    found = sliced(session, select(PriceList), PriceList.id, after=after, most=most)
    return Slice(rows=[row[0] for row in found.rows], then=found.then)
