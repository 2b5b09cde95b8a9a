"""A house that is well in every part, before a doctor: web process, provider and mail server over real sockets on this machine."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from aiosmtpd.controller import Controller

from app import settings
from app.database import Database
from app.heart import Heart
from app.wsgi import create_app
from billing import price_file, price_lists
from ivr import addresses
from models import Line, Supporter
from models.values import Flow
from oncall import roster
from oncall.rota import Span
from simulator.clock import Clock
from simulator.exchange import Exchange
from simulator.knobs import Knobs
from simulator.rest import rest_app
from simulator.transport import HttpTransport
from tests.app.outside import PostOffice, free_port
from tests.cli.desk import NIGHT, PRICES, SECRET, Said, Terminal
from tests.house import ACCOUNT, SUPPORT, TOKEN
from tests.serving import served

PASSWORD: Final = "hemmelig"
HELPER: Final = "+4530303030"
Wsgi = Callable[..., Iterable[bytes]]


class Front:
    """Whatever stands before the web process: passes everything on until a test makes it do otherwise."""

    def __init__(self) -> None:
        self.web: Wsgi = _nobody
        self.does: Callable[[Wsgi, dict[str, Any], Any], Iterable[bytes]] = lambda web, environ, start: web(environ, start)
        self.asked: list[str] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:  # noqa: ANN401 - a WSGI server's own
        self.asked.append(f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}")
        return self.does(self.web, environ, start_response)


@dataclass
class Ward:
    """An installation, and what the doctor says about it. `front` stands before the web process, `way` before the provider."""

    terminal: Terminal
    database: Database
    exchange: Exchange
    front: Front
    way: Front

    def asks(self, **env: str) -> Said:
        """What `doegnvagt doctor` says to people, with more of an environment where it is given."""
        return self.terminal.types("doctor", **env)

    def findings(self, **env: str) -> list[dict[str, Any]]:
        """What it found; its exit status is told by what is an error."""
        said = self.terminal.types("doctor", "--json", **env)
        document = json.loads(said.out)
        assert said.status == (0 if document["ok"] else 1)
        assert document["ok"] == (not document["errors"])
        return list(document["findings"])

    def ails(self, **env: str) -> list[tuple[str, str, str, str]]:
        """What is not well: check, level, what was found and the cure."""
        found = self.findings(**env)
        return [(one["check"], one["level"], one["found"], one["cure"]) for one in found if one["level"] != "ok"]


@pytest.fixture
def terminal(database_url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    """Somebody at a terminal, with a database that has tables and nothing in them, and no key in the folder."""
    monkeypatch.chdir(tmp_path)
    return Terminal({"DATABASE_URL": database_url, "SECRET_KEY": SECRET}, tmp_path, capsys)


@pytest.fixture
def ward(terminal: Terminal, database: Database) -> Iterator[Ward]:
    """Nothing is wrong with it."""
    exchange = Exchange(ACCOUNT, TOKEN, HttpTransport(), clock=Clock(NIGHT), knobs=Knobs())
    front, way, office = Front(), Front(), PostOffice(password=PASSWORD)
    way.web = rest_app(exchange)
    _furnish(database)
    with ExitStack() as open_doors:
        rest, base = open_doors.enter_context(served(way)), open_doors.enter_context(served(front))
        mail = Controller(office, hostname="127.0.0.1", port=free_port(), authenticator=office.authenticate, auth_require_tls=False)
        mail.start()
        open_doors.callback(mail.stop)
        terminal.env |= {
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "TWILIO_API_BASE_URL": rest,
            "PUBLIC_BASE_URL": base,
            "EMERGENCY_NUMBER": HELPER,
            "ALARM_ADDRESS": "vagtchef@example.dk",
            "SMTP_URL": f"smtp://vagt:{PASSWORD}@127.0.0.1:{mail.port}",
            "MAIL_FROM": "doegnvagt@example.dk",
            "SMS_FROM": SUPPORT,
        }
        front.web = create_app(settings.from_env(terminal.env), database=database).wsgi_app
        ours = addresses.of_number(base)
        exchange.number(SUPPORT, voice_url=ours.voice, status_url=ours.status, fallback_url=ours.fallback)
        yield Ward(terminal, database, exchange, front, way)


def _furnish(database: Database) -> None:
    with database.writing() as session:
        anna = Supporter(name="Anna", phone="+4530405060")
        session.add_all([Line(number=SUPPORT, flow=Flow.SUPPORT, name=SUPPORT), anna])
        session.flush()
        span = Span(starts_at=NIGHT - timedelta(hours=8), ends_at=NIGHT + timedelta(hours=24))
        roster.add_shift(session, anna, span, tier=1)
        price_lists.publish(session, price_file.parse(PRICES), now=NIGHT)
    Heart(database, name="a clock").beat()


def _nobody(_environ: object, start_response: Any) -> Iterable[bytes]:  # noqa: ANN401 - a WSGI server's own
    start_response("502 Bad Gateway", [("Content-Type", "text/html")])
    return [b"<p>Nobody is at home.</p>"]
