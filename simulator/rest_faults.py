"""What goes wrong with requests to the REST API, before and behind what they do (twilio-contract §5: creates are not idempotent).

    rest_fails_before   500, and nothing was done
    rest_fails_after    500, and it was done all the same
    rest_breaks_after   it was done, and the connection breaks without an answer
    rest_hangs_after    it was done, and no answer comes before the client gives up
    rest_slow           seconds on the wall until an answer that does come

Each but the last counts down from how many requests it shall meet. Served over HTTP the connection itself fails; in process there
is none, so ConnectionResetError or TimeoutError is raised where the client would meet it.
"""

from __future__ import annotations

import select
import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from simulator.resources import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from simulator.exchange import Exchange

LONGEST_HANG = 60.0
"""Seconds after which a connection is cut whose client never gives up."""
DONE = "simulator.done"
"""What stands in the environment of a request that was not refused."""


def failed() -> Refused:
    """How the API says that it failed; a new one each time, since an exception keeps every place at which it was raised."""
    return Refused(500, 20500, "Internal Server Error")


class Unreliable:
    """A WSGI application whose answers are lost as the knobs of `exchange` say."""

    def __init__(self, app: Callable[..., Iterable[bytes]], exchange: Exchange) -> None:
        self._app, self._exchange = app, exchange

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Carry one request out, and let its answer come back or not."""
        answer = self._app(environ, start_response)
        if DONE in environ and self._meets("rest_breaks_after"):
            _closed(answer)
            _cut(environ)
            raise ConnectionResetError("the REST API broke the connection, and had done what it was asked")
        if DONE in environ and self._meets("rest_hangs_after"):
            _closed(answer)
            _wait_for_the_client_to_go(environ)
            raise TimeoutError("the REST API did not answer in time, and had done what it was asked")
        if "werkzeug.socket" in environ and self._exchange.knobs.rest_slow:
            threading.Event().wait(self._exchange.knobs.rest_slow)
        return answer

    def _meets(self, knob: str) -> bool:
        return meets(self._exchange, knob)


def meets(exchange: Exchange, knob: str) -> bool:
    """Whether this request is one of those that the knob counts; it then counts one less."""
    with exchange.lock:
        left: int = getattr(exchange.knobs, knob)
        if left > 0:
            setattr(exchange.knobs, knob, left - 1)
        return left > 0


def _closed(answer: Iterable[bytes]) -> None:
    close = getattr(answer, "close", None)
    if close:
        close()


def _cut(environ: dict[str, Any]) -> None:
    connection: socket.socket | None = environ.get("werkzeug.socket")
    if connection is not None:
        with suppress(OSError):  # the client may have been quicker
            connection.shutdown(socket.SHUT_RDWR)


def _wait_for_the_client_to_go(environ: dict[str, Any]) -> None:
    connection: socket.socket | None = environ.get("werkzeug.socket")
    if connection is not None:
        select.select([connection], [], [], LONGEST_HANG)
        _cut(environ)
