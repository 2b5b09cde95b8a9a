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
from helpdesk import customers, line_hours, pins, rotas, users
from helpdesk.pins import PinKeys
from models import Line, Person, Supporter
from models.local import midnight, to_local
from models.values import Flow, Language, Points, Policy, Role
from oncall import roster
from oncall.rota import Span

ACTOR: Final = "demo"
LINE: Final = "+4563186363"
OFFICE: Final = "+4563186318"
DUTY: Final = timedelta(days=3650)
DAY: Final = timedelta(days=1)
EIGHT_HOURS: Final = timedelta(hours=8)
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
ROTA: Final = """\
line = "support"

[[layer]]
name = "Døgnvagt"
people = [{anna}, {bo}, {carl}]
starts = {first:%Y-%m-%d}T08:00:00
every = "week"

[[layer]]
name = "Bagvagt"
tier = 2
people = [{bo}, {carl}, {anna}]
starts = {first:%Y-%m-%d}T08:00:00
every = "week"
"""
"""Anna's week is the one in which the demo is begun: whoever tries it finds her telephone first."""
SUPPORTERS: Final = {"anna": ("Anna Lund", "+4500405060"), "bo": ("Bo Krogh", "+4500405070"), "carl": ("Carl Dam", "+4500405080")}
AT_WORK: Final = ("bo", "carl")
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
    supporters = {key: _hired(session, name, phone) for key, (name, phone) in SUPPORTERS.items()}
    _publish_rota(session, {key: supporter.id for key, supporter in supporters.items()}, now=now)
    session.add(Line(number=OFFICE, flow=Flow.OFFICE, name="Kontoret"))
    session.flush()
    line_hours.put(session, OFFICE, HOURS, by=ACTOR, now=now)
    for key in AT_WORK:
        roster.add_shift(session, supporters[key], Span(starts_at=now - DAY, ends_at=now + DUTY), tier=1, line=Flow.OFFICE)
    for company, policy, points, name, phone, language in CUSTOMERS:
        customer = customers.add(session, company, actor=ACTOR, now=now)
        customers.change(session, customer, policy=policy, credit=None, actor=ACTOR, now=now)
        if points:
            purchases.buy(session, customer, points=Points(points), reference="Demo", actor=ACTOR, now=now)
        customers.add_person(
            session, customer, name=name, phone=phone, email=None, language=language, keys=keys, actor=ACTOR, now=now
        )
    return True


def _hired(session: Session, name: str, phone: str) -> Supporter:
    supporter = Supporter(name=name, phone=phone, language=Language.DANISH)
    session.add(supporter)
    session.flush()
    return supporter


def _publish_rota(session: Session, numbers: dict[str, int], *, now: datetime) -> None:
    """A rota that has gone round once, a week for each: this week is the first one's again."""
    today = to_local(now - EIGHT_HOURS).date()
    first = today - timedelta(days=today.weekday(), weeks=len(numbers))
    rotas.publish(session, ROTA.format(first=first, **numbers), by=ACTOR, now=midnight(first))


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
