"""The desk: an HTTP front for the telephones of an exchange that runs as a process. For people on this machine only.

    GET  /desk/numbers                      {"numbers": [{"number": "+4563186363", "name": "+4563186363"}]}
    GET  /desk/phones                       {"phones": [<phone>, …]}: every telephone that was ever used
    GET  /desk/phones/+4520304050?after=17  <phone> with what it went through after event 17
    POST /desk/phones/+4520304050/dial      {"to": "+4563186363", "caller_id": "anonymous"}  (caller_id may be left out)
    POST /desk/phones/+4520304050/key       {"keys": "1234#"}
    POST /desk/phones/+4520304050/pick-up   {}    also /hang-up /decline /drop
    POST /desk/phones/+4520304050/speak     {"seconds": 5}
    POST /desk/phones/+4520304050/behaviour {"kind": "voicemail", "after": 4, "says": "leave a message"}
    GET  /desk/events?after=17&wait=20      {"events": [<event>, …], "last": 19}: waits up to 20 s for the first
    GET  /desk/calls                        {"calls": [{"call": "CA…", "from": "+4520304050", "to": "+4563186363", "at": "2026-…",
                                            "over": false}, …], "last": 19}: the last that telephones made, the newest first, and
                                            the id of the last event of all
    GET  /desk/calls/CA…                    {"call": "CA…", …, "telephones": ["+4520304050", …], "events": [<event>, …]}: all that
                                            happened at its telephones, in order; of one that is over long ago
                                            what was kept (`shelf`), or 410 where that is spoilt
    GET  /desk/network                      {"fault": "lost"}: what was ordered and has not struck yet, or null
    POST /desk/network                      {"fault": "double"}, "late", "lost" or null: what becomes of the next webhook
    GET  /desk/clock                        {"virtual": 1772571600.0, "speed": 1.0, "chosen": 60.0}
    POST /desk/clock                        {"speed": 60}

A phone: {"number": "+4520304050", "state": "listening", "rings": false, "call": "CA…", "with": "+4563186363",
"shows": null, "keyed": "12", "since": "2026-03-03T20:00:09+00:00", "behaviour": {"kind": "hand", "after": 3.0,
"says": ""}, "last": 19, "events": [<event>, …]}. `state` is idle, ringing, waiting, speaking, asking (a prompt that
takes keys), listening (for keys), music, pause, recording, dialling (it hears another one ring) or bridged. `with` is
whom it talks with, or else whom it has called or is called by; `shows` is the number on its display while it rings.
`after` of a number that was never given shows everything.

An event: {"id": 18, "at": "2026-03-03T20:00:09+00:00", "kind": "said", "number": "+4520304050", "call": "CA…",
"text": "…"}; the kinds are in `records.Happening`, and `problem` is what Twilio's debugger would show. What is said has its
"language" too, where the document names it.

The plus may be written %2B or left out. Every POST answers with the phone (or the clock, …) as it is then; it takes `after` too.
What a telephone cannot do now is 409, what makes no sense 400, both {"error": "a sentence"}.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from flask import Flask, request
from werkzeug.exceptions import HTTPException

from simulator.acts import ACTS, Nonsense, number
from simulator.faults import ORDERED, Ordered, calm
from simulator.handset import NotPossible
from simulator.numbers import is_e164, plain
from simulator.shelf import Spoilt
from simulator.told import Json, call, event, recorded, telephone

if TYPE_CHECKING:
    from flask.typing import ResponseReturnValue

    from simulator.exchange import Exchange
    from simulator.handset import Handset
    from simulator.legs import Leg
    from simulator.pacemaker import Pacemaker
    from simulator.records import Happening
    from simulator.shelf import Shelf

LONGEST_POLL: Final = 20.0
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "[::1]"})
MOST_CALLS: Final = 50


def desk_app(exchange: Exchange, pacemaker: Pacemaker, shelf: Shelf | None = None) -> Flask:
    """The desk of `exchange`, to be mounted at /desk; `shelf` has what was kept of calls from before it was started."""
    app = Flask("simulator.desk", static_folder=None)

    @app.before_request
    def local() -> ResponseReturnValue | None:
        if request.host.rpartition(":")[0] not in LOOPBACK and request.host not in LOOPBACK:
            return {"error": "the desk is for this machine only"}, 403
        if request.method == "POST" and not request.is_json:
            return {"error": "send JSON, with its content type"}, 415
        return None

    @app.errorhandler(NotPossible)
    def not_possible(error: NotPossible) -> ResponseReturnValue:
        return {"error": str(error)}, 409

    @app.errorhandler(Nonsense)
    def nonsense(error: Nonsense) -> ResponseReturnValue:
        return {"error": str(error)}, 400

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> ResponseReturnValue:
        return {"error": error.description or error.name}, error.code or 500

    _add_telephones(app, exchange)
    _add_events(app, exchange)
    _add_calls(app, exchange, shelf)
    _add_network(app, exchange)
    _add_clock(app, pacemaker, exchange)
    return app


def _add_telephones(app: Flask, exchange: Exchange) -> None:
    @app.get("/numbers")
    def numbers() -> ResponseReturnValue:
        with exchange.lock:
            return {"numbers": [{"number": it.number, "name": it.friendly_name} for it in exchange.numbers.values()]}

    @app.get("/phones")
    def phones() -> ResponseReturnValue:
        with exchange.lock:
            return {"phones": [telephone(handset) for handset in exchange.handsets()]}

    @app.get("/phones/<number>")
    def phone(number: str) -> ResponseReturnValue:
        with exchange.lock:
            return telephone(_handset(exchange, number), after=_after())

    @app.post("/phones/<number>/<act>")
    def acted(number: str, act: str) -> ResponseReturnValue:
        with exchange.lock:
            handset = _handset(exchange, number)
            if act not in ACTS:
                raise Nonsense(f"a telephone can {', '.join(sorted(ACTS))}, not {act}")
            ACTS[act](handset, _body())
            return telephone(handset, after=_after())


def _add_events(app: Flask, exchange: Exchange) -> None:
    @app.get("/events")
    def events() -> ResponseReturnValue:
        after = _after() or 0
        until = time.monotonic() + min(LONGEST_POLL, number(request.args.get("wait", LONGEST_POLL), "wait"))
        with exchange.changed:
            while not (found := _since(exchange, after)) and time.monotonic() < until:
                exchange.changed.wait(until - time.monotonic())
        return {"events": [event(it) for it in found], "last": found[-1].id if found else after}


def _add_calls(app: Flask, exchange: Exchange, shelf: Shelf | None) -> None:
    def made() -> list[Leg]:
        return [leg for leg in exchange.legs.values() if leg.direction == "inbound"]

    @app.get("/calls")
    def calls() -> ResponseReturnValue:
        with exchange.lock:
            last = exchange.logbook.happenings[-1].id if exchange.logbook.happenings else 0
            kept = {it["call"]: it for it in (shelf.listed() if shelf else [])}
            told = list((kept | {leg.sid: call(leg) for leg in made()[-MOST_CALLS:]}).values())
            return {"calls": sorted(told, key=lambda it: str(it["at"]))[: -MOST_CALLS - 1 : -1], "last": last}

    @app.get("/calls/<sid>")
    def one_call(sid: str) -> ResponseReturnValue:
        with exchange.lock:
            leg = next((leg for leg in made() if leg.sid == sid), None)
            if leg is not None:
                return recorded(exchange, leg)
        try:
            kept = shelf.read(sid) if shelf else None
        except Spoilt:
            return {"error": "what was kept of that call cannot be read"}, 410
        return ({"error": "the exchange remembers no such call"}, 404) if kept is None else kept


def _add_network(app: Flask, exchange: Exchange) -> None:
    def shown() -> Json:
        network = exchange.knobs.network
        return {"fault": network.name if isinstance(network, Ordered) and network.struck is None else None}

    @app.get("/network")
    def network() -> ResponseReturnValue:
        with exchange.lock:
            return shown()

    @app.post("/network")
    def network_ordered() -> ResponseReturnValue:
        name = _body().get("fault")
        if name is not None and name not in ORDERED:
            raise Nonsense(f"fault must be null or one of {', '.join(ORDERED)}")
        with exchange.lock:
            exchange.knobs.network = Ordered(name) if name else calm
            return shown()


def _add_clock(app: Flask, pacemaker: Pacemaker, exchange: Exchange) -> None:
    def shown() -> Json:
        return {"virtual": exchange.now.timestamp(), "speed": pacemaker.speed, "chosen": pacemaker.chosen}

    @app.get("/clock")
    def clock() -> ResponseReturnValue:
        with exchange.lock:
            return shown()

    @app.post("/clock")
    def clock_set() -> ResponseReturnValue:
        try:
            pacemaker.choose(number(_body().get("speed"), "speed"))
        except ValueError as error:
            raise Nonsense(str(error)) from None
        with exchange.lock:
            return shown()


def _since(exchange: Exchange, after: int) -> list[Happening]:
    return [it for it in exchange.logbook.happenings if it.id > after]


def _handset(exchange: Exchange, number: str) -> Handset:
    written = plain(number)
    written = written if written.startswith("+") else f"+{written}"
    if not is_e164(written):
        raise Nonsense(f"{number} is no telephone number such as +4520304050")
    return exchange.handset(written)


def _body() -> Json:
    try:
        found = request.get_json(silent=True)
    except RecursionError:
        raise Nonsense("the body is nested too deep") from None
    if not isinstance(found, dict):
        raise Nonsense("the body must be a JSON object")
    return found


def _after() -> int | None:
    text = request.args.get("after")
    if text is not None and not text.isdecimal():
        raise Nonsense("after must be the id of an event")
    return int(text) if text else None
