"""The exchange as a process: `python -m simulator --bind 127.0.0.1:0 --account AC… --number N=VOICE,STATUS,FALLBACK`.

The token stands in the environment variable TWILIO_AUTH_TOKEN. It serves Twilio's REST API and the desk (`control`),
prints its address on one line once it is ready, and ends on SIGTERM and SIGINT; with `--tied` also when its standard
input ends, because whoever held the other end has gone. An argument that cannot be used ends
it with status 2 and one line.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import WSGIRequestHandler, make_server

from simulator.clock import WallClock
from simulator.clockfile import ClockFile
from simulator.control import desk_app
from simulator.exchange import Exchange
from simulator.knobs import Knobs
from simulator.numbers import is_e164
from simulator.pacemaker import Pacemaker
from simulator.rest import rest_app
from simulator.shelf import Shelf
from simulator.transport import HttpTransport

if TYPE_CHECKING:
    from collections.abc import Sequence

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
KEPT = 20_000
"""How many requests and events a process remembers."""


class Quiet(WSGIRequestHandler):
    """Serves without a line for each request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the exchange until it is told to stop."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    token = os.environ.get("TWILIO_AUTH_TOKEN", "")
    if not token:
        parser.error("TWILIO_AUTH_TOKEN is not set: nothing could be signed")
    file = ClockFile(chosen.clock) if chosen.clock else None
    clock = WallClock(file.beginning() if file else None)
    exchange = Exchange(
        chosen.account,
        token,
        HttpTransport(),
        clock=clock,
        knobs=Knobs(strict=False),
        seed=os.urandom(16).hex(),
        most_kept=KEPT,
    )
    shelf = _shelf(parser, chosen.keep)
    if shelf:
        shelf.watch(exchange)
    for number, urls in chosen.number:
        voice, status, fallback = urls
        exchange.number(number, voice_url=voice, status_url=status, fallback_url=fallback)
    pacemaker = Pacemaker(exchange, clock, file)
    try:
        app = DispatcherMiddleware(rest_app(exchange), {"/desk": desk_app(exchange, pacemaker, shelf)})
        return _serve(app, exchange, pacemaker, at=chosen.bind, is_tied=chosen.tied)
    except OSError as error:
        parser.error(f"cannot listen there: {error.strerror}")


def _shelf(parser: argparse.ArgumentParser, folder: Path | None) -> Shelf | None:
    try:
        return Shelf(folder) if folder else None
    except OSError as error:
        parser.error(f"recordings cannot be kept in {folder}: {error.strerror}")


def _serve(app: DispatcherMiddleware, exchange: Exchange, pacemaker: Pacemaker, *, at: tuple[str, int], is_tied: bool) -> int:
    host, port = at
    server = make_server(host, port, app, threaded=True, request_handler=Quiet)
    exchange.api_url = f"http://{host}:{server.server_port}"
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stop.set())
    if is_tied:
        threading.Thread(target=_wait_for_the_end_of_input, args=(stop,), daemon=True).start()
    with pacemaker:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        sys.stdout.write(f"exchange on {exchange.api_url}\n")
        sys.stdout.flush()
        stop.wait()
        server.shutdown()
    return 0


def _wait_for_the_end_of_input(stop: threading.Event) -> None:
    while os.read(0, 1):
        pass
    stop.set()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m simulator", description="Twilio on a desk.")
    parser.add_argument("--bind", type=_bind, default=("127.0.0.1", 0), metavar="HOST:PORT", help="loopback only")
    parser.add_argument("--account", type=_account, required=True, metavar="AC…")
    parser.add_argument(
        "--number", type=_number, action="append", default=[], metavar="NUMBER=VOICE,STATUS,FALLBACK", help="repeatable"
    )
    parser.add_argument("--clock", type=Path, metavar="FILE", help="the demo's clock, written for others to read")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="recordings of calls, for the desk of the next process")
    parser.add_argument("--tied", action="store_true", help="end when standard input ends")
    return parser


def _bind(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if host.strip("[]") not in LOOPBACK:
        raise argparse.ArgumentTypeError(f"{host or text!r} is not this machine: only 127.0.0.1, localhost or [::1]")
    if not port.isdecimal() or int(port) > 65535:  # noqa: PLR2004 - the highest port
        raise argparse.ArgumentTypeError(f"{port!r} is no port")
    return host.strip("[]"), int(port)


def _account(text: str) -> str:
    if not re.fullmatch(r"AC[0-9a-fA-F]{32}", text):
        raise argparse.ArgumentTypeError(f"{text!r} is not AC and 32 hexadecimal digits")
    return text


def _number(text: str) -> tuple[str, tuple[str, str, str]]:
    """One number and its URLs. A comma before another URL separates; one within a fragment (`#rp=ct,rt`) does not."""
    number, _, rest = text.partition("=")
    urls = re.split(r",(?=https?://|,|$)", rest)
    if not is_e164(number):
        raise argparse.ArgumentTypeError(f"{number!r} is no number such as +4563186363")
    if len(urls) > 3 or any(url and not re.match(r"https?://[^/]", url) for url in urls):  # noqa: PLR2004 - three URLs
        raise argparse.ArgumentTypeError(f"{rest!r} is not VOICE,STATUS,FALLBACK, each an http(s) URL or empty")
    voice, status, fallback = (*urls, "", "")[:3]
    return number, (voice, status, fallback)


if __name__ == "__main__":
    sys.exit(main())
