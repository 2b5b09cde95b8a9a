"""The demo's people, prices and points, made through the same functions a user would call. Nobody in it is real.

The telephone numbers begin with 00, which no Danish number does, so a demo can never ring anybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing import price_file, price_lists, purchases
from helpdesk import customers, line_hours, pins, users
from helpdesk.pins import PinKeys
from models import Line, Person, Supporter
from models.values import Flow, Language, Points, Policy, Role
from oncall import roster
from oncall.rota import Span

ACTOR: Final = "demo"
LINE: Final = "+4563186363"
OFFICE: Final = "+4563186318"
DUTY: Final = timedelta(days=3650)
PRICES: Final = """\
valid_from = 2026-01-01T00:00:00
line = "support"
interval_minutes = 15
extra_holidays = [2026-12-24, 2026-12-31]

[[period]]
name = "Dag"
days = ["mon", "tue", "wed", "thu", "fri"]
holidays = false
from = "08:00"
to = "16:00"
points = 10

[[period]]
name = "Aften, nat, weekend og helligdage"
points = 15
"""
HOURS: Final = """\
[[open]]
days = ["mon", "tue", "wed", "thu"]
from = "08:00"
to = "16:00"

[[open]]
days = ["fri"]
from = "08:00"
to = "15:30"

[[exception]]
date = 2026-12-24
name = "Juleaften"
"""
SUPPORTERS: Final = (("Anna Lund", "+4500405060", 1), ("Bo Krogh", "+4500405070", 2))
AT_WORK: Final = (("Bo Krogh", "+4500405070"), ("Carl Dam", "+4500405080"))
CUSTOMERS: Final = (
    ("Nordvig Camping", Policy.CREDIT, 60, "Mette Holm", "+4500102030", Language.DANISH),
    ("Hotel Fjordblik", Policy.STOP, 200, "James Reed", "+4500102040", Language.ENGLISH),
    ("Kornblomst Bageri", Policy.CREDIT, 0, "Ida Storm", "+4500102050", Language.DANISH),
    ("Havnens Kro", Policy.INVOICE, 15, "Per Skov", "+4500102060", Language.DANISH),
)


USERS: Final = (
    ("admin@demo.example", "Vagn Vester", Role.ADMINISTRATOR, None),
    ("regnskab@demo.example", "Bodil Bang", Role.BILLING, None),
    ("anna@demo.example", "Anna Lund", Role.SUPPORTER, "+4500405060"),
    ("revisor@demo.example", "Rie Ravn", Role.AUDITOR, None),
)
PASSWORD: Final = "doegnvagt-demo"  # noqa: S105 - known to everybody: the demo listens on loopback, and holds nothing real


@dataclass(frozen=True, kw_only=True)
class LogIn:
    """What somebody needs to try the line."""

    name: str
    company: str
    phone: str
    pin: str


def seed(session: Session, *, keys: PinKeys, now: datetime) -> bool:
    """Fills an empty database; whether it did. One with a line is left as it is."""
    if session.scalar(select(Line.id).limit(1)) is not None:
        return False
    session.add(Line(number=LINE, flow=Flow.SUPPORT, name="Døgnvagten"))
    price_lists.publish(session, price_file.parse(PRICES), now=now)
    for name, phone, tier in SUPPORTERS:
        _is_on_duty(session, name, phone, Flow.SUPPORT, tier=tier, now=now)
    session.add(Line(number=OFFICE, flow=Flow.OFFICE, name="Kontoret"))
    session.flush()
    line_hours.put(session, OFFICE, HOURS, by=ACTOR, now=now)
    for name, phone in AT_WORK:
        _is_on_duty(session, name, phone, Flow.OFFICE, tier=1, now=now)
    for company, policy, points, name, phone, language in CUSTOMERS:
        customer = customers.add(session, company, actor=ACTOR, now=now)
        customers.change(session, customer, policy=policy, credit=None, actor=ACTOR, now=now)
        if points:
            purchases.buy(session, customer, points=Points(points), reference="Demo", actor=ACTOR, now=now)
        customers.add_person(
            session, customer, name=name, phone=phone, email=None, language=language, keys=keys, actor=ACTOR, now=now
        )
    return True


def _is_on_duty(session: Session, name: str, phone: str, line: Flow, *, tier: int, now: datetime) -> None:
    supporter = session.scalar(select(Supporter).where(Supporter.phone == phone))
    if supporter is None:
        supporter = Supporter(name=name, phone=phone, language=Language.DANISH)
        session.add(supporter)
        session.flush()
    span = Span(starts_at=now - timedelta(days=1), ends_at=now + DUTY)
    roster.add_shift(session, supporter, span, tier=tier, line=line)


def seed_users(session: Session, *, now: datetime) -> None:
    """Gives a demo that nobody can log in to its users."""
    if users.exist(session):
        return
    for email, name, role, phone in USERS:
        supporter = session.scalar(select(Supporter).where(Supporter.phone == phone)) if phone else None
        if role is Role.SUPPORTER and supporter is None:
            continue
        added = users.add(session, email=email, name=name, role=role, supporter=supporter, actor=ACTOR, now=now)
        users.set_password(session, added, PASSWORD, actor=ACTOR, now=now)


def log_ins(session: Session, *, keys: PinKeys) -> list[LogIn]:
    """Who can phone, from where, and with which PIN."""
    persons = session.scalars(select(Person).order_by(Person.id).limit(len(CUSTOMERS)))
    return [
        LogIn(name=person.name, company=person.customer.name, phone=person.phone or "", pin=pins.reveal(keys, person))
        for person in persons
    ]
