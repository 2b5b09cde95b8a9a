"""What can be wrong with a house: each breaks one thing of a ward in which nothing is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from app.clock import wall
from app.heart import Heart
from helpdesk import cases, customers, errands
from helpdesk.pins import PinKeys
from models import Call, Errand, Task
from models.values import CallOutcome, CallState, ErrandKind, ErrandState, Language, TaskKind
from tests.cli.desk import NIGHT
from tests.doctor.conftest import Ward, Wsgi
from tests.house import ACCOUNT, SUPPORT

Breaking = Callable[[Ward], object]


def loses_a_key(ward: Ward) -> None:
    with ward.database.writing() as session:
        customer = customers.add(session, "Nordvig", actor="test", now=NIGHT)
        keys, actor = PinKeys.derive(["another key"]), "test"
        customers.add_person(
            session, customer, name="Mette", phone=None, email=None, language=Language.DANISH, keys=keys, actor=actor, now=NIGHT
        )


def executes(*statements: Any) -> Breaking:  # noqa: ANN401 - whatever SQLAlchemy executes
    def breaks(ward: Ward) -> None:
        with ward.database.writing() as session:
            for statement in statements:
                session.execute(statement)

    return breaks


def number_has(**changed: object) -> Breaking:
    def breaks(ward: Ward) -> None:
        for name, value in changed.items():
            setattr(ward.exchange.numbers[SUPPORT], name, value)

    return breaks


def forgets_to_be_asked_again(ward: Ward) -> None:
    number = ward.exchange.numbers[SUPPORT]
    number.status_url = number.status_url.partition("#")[0]


def turns(**knobs: object) -> Breaking:
    def breaks(ward: Ward) -> None:
        for name, value in knobs.items():
            setattr(ward.exchange.knobs, name, value)

    return breaks


def has_messages(state: ErrandState) -> Breaking:
    """One of two months ago, one of last night, and one that is still being looked up."""

    def breaks(ward: Ward) -> None:
        with ward.database.writing() as session:
            for key, age in (("old", timedelta(days=60)), ("new", timedelta(hours=3)), ("doubt", timedelta(minutes=1))):
                errands.ask(session, ErrandKind.TEXT, key, {"to": "supporter:1"}, now=NIGHT - age)
            ended = update(Errand).where(Errand.key != "doubt").values(state=state, due_at=None)
            session.execute(ended)

    return breaks


def differs(ward: Ward) -> None:
    """A call of which the provider tells something else."""
    with ward.database.writing() as session:
        customer = customers.add(session, "Nordvig", actor="test", now=NIGHT)
        call = Call(sid="CA1", line_id=1, from_raw="x", state=CallState.ENDED, outcome=CallOutcome.TALKED)
        call.started_at = call.heard_at = call.ended_at = NIGHT
        call.customer_id = customer.id
        session.add(call)
        session.flush()
        cases.link(session, call, now=NIGHT)
        session.add(Task(kind=TaskKind.DISCREPANCY, case_id=call.case_id, call_id=call.id, opened_at=NIGHT, due_at=NIGHT))


def fails_for_the_clock(ward: Ward) -> None:
    Heart(ward.database, clock=wall).provider("HTTP 503")


def before(changes: Callable[[dict[str, Any]], object]) -> Breaking:
    """What a proxy does to a request on its way."""

    def passes(web: Wsgi, environ: dict[str, Any], start: Any) -> Iterable[bytes]:  # noqa: ANN401 - a WSGI server's own
        changes(environ)
        return web(environ, start)

    def breaks(ward: Ward) -> None:
        ward.front.does = passes

    return breaks


def answers(status: str, body: bytes = b"<Response/>", *, only: str = "/twilio/") -> Breaking:
    """A proxy that answers itself."""

    def does(web: Wsgi, environ: dict[str, Any], start: Any) -> Iterable[bytes]:  # noqa: ANN401 - a WSGI server's own
        if only not in environ["PATH_INFO"]:
            return web(environ, start)
        start(status, [("Content-Type", "text/xml"), ("Location", "https://elsewhere.example")])
        return [body]

    def breaks(ward: Ward) -> None:
        ward.front.does = does

    return breaks


def fails_when_it_is_let_in(ward: Ward) -> None:
    """Whoever is refused is refused; whoever is let in meets an error."""

    def does(web: Wsgi, environ: dict[str, Any], start: Any) -> Iterable[bytes]:  # noqa: ANN401 - a WSGI server's own
        if "/twilio/" not in environ["PATH_INFO"]:
            return web(environ, start)
        return web(environ, lambda status, head, *_: start(status if status.startswith("4") else "500 No", head))

    ward.front.does = does


def mangles_the_query(environ: dict[str, Any]) -> None:
    for name in ("RAW_URI", "REQUEST_URI"):
        environ[name] = str(environ.get(name, "")).replace("%2F", "/")


def is_suspended(ward: Ward) -> None:
    """The exchange's own account is always active."""

    def does(web: Wsgi, environ: dict[str, Any], start: Any) -> Iterable[bytes]:  # noqa: ANN401 - a WSGI server's own
        if not environ["PATH_INFO"].endswith(f"{ACCOUNT}.json"):
            return web(environ, start)
        start("200 OK", [("Content-Type", "application/json")])
        return [b'{"status": "suspended"}']

    ward.way.does = does
