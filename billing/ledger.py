"""The ledger: the one function that posts, the accounts it moves, and what a call was charged (holds: billing.holds).

    LedgerError
    ├── NotEnoughPoints   a hold asked for more than there is; carries what is missing
    └── DifferentRequest  a journal of that key was written for something else

Balances move by relative updates and holds by a conditional one, so two calls can never hold the same points (R5) and nobody
reads a balance in order to write it. Only a hold can be refused: posting never asks whether there is enough (R11).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import Column, ColumnElement, Row, Select, Table, bindparam, case, func, select
from sqlalchemy.orm import Session

from billing import bulk
from billing.posting import Posting
from billing.thresholds import crossed
from models import Account, Base, Entry, Journal
from models.values import Points

__all__ = ["DifferentRequest", "LedgerError", "NotEnoughPoints", "Posting", "post"]
ISSUED: Final = "issued"
EARNED: Final = "earned"
CORRECTED: Final = "corrected"
GRANTED: Final = "granted"
ACCOUNTS: Final = cast("Table", Account.__table__)
ENTRIES: Final = cast("Table", Entry.__table__)
JOURNALS: Final = cast("Table", Journal.__table__)
BY_NAME: Final = select(Account).where(Account.name == bindparam("account"))
WRITTEN: Final = bulk.listing(
    lambda among: select(JOURNALS.c.key, JOURNALS.c.id, JOURNALS.c.request).where(among(JOURNALS.c.key, "keys"))
)


def _paid(of_calls: ColumnElement[bool]) -> Select[int | None, int | None, Points]:
    """What was charged, by call and quarter."""
    on_a_customer = case((ACCOUNTS.c.customer_id.is_not(None), ENTRIES.c.points), else_=0)
    posted = JOURNALS.outerjoin(ENTRIES, ENTRIES.c.journal_id == JOURNALS.c.id)
    return (
        select(JOURNALS.c.call_id, JOURNALS.c.quarter, func.sum(on_a_customer))
        .select_from(posted.outerjoin(ACCOUNTS, ACCOUNTS.c.id == ENTRIES.c.account_id))
        .where(of_calls, JOURNALS.c.quarter.is_not(None))
        .group_by(JOURNALS.c.call_id, JOURNALS.c.quarter)
    )


CHARGED: Final = _paid(JOURNALS.c.call_id == bindparam("call"))
CHARGED_OF: Final = bulk.listing(lambda among: _paid(among(JOURNALS.c.call_id, "calls")))


class LedgerError(Exception):
    """Something the ledger refuses."""


class NotEnoughPoints(LedgerError):
    """There are not enough points that nobody holds. `missing` is how many more are needed."""

    def __init__(self, missing: Points) -> None:
        super().__init__(f"{missing} points are missing")
        self.missing = missing


class DifferentRequest(LedgerError):
    """A journal of that key exists, and was written for something else. Nothing was written now."""


def post(session: Session, postings: Sequence[Posting], *, now: datetime) -> list[int]:
    """Writes each posting once, known by its key, in a few statements for all of them; the ids of their journals, in order.

    A key that exists already gives the old journal back, or raises DifferentRequest where the request differs (R19).
    Raises ValueError where amounts do not sum to zero. Whatever it raises, the transaction must not be committed.
    """
    if not postings:
        return []
    rows = [{**posting.columns, "request": posting.request, "written_at": now} for posting in postings]
    written = bulk.insert_once(session, JOURNALS, rows, unique="key", returning=(JOURNALS.c.key, JOURNALS.c.id))
    ids: dict[str, int] = {row.key: row.id for row in written}
    new = [posting for posting in postings if posting.key in ids]
    known = _written_before(session, [posting for posting in postings if posting.key not in ids])
    _enter(session, new, ids, now=now)
    # Also where nothing is new: whoever was quicker may have moved them since.
    forget(session, {account_id for posting in postings for account_id, _ in posting.amounts})
    return [(ids | known)[posting.key] for posting in postings]


def customer_account(session: Session, customer_id: int) -> Account:
    """The account that a customer's points stand on; opened on first use."""
    return _account(session, f"customer:{customer_id}", customer_id)


