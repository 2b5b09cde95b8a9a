"""Why a quarter costs what it costs, and what became of it in the books: facts that can be put into words (R6, R9, R10)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from billing import ledger, meter, price_lists, quarters, statements, tariff
from billing.statements import PostedEntry
from billing.tariff import Period
from models import Audit, Call, Entry, Hold, Journal, PriceList, PriceListHoliday
from models.values import CallState, HoldState, Points


@dataclass(frozen=True, kw_only=True)
class Tag:
    """The price of a quarter: what the list says of the moment at which it begins, and what it costs (R10).

    `holiday` is the name of the local day on which `period` began to run, where the list counts it as a holiday.
    """

    period: Period
    holiday: str | None
    price: Points


@dataclass(frozen=True, kw_only=True)
class HeldFacts:
    """The hold of a quarter, and what became of it (R6)."""

    points: Points
    held_at: datetime
    state: HoldState
    ended_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class QuarterFacts:
    """A quarter of a call, from 1. Before anybody accepted it has no beginning and no price; `owed` is None until the call is over.

    `charged` is what its entries come to, 0 or less; None where nothing was written, not even a free quarter. `beyond` is the
    balance that a charge beyond every limit left (R11).
    """

    quarter: int
    starts_at: datetime | None
    tag: Tag | None
    owed: bool | None
    hold: HeldFacts | None
    charged: Points | None
    beyond: Points | None
    entries: tuple[PostedEntry, ...]


@dataclass(frozen=True, kw_only=True)
class ListFacts:
    """The price list of a call, and the next one of its line that begins later, or was published later; not this call's (R10)."""

    price_list: int
    valid_from: datetime
    follower: int | None
    follower_from: datetime | None
    follower_published: datetime | None


@dataclass(frozen=True, kw_only=True)
class Shortfall:
    """What the first quarter would have cost, and what was in the books, where points were missing (R4).

    `held` of the balance was kept back for other calls (R5).
    """

    price: Points
    balance: Points
    held: Points


def price_list(session: Session, call: Call) -> ListFacts | None:
    """The list by which a call is priced: the one in force when its supporter accepted, before that the one it was quoted from."""
    number = call.price_list_id or call.quoted_list_id
    if number is None:
        return None
    one = session.get_one(PriceList, number)
    later = select(PriceList).where(PriceList.line == one.line, PriceList.valid_from > one.valid_from)
    follower = session.scalar(later.order_by(PriceList.valid_from).limit(1))
    return ListFacts(
        price_list=one.id,
        valid_from=one.valid_from,
        follower=follower.id if follower else None,
        follower_from=follower.valid_from if follower else None,
        follower_published=follower.published_at if follower else None,
    )


def entries(session: Session, call: Call) -> list[PostedEntry]:
    """What was written about a call on its customer's account, in order."""
    if call.customer_id is None:
        return []
    journals = session.scalars(select(Journal.id).where(Journal.call_id == call.id)).all()  # so that no history is read
    return list(statements.posted(session, ledger.customer_account(session, call.customer_id), Entry.journal_id.in_(journals)))


def quarter_facts(session: Session, call: Call, posted: list[PostedEntry]) -> tuple[QuarterFacts, ...]:
    """Every quarter of a call that was held, charged or is owed. `posted` is what was written about it."""
    holds = {one.quarter: one for one in session.scalars(select(Hold).where(Hold.call_id == call.id))}
    owed = meter.owed(session, call) if call.state is CallState.ENDED else None
    charged, beyond = ledger.charged(session, call.id), _beyond(session, call)
    written = of_quarters(posted)
    return tuple(
        QuarterFacts(
            quarter=number,
            starts_at=quarters.starts_at(meter.begins(call), number) if call.accepted_at else None,
            tag=_tag(session, call, number),
            owed=None if owed is None else number in owed,
            hold=_hold(holds.get(number)),
            charged=Points(sum(entry.points for entry in written[number])) if number in charged else None,
            beyond=beyond.get(number),
            entries=tuple(written[number]),
        )
        for number in sorted(holds.keys() | written.keys() | charged.keys() | (owed or {}).keys())
    )


def of_quarters(posted: list[PostedEntry]) -> defaultdict[int, list[PostedEntry]]:
    """The entries of each quarter. What takes an entry back belongs to that one's quarter, whether or not it says so itself."""
    found: defaultdict[int, list[PostedEntry]] = defaultdict(list)
    of_entry: dict[int | None, int] = {}
    for entry in posted:
        quarter = entry.quarter or of_entry.get(entry.reverses)
        if quarter is not None:
            of_entry[entry.entry] = quarter
            found[quarter].append(entry)
    return found


def _hold(held: Hold | None) -> HeldFacts | None:
    return HeldFacts(points=held.points, held_at=held.held_at, state=held.state, ended_at=held.ended_at) if held else None


def _tag(session: Session, call: Call, quarter: int) -> Tag | None:
    if call.accepted_at is None or call.price_list_id is None:
        return None
    at = quarters.starts_at(meter.begins(call), quarter)
    period = tariff.period(price_lists.tariff(session, call.price_list_id), at)
    named = select(PriceListHoliday.name).where(PriceListHoliday.price_list_id == call.price_list_id)
    holiday = session.scalar(named.where(PriceListHoliday.day == tariff.day_of(period, at)))
    return Tag(period=period, holiday=holiday, price=meter.price(session, call, quarter))


def _beyond(session: Session, call: Call) -> dict[int, Points]:
    """The balance that each charge beyond every limit left, by quarter."""
    marks = session.scalars(
        select(Audit).where(Audit.call_id == call.id, Audit.action == "charged_beyond_limit").order_by(Audit.id)
    )
    return {mark.details["quarter"]: Points(mark.details["balance"]) for mark in marks}


def shortfall(session: Session, call: Call) -> Shortfall | None:
    """What there was, and what was asked for, when a call ended for want of points; None where no list said a price."""
    if call.customer_id is None or call.ended_at is None:
        return None
    prices = price_lists.was_in_force(session, call.line.flow, call.ended_at)
    account = ledger.customer_account(session, call.customer_id)
    earlier = select(func.sum(Entry.points)).join(Journal, Journal.id == Entry.journal_id)
    balance = session.scalar(earlier.where(Entry.account_id == account.id, Journal.written_at <= call.ended_at))
    was_held = (Hold.held_at <= call.ended_at, Hold.ended_at.is_(None) | (Hold.ended_at > call.ended_at))
    held = session.scalar(select(func.sum(Hold.points)).where(Hold.account_id == account.id, Hold.call_id != call.id, *was_held))
    books = {"balance": Points(int(balance or 0)), "held": Points(int(held or 0))}
    return Shortfall(price=tariff.price(prices, call.ended_at), **books) if prices else None
