"""The whole house on a desk: the real application on a real database, the exchange before it, time moved by hand.

A test asks for the fixture `house` and lets people telephone:

    caller, anna = house.caller(points=60), house.supporter("Anna")
    house.phone(caller).dials(SUPPORT).hears("pinkode").keys(f"{caller.pin}#").hears("15 point").keys("1")
    house.phone(anna).picks_up().hears(caller.company).keys("1")
    house.forward(minutes=17)
    house.phone(caller).hangs_up()
    assert house.charges(caller) == [-15, -15]

When the test is over the books are audited, whatever it was about.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Final

from flask import Flask
from sqlalchemy import delete, select

from app import settings
from app.carrier import Ports
from app.database import Database
from app.scheduler import Clockwork
from app.wsgi import create_app
from billing import price_file, price_lists, purchases
from helpdesk import cases, customers, line_hours, rotas, rounds
from helpdesk.pins import PinKeys
from ivr import addresses
from models import Line, Round, Shift, Supporter
from models.local import from_local
from models.supporters import RING_SECONDS
from models.values import Flow, Language, Points, Policy
from oncall import roster, rota
from oncall.rota import Span
from simulator.clock import Clock
from simulator.exchange import Exchange
from simulator.knobs import Knobs
from simulator.phone import Phone
from simulator.transport import WsgiTransport
from tests.addresses import Remembered
from tests.ports import Shelf, ports
from tests.postman import Postman
from tests.price_lists import FLAT
from tests.seen import Seen

SUPPORT: Final = "+4563186363"
OFFICE: Final = "+4563186318"
BASE: Final = "https://house.example"
ACCOUNT: Final = "AC" + "0123456789abcdef" * 2
TOKEN: Final = "a token of the tests"
SECRET: Final = "a secret key of the tests that is long enough"
TEST: Final = "test"
NIGHT: Final = datetime(2026, 11, 23, 2, 10, tzinfo=UTC)  # a Monday, 03:10 in Copenhagen
NEVER: Final = timedelta(days=3650)
BEAT: Final = timedelta(seconds=1)


@dataclass(frozen=True)
class ACaller:
    """A person of a customer, with a telephone and a PIN."""

    phone: str
    pin: str
    name: str
    company: str
    number: str
    person: int


@dataclass(frozen=True)
class ASupporter:
    """A supporter with a mobile."""

    phone: str
    name: str
    id: int


Flask.url_rule_class = Remembered  # an application for each house, with the same addresses


class House(Seen, Postman):
    """Everything between a telephone and the books."""

    def __init__(
        self,
        database: Database,
        *,
        at: datetime = NIGHT,
        prices: str | None = FLAT,
        env: dict[str, str] | None = None,
        base: str = BASE,
    ) -> None:
        self.database = database
        self.settings = settings.from_env(
            {
                "SECRET_KEY": SECRET,
                "TWILIO_ACCOUNT_SID": ACCOUNT,
                "TWILIO_AUTH_TOKEN": TOKEN,
                "PUBLIC_BASE_URL": base,
                **(env or {}),
            }
        )
        self.keys = PinKeys.derive(self.settings.secret_keys)
        self.app = create_app(self.settings, database=database, clock=lambda: self.now)
        self.exchange = self.connected(Clock(at))
        ours = addresses.of_number(base)
        self.exchange.number(SUPPORT, voice_url=ours.voice, status_url=ours.status, fallback_url=ours.fallback)
        self.ports = Ports(phone=None, text=None, mail=None, alarm_address=None)
        self.clock_works = True
        self.exchange.tick_every = 60
        self.exchange.on_tick.append(lambda _now: self._beat(BEAT))
        self._beaten_at = at
        self._numbers = count(20_000_001)
        with database.writing() as session:
            session.add(Line(number=SUPPORT, flow=Flow.SUPPORT, name="Døgnvagten"))
            session.add(Round(name=rounds.LOOKS, due_at=at + NEVER))
        if prices is not None:
            self.publish(prices)

    def connected(self, clock: Clock) -> Exchange:
        """The exchange before this house."""
        return Exchange(ACCOUNT, TOKEN, WsgiTransport(self.app), clock=clock, knobs=Knobs())

    # Time

    @property
    def now(self) -> datetime:
        return self.exchange.now

    def forward(self, *, seconds: float = 0, minutes: float = 0) -> None:
        """Lets time pass, with the clock process ticking by the minute and at the end."""
        self.exchange.forward(seconds=seconds, minutes=minutes)
        self._beat(timedelta(0))

    def on_the_second(self) -> None:
        """Lets the fraction of the second pass, so that durations are whole."""
        self.forward(seconds=(1_000_000 - self.now.microsecond) % 1_000_000 / 1_000_000)

    def skip(self, **span: float) -> None:
        """Lets a long time pass in one stride; the clock process ticks only at its end."""
        self.exchange.tick_every, every = None, self.exchange.tick_every
        self.exchange.run_until(self.now + timedelta(**span))
        self.exchange.tick_every = every
        self._beat(timedelta(0))

    def tick(self, *, ahead: float = 0) -> dict[str, int]:
        """All work of the clock process that is due now; `ahead` is how many seconds its machine's clock is fast."""
        return Clockwork(database=self.database, ports=self.ports, clock=lambda: self.now + timedelta(seconds=ahead)).once()

    def _beat(self, at_least: timedelta) -> None:
        """The clock process beats once a second at most, as the real one does."""
        if self.clock_works and self.now - self._beaten_at >= at_least:
            self._beaten_at = self.now
            self.tick()

    # Actors

    def phone(self, whose: object) -> Phone:
        return self.exchange.phone(whose)

    def caller(
        self,
        *,
        points: int = 60,
        policy: Policy = Policy.CREDIT,
        credit: int = 60,
        company: str = "Nordvig Camping",
        name: str = "Mette Holm",
        language: Language = Language.DANISH,
        colleague_of: ACaller | None = None,
        phone: str | None = None,
        email: str | None = None,
    ) -> ACaller:
        """A person with a PIN, at a new customer with so many points, or at a colleague's."""
        phone = phone or f"+45{next(self._numbers)}"
        with self.database.writing() as session:
            if colleague_of is None:
                customer = customers.add(session, company, actor=TEST, now=self.now)
                customers.change(session, customer, policy=policy, credit=Points(credit), actor=TEST, now=self.now)
                if points:
                    purchases.buy(session, customer, points=Points(points), reference="first", actor=TEST, now=self.now)
            else:
                customer = customers.find(session, colleague_of.number)
            made = customers.add_person(
                session, customer, name=name, phone=phone, email=email, language=language, keys=self.keys, actor=TEST, now=self.now
            )
            return ACaller(phone, made.pin, name, customer.name, customer.number, made.person.id)

    def supporter(
        self,
        name: str = "Anna",
        *,
        on_duty: bool = True,
        tier: int = 1,
        language: Language = Language.DANISH,
        phone: str | None = None,
        email: str | None = None,
        lines: tuple[Flow, ...] = (Flow.SUPPORT,),
        second: str | None = None,
        rings: int = RING_SECONDS,
    ) -> ASupporter:
        """Somebody who can be rung, on duty for a week around now, on these lines; at a second number too, for so many seconds."""
        with self.database.writing() as session:
            rung = {"phone": phone or f"+45{next(self._numbers)}", "second_phone": second, "ring_seconds": rings}
            supporter = Supporter(name=name, language=language, email=email, **rung)
            session.add(supporter)
            session.flush()
            span = Span(starts_at=self.now - timedelta(days=3), ends_at=self.now + timedelta(days=4))
            for line in lines if on_duty else ():
                roster.add_shift(session, supporter, span, tier=tier, line=line)
            return ASupporter(supporter.phone, name, supporter.id)

    def shift(self, supporter: ASupporter, start: str, end: str, *, tier: int = 1) -> None:
        """A span of duty, in local time."""
        with self.database.writing() as session:
            span = rota.span(datetime.fromisoformat(start), datetime.fromisoformat(end))
            roster.add_shift(session, session.get_one(Supporter, supporter.id), span, tier=tier)

    def rota(self, text: str) -> int:
        """Publishes a rota; its number. It is without the key `line`, and nobody has a shift beside it."""
        self.nobody_is_on_duty()
        with self.database.writing() as session:
            return rotas.publish(session, f'line = "support"\n{text}', by=TEST, now=self.now).rota

    def nobody_is_on_duty(self) -> None:
        """Everybody's shift ends now."""
        with self.database.writing() as session:
            for shift in session.scalars(select(Shift).where(Shift.ends_at > self.now)):
                shift.ends_at = self.now

    def has_office(self, hours: str | None) -> None:
        """From now on there is an office line; the hours are as their file says them."""
        ours = addresses.of_number(self.settings.public_base_url)
        self.exchange.number(OFFICE, voice_url=ours.voice, status_url=ours.status, fallback_url=ours.fallback)
        with self.database.writing() as session:
            session.add(Line(number=OFFICE, flow=Flow.OFFICE, name="Kontoret"))
            session.flush()
            if hours is not None:
                line_hours.put(session, OFFICE, hours, by=TEST, now=self.now)

    def comes_to(self, local: str) -> None:
        """Time passes in one stride until a moment by the clock on the wall."""
        self.skip(seconds=(from_local(datetime.fromisoformat(local)) - self.now).total_seconds())

    def publish(self, prices: str) -> None:
        with self.database.writing() as session:
            price_lists.publish(session, price_file.parse(prices), now=self.now)

    def case(self, caller: ACaller, title: str = "Kassen er nede") -> str:
        """An open case of a caller's customer; its number."""
        with self.database.writing() as session:
            customer = customers.find(session, caller.number)
            return cases.open_case(session, customer.id, title=title, severity=5, now=self.now).number

    def buy(self, caller: ACaller, points: int, reference: str) -> None:
        with self.database.writing() as session:
            customer = customers.find(session, caller.number)
            purchases.buy(session, customer, points=Points(points), reference=reference, actor=TEST, now=self.now)

    def looks_ahead(self) -> None:
        """From now on the clock looks for gaps and telephones that do not work; until then no test has to have a plan."""
        with self.database.writing() as session:
            session.execute(delete(Round).where(Round.name == rounds.LOOKS))

    def is_connected_to_the_world(self) -> Shelf:
        """From now on texts are delivered, bridges can be ended, and letters stay on the shelf that comes back."""
        shelf = Shelf()
        self.ports = ports(self.exchange, base_url=BASE, sms_from=SUPPORT, shelf=shelf)
        return shelf

    # Whole ways

    def identifies(self, caller: ACaller) -> Phone:
        """The caller has dialled and keyed the PIN."""
        return self.phone(caller).dials(SUPPORT).hears("pinkode").keys(f"{caller.pin}#")

    def accepts_price(self, caller: ACaller) -> Phone:
        """The caller has dialled, keyed the PIN and accepted the price."""
        return self.identifies(caller).hears("Tast 1 for at acceptere").keys("1")

    def connects(self, caller: ACaller, supporter: ASupporter) -> str:
        """The two are talking, from a whole second on; the CallSid."""
        phone = self.accepts_price(caller)
        other = self.phone(supporter).picks_up().hears("Tast 1")
        self.on_the_second()
        other.keys("1")
        return phone.talks_with(supporter).call_sid
