"""The audit of the books finds what is wrong: each fault alone, in books that are in order otherwise (R5, R6, R9, R18)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from billing import books, holds, ledger
from billing.ledger import Posting
from models import Account, Call, Entry, Hold, Journal
from models.values import HoldState, JournalKind, Points
from tests.house import House

Harm = Callable[[Session, House], object]
MORE = Points(15)


def call_of(session: Session, state: str) -> Call:
    """The call that is over, the one that rings, or the one that goes on."""
    return session.scalars(select(Call).where(Call.state == state)).one()


def account_of(session: Session, call: Call) -> Account:
    return ledger.customer_account(session, call.customer_id or 0)


def posts(session: Session, house: House, call: Call, *, quarter: int, account: Account | None = None, points: int = -MORE) -> None:
    """A journal that balances, about a quarter of a call."""
    amounts = (
        ((account or account_of(session, call)).id, Points(points)),
        (ledger.house_account(session, "earned").id, Points(-points)),
    )
    posting = Posting(
        key=f"wrong:{call.id}:{quarter}",
        kind=JournalKind.QUARTER,
        amounts=amounts,
        occurred_at=house.now,
        actor="test",
        call_id=call.id,
        quarter=quarter,
    )
    ledger.post(session, [posting], now=house.now)


def keeps_back(session: Session, house: House, call: Call, account: Account) -> None:
    holds.hold(session, account, call_id=call.id, quarter=9, points=MORE, floor=None, now=house.now)


def a_balance_that_moved_alone(session: Session, _house: House) -> None:
    session.execute(update(Account).where(Account.id == account_of(session, call_of(session, "ended")).id).values(balance=1_000))


def points_held_without_a_hold(session: Session, _house: House) -> None:
    session.execute(update(Account).where(Account.id == account_of(session, call_of(session, "ended")).id).values(held=7))


def a_hold_that_outlived_its_call(session: Session, house: House) -> None:
    call = call_of(session, "ended")
    keeps_back(session, house, call, account_of(session, call))


def a_hold_on_somebody_elses_account(session: Session, house: House) -> None:
    keeps_back(session, house, call_of(session, "talking"), account_of(session, call_of(session, "ended")))


def a_hold_of_a_quarter_that_was_charged(session: Session, _house: House) -> None:
    call = call_of(session, "talking")
    held = session.scalars(select(Hold).where(Hold.call_id == call.id, Hold.quarter == 1)).one()
    held.state, held.ended_at = HoldState.OPEN, None
    session.execute(update(Account).where(Account.id == held.account_id).values(held=Account.held + held.points))


def a_hold_for_a_price_that_nobody_accepted(session: Session, _house: House) -> None:
    call_of(session, "ringing").price_accepted_at = None


def a_charge_on_somebody_elses_account(session: Session, house: House) -> None:
    posts(session, house, call_of(session, "talking"), quarter=2, account=account_of(session, call_of(session, "ended")))


def a_quarter_too_many(session: Session, house: House) -> None:
    posts(session, house, call_of(session, "ended"), quarter=2)


def a_quarter_charged_twice(session: Session, house: House) -> None:
    posts(session, house, call_of(session, "ended"), quarter=1)


def a_quarter_given_back(session: Session, house: House) -> None:
    posts(session, house, call_of(session, "ended"), quarter=1, points=15)


def a_running_quarter_charged_twice(session: Session, house: House) -> None:
    posts(session, house, call_of(session, "talking"), quarter=1)


def a_quarter_that_was_not_granted(session: Session, house: House) -> None:
    posts(session, house, call_of(session, "talking"), quarter=17)


def a_charge_before_anybody_took_the_call(session: Session, house: House) -> None:
    posts(session, house, call_of(session, "ringing"), quarter=1)


def a_journal_without_entries(session: Session, house: House) -> None:
    session.add(
        Journal(
            key="empty",
            kind=JournalKind.PURCHASE,
            request={},
            occurred_at=house.now,
            written_at=house.now,
            actor="test",
            reason="no",
        )
    )


def moves(session: Session, house: House, key: str, kind: JournalKind, **about: Any) -> None:  # noqa: ANN401 - a posting's own
    """A journal that balances and gives points to the customer of the call that is over."""
    call = call_of(session, "ended")
    amounts = ((account_of(session, call).id, MORE), (ledger.house_account(session, "corrected").id, Points(-MORE)))
    ledger.post(
        session, [Posting(key=key, kind=kind, amounts=amounts, occurred_at=house.now, actor="test", **about)], now=house.now
    )


def a_refund_that_nobody_granted(session: Session, house: House) -> None:
    call = call_of(session, "ended")
    charge = session.scalars(select(Journal.id).where(Journal.call_id == call.id)).first()
    moves(session, house, "refund:1:1", JournalKind.REFUND, call_id=call.id, reverses_id=charge)


def a_refund_of_nothing(session: Session, house: House) -> None:
    moves(session, house, "refund:2:1", JournalKind.REFUND)


def a_grant_that_nobody_decided(session: Session, house: House) -> None:
    moves(session, house, "grant:9", JournalKind.GRANT)


FOUND: list[tuple[Harm, str]] = [
    (a_balance_that_moved_alone, "keeps 1000 points, its entries sum to 585"),
    (points_held_without_a_hold, "keeps 7 points held, its open holds sum to 0"),
    (a_hold_that_outlived_its_call, "is over and still holds points for quarter 9"),
    (a_hold_on_somebody_elses_account, "holds points for quarter 9 on the account customer:1, which is not its customer's"),
    (a_hold_of_a_quarter_that_was_charged, "holds points for quarter 1, which was charged"),
    (a_hold_for_a_price_that_nobody_accepted, "holds points for quarter 1, and nobody accepted its price"),
    (a_charge_on_somebody_elses_account, "was charged on the account customer:1, which is not its customer's"),
    (a_quarter_too_many, "owes {1: 15} and was charged {1: 15, 2: 15}"),
    (a_quarter_charged_twice, "owes {1: 15} and was charged {1: 30}"),
    (a_quarter_given_back, "owes {1: 15} and was charged {}"),
    (a_running_quarter_charged_twice, "was charged 30 points for quarter 1, whose price is 15"),
    (a_quarter_that_was_not_granted, "was charged for quarter 17, and 16 were granted"),
    (a_charge_before_anybody_took_the_call, "was charged {1: 15} (points by quarter), and no supporter has accepted it"),
    (a_refund_that_nobody_granted, "was to be refunded {} and was refunded {1: 15}"),
    (a_refund_of_nothing, "journal refund:2:1: is a refund, and does not say of what"),
    (a_grant_that_nobody_decided, "journal grant:9: gives 15 points, and None were granted"),
    (a_journal_without_entries, "journal empty: has no entries"),
]


@pytest.mark.parametrize(("harm", "says"), FOUND, ids=[harm.__name__ for harm, _ in FOUND])
def test_the_audit_names_each_thing_that_is_wrong(house: House, harm: Harm, says: str) -> None:
    """R5, R6, R9, R18: one call is over, one goes on, and one rings."""
    over, goes_on, rings = (house.caller(points=600, company=f"Hotel {number}") for number in range(3))
    anna, bo, _carl = (house.supporter(name) for name in ("Anna", "Bo", "Carl"))
    house.connects(over, anna)
    house.forward(seconds=30)
    house.phone(over).hangs_up()
    house.connects(goes_on, bo)
    house.accepts_price(rings)
    house.forward(seconds=5)
    house.is_in_order()

    with house.database.writing() as session:
        harm(session, house)
        session.flush()
        found = books.faults(session)
        session.rollback()

    assert any(says in fault for fault in found), found
    house.phone(goes_on).hangs_up()
    house.phone(rings).hangs_up()


def test_the_audit_finds_a_journal_that_does_not_balance(house: House) -> None:
    """R18: PostgreSQL refuses it at the commit; the audit finds it before, and on SQLite at any time."""
    house.caller(points=60)

    with house.database.writing() as session:
        journal = session.scalars(select(Journal.id)).one()
        session.add(Entry(journal_id=journal, account_id=ledger.house_account(session, "corrected").id, points=5))
        session.flush()
        found = books.faults(session)
        session.rollback()

    assert found == [f"journal {journal}: its entries sum to 5 and not to zero"]
