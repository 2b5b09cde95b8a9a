"""Which journals of the billing log somebody looks for, and how they are found: each by an index that has it in its order.

The period and the few that are no quarters are found in the order of the log, a customer's by their numbers, which are given out in
the order of writing too, a call's and a case's as few enough to be sorted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ColumnElement, ScalarSelect, Select, literal_column, select, union
from sqlalchemy.orm import Session

from billing.statements import written_within
from models import Account, Call, Case, Customer, Entry, Journal
from models.keyset import ordered
from models.ledger import FREE
from models.values import JournalKind

FEW: Final = 2_000  # journals of a customer that are added up while the page waits


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which journals: those for which all of it holds. Written in [since, until); customer, call and case by their numbers."""

    since: datetime | None = None
    until: datetime | None = None
    kind: JournalKind | None = None
    customer: str | None = None
    call: str | None = None
    case: str | None = None

    @property
    def is_of_a_call(self) -> bool:
        """Whether it is asked for by a call or a case, of which there is never much."""
        return self.call is not None or self.case is not None


def is_few(session: Session, wanted: Wanted) -> bool:
    """Whether what is named has few journals: a call, a case, a customer that has no more than FEW."""
    if wanted.is_of_a_call or wanted.customer is None:
        return wanted.is_of_a_call
    return len(session.scalars(select(Entry.id).where(Entry.account_id == _account(wanted)).limit(FEW + 1)).all()) <= FEW


def conditions(session: Session, wanted: Wanted) -> list[ColumnElement[bool]]:
    """That a journal is among them."""
    of_customer = [] if wanted.customer is None else [Journal.id.in_(union(_entered(wanted), _free(session, wanted)))]
    return [*_facts(wanted), *of_customer]


def nearest(session: Session, wanted: Wanted, before: int | None, after: int | None, *, most: int) -> set[int]:
    """Of a customer's journals those next to a place: of both sorts so many that whatever stands on the page is among them."""
    place, newest_first = (before, True) if after is None else (after, False)
    behind = None if place is None else (place,)
    sorts = ((_entered(wanted), Entry.journal_id), (_free(session, wanted), Journal.id))
    queries = (ordered(query, column, after=behind, most=most, newest_first=newest_first) for query, column in sorts)
    return {journal for query in queries for journal in session.scalars(query)}


def _facts(wanted: Wanted) -> Iterator[ColumnElement[bool]]:
    """All that is wanted but the customer."""
    yield from written_within(wanted.since, wanted.until)
    if wanted.kind is not None:
        yield Journal.kind == wanted.kind
        if wanted.kind is not JournalKind.QUARTER:
            yield Journal.kind != literal_column("'quarter'")  # in the words of its index (ix_journal_rare)
    if wanted.call is not None:
        yield Journal.call_id == select(Call.id).where(Call.sid == wanted.call).scalar_subquery()
    if wanted.case is not None:
        of_case = select(Call.id).join(Case, Case.id == Call.case_id).where(Case.number == wanted.case)
        yield Journal.call_id.in_(of_case)


def _entered(wanted: Wanted) -> Select[int]:
    """The journals with an entry on a customer's account: their index has them in the order of writing."""
    entered = select(Entry.journal_id).join(Journal, Journal.id == Entry.journal_id)
    return entered.where(Entry.account_id == _account(wanted), *_facts(wanted))


def _free(session: Session, wanted: Wanted) -> Select[int]:
    """The free quarters of a customer's calls, which have no entry: of all that are free, few or soon met, is asked whose."""
    customer = select(Customer.id).where(Customer.number == wanted.customer).scalar_subquery()
    whose = select(Call.customer_id).where(Call.id == Journal.call_id).scalar_subquery()
    return select(Journal.id).where(FREE[session.get_bind().dialect.name], whose == customer, *_facts(wanted))


def _account(wanted: Wanted) -> ScalarSelect[int]:
    account = select(Account.id).join(Customer, Customer.id == Account.customer_id)
    return account.where(Customer.number == wanted.customer).scalar_subquery()
