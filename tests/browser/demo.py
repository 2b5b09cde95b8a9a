"""A demo within the process of a test: a seeded house and a real exchange, with real HTTP between them, in the exchange's time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware

from app import seed, settings
from app.database import Database
from app.seed import LogIn
from app.wsgi import create_app
from helpdesk.pins import PinKeys
from ivr import addresses
from simulator import Exchange, HttpTransport, Knobs, WallClock
from simulator.control import desk_app
from simulator.pacemaker import Pacemaker
from simulator.rest import rest_app
from tests.house import ACCOUNT, SECRET, TOKEN
from tests.serving import served


@dataclass(frozen=True)
class Demo:
    """A demo that runs: the web server's address, and who can phone."""

    address: str
    log_ins: list[LogIn]


@contextmanager
def demo(database: Database, at: datetime) -> Iterator[Demo]:
    """The demo, whose clock shows `at` when it begins."""
    clock = WallClock(at)
    exchange = Exchange(ACCOUNT, TOKEN, HttpTransport(), clock=clock, knobs=Knobs(strict=False))
    pacemaker = Pacemaker(exchange, clock)
    made: list[Flask] = []
    desk = DispatcherMiddleware(rest_app(exchange), {"/desk": desk_app(exchange, pacemaker)})

    def house(environ: dict[str, Any], start: Any) -> Any:  # noqa: ANN401 - WSGI
        return made[0](environ, start)

    with ExitStack() as stack:
        exchange.api_url = stack.enter_context(served(desk))
        address = stack.enter_context(served(house))
        env = {
            "SECRET_KEY": SECRET,
            "TWILIO_ACCOUNT_SID": ACCOUNT,
            "TWILIO_AUTH_TOKEN": TOKEN,
            "PUBLIC_BASE_URL": address,
            "TWILIO_API_BASE_URL": exchange.api_url,
            "DEMO": "1",
        }
        environment = settings.from_env(env)
        keys = PinKeys.derive(environment.secret_keys)
        with database.writing() as session:
            seed.seed(session, keys=keys, now=at)
            log_ins = seed.log_ins(session, keys=keys)
        made.append(create_app(environment, database=database, clock=lambda: exchange.now))
        ours = addresses.of_number(address)
        exchange.number(seed.LINE, voice_url=ours.voice, status_url=ours.status, fallback_url=ours.fallback)
        stack.enter_context(pacemaker)
        yield Demo(address, log_ins)
