"""The billing log of one customer: what moved its account and its free quarters, in the order of writing, both ways (R18)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from billing import journals, ledger, wanted
from billing.posting import Posting
from billing.wanted import FEW, Wanted
from models import Account, Call
from models.values import JournalKind, Points
from tests.billing.accounts import NOW, a_call, a_grant, bought

MINE, STRANGERS = "10001", "10002"


@pytest.fixture
def account(session: Session) -> Account:
    """Seven journals of a customer, every second one a free quarter, with a stranger's between each two."""
    mine, stranger = bought(session, MINE, 60), bought(session, STRANGERS, 500)
    for number in range(1, 7):
        calls = [a_call(session, 2 * number + theirs) for theirs in (0, 1)]
        for call, one in zip(calls, (mine, stranger), strict=True):
            session.get_one(Call, call).customer_id = one.customer_id
            ledger.post(session, [a_quarter(session, one, call, points=-15 * (number % 2))], now=NOW + timedelta(minutes=number))
    return mine


def a_quarter(session: Session, account: Account, call: int, *, points: int) -> Posting:
    return a_grant(session, account, points, key=f"call:{call}:quarter:1", kind=JournalKind.QUARTER, call_id=call, quarter=1)


def moved(page: journals.Page) -> list[tuple[str | None, Points]]:
    return [(one.customer, one.points) for one in page.journals]


def test_a_customers_log_has_its_free_quarters_in_their_places(session: Session, account: Account) -> None:
    """They moved nothing, and stand on nobody's account."""
    found = journals.page(session, Wanted(customer=MINE), most=50)

    assert moved(found) == [(MINE, points) for points in (0, -15, 0, -15, 0, -15, 60)]
    assert found.journals == tuple(reversed(journals.chosen(session, Wanted(customer=MINE), most=50)))
    assert journals.totals(session, Wanted(customer=MINE)).counts[JournalKind.QUARTER] == 6
    assert [wanted.is_few(session, sought) for sought in (Wanted(customer=MINE), Wanted())] == [True, False]
    assert account.balance == 15


@pytest.mark.usefixtures("account")
def test_it_is_read_page_by_page_both_ways(session: Session) -> None:
    """Each is found by the journal that it lies behind."""
    whole = [one.journal for one in journals.page(session, Wanted(customer=MINE), most=50).journals]

    first = journals.page(session, Wanted(customer=MINE), most=3)
    second = journals.page(session, Wanted(customer=MINE), before=first.journals[-1].journal, most=3)
    last = journals.page(session, Wanted(customer=MINE), before=second.journals[-1].journal, most=3)
    back = journals.page(session, Wanted(customer=MINE), after=second.journals[-1].journal, most=3)

    assert [one.journal for page in (first, second, last) for one in page.journals] == whole
    assert [(page.newer, page.older) for page in (first, second, last)] == [(False, True), (True, True), (True, False)]
    assert [one.journal for one in back.journals] == whole[2:5]
    assert (back.newer, back.older) == (True, True)


@pytest.mark.usefixtures("account")
def test_it_is_narrowed_by_kind_and_by_when_it_was_written(session: Session) -> None:
    since = NOW + timedelta(minutes=5)

    late = journals.page(session, Wanted(customer=MINE, since=since), most=50)
    bought_ones = journals.page(session, Wanted(customer=MINE, kind=JournalKind.PURCHASE), most=50)
    of_a_call = journals.page(session, Wanted(customer=MINE, call=f"CA{4:032d}"), most=50)

    assert moved(late) == [(MINE, 0), (MINE, -15)]
    assert moved(bought_ones) == [(MINE, 60)]
    assert moved(of_a_call) == [(MINE, 0)]
    assert len(late.journals) < FEW
