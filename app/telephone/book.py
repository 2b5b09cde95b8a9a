"""What the application's own database says beside the telephones: people, points, the call's record. It only reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import Clock
from app.database import Database
from billing import statements
from billing.statements import Statement
from helpdesk import call_records, pins
from helpdesk.call_records import CallRecord
from helpdesk.customers import Unknown
from helpdesk.pins import KeyGone, PinKeys
from models import Call, Case, Customer, Leg, Line, Person, Supporter, Turn
from models.calls import CALLERS
from models.values import AttemptOutcome, Flow, Policy
from oncall import roster, telephones

MOST_PEOPLE: Final = 200


@dataclass(frozen=True, kw_only=True)
class Caller:
    """A person who may phone. Without a telephone of their own they get one that is nobody's."""

    id: int
    name: str
    company: str
    customer: str
    number: str
    pin: str | None = field(repr=False)

    @property
    def key(self) -> str:
        """Whose telephone it is, whatever its number."""
        return str(self.id)


@dataclass(frozen=True, kw_only=True)
class Answerer:
    """A supporter's telephone; who has two has two of these."""

    id: int
    name: str
    number: str
    on_duty: bool
    is_second: bool = False

    @property
    def key(self) -> str:
        """Whose telephone it is and which, whatever its number."""
        return f"{self.id}{'-second' if self.is_second else ''}"


@dataclass(frozen=True, kw_only=True)
class DialledLine:
    """A number that can be phoned."""

    number: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Directory:
    """Everybody there is, those on duty first."""

    callers: tuple[Caller, ...]
    answerers: tuple[Answerer, ...]
    lines: tuple[DialledLine, ...]

    def name_of(self, number: str) -> str | None:
        """Whose number that is."""
        everybody: tuple[DialledLine | Answerer | Caller, ...] = (*self.lines, *self.answerers, *self.callers)
        return next((one.name for one in everybody if one.number == number), None)


@dataclass(frozen=True, kw_only=True)
class Points:
    """A customer's points, and the last of what became of them."""

    customer: str
    name: str
    policy: Policy
    credit: int
    statement: Statement


@dataclass(frozen=True, kw_only=True)
class CallSheet:
    """A call's record with the names behind its numbers.

    `step` is what the caller's next turn answers to ("support.choose"); `quoted` is the price of a quarter that was told.
    """

    record: CallRecord
    step: str | None
    quoted: int | None
    case_title: str | None
    attempts: tuple[tuple[str, AttemptOutcome | None], ...]


@dataclass(frozen=True, kw_only=True)
class Page:
    """What stands in the book about a caller and a call."""

    points: Points | None
    sheet: CallSheet | None


class Book:
    """The application's database, as the telephone reads it."""

    def __init__(self, database: Database, *, keys: PinKeys, clock: Clock) -> None:
        self._database, self._keys, self._clock = database, keys, clock

    def directory(self) -> Directory:
        """Everybody there is. A database that cannot be read raises SQLAlchemy's own errors, here and below."""
        with self._database.reading() as session:
            on_duty = [one.id for line in Flow for one in roster.on_duty(session, self._clock(), line=line)]
            supporters = session.scalars(select(Supporter).order_by(Supporter.id).limit(MOST_PEOPLE)).all()
            ranked = sorted(supporters, key=lambda one: on_duty.index(one.id) if one.id in on_duty else len(on_duty))
            persons = session.scalars(select(Person).where(Person.ended_at.is_(None)).order_by(Person.id).limit(MOST_PEOPLE))
            lines = session.scalars(select(Line).order_by(Line.id))
            return Directory(
                callers=tuple(self._caller(person) for person in persons),
                answerers=tuple(one for them in ranked for one in _answerers(them, on_duty=them.id in on_duty)),
                lines=tuple(DialledLine(number=line.number, name=line.name) for line in lines),
            )

    def page(self, customer: str, sid: str | None) -> Page:
        """A customer's points, and the call of that CallSid where the application knows it."""
        with self._database.reading() as session:
            return Page(points=_points(session, customer), sheet=_sheet(session, sid, self._clock()) if sid else None)

    def _caller(self, person: Person) -> Caller:
        try:
            pin = pins.reveal(self._keys, person)
        except KeyGone:
            pin = None
        customer, number = person.customer, person.phone or f"+45009{person.id:05d}"
        return Caller(id=person.id, name=person.name, company=customer.name, customer=customer.number, number=number, pin=pin)


def _answerers(them: Supporter, *, on_duty: bool) -> Iterator[Answerer]:
    """Their telephones, in the order in which they are rung."""
    for number in telephones.numbers(them):
        yield Answerer(id=them.id, name=them.name, number=number, on_duty=on_duty, is_second=number == them.second_phone)


def _points(session: Session, number: str) -> Points | None:
    customer = session.scalar(select(Customer).where(Customer.number == number))
    if customer is None:
        return None
    statement = statements.statement(session, customer)
    return Points(customer=number, name=customer.name, policy=customer.policy, credit=customer.credit, statement=statement)


def _sheet(session: Session, sid: str, now: datetime) -> CallSheet | None:
    try:
        record = call_records.call_record(session, sid, now=now)
    except Unknown:
        return None
    call = session.scalars(select(Call).where(Call.sid == sid)).one()
    return CallSheet(
        record=record,
        step=_step(session, call),
        quoted=call.quoted_points,
        case_title=session.scalar(select(Case.title).where(Case.id == call.case_id)),
        attempts=tuple((attempt.supporter.name, attempt.outcome) for attempt in call.attempts),
    )


def _step(session: Session, call: Call) -> str | None:
    turns = select(Turn.asked).join(Leg, Leg.id == Turn.leg_id).where(Leg.call_id == call.id, CALLERS)
    asked = session.scalar(turns.order_by(Turn.number.desc()).limit(1)) or {}
    return asked.get("then")
