"""The ledger: the one function that posts, and holds that only real points can satisfy.

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

from sqlalchemy import Column, ColumnElement, Table, bindparam, case, func, select, tuple_, update
from sqlalchemy.orm import Session

from billing import bulk
from billing.posting import Posting
from billing.thresholds import crossed
from models import Account, Base, Entry, Hold, Journal
from models.values import HoldState, Points

__all__ = ["DifferentRequest", "LedgerError", "NotEnoughPoints", "Posting", "post"]
ISSUED: Final = "issued"
EARNED: Final = "earned"
CORRECTED: Final = "corrected"
GRANTED: Final = "granted"
BY_NAME: Final = select(Account).where(Account.name == bindparam("account"))
ACCOUNTS: Final = cast("Table", Account.__table__)
ENTRIES: Final = cast("Table", Entry.__table__)
JOURNALS: Final = cast("Table", Journal.__table__)


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
    written = bulk.insert_once(session, JOURNALS, rows, unique="key", returning=[JOURNALS.c.key, JOURNALS.c.id])
    ids: dict[str, int] = {row.key: row.id for row in written}
    new = [posting for posting in postings if posting.key in ids]
    known = _written_before(session, [posting for posting in postings if posting.key not in ids])
    _enter(session, new, ids, now=now)
    for account_id in {account_id for posting in postings for account_id, _ in posting.amounts}:
        _forget(session, account_id)  # also where nothing is new: whoever was quicker may have moved it since
    return [(ids | known)[posting.key] for posting in postings]


def customer_account(session: Session, customer_id: int) -> Account:
    """The account that a customer's points stand on; opened on first use."""
    return _account(session, f"customer:{customer_id}", customer_id)


def house_account(session: Session, name: str) -> Account:
    """One of the house's own accounts (ISSUED, EARNED, CORRECTED, GRANTED)."""
    return _account(session, name, None)


def hold(
    session: Session, account: Account, *, call_id: int, quarter: int, points: Points, floor: Points | None, now: datetime
) -> Hold:
    """Keeps points back for one quarter, once; a hold that had ended is opened again.

    `floor` is how far the balance less all holds may sink: 0 for the hold that opens a call, None is no limit.
    Raises NotEnoughPoints; the database's own arithmetic refuses, so parallel calls cannot both succeed (R4, R5).
    """
    known = session.scalar(select(Hold).where(Hold.call_id == call_id, Hold.quarter == quarter))
    if known is not None and known.state is HoldState.OPEN:
        return known
    change = update(Account).where(Account.id == account.id).values(held=Account.held + points)
    if floor is not None:
        change = change.where(Account.balance - Account.held - points >= floor)
    as_it_is = {"synchronize_session": False, "populate_existing": True}
    if not session.scalars(change.returning(Account).execution_options(**as_it_is)).all():
        session.refresh(account)
        raise NotEnoughPoints(Points((floor or 0) + points - available(account)))
    held = known or Hold(call_id=call_id, quarter=quarter, account_id=account.id)
    held.points, held.state, held.held_at, held.ended_at = points, HoldState.OPEN, now, None
    session.add(held)
    session.flush()
    return held


def capture(session: Session, charged: Sequence[tuple[int, int]], *, now: datetime) -> None:
    """Ends the holds of quarters that are being charged, each a call's id and a number; one without a hold is no matter (R6)."""
    of_calls = Hold.call_id.in_({call_id for call_id, _ in charged})  # pairs alone find no index on SQLite
    _end_holds(session, HoldState.CAPTURED, of_calls, tuple_(Hold.call_id, Hold.quarter).in_(charged), now=now)


def release(session: Session, *, call_id: int, now: datetime) -> None:
    """Gives back every hold of a call that is over (R6)."""
    _end_holds(session, HoldState.RELEASED, Hold.call_id == call_id, now=now)


def available(account: Account) -> Points:
    """The points of a customer's account that nobody holds, without credit."""
    return Points((account.balance or 0) - (account.held or 0))


def add_once(session: Session, table: type[Base], *, unique: str, values: dict[str, Any]) -> int | None:
    """Inserts a row unless one with the same `unique` column exists; its id, or None where it existed."""
    rows = cast("Table", table.__table__)
    added: int | None = bulk.insert_once(session, rows, [values], unique=unique, returning=[rows.c.id]).scalar()
    return added


def _written_before(session: Session, postings: Sequence[Posting]) -> dict[str, int]:
    """The journals that were written before, by their keys. Raises DifferentRequest."""
    if not postings:
        return {}
    keys = {posting.key for posting in postings}
    kept = {journal.key: journal for journal in session.scalars(select(Journal).where(Journal.key.in_(keys)))}
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
        _move(session, ACCOUNTS.c.balance, changes, beside=lambda moved: {"low_at": crossed(moved, now)})


def _move(session: Session, kept: Column[Any], changes: Iterable[tuple[int, int]], *, beside: bulk.Beside | None = None) -> None:
    """Adds points to what accounts keep; whoever moves those of several customers has locked them in the order of their ids."""
    sums: Counter[int] = Counter()
    for account_id, points in changes:
        sums[account_id] += points
    bulk.change(session, kept, sums, by=True, beside=beside)


def _end_holds(session: Session, state: HoldState, *which: ColumnElement[bool], now: datetime) -> None:
    ended = update(Hold).where(Hold.state == HoldState.OPEN, *which).values(state=state, ended_at=now)
    given_back = session.execute(ended.returning(Hold.account_id, Hold.points)).all()
    if given_back:
        _move(session, ACCOUNTS.c.held, [(account_id, -points) for account_id, points in given_back])
    for account_id, _ in given_back:
        _forget(session, account_id)


def _forget(session: Session, account_id: int) -> None:
    """A kept balance moved in the database: what the session remembers of that account is stale."""
    known = session.identity_map.get(session.identity_key(Account, account_id))
    if known is not None:
        session.expire(known)


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
    return charged_of(session, [call_id])[call_id]


def charged_of(session: Session, call_ids: Collection[int]) -> dict[int, dict[int, Points]]:
    """`charged` of each of some calls, by its id."""
    paid = case((Account.customer_id.is_not(None), Entry.points), else_=0)
    rows = session.execute(
        select(Journal.call_id, Journal.quarter, func.sum(paid))
        .outerjoin(Entry, Entry.journal_id == Journal.id)
        .outerjoin(Account, Account.id == Entry.account_id)
        .where(Journal.call_id.in_(call_ids), Journal.quarter.is_not(None))
        .group_by(Journal.call_id, Journal.quarter)
    )
    found: dict[int, dict[int, Points]] = {call_id: {} for call_id in call_ids}
    for call_id, quarter, points in rows:
        if call_id is not None and quarter is not None:
            found[call_id][quarter] = Points(int(points))
    return found
