"""The ledger: written once, balanced, held only out of points that are there (R4, R5, R6, R18, R19)."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from billing import books, holds, ledger
from billing.ledger import DifferentRequest, NotEnoughPoints
from models import Account, Entry, Hold, Journal
from models.values import HoldState, JournalKind, Points
from tests.billing.accounts import NOW, a_call, a_grant, bought, kept


@pytest.fixture
def account(session: Session) -> Account:
    """A customer's account with 60 points, beside a stranger's with 500."""
    bought(session, "10002", 500)
    return bought(session, "10001", 60)


def test_a_posting_moves_the_balance_by_its_amount(session: Session, account: Account) -> None:
    """R18: its entries sum to zero, and the kept balance is their sum."""
    ledger.post(session, [a_grant(session, account, 10)], now=NOW)

    assert kept(account) == (70, 0)
    assert sum(session.scalars(select(Entry.points))) == 0
    assert books.faults(session) == []


def test_the_same_posting_again_is_the_same_journal(session: Session, account: Account) -> None:
    """R19: posted twice, written once."""
    first = ledger.post(session, [a_grant(session, account, 10)], now=NOW)

    second = ledger.post(session, [a_grant(session, account, 10)], now=NOW)

    assert second == first
    assert kept(account) == (70, 0)


@pytest.mark.parametrize("different", ["points", "kind", "account"])
def test_another_posting_of_the_same_key_is_refused(session: Session, account: Account, different: str) -> None:
    """R19: and nothing is written for it."""
    stranger = ledger.customer_account(session, 1)
    ledger.post(session, [a_grant(session, account, 10)], now=NOW)
    other = {
        "points": a_grant(session, account, 11),
        "kind": a_grant(session, account, 10, kind=JournalKind.REFUND),
        "account": a_grant(session, stranger, 10),
    }[different]

    with pytest.raises(DifferentRequest, match="grant:1"):
        ledger.post(session, [other], now=NOW)

    assert (kept(account), kept(stranger)) == ((70, 0), (500, 0))


def test_a_posting_that_does_not_balance_is_refused(session: Session, account: Account) -> None:
    """R18."""
    with pytest.raises(ValueError, match="sum to zero"):
        ledger.post(session, [a_grant(session, account, 10, other=-9)], now=NOW)

    assert kept(account) == (60, 0)
    assert session.scalar(select(Journal).where(Journal.key == "grant:1")) is None


def test_a_charge_never_asks_whether_there_is_enough(session: Session, account: Account) -> None:
    """R11: only holds are refused."""
    ledger.post(session, [a_grant(session, account, -500)], now=NOW)

    assert kept(account) == (-440, 0)


def test_a_free_quarter_has_a_journal_and_no_entries(session: Session, account: Account) -> None:
    """R9, R18: zero points are a fact, and nothing to add up."""
    call = a_call(session)
    free = a_grant(session, account, 0, kind=JournalKind.QUARTER, call_id=call, quarter=1)

    ledger.post(session, [free], now=NOW)

    assert ledger.charged(session, call) == {1: 0}
    assert books.faults(session) == []


@pytest.mark.parametrize(
    ("points", "floor", "succeeds"),
    [(60, 0, True), (61, 0, False), (75, -15, True), (76, -15, False), (10_000, None, True), (0, 0, True)],
)
def test_a_hold_is_refused_below_its_floor(
    session: Session, account: Account, points: int, floor: int | None, *, succeeds: bool
) -> None:
    """R4, R11: 60 points; a floor of -15 is a credit of 15, None is no limit."""
    call = a_call(session)
    limit = None if floor is None else Points(floor)

    missing = 0
    try:
        holds.hold(session, account, call_id=call, quarter=1, points=Points(points), floor=limit, now=NOW)
    except NotEnoughPoints as refused:
        missing = refused.missing

    assert missing == (0 if succeeds else points - 60 + (floor or 0))
    assert kept(account) == (60, points if succeeds else 0)


def test_holds_of_several_calls_add_up(session: Session, account: Account) -> None:
    """R5: 45 are held, so 16 more are refused and 15 are not."""
    holds.hold(session, account, call_id=a_call(session, 1), quarter=1, points=Points(45), floor=Points(0), now=NOW)
    second = a_call(session, 2)

    with pytest.raises(NotEnoughPoints, match="1 points are missing"):
        holds.hold(session, account, call_id=second, quarter=1, points=Points(16), floor=Points(0), now=NOW)
    holds.hold(session, account, call_id=second, quarter=1, points=Points(15), floor=Points(0), now=NOW)

    assert kept(account) == (60, 60)
    assert ledger.available(account) == 0


def test_a_hold_asked_for_again_is_the_same_hold(session: Session, account: Account) -> None:
    """R19."""
    call = a_call(session)
    first = holds.hold(session, account, call_id=call, quarter=1, points=Points(15), floor=Points(0), now=NOW)

    second = holds.hold(session, account, call_id=call, quarter=1, points=Points(15), floor=Points(0), now=NOW)

    assert second == first
    assert kept(account) == (60, 15)


@pytest.mark.parametrize(("end", "state"), [("capture", HoldState.CAPTURED), ("release", HoldState.RELEASED)])
def test_a_hold_ends_once_as_a_charge_or_given_back(session: Session, account: Account, end: str, state: HoldState) -> None:
    """R6: another call's hold, and another quarter's, are left alone."""
    call, noise = a_call(session, 1), a_call(session, 2)
    held = holds.hold(session, account, call_id=call, quarter=1, points=Points(15), floor=Points(0), now=NOW)
    other = holds.hold(session, account, call_id=noise, quarter=1, points=Points(20), floor=Points(0), now=NOW)

    for _ in range(2):
        if end == "capture":
            holds.capture(session, [(call, 1)], now=NOW)
        else:
            holds.release(session, call_id=call, now=NOW)

    assert [session.get_one(Hold, one).state for one in (held, other)] == [state, HoldState.OPEN]
    assert kept(account) == (60, 20)


def test_a_hold_that_had_ended_can_be_opened_again(session: Session, account: Account) -> None:
    """R6: and is refused again where the points are gone."""
    call = a_call(session)
    holds.hold(session, account, call_id=call, quarter=1, points=Points(15), floor=Points(0), now=NOW)
    holds.release(session, call_id=call, now=NOW)

    opened = holds.hold(session, account, call_id=call, quarter=1, points=Points(40), floor=Points(0), now=NOW)

    again = session.get_one(Hold, opened)
    assert (again.state, again.points, again.ended_at) == (HoldState.OPEN, 40, None)
    assert kept(account) == (60, 40)
