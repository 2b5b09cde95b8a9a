"""One seed, from the first call to the morning: processes, people, weather, an audit after each step, and the reckoning.

Time is the exchange's. Whatever somebody does, a process has to do or the weather brings is an event on its queue: a seed is
one order of events, and the same seed is the same night again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.appointments import DUE
from app.carrier import Ports
from app.wsgi import create_app
from billing import books
from ivr.doors import Doors
from models.values import Flow, Language
from simulator.clock import Clock
from simulator.exchange import Exchange
from simulator.knobs import Knobs
from simulator.records import Happening
from simulator.transport import WsgiTransport
from tests.house import ACCOUNT, BASE, OFFICE, SUPPORT, TOKEN, ACaller, House
from tests.oncall.hours import ALWAYS
from tests.ports import Shelf
from tests.simulation import weather
from tests.simulation.boundary import Odds
from tests.simulation.chain import chained
from tests.simulation.changes import LISTS, Changes
from tests.simulation.desk import Desk
from tests.simulation.office import Office
from tests.simulation.people import STIRS, Somebody
from tests.simulation.plans import Plans
from tests.simulation.processes import ClockProcess, Place, Processes, WebProcess
from tests.simulation.reference import Prices
from tests.simulation.weather import Mix
from tests.simulation.wire import Asking, Crossing, Sent

OFFICE_NIGHTS: Final = 0.3
OFFICE_CALLS: Final = 0.3
FOR_EVER: Final = 1e9
LONGEST: Final = timedelta(hours=12)
SLOW_BEAT: Final = 300.0
EARLIEST: Final = select(
    *(select(func.min(appointment.moment)).where(*appointment.which).scalar_subquery() for appointment in DUE.values()),
    *(appointment.untold for appointment in DUE.values() if appointment.untold is not None),
)
QUIET: Final = timedelta(minutes=5)
NEVER: Final = datetime.max.replace(tzinfo=UTC)


class Wrong(AssertionError):
    """Something that must hold did not."""


class Night(House):
    """A house of several processes for one night of at least so many calls."""

    def __init__(self, place: Place, seed: str, calls: int) -> None:
        self.chance = Random(seed)  # noqa: S311 - chance that comes again
        self.mix: Mix = weather.drawn(self.chance)
        self.seed, self.place, self.calls_left = seed, place, calls
        self.wire: list[Sent] = []
        self.processes = Processes(place, self.chance, self.wire)
        self.beat, self.steps, self.audits = self.mix.beat, 0, 0
        place.boundary.odds, place.boundary.chance, place.baton.chance = Odds(), self.chance, self.chance
        self._quiet_until = self.mix.at
        super().__init__(place.webs[0], at=self.mix.at, prices=self.mix.prices)
        self.exchange.tick_every = None
        self.exchange.on_tick.clear()
        self.lists = [Prices(self.mix.at, datetime.fromisoformat("2020-01-01T00:00:00+01:00"), *LISTS[self.mix.prices])]
        self._start_processes()
        self.callers: list[ACaller] = []
        self.pins: list[str] = []
        self.people: dict[str, Somebody] = {}
        self.offices = Random(f"{seed} office")  # noqa: S311 - chance of its own: a night without an office stays what it was
        self.has_an_office_line = self.offices.random() < OFFICE_NIGHTS
        if self.has_an_office_line:
            self.has_office(ALWAYS)
        self._move_in()
        self.is_chained = chained(self)
        self.plans = Plans(self)
        self.office = Office(self)
        self.desk = Desk(self)
        self.changes = Changes(self)

    def connected(self, clock: Clock) -> Exchange:
        """The exchange before this house."""
        made = Crossing(ACCOUNT, TOKEN, clock=clock, knobs=Knobs(), seed=self.seed, is_crowded=self.mix.crowded)
        made.delivers, made.together, made.stepped = self.processes.delivered, self.place.baton.run, self.stepped
        made.logbook.happened = self._stirs
        self.processes.exchange = made
        return made

    # From evening to morning

    def goes_by(self) -> None:
        """Everything until the last call has ended, and everything works again. Raises Wrong, or what the house raises."""
        self.place.boundary.odds, self.place.boundary.is_dirty = self.mix.odds, False
        for somebody in self.people.values():
            somebody.acts_in(1.0 if self.mix.manners.in_step else self.chance.uniform(0.0, 60.0))
        for clock in self.processes.clocks:
            self._beats(clock)
        self.changes.begin()
        self.office.opens()
        self.plans.begin()
        self.desk.opens()
        until = self.mix.at + LONGEST
        while self.now < until and (self.calls_left > 0 or any(each.handset.leg for each in self.people.values())):
            self.exchange.forward(minutes=5)
        self.calls_left = 0
        self._everybody_hangs_up()
        self.changes.end()
        self.office.is_closed = True
        self.plans.end()
        self._everybody_hangs_up()  # who was put through meanwhile, too
        self.beat = SLOW_BEAT
        self.exchange.forward(minutes=180)
        self.check_books()

    def stepped(self) -> None:
        """A step is over: the books are audited where something in them moved (R5, R6, R9, R18)."""
        self.steps += 1
        if self.place.boundary.is_dirty:
            self.check_books()

    def check_books(self) -> None:
        """The audit of the books, as `doegnvagt ledger audit` asks it."""
        self.place.boundary.is_dirty = False
        self.audits += 1
        with self.database.reading() as session:
            found = books.faults(session)
        if found:
            raise Wrong("\n".join(found))

    def may_dial(self) -> bool:
        """Whether one more call may begin; it is counted."""
        self.calls_left -= 1
        return self.calls_left >= 0

    def _everybody_hangs_up(self) -> None:
        for somebody in self.people.values():
            somebody.tries(somebody.handset.hang_up)
        self.exchange.forward(minutes=3)

    # Putting it together

    def _start_processes(self) -> None:
        skews = iter(self.mix.skews)
        for number, database in enumerate(self.place.webs[: self.mix.webs]):
            skew, here = timedelta(seconds=next(skews)), WsgiTransport(self.app)
            web = WebProcess(name=f"web-{number}", now=lambda: self.now, database=database, skew=skew, transport=here)
            app = create_app(self.settings, database=database, clock=web.clock)
            doors: Doors = app.extensions["doors"]
            app.extensions["doors"] = self.opens(replace(doors, machine=web.name))
            web.transport = WsgiTransport(app)
            self.processes.webs.append(web)
        for number, database in enumerate(self.place.clocks[: self.mix.clocks]):
            phone = Asking(self.exchange, base_url=BASE, sms_from=SUPPORT, wire=self.wire, boundary=self.place.boundary)
            ports = Ports(phone=phone, text=phone, mail=Shelf(), alarm_address="admin@house.example", recordings=phone)
            skew = timedelta(seconds=next(skews))
            clock = ClockProcess(name=f"clock-{number}", now=lambda: self.now, database=database, skew=skew, ports=ports)
            phone.machine = clock
            self.processes.clocks.append(clock)

    @staticmethod
    def opens(doors: Doors) -> Doors:
        """The doors of a web worker: time on the wall must not decide anything here."""
        return replace(doors, answer_within=FOR_EVER)

    def _move_in(self) -> None:
        for number in range(self.mix.callers):
            side = number % 2
            colleague = self.callers[side] if number > 1 else None
            english = Language.ENGLISH if not self.chance.randrange(4) else Language.DANISH
            caller = self.caller(
                points=self.mix.points[side],
                policy=self.mix.policies[side],
                credit=self.mix.credit,
                language=english,
                colleague_of=colleague,
            )
            self.callers.append(caller)
            self.lives(caller.phone, caller.pin)
        for number in range(self.mix.supporters):
            lines = (Flow.SUPPORT, Flow.OFFICE) if self.has_an_office_line and number != 1 else (Flow.SUPPORT,)
            self.lives(self.supporter(f"Anna {number}", tier=1 + number % 2, lines=lines).phone, None)
        self.lives("+4530303030", "10101010")

    def lives(self, phone: str, pin: str | None) -> None:
        """Somebody is at that telephone from now on."""
        handset = self.exchange.handset(phone)
        self.pins += [pin] if pin is not None else []
        self.people[phone] = Somebody(handset, self.chance, self.mix.manners, self.may_dial, pin, self._number)

    def _number(self) -> str:
        """What is dialled: mostly the line that costs points."""
        return OFFICE if self.has_an_office_line and self.offices.random() < OFFICE_CALLS else SUPPORT

    # What goes on by itself

    def _stirs(self, happened: Happening) -> None:
        somebody = self.people.get(happened.number) if happened.kind in STIRS else None
        if somebody is not None:
            somebody.stirs(happened)
            if happened.kind == "ringing" and somebody.pin is None:
                self.plans.rings(somebody)

    def _beats(self, clock: ClockProcess) -> None:
        def beats() -> Callable[[], None]:
            self.processes.beats(clock)
            return lambda: None

        if not self._is_quiet():
            self.exchange.joins(beats)  # type: ignore[attr-defined]
        self.exchange.clock.after(self.beat, partial(self._beats, clock))

    def _is_quiet(self) -> bool:
        """Whether no clock would find anything to do: asked again when something was written, and in any case soon."""
        boundary = self.place.boundary
        if boundary.is_moved or self.now >= self._quiet_until:
            boundary.is_moved = False
            with self.database.reading() as session:
                wrong = timedelta(seconds=5 + max(self.mix.clock_errors))
                self._quiet_until = min(_earliest(session, self.now), self.now + QUIET) - wrong
        return self.now < self._quiet_until


def _earliest(session: Session, before: datetime) -> datetime:
    """When a clock that is right finds something to do; `before` anything, where it does now."""
    told = session.execute(EARLIEST).one()
    known = DUE.values()
    if any(told[len(known) :]):
        return before
    moments = zip(told, known, strict=False)
    return min((moment + appointment.later for moment, appointment in moments if moment is not None), default=NEVER)
