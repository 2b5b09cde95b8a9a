"""A stranger with beancount who adds the exported books up again, and makes a customer's statement out of nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from beancount import loader
from beancount.core.data import Transaction

from billing.statements import Statement, StatementEntry
from models.values import JournalKind, Points


def transactions(lines: Iterable[str]) -> list[Transaction]:
    """The transactions of exported books that beancount finds nothing wrong with."""
    entries, errors, _ = loader.load_string("".join(f"{line}\n" for line in lines))
    assert errors == []
    return [entry for entry in entries if isinstance(entry, Transaction)]


def statement(books: list[Transaction], customer: str, *, since: datetime | None, until: datetime | None) -> Statement:
    """The statement of a customer over [since, until), from whole books; what holds do is not in them."""
    account = f"Assets:Customers:{customer}"
    legs = [(one, leg) for one in books for leg in one.postings if leg.account == account]
    numbers = {_meta(one)["journal"]: _number(leg) for one, leg in legs}
    written = {_meta(one)["journal"]: datetime.fromisoformat(_meta(one)["written"]) for one, _ in legs}
    balance = opening = _sum(leg for one, leg in legs if since and written[_meta(one)["journal"]] < since)
    entries = []
    for one, leg in sorted(legs, key=lambda found: _number(found[1])):
        at = written[_meta(one)["journal"]]
        if (since is None or at >= since) and (until is None or at < until):
            balance = Points(balance + _sum([leg]))
            entries.append(_entry(one, leg, balance, numbers, _beside(one, {_meta(other)["journal"]: other for other in books})))
    total = _sum(leg for _, leg in legs)
    return Statement(
        customer=customer,
        since=since,
        until=until,
        opening=opening,
        closing=balance,
        balance=total,
        held=Points(0),
        available=total,
        entries=tuple(entries),
    )


def _meta(one: Transaction) -> dict[str, Any]:
    return one.meta or {}


def _number(leg: Any) -> int:  # noqa: ANN401 - beancount's own
    return int(leg.meta["entry"])


def _sum(legs: Iterable[Any]) -> Points:
    return Points(sum(int(leg.units.number) for leg in legs))


def _entry(one: Transaction, leg: Any, balance: Points, numbers: dict[Any, int], beside: int | None) -> StatementEntry:  # noqa: ANN401 - beancount's
    meta = _meta(one)
    return StatementEntry(
        entry=_number(leg),
        at=datetime.fromisoformat(meta["at"]),
        written_at=datetime.fromisoformat(meta["written"]),
        kind=JournalKind(one.narration or ""),
        points=_sum([leg]),
        balance=balance,
        call=meta.get("call"),
        quarter=int(meta["quarter"]) if "quarter" in meta else None,
        case=meta.get("case"),
        reference=meta.get("reference"),
        reason=meta.get("reason"),
        actor=meta["actor"],
        reverses=numbers.get(meta.get("reverses")),
        beside=beside,
    )


def _beside(one: Transaction, books: dict[Any, Transaction]) -> int | None:
    """The quarter of what a transaction without one takes back."""
    meta = _meta(one)
    while "quarter" not in meta and "reverses" in meta:
        meta = _meta(books[meta["reverses"]])
    return int(meta["quarter"]) if "quarter" in meta and "quarter" not in _meta(one) else None
