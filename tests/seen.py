"""What can be seen of the house from a test: call records, books, cases, tasks, errands, and every row there is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from app.database import Database
from billing import books, quarters, statements
from billing.statements import StatementEntry
from helpdesk import customers
from models import Alarm, Audit, Base, Call, Case, Customer, Errand, Task
from models.values import AttemptOutcome, CallOutcome, JournalKind
from simulator.exchange import Exchange

Row = TypeVar("Row", bound=Base)
Answer = TypeVar("Answer")


class ACustomers(Protocol):
    """Somebody of a customer."""

    @property
    def number(self) -> str:
        """The customer's number."""


class Seen:
    """Questions about what happened. Calls are named by the telephone that made them, the last one it made, or by their CallSid."""

    database: Database
    exchange: Exchange

    def sid(self, whose: object) -> str:
        """The CallSid of a telephone's last call."""
        return whose if isinstance(whose, str) and whose.startswith("CA") else self.exchange.phone(whose).call_sid

    def ask(self, question: Callable[[Call], Answer], whose: object) -> Answer:
        """A question about a call, asked of its row."""
        with self.database.reading() as session:
            return question(_call(session, self.sid(whose)))

    def outcome(self, whose: object) -> CallOutcome | None:
        """How a call ended."""
        return self.ask(lambda call: call.outcome, whose)

    def attempts(self, whose: object) -> list[tuple[str, AttemptOutcome | None]]:
        """Who was rung, and what became of it."""
        return self.ask(_attempts, whose)

    def seconds(self, whose: object) -> int | None:
        """How long the two talked, as it is billed; None where they never did, or still do."""
        return self.ask(_seconds, whose)

    def charges(self, whose: object) -> list[int]:
        """The points of the quarters that were charged, corrections included, in order of writing."""
        kinds = {JournalKind.QUARTER, JournalKind.CORRECTION}
        return [entry.points for entry in self.entries(whose) if entry.kind in kinds]

    def cost(self, whose: object) -> int:
        """What a call came to."""
        return sum(self.charges(whose))

    def record(self, whose: object) -> dict[str, object]:
        """A call's record and its books, without numbers that depend on the order of other calls."""
        tasks = [(task.kind, task.opened_at) for task in self.tasks()]
        return self.ask(_facts, whose) | {"charges": self.charges(whose), "tasks": tasks}

    def balance(self, caller: ACustomers) -> tuple[int, int]:
        """Balance and held points."""
        with self.database.reading() as session:
            statement = statements.statement(session, customers.find(session, caller.number))
            return statement.balance, statement.held

    def tasks(self) -> list[Task]:
        return self._rows(select(Task).order_by(Task.id))

    def cases(self) -> list[Case]:
        return self._rows(select(Case).order_by(Case.id))

    def errands(self) -> list[Errand]:
        return self._rows(select(Errand).order_by(Errand.id))

    def notices(self, name: str) -> list[tuple[str, str]]:
        """To whom a notice goes, and how."""
        return [(errand.payload["to"], errand.kind.value) for errand in self.errands() if errand.payload.get("notice") == name]

    def alarmed(self) -> list[str]:
        """The notices of the alarms there were, in the order in which they came."""
        with self.database.reading() as session:
            return list(session.scalars(select(Alarm.notice).order_by(Alarm.id)))

    def audit(self) -> list[Audit]:
        return self._rows(select(Audit).order_by(Audit.id))

    def marks(self, whose: object) -> list[str]:
        """What the audit marks about a call."""
        call_id = self.ask(lambda call: call.id, whose)
        return [mark.action for mark in self.audit() if mark.call_id == call_id]

    def counts(self) -> dict[str, int]:
        """How many rows each table has."""
        with self.database.reading() as session:
            tables = Base.metadata.sorted_tables
            return {table.name: session.scalar(select(func.count()).select_from(table)) or 0 for table in tables}

    def everything(self) -> list[tuple[Any, ...]]:
        """Every row of every table."""
        with self.database.reading() as session:
            return [(table.name, *row) for table in Base.metadata.sorted_tables for row in session.execute(select(table))]

    def is_in_order(self) -> None:
        """Nothing is wrong with the books, and the exchange found nothing to object to."""
        with self.database.reading() as session:
            assert books.faults(session) == []
        assert list(self.exchange.problems) == []

    def _rows(self, query: Select[Row]) -> list[Row]:
        with self.database.reading() as session:
            rows = list(session.scalars(query))
            session.expunge_all()
            return rows

    def entries(self, whose: object) -> list[StatementEntry]:
        """The lines of the statement that are about a call."""
        sid = self.sid(whose)
        with self.database.reading() as session:
            numbers = session.scalars(select(Customer.number).join(Call, Call.customer_id == Customer.id).where(Call.sid == sid))
            return [
                entry
                for number in numbers
                for entry in statements.statement(session, customers.find(session, number)).entries
                if entry.call == sid
            ]


def _facts(call: Call) -> dict[str, object]:
    return {
        "outcome": call.outcome,
        "attempts": _attempts(call),
        "seconds": _seconds(call),
        "state": call.state,
        "bridged": bool(call.bridged),
        "case": (call.case.title, call.case.severity) if call.case else None,
    }


def _attempts(call: Call) -> list[tuple[str, AttemptOutcome | None]]:
    return [(attempt.supporter.name, attempt.outcome) for attempt in call.attempts]


def _seconds(call: Call) -> int | None:
    return quarters.elapsed(call.accepted_at, call.ended_at) if call.accepted_at and call.ended_at else None


def _call(session: Session, sid: str) -> Call:
    return session.scalars(select(Call).where(Call.sid == sid)).one()
