"""Supporters and price lists, and what a talk would cost."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

from pydantic import Field
from sqlalchemy.orm import Session

from billing import listed as books
from billing import price_lists, quotes
from billing.tariff import Tariff
from helpdesk import listed, readiness_records
from helpdesk.customers import Unknown
from helpdesk.on_call import on_call
from models import PriceList
from models.api import Scope
from models.readiness import ReadinessOutcome
from models.values import Flow, Language, masked
from oncall import grounds
from web.api.asking import Asked
from web.api.fields import Asks, MomentText, Page, PageQuery, Row, Shape, cursor, moment, position
from web.api.operation import operation
from web.api.problems import fault
from web.papers import duties
from web.words import Words

ENGLISH: Final = Words(Language.ENGLISH)
LONGEST_TALK: Final = 240
"""Minutes: the longest that a call may last (R11)."""


class ReadinessShape(Shape):
    """The last test of a supporter's telephone; `outcome` and `ended_at` are null while it goes on.

    `rang` is how many seconds it rang until it was picked up, or stopped; null where it did not. `other_number`: the supporter has
    had another telephone since. `problem` says why it could not be rung.
    """

    asked_at: datetime
    asked_by: str
    outcome: ReadinessOutcome | None
    rang: int | None
    ended_at: datetime | None
    other_number: bool
    problem: str | None


class SupporterShape(Shape):
    """Somebody who can be rung. `phone` is masked without the scope numbers:read. `readiness` is null before the first test."""

    supporter: int
    name: str
    phone: str
    language: Language
    readiness: ReadinessShape | None


class SupporterPage(Page):
    """Supporters, in the order in which they came."""

    supporters: list[SupporterShape]


class OnCallQuery(Asks):
    """At which moment, now where none is said; and on which line, the round-the-clock one where none is said."""

    at: MomentText | None = None
    line: Flow = Flow.SUPPORT


class OnCallPersonShape(Shape):
    """Somebody on duty, by a place of the rota or a written shift. `away`: they said that they cannot be reached, and are not rung.

    `why` is the chain of grounds in English, of which the last counts; `grounds` are the same as data.
    """

    supporter: int
    name: str
    tier: int
    place: int | None
    shift: int | None
    away: bool
    why: str
    grounds: list[dict[str, Any]]


class OnCallShape(Shape):
    """Who is on duty on that line at that moment, in ringing order; `rota` is the version in force, null before the first."""

    at: datetime
    line: Flow
    rota: int | None
    on_call: list[OnCallPersonShape]


class PeriodShape(Shape):
    """When a price applies, by the clock on the wall in Europe/Copenhagen; the first period that fits decides.

    `days` are 1 (Monday) to 7; `holidays` true is holidays only, false no holiday, null no matter; minutes count from midnight.
    """

    name: str
    days: list[int]
    holidays: bool | None
    from_minute: int
    to_minute: int
    points: int


class PriceListShape(Shape):
    """A published list. It is never changed; a later one takes over from its `valid_from` on."""

    price_list: int
    line: Flow
    valid_from: datetime
    published_at: datetime
    interval_minutes: int
    periods: list[PeriodShape]


class PriceListPage(Page):
    """Price lists, the newest first."""

    price_lists: list[PriceListShape]


class QuoteAsks(Asks):
    """A talk that is accepted at `from` and lasts so many minutes; by the list in force then, or by another one."""

    from_: Annotated[MomentText, Field(alias="from")]
    minutes: Annotated[int, Field(ge=1, le=LONGEST_TALK)]
    price_list: Row | None = None


class QuotedQuarterShape(Shape):
    """One quarter: when it begins, and the period that decides what it costs."""

    quarter: int
    at: datetime
    period: str
    points: int


class QuoteShape(Shape):
    """What it would cost: points as a whole number, each started quarter by the moment at which it begins."""

    price_list: int
    points: int
    quarters: list[QuotedQuarterShape]


@operation("GET", "/supporters", scope=Scope.DUTY_READ)
def list_supporters(asked: Asked, query: PageQuery) -> SupporterPage:
    """List supporters, in the order in which they came."""
    found = listed.supporters(asked.session, after=position(query, int), most=query.limit)
    tests = readiness_records.last(asked.session, [one.id for one in found.rows])
    supporters = [
        SupporterShape(
            supporter=one.id,
            name=one.name,
            phone=one.phone if asked.numbers else masked(one.phone),
            language=one.language,
            readiness=ReadinessShape.model_validate(tests[one.id]) if one.id in tests else None,
        )
        for one in found.rows
    ]
    return SupporterPage(supporters=supporters, next=cursor(found.then))


@operation("GET", "/on-call", scope=Scope.DUTY_READ)
def show_on_call(asked: Asked, query: OnCallQuery) -> OnCallShape:
    """Show who is on duty at a moment, past or to come, and why."""
    found = on_call(asked.session, moment(query.at) or asked.now, line=query.line)
    people = [
        OnCallPersonShape(
            supporter=duty.supporter,
            name=found.names[duty.supporter],
            tier=duty.tier,
            place=duty.place,
            shift=duty.shift,
            away=duty.supporter in found.away,
            why=duties.why(duty.grounds, found.names, ENGLISH),
            grounds=grounds.plain(duty.grounds),
        )
        for duty in found.duties
    ]
    return OnCallShape(at=found.at, line=query.line, rota=found.rota, on_call=people)


@operation("GET", "/price-lists", scope=Scope.PRICES_READ)
def list_price_lists(asked: Asked, query: PageQuery) -> PriceListPage:
    """List price lists, the newest first."""
    found = books.price_lists(asked.session, after=position(query, int), most=query.limit)
    return PriceListPage(price_lists=[_list(one) for one in found.rows], next=cursor(found.then))


@operation("GET", "/price-lists/{price_list}", scope=Scope.PRICES_READ)
def show_price_list(asked: Asked, price_list: Row) -> PriceListShape:
    """Show a price list."""
    found = asked.session.get(PriceList, price_list)
    if found is None:
        raise Unknown(f"there is no price list {price_list}")
    return _list(found)


@operation("POST", "/price-quotes", scope=Scope.PRICES_READ, writes=False, refusals=("not-found",))
def quote_price(asked: Asked, body: QuoteAsks) -> QuoteShape:
    """Say what a talk would cost. Nothing is written, and no Idempotency-Key is needed."""
    begins = moment(body.from_) or asked.now
    prices = _prices(asked.session, body.price_list, begins)
    found = quotes.quoted(prices, begins=begins, minutes=body.minutes)
    told = [QuotedQuarterShape.model_validate(one) for one in found]
    return QuoteShape(price_list=prices.list_id or 0, points=sum(one.points for one in found), quarters=told)


def _prices(session: Session, wanted: int | None, begins: datetime) -> Tariff:
    if wanted is not None:
        if session.get(PriceList, wanted) is None:
            raise fault("body.price_list", f"there is no price list {wanted}")
        return price_lists.tariff(session, wanted)
    found = price_lists.in_force(session, Flow.SUPPORT, begins)
    if found is None:
        raise Unknown("no price list is in force then")
    return found


def _list(one: PriceList) -> PriceListShape:
    periods = [
        PeriodShape(
            name=period.name,
            days=[int(day) for day in period.days],
            holidays=period.holidays,
            from_minute=period.from_minute,
            to_minute=period.to_minute,
            points=period.points,
        )
        for period in one.periods
    ]
    return PriceListShape(
        price_list=one.id,
        line=one.line,
        valid_from=one.valid_from,
        published_at=one.published_at,
        interval_minutes=one.interval_minutes,
        periods=periods,
    )
