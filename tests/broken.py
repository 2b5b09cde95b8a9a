"""Parts of the house that fail on purpose: a step that raises, a database out of reach."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from app.database import Database
from ivr.doors import Doors
from ivr.forms import Webhook
from ivr.switchboard import Switchboard
from models import Leg, Line, Turn
from tests.house import House

NOWHERE: Final = "postgresql+psycopg://nobody@127.0.0.1:1/nowhere"


@dataclass(frozen=True, kw_only=True)
class Faulty(Switchboard):
    """A switchboard some of whose steps raise, so many times each, after everything else of their turn was done."""

    failures: Counter[str] = field(default_factory=Counter)

    def answer(
        self,
        session: Session,
        leg: Leg,
        webhook: Webhook,
        *,
        past: list[Turn],
        number: int,
        again: bool,
        now: datetime,
        lines: Sequence[Line] = (),
    ) -> str:
        """As it is; but a step that is to fail has done nothing that stays."""
        answer = super().answer(session, leg, webhook, past=past, number=number, again=again, lines=lines, now=now)
        self._perhaps_raise(session, leg.id, number)
        return answer

    def give_up(self, session: Session, leg_id: int, number: int, webhook: Webhook, *, now: datetime) -> str:
        """As it is; but it may fail too."""
        answer = super().give_up(session, leg_id, number, webhook, now=now)
        self._perhaps_raise(session, leg_id, number)
        return answer

    def report(self, session: Session, leg_id: int, number: int, webhook: Webhook, *, now: datetime, again: bool = False) -> None:
        """As it is; but as "report" it may fail too."""
        super().report(session, leg_id, number, webhook, now=now, again=again)
        self._fail("report")

    def _perhaps_raise(self, session: Session, leg_id: int, number: int) -> None:
        self._fail(session.scalar(select(Turn.step).where(Turn.leg_id == leg_id, Turn.number == number)) or "")

    def _fail(self, name: str) -> None:
        if self.failures[name] > 0:
            self.failures[name] -= 1
            raise ZeroDivisionError(f"{name} fails in a test")


def breaks(house: House, **steps: int) -> None:
    """From now on these steps (`support__check_pin=1`), or the keeping of reports (`report=1`), raise so many times."""
    doors: Doors = house.app.extensions["doors"]
    failures = Counter({name.replace("__", "."): times for name, times in steps.items()})
    board = Faulty(base_url=doors.switchboard.base_url, pin_keys=doors.switchboard.pin_keys, failures=failures)
    house.app.extensions["doors"] = replace(doors, switchboard=board)


def loses_its_database(house: House) -> Database:
    """From now on the web process reaches no database; close what comes back."""
    doors: Doors = house.app.extensions["doors"]
    nowhere = Database(NOWHERE)
    house.app.extensions["doors"] = replace(doors, database=nowhere)
    return nowhere


@dataclass(frozen=True, kw_only=True)
class Interrupted(Switchboard):
    """A switchboard under whose steps something happens to the database, once their turn is written and before it is committed."""

    happens: Callable[[Session], object]
    steps: Counter[str] = field(default_factory=Counter)

    def answer(
        self,
        session: Session,
        leg: Leg,
        webhook: Webhook,
        *,
        past: list[Turn],
        number: int,
        again: bool,
        now: datetime,
        lines: Sequence[Line] = (),
    ) -> str:
        """As it is; but under these steps the statement is executed."""
        answer = super().answer(session, leg, webhook, past=past, number=number, again=again, lines=lines, now=now)
        step = session.scalar(select(Turn.step).where(Turn.leg_id == leg.id, Turn.number == number)) or ""
        if self.steps[step] > 0:
            self.steps[step] -= 1
            self.happens(session)
        return answer


def is_interrupted(house: House, happens: Callable[[Session], object], **steps: int) -> Counter[str]:
    """From now on this happens under these steps, so many times each; what comes back says how many are left."""
    doors: Doors = house.app.extensions["doors"]
    left = Counter({name.replace("__", "."): times for name, times in steps.items()})
    board = Interrupted(base_url=doors.switchboard.base_url, pin_keys=doors.switchboard.pin_keys, happens=happens, steps=left)
    house.app.extensions["doors"] = replace(doors, switchboard=board)
    return left


def told(statement: str) -> Callable[[Session], object]:
    """The database being told this."""
    return lambda session: session.execute(text(statement))


def is_in_a_hurry(house: House, seconds: float = 1.5) -> None:
    """From now on the web process waits less for its database than it would, so that a test need not either."""
    house.app.extensions["doors"] = replace(house.app.extensions["doors"], answer_within=seconds)


@contextmanager
def just_before(database: Database, touches: str, strike: Callable[[Any], object]) -> Iterator[None]:
    """Something happens just before the first statement with these words; `strike` is told the driver's connection."""
    struck: list[str] = []

    def strikes(connection: Any, _cursor: Any, statement: str, *_others: Any) -> None:  # noqa: ANN401 - SQLAlchemy's own
        if touches in statement and not struck:
            struck.append(statement)
            strike(connection.connection.driver_connection)

    event.listen(database.engine, "before_cursor_execute", strikes)
    try:
        yield
    finally:
        event.remove(database.engine, "before_cursor_execute", strikes)
    assert struck, f"nothing was asked with {touches!r}"
