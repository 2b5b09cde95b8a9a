"""The ledger: the one function that posts, and holds that only real points can satisfy.

    LedgerError
    ├── NotEnoughPoints   a hold asked for more than there is; carries what is missing
    └── DifferentRequest  a journal of that key was written for something else

Balances move by relative updates and holds by a conditional one, so two calls can never hold the same points (R5) and nobody
reads a balance in order to write it. Only a hold can be refused: posting never asks whether there is enough (R11).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Insert, case, func, null, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from models import Account, Base, Entry, Hold, Journal
from models.values import HoldState, JournalKind, Points

ISSUED: Final = "issued"
EARNED: Final = "earned"
CORRECTED: Final = "corrected"
GRANTED: Final = "granted"
LOW: Final = Points(30)  # two quarters of a night


class LedgerError(Exception):
    """Something the ledger refuses."""


class NotEnoughPoints(LedgerError):
    """There are not enough points that nobody holds. `missing` is how many more are needed."""

    def __init__(self, missing: Points) -> None:
        super().__init__(f"{missing} points are missing")
        self.missing = missing


class DifferentRequest(LedgerError):
    """A journal of that key exists, and was written for something else. Nothing was written now."""


@dataclass(frozen=True, kw_only=True)
class Posting:
    """One business event to be written. `amounts` are (account id, signed points) that sum to zero; zeroes are left out."""

    key: str
    kind: JournalKind
    amounts: tuple[tuple[int, Points], ...]
    occurred_at: datetime
    actor: str
    reason: str | None = None
    reference: str | None = None
    call_id: int | None = None
    quarter: int | None = None
    case_id: int | None = None
    price_list_id: int | None = None
    reverses_id: int | None = None


def post(session: Session, postings: Sequence[Posting], *, now: datetime) -> list[Journal]:
    """Writes each posting once, known by its key, and gives the journals back in order.

    A key that exists already gives the old journal back, or raises DifferentRequest where the request differs (R19).
    Raises ValueError where amounts do not sum to zero.
    """
    return [_post(session, posting, now=now) for posting in postings]


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
    if not session.scalars(change.returning(Account.id).execution_options(synchronize_session=False)).all():
        session.refresh(account)
        raise NotEnoughPoints(Points((floor or 0) + points - available(account)))
    session.refresh(account)
    held = known or Hold(call_id=call_id, quarter=quarter, account_id=account.id)
    held.points, held.state, held.held_at, held.ended_at = points, HoldState.OPEN, now, None
    session.add(held)
    session.flush()
    return held


def capture(session: Session, *, call_id: int, quarter: int, now: datetime) -> None:
    """Ends the hold of a quarter that is being charged (R6). Without an open hold nothing happens."""
    _end_holds(session, HoldState.CAPTURED, Hold.call_id == call_id, Hold.quarter == quarter, now=now)


def release(session: Session, *, call_id: int, now: datetime) -> None:
    """Gives back every hold of a call that is over (R6)."""
    _end_holds(session, HoldState.RELEASED, Hold.call_id == call_id, now=now)


def available(account: Account) -> Points:
    """The points of a customer's account that nobody holds, without credit."""
    return Points((account.balance or 0) - (account.held or 0))


def add_once(session: Session, table: type[Base], *, unique: str, values: dict[str, Any]) -> int | None:
    """Inserts a row unless one with the same `unique` column exists; its id, or None where it existed."""
    made: Insert
    if session.get_bind().dialect.name == "sqlite":
        made = sqlite.insert(table).values(**values).on_conflict_do_nothing(index_elements=[unique])
    else:
        made = postgresql.insert(table).values(**values).on_conflict_do_nothing(index_elements=[unique])
    added: int | None = session.scalar(made.returning(table.__table__.c.id))
    return added


def _post(session: Session, posting: Posting, *, now: datetime) -> Journal:
    amounts = [(account_id, points) for account_id, points in posting.amounts if points]
    if sum(points for _, points in amounts):
        raise ValueError(f"the entries of {posting.key} do not sum to zero")
    request = {"kind": posting.kind.value, "amounts": [list(amount) for amount in amounts], "reverses": posting.reverses_id}
    columns = {name: value for name, value in vars(posting).items() if name != "amounts"}
    made = add_once(session, Journal, unique="key", values={**columns, "request": request, "written_at": now})
    journal = session.scalars(select(Journal).where(Journal.key == posting.key)).one()
    if made is None:
        if journal.request != request:
            raise DifferentRequest(f"{posting.key} was written before, for something else; nothing was written now")
        for account_id, _ in amounts:  # Whoever was quicker may have moved them since this transaction looked.
            _forget(session, account_id)
        return journal
    for account_id, points in amounts:
        _move(session, account_id, points, now=now)
    session.add_all(Entry(journal_id=journal.id, account_id=account_id, points=points) for account_id, points in amounts)
    session.flush()
    return journal


def _move(session: Session, account_id: int, points: Points, *, now: datetime) -> None:
    """Moves a kept balance, and notes in the same statement whether that took it below what its customer wants to hear of."""
    threshold, moved = func.coalesce(Account.notify_below, LOW), Account.balance + points
    low_at = case((moved >= threshold, null()), (Account.balance >= threshold, now), else_=Account.low_at)
    change = update(Account).where(Account.id == account_id, Account.balance.is_not(None)).values(balance=moved, low_at=low_at)
    session.execute(change.execution_options(synchronize_session=False))
    _forget(session, account_id)


def _end_holds(session: Session, state: HoldState, *which: Any, now: datetime) -> None:  # noqa: ANN401 - SQL conditions
    for held in session.scalars(select(Hold).where(Hold.state == HoldState.OPEN, *which)).all():
        change = update(Account).where(Account.id == held.account_id).values(held=Account.held - held.points)
        session.execute(change.execution_options(synchronize_session=False))
        held.state = state
        held.ended_at = now
        _forget(session, held.account_id)
    session.flush()


def _forget(session: Session, account_id: int) -> None:
    """A kept balance moved in the database: what the session remembers of that account is stale."""
    known = session.identity_map.get(session.identity_key(Account, account_id))
    if known is not None:
        session.expire(known)


def _account(session: Session, name: str, customer_id: int | None) -> Account:
    account = session.scalar(select(Account).where(Account.name == name))
    if account is None:
        kept = Points(0) if customer_id is not None else None
        values = {"name": name, "customer_id": customer_id, "balance": kept, "held": kept}
        add_once(session, Account, unique="name", values=values)
        account = session.scalars(select(Account).where(Account.name == name)).one()
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
