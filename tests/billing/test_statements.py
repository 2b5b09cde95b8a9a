"""Statements of a period: closed ones never change, one ends where the next begins, nights with an hour too many included (R18)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from billing import ledger, statements
from billing.ledger import Posting
from billing.statements import Statement
from models import Account, Customer
from models.local import from_local
from models.values import JournalKind, Points
from tests.billing.accounts import bought

OCTOBER = from_local(datetime(2026, 10, 1))  # noqa: DTZ001 - local, as people write it
NOVEMBER = from_local(datetime(2026, 11, 1))  # noqa: DTZ001 - as above
DECEMBER = from_local(datetime(2026, 12, 1))  # noqa: DTZ001 - as above


def writes(
    session: Session,
    account: Account,
    points: int,
    *,
    written: datetime,
    happened: datetime | None = None,
    of: int | None = None,
) -> int:
    """A journal of so many points on an account, its number: a correction where it takes another one back, else a grant."""
    house = ledger.house_account(session, ledger.CORRECTED)
    posting = Posting(
        key=f"test:{account.id}:{written.isoformat()}:{points}",
        kind=JournalKind.CORRECTION if of else JournalKind.GRANT,
        amounts=((account.id, Points(points)), (house.id, Points(-points))),
        occurred_at=happened or written,
        actor="cli:bo",
        reason="too much" if of else None,
        reverses_id=of,
    )
    return ledger.post(session, [posting], now=written)[0]


def of_customer(session: Session, account: Account, since: datetime | None = None, until: datetime | None = None) -> Statement:
    return statements.statement(session, session.get_one(Customer, account.customer_id), since=since, until=until)


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_a_closed_statement_does_not_change_when_something_is_written_about_its_time_later(session: Session) -> None:
    """R18: what happened in October and is written in November stands in November's statement, and takes October's entry back."""
    account, stranger = bought(session, "10001", 60), bought(session, "10002", 500)
    taken = writes(session, account, -30, written=NOVEMBER - timedelta(seconds=1))
    writes(session, stranger, -7, written=NOVEMBER)
    october = of_customer(session, account, OCTOBER, NOVEMBER)

    writes(session, account, 15, written=NOVEMBER, happened=NOVEMBER - timedelta(hours=1), of=taken)

    november = of_customer(session, account, NOVEMBER, DECEMBER)
    (late,), (first,) = [entry for entry in november.entries if entry.kind is JournalKind.CORRECTION], october.entries
    assert of_customer(session, account, OCTOBER, NOVEMBER).entries == october.entries
    assert (october.opening, october.closing, first.points) == (0, -30, -30)
    assert (november.opening, november.closing) == (-30, 45)
    assert (late.points, late.reverses, late.reason, late.at) == (15, first.entry, "too much", NOVEMBER - timedelta(hours=1))


@pytest.mark.parametrize("backend", ["sqlite"])
def test_the_hour_that_comes_twice_is_whole_in_a_statement_that_asks_for_it(session: Session) -> None:
    """25 October 2026, 02:00 to 03:00 local time: two hours. In March the hour that is missing is in no statement."""
    account = bought(session, "10001", 60)
    for hour, points in enumerate([1, 10, 100, 1000], start=-1):
        writes(session, account, points, written=datetime(2026, 10, 25, 0, 30, tzinfo=UTC) + timedelta(hours=hour))
    twice = datetime(2026, 10, 25, 2), datetime(2026, 10, 25, 3)  # noqa: DTZ001 - local
    missing = datetime(2027, 3, 28, 1), datetime(2027, 3, 28, 3)  # noqa: DTZ001 - local

    october = of_customer(session, account, from_local(twice[0]), from_local(twice[1], last=True))
    march = of_customer(session, account, from_local(missing[0]), from_local(missing[1], last=True))

    assert [entry.points for entry in october.entries] == [10, 100]
    assert (march.until or NOVEMBER) - (march.since or NOVEMBER) == timedelta(hours=1)
    assert (march.opening, march.closing) == (1171, 1171)
