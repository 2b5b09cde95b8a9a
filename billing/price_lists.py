"""Price lists: published once, and found again by the moment they are in force (R10).

A published list is never changed. It holds everything that its prices depend on, the public holidays included, so that an old
call costs tomorrow what it cost when it was talked, whatever the calendar library has learned since.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import Final, cast

from sqlalchemy import Table, bindparam, insert, select
from sqlalchemy.exc import IntegrityError, NoResultFound
from sqlalchemy.orm import Session

from billing.price_file import INTERVAL_MINUTES, Draft, PriceListRefused
from billing.tariff import Period, Tariff
from models import PriceList, PriceListHoliday, PricePeriod
from models.base import KEPT
from models.local import to_local
from models.values import Flow

YEARS_AHEAD: Final = 10
EXTRA_HOLIDAY: Final = "Ekstra helligdag"
IN_FORCE: Final = "price lists in force"  # what a session has asked: a turn asks several times about one moment
TARIFFS: Final = "tariffs"
LISTS: Final = cast("Table", PriceList.__table__)
BEGUN_LAST: Final = (
    select(LISTS.c.id)
    .where(LISTS.c.line == bindparam("line"), LISTS.c.valid_from <= bindparam("at"))
    .order_by(LISTS.c.valid_from.desc())
    .limit(1)
)


class Standing(StrEnum):
    """How a list stands: it decides now, will one day, or was followed by another."""

    IN_FORCE = "in_force"
    COMING = "coming"
    PAST = "past"


@dataclass(frozen=True, kw_only=True)
class ListRecord:
    """A published list, as it stands now; `source` is its file as it came."""

    number: int
    line: Flow
    valid_from: datetime
    published_at: datetime
    standing: Standing
    tariff: Tariff
    source: str


class AlreadyPublished(PriceListRefused):
    """The line has a list for this `valid_from` already."""


def publish(session: Session, draft: Draft, *, now: datetime) -> PriceList:
    """Store a list with its holidays, ten years of them from `now` or its beginning on, whichever is later; it is flushed.

    Raises AlreadyPublished where the line has a list for this `valid_from`: nothing is written, the transaction goes on.
    """
    session.info.update({IN_FORCE: {}, KEPT: {}})  # What is not committed yet is nobody else's to know.
    published = PriceList(
        line=draft.line,
        valid_from=draft.valid_from,
        interval_minutes=INTERVAL_MINUTES,
        published_at=now,
        source=draft.source,
        periods=[_stored(p, position) for position, p in enumerate(draft.periods, start=1)],
    )
    try:
        with session.begin_nested():
            session.add(published)
            session.flush()
            days = [{"price_list_id": published.id, "day": day, "name": name} for day, name in _holidays(draft, now).items()]
            session.execute(insert(PriceListHoliday), days)
    except IntegrityError as error:
        standing = session.scalar(select(PriceList.id).filter_by(line=draft.line, valid_from=draft.valid_from))
        if standing is None:
            raise
        raise AlreadyPublished(f"{draft.line} keeps its price list {standing}, valid from that moment: choose another") from error
    return published


def in_force(session: Session, line: Flow, at: datetime) -> Tariff | None:
    """The tariff of the list that began last on this line, at `at` or before; None where none has begun (R10)."""
    asked: dict[tuple[Flow, datetime], int | None] = session.info.setdefault(IN_FORCE, {})
    if (line, at) not in asked:
        asked[line, at] = session.scalar(BEGUN_LAST, {"line": line, "at": at})
    latest = asked[line, at]
    return tariff(session, latest) if latest else None


def was_in_force(session: Session, line: Flow, at: datetime) -> Tariff | None:
    """The tariff that was in force at a moment of the past: whatever was published behind it was not, wherever it begins."""
    latest = session.scalar(BEGUN_LAST.where(LISTS.c.published_at <= at), {"line": line, "at": at})
    return tariff(session, latest) if latest else None


def tariff(session: Session, list_id: int) -> Tariff:
    """The tariff of one published list: a call keeps the one in force at its acceptance (R10).

    A published list never changes: it is read once, and kept where the session keeps what all sessions know (app.database).
    """
    read: dict[int, Tariff] = session.info.setdefault(KEPT, {}).setdefault(TARIFFS, {})
    if list_id not in read:
        stored = session.scalars(select(PricePeriod).where(PricePeriod.price_list_id == list_id).order_by(PricePeriod.position))
        periods = tuple(
            Period(p.name, frozenset(map(int, p.days)), p.holidays, p.from_minute, p.to_minute, p.points) for p in stored
        )
        days = session.scalars(select(PriceListHoliday.day).where(PriceListHoliday.price_list_id == list_id))
        if not periods:
            raise NoResultFound(f"there is no price list {list_id}")
        read[list_id] = Tariff(list_id, periods, frozenset(days))
    return read[list_id]


def preview(draft: Draft, *, now: datetime) -> Tariff:
    """What a draft's quarters would cost, were it published now."""
    return Tariff(None, draft.periods, frozenset(_holidays(draft, now)))


def listed(session: Session, *, now: datetime) -> list[ListRecord]:
    """Every published list, by line, the newest first."""
    rows = session.scalars(select(PriceList).order_by(PriceList.line, PriceList.valid_from.desc())).all()
    return [_record(session, row, now=now) for row in rows]


def record(session: Session, list_id: int, *, now: datetime) -> ListRecord | None:
    """The list of that number; None where there is none."""
    row = session.get(PriceList, list_id)
    return _record(session, row, now=now) if row else None


def holidays_of(session: Session, list_id: int) -> dict[date, str]:
    """The days that count as holidays under a list, with their names, in order."""
    days = select(PriceListHoliday).where(PriceListHoliday.price_list_id == list_id).order_by(PriceListHoliday.day)
    return {one.day: one.name for one in session.scalars(days)}


def _record(session: Session, row: PriceList, *, now: datetime) -> ListRecord:
    in_use = in_force(session, row.line, now)
    standing = Standing.COMING if row.valid_from > now else Standing.PAST
    return ListRecord(
        number=row.id,
        line=row.line,
        valid_from=row.valid_from,
        published_at=row.published_at,
        standing=Standing.IN_FORCE if in_use is not None and in_use.list_id == row.id else standing,
        tariff=tariff(session, row.id),
        source=row.source,
    )


def _stored(period: Period, position: int) -> PricePeriod:
    """The row of a period: its columns are named as the fields are, and its days are written one after another."""
    return PricePeriod(**asdict(period) | {"position": position, "days": "".join(map(str, sorted(period.days)))})


def _holidays(draft: Draft, now: datetime) -> dict[date, str]:
    """Every holiday with its name, from a year before the list begins: a period may have begun on the evening before."""
    first = to_local(draft.valid_from).year - 1
    last = max(to_local(now).year, first + 1) + YEARS_AHEAD
    return dict.fromkeys(draft.extra_holidays, EXTRA_HOLIDAY) | public_holidays(first, last)


@cache
def public_holidays(first: int, last: int) -> dict[date, str]:
    """The Danish public holidays of these years, by their Danish names."""
    from holidays import country_holidays  # noqa: PLC0415 - every calendar on earth: a tenth of a process' start, and few publish

    return dict(country_holidays("DK", years=range(first, last + 1), language="da").items())
