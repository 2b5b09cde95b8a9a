"""A demo within the process of a test: the house and an exchange that lives in real time, with real HTTP between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from werkzeug.middleware.dispatcher import DispatcherMiddleware

from app.database import Database
from simulator import Clock, Exchange, HttpTransport, Knobs, WallClock
from simulator.control import desk_app
from simulator.pacemaker import Pacemaker
from simulator.rest import rest_app
from tests.house import ACCOUNT, TOKEN, House
from tests.serving import served

Wsgi = Callable[[dict[str, Any], Any], Any]


class Demo(House):
    """A house whose exchange sends its webhooks over the network, when they are due; its voices and fingers are quick."""

    def connected(self, clock: Clock) -> Exchange:
        quick = Knobs(strict=False, characters_per_second=150.0, shortest_speech=0.2, key_gap=0.05, setup_seconds=0.1)
        return Exchange(ACCOUNT, TOKEN, HttpTransport(), clock=WallClock(clock.now), knobs=quick)


@contextmanager
def demo(database: Database) -> Iterator[tuple[str, Demo]]:
    """The address at which the demo's pages are, and the demo."""
    parts: dict[str, Wsgi] = {}
    with ExitStack() as stack:
        desk, address = (stack.enter_context(served(_later(parts, name))) for name in ("exchange", "house"))
        house = Demo(database, env={"DEMO": "1", "TWILIO_API_BASE_URL": desk}, base=address)
        exchange, clock = house.exchange, house.exchange.clock
        assert isinstance(clock, WallClock)
        exchange.api_url = desk
        pacemaker = stack.enter_context(Pacemaker(exchange, clock))
        parts["exchange"] = DispatcherMiddleware(rest_app(exchange), {"/desk": desk_app(exchange, pacemaker)})
        parts["house"] = house.app
        yield address, house


def _later(parts: dict[str, Wsgi], name: str) -> Wsgi:
    """An application that is not there yet while its address is being found."""

    def application(environ: dict[str, Any], start: Any) -> Any:  # noqa: ANN401 - WSGI
        return parts[name](environ, start)

    return application