def house_account(session: Session, name: str) -> Account:
    """One of the house's own accounts (ISSUED, EARNED, CORRECTED, GRANTED)."""
    return _account(session, name, None)


def available(account: Account) -> Points:
    """The points of a customer's account that nobody holds, without credit."""
    return Points((account.balance or 0) - (account.held or 0))


def add_once(session: Session, table: type[Base], *, unique: str, values: dict[str, Any]) -> int | None:
    """Inserts a row unless one with the same `unique` column exists; its id, or None where it existed."""
    rows = cast("Table", table.__table__)
    added: int | None = bulk.insert_once(session, rows, [values], unique=unique, returning=(rows.c.id,)).scalar()
    return added


def _written_before(session: Session, postings: Sequence[Posting]) -> dict[str, int]:
    """The journals that were written before, by their keys. Raises DifferentRequest."""
    if not postings:
        return {}
    kept = {journal.key: journal for journal in session.execute(WRITTEN(session), {"keys": [posting.key for posting in postings]})}
    for posting in postings:
        if kept[posting.key].request != posting.request:
            raise DifferentRequest(f"{posting.key} was written before, for something else; nothing was written now")
    return {key: journal.id for key, journal in kept.items()}


def _enter(session: Session, postings: Sequence[Posting], ids: Mapping[str, int], *, now: datetime) -> None:
    """Writes the entries of new journals, and moves the balances that are kept."""
    entries = [
        {"journal_id": ids[posting.key], "account_id": account_id, "points": points}
        for posting in postings
        for account_id, points in posting.moves
    ]
    if entries:
        bulk.insert_all(session, ENTRIES, entries)
        changes = [(entry["account_id"], entry["points"]) for entry in entries]
        move(session, ACCOUNTS.c.balance, changes, beside=crossed, now=now)


def move(
    session: Session, kept: Column[Any], changes: Iterable[tuple[int, int]], *, beside: bulk.Beside | None = None, **told: object
) -> None:
    """Adds points to what accounts keep; whoever moves those of several customers has locked them in the order of their ids.

    What `beside` it changes may need to be `told` something (billing.bulk).
    """
    sums: Counter[int] = Counter()
    for account_id, points in changes:
        sums[account_id] += points
    bulk.change(session, kept, sums, by=True, beside=beside, **told)


def forget(session: Session, account_ids: Collection[int]) -> None:
    """Kept balances moved in the database: what the session remembers of those accounts is stale."""
    known = [key for key in list(session.identity_map.keys()) if key[0] is Account and key[1][0] in account_ids]
    for key in known:
        session.expire(session.identity_map[key])


def _account(session: Session, name: str, customer_id: int | None) -> Account:
    found: dict[str, Account] = session.info.setdefault("accounts", {})
    if (known := found.get(name)) is not None and known in session:
        return known
    account = session.scalar(BY_NAME, {"account": name})
    if account is None:
        kept = Points(0) if customer_id is not None else None
        values = {"name": name, "customer_id": customer_id, "balance": kept, "held": kept}
        add_once(session, Account, unique="name", values=values)
        return session.scalars(BY_NAME, {"account": name}).one()
    if not session.in_nested_transaction():  # What was opened in one may be taken back with it.
        found[name] = account
    return account


def charged(session: Session, call_id: int) -> dict[int, Points]:
    """What a call was charged so far, by quarter: signed, as it stands on the customer's account; a free quarter with 0."""
    return _by_call([call_id], session.execute(CHARGED, {"call": call_id}).all())[call_id]


def charged_of(session: Session, call_ids: Collection[int]) -> dict[int, dict[int, Points]]:
    """`charged` of each of some calls, by its id."""
    return _by_call(call_ids, session.execute(CHARGED_OF(session), {"calls": list(call_ids)}).all())


def _by_call(call_ids: Collection[int], rows: Iterable[Row[int | None, int | None, Points]]) -> dict[int, dict[int, Points]]:
    found: dict[int, dict[int, Points]] = {call_id: {} for call_id in call_ids}
    for call_id, quarter, points in rows:
        if call_id is not None and quarter is not None:
            found[call_id][quarter] = Points(int(points))
    return found
