"""Points kept back for a quarter of a call: held ahead, captured when it is charged, released when the call is over (R4-R6, R11).

A hold is a row, and `held` on its account; both move in one transaction. Only here can anything be refused: the account's own
conditional update refuses, so of two calls that want the last points one is too late (R5).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, cast

from sqlalchemy import ColumnElement, Row, Table, bindparam, insert, select, tuple_, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.sql.dml import ReturningUpdate

from billing import bulk, ledger
from billing.ledger import ACCOUNTS, NotEnoughPoints
from models import Account, Hold
from models.values import HoldState, Points

HOLDS: Final = cast("Table", Hold.__table__)
CALL: Final = HOLDS.c.call_id == bindparam("call")
QUARTER: Final = HOLDS.c.quarter == bindparam("number")
KNOWN: Final = select(HOLDS.c.id, HOLDS.c.state).where(CALL, QUARTER)
NEW: Final = insert(HOLDS).returning(HOLDS.c.id)
AGAIN: Final = update(HOLDS).where(HOLDS.c.id == bindparam("hold"))

MORE: Final = bindparam("more", type_=ACCOUNTS.c.held.type)
KEEP_BACK: Final = (
    update(ACCOUNTS)
    .where(ACCOUNTS.c.id == bindparam("account"))
    .values(held=ACCOUNTS.c.held + MORE)
    .returning(ACCOUNTS.c.balance, ACCOUNTS.c.held)
)
KEEP_BACK_WITHIN: Final = KEEP_BACK.where(ACCOUNTS.c.balance - ACCOUNTS.c.held - MORE >= bindparam("floor"))


def _end(*which: ColumnElement[bool]) -> ReturningUpdate[int, Points]:
    """Ends holds that are open, and tells what comes back to which account."""
    ended = {"state": bindparam("ends_as", type_=HOLDS.c.state.type), "ended_at": bindparam("now", type_=HOLDS.c.ended_at.type)}
    ending = update(HOLDS).where(HOLDS.c.state == HoldState.OPEN, *which).values(ended)
    return ending.returning(HOLDS.c.account_id, HOLDS.c.points)


TOLD: Final = bulk.given(call=HOLDS.c.call_id, number=HOLDS.c.quarter)
END_OF_CALL: Final = _end(CALL)
END_ONE: Final = _end(CALL, QUARTER)
END_TOLD: Final = _end(HOLDS.c.call_id == TOLD.c.call, HOLDS.c.quarter == TOLD.c.number)
END_LISTED: Final = _end(  # pairs alone find no index on SQLite
    HOLDS.c.call_id.in_(bindparam("calls", expanding=True)),
    tuple_(HOLDS.c.call_id, HOLDS.c.quarter).in_(bindparam("pairs", expanding=True)),
)


def hold(
    session: Session, account: Account, *, call_id: int, quarter: int, points: Points, floor: Points | None, now: datetime
) -> int:
    """Keeps points back for one quarter, once; a hold that had ended is opened again. Gives the hold's id.

    `floor` is how far the balance less all holds may sink: 0 for the hold that opens a call, None is no limit.
    Raises NotEnoughPoints; the database's own arithmetic refuses, so parallel calls cannot both succeed (R4, R5).
    """
    known = session.execute(KNOWN, {"call": call_id, "number": quarter}).one_or_none()
    if known is not None and known.state is HoldState.OPEN:
        return int(known.id)
    _keep_back(session, account, points, floor)
    opened: dict[str, Any] = {"points": points, "state": HoldState.OPEN, "held_at": now, "ended_at": None}
    if known is not None:
        session.execute(AGAIN, {"hold": known.id, **opened})
        return int(known.id)
    opened |= {"call_id": call_id, "quarter": quarter, "account_id": account.id}
    return int(session.execute(NEW, opened).scalar_one())


def capture(session: Session, charged: Sequence[tuple[int, int]], *, now: datetime) -> None:
    """Ends the holds of quarters that are being charged, each a call's id and a number; one without a hold is no matter (R6)."""
    calls, numbers = [call for call, _ in charged], [number for _, number in charged]
    told: dict[str, Any] = {"ends_as": HoldState.CAPTURED, "now": now}
    if len(charged) == 1:
        ended = session.execute(END_ONE, {"call": calls[0], "number": numbers[0], **told})
    elif bulk.takes_arrays(session):
        ended = session.execute(END_TOLD, {"call": calls, "number": numbers, **told})
    else:
        ended = session.execute(END_LISTED, {"calls": sorted(set(calls)), "pairs": charged, **told})
    _give_back(session, ended.all())


def release(session: Session, *, call_id: int, now: datetime) -> None:
    """Gives back every hold of a call that is over (R6)."""
    _give_back(session, session.execute(END_OF_CALL, {"call": call_id, "ends_as": HoldState.RELEASED, "now": now}).all())


def _keep_back(session: Session, account: Account, points: Points, floor: Points | None) -> None:
    """Moves `held`, if the floor lets it. Raises NotEnoughPoints."""
    told = {"account": account.id, "more": points}
    kept = session.execute(KEEP_BACK if floor is None else KEEP_BACK_WITHIN, told if floor is None else {**told, "floor": floor})
    now_kept = kept.one_or_none()
    if now_kept is None:
        session.refresh(account)
        raise NotEnoughPoints(Points((floor or 0) + points - ledger.available(account)))
    set_committed_value(account, "balance", now_kept.balance)
    set_committed_value(account, "held", now_kept.held)


def _give_back(session: Session, ended: Sequence[Row[int, Points]]) -> None:
    if ended:
        ledger.move(session, ACCOUNTS.c.held, [(account_id, -points) for account_id, points in ended])
    ledger.forget(session, {account_id for account_id, _ in ended})
