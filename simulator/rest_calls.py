"""Calls in the REST API: list, make, fetch, send elsewhere, end, forget."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from flask import request

from simulator import calls, outbound, resources
from simulator.legs import StatusTarget
from simulator.numbers import is_e164, plain
from simulator.outbound import NotInProgress
from simulator.paging import matches, page, within
from simulator.resources import Refused
from simulator.schema import EVENTS
from simulator.webhooks import Request

if TYPE_CHECKING:
    from datetime import datetime

    from flask import Flask
    from flask.typing import ResponseReturnValue

    from simulator.exchange import Exchange
    from simulator.legs import Leg
    from simulator.resources import Json

LONGEST_TWIML = 4000
LONGEST_RINGING = 600


def add_to(app: Flask, exchange: Exchange, root: str) -> None:
    """Put the routes of calls into `app`."""

    @app.get(f"{root}/Calls.json")
    def calls_listed(account: str) -> ResponseReturnValue:  # noqa: ARG001 - checked before
        with exchange.lock:
            return page(_listed(exchange), "calls", f"{resources.root(exchange)}/Calls.json", request.args)

    @app.post(f"{root}/Calls.json")
    def call_made(account: str) -> ResponseReturnValue:  # noqa: ARG001 - as above
        with exchange.lock:
            return resources.call(_made(exchange), exchange.now), 201

    @app.get(f"{root}/Calls/<sid>.json")
    def call_fetched(account: str, sid: str) -> ResponseReturnValue:  # noqa: ARG001 - as above
        with exchange.lock:
            return resources.call(_found(exchange, sid), _moment(exchange))

    @app.post(f"{root}/Calls/<sid>.json")
    def call_updated(account: str, sid: str) -> ResponseReturnValue:  # noqa: ARG001 - as above
        with exchange.lock:
            leg = _found(exchange, sid)
            _update(leg)
            return resources.call(leg, exchange.now)

    @app.delete(f"{root}/Calls/<sid>.json")
    def call_forgotten(account: str, sid: str) -> ResponseReturnValue:  # noqa: ARG001 - as above
        with exchange.lock:
            leg = _found(exchange, sid)
            if not leg.is_over:
                raise Refused(409, 20409, "The call is still in progress")
            del exchange.legs[sid]
            return "", 204


def _moment(exchange: Exchange) -> datetime:
    return exchange.now - timedelta(seconds=exchange.knobs.rest_lag)


def _found(exchange: Exchange, sid: str) -> Leg:
    leg = exchange.legs.get(sid)
    if leg is None or resources.state_at(leg, _moment(exchange)) is None:
        raise resources.missing(f"/Calls/{sid}.json")
    return leg


def _listed(exchange: Exchange) -> list[Json]:
    args, moment = request.args, _moment(exchange)
    known = [leg for leg in exchange.legs.values() if resources.state_at(leg, moment) is not None]
    return [
        resources.call(leg, moment)
        for leg in sorted(known, key=lambda leg: leg.created_at, reverse=True)
        if matches(args, To=leg.to, From=leg.from_, ParentCallSid=leg.parent.sid if leg.parent else None)
        and matches(args, Status=str(resources.state_at(leg, moment)))
        and within(args, "StartTime", leg.answered_at or leg.rang_at)
        and within(args, "EndTime", leg.ended_at)
    ]


def _made(exchange: Exchange) -> Leg:
    form = request.form
    to, from_ = plain(form.get("To", "")), plain(form.get("From", ""))
    if not to:
        raise Refused(400, 21201, "No 'To' number is specified")
    if not is_e164(to) or to in exchange.numbers:
        raise Refused(400, 21211, f"The phone number you are attempting to call, {to}, is not valid")
    if to in exchange.knobs.rest_refuses:
        raise Refused(400, exchange.knobs.rest_refuses[to], f"The number {to} cannot be called")
    if not from_:
        raise Refused(400, 21213, "No 'From' number is specified")
    if from_ not in exchange.numbers and from_ not in exchange.verified:
        raise Refused(400, 21210, f"The source phone number provided, {from_}, is not yet verified for your account")
    document = _document("voice")
    if document is None:
        raise Refused(400, 21205, "Url parameter is required")
    timeout = _whole("Timeout", 60, LONGEST_RINGING)
    leg = calls.outgoing(exchange, to, from_=from_, status_target=_status_target())
    leg.fallback_url = form.get("FallbackUrl", "")
    leg.fallback_method = form.get("FallbackMethod", "POST")
    leg.longest = _whole("TimeLimit", leg.longest, leg.longest)
    leg.listener = _listener()
    outbound.originate(leg, document, timeout=timeout)
    return leg


def _update(leg: Leg) -> None:
    document, status = _document("redirect"), request.form.get("Status")
    if status not in {None, "canceled", "completed"}:
        raise Refused(400, 20001, f"Status={status!r} must be canceled or completed")
    try:
        if status == "canceled":
            outbound.cancel(leg)
        elif status == "completed":
            outbound.complete(leg)
        elif document is not None:
            _redirect(leg, document)
        else:
            raise Refused(400, 20001, "Url, Twiml or Status is required")
    except NotInProgress:
        raise Refused(400, leg.exchange.knobs.not_in_progress, f"Call is not in-progress. It is {leg.state}.") from None


def _redirect(leg: Leg, document: Request) -> None:
    if "StatusCallback" in request.form and "Url" in request.form:
        leg.status_target = _status_target()
    outbound.move(leg, document)


def _document(kind: str) -> Request | None:
    url, twiml = request.form.get("Url", ""), request.form.get("Twiml", "")
    if url and twiml:
        raise Refused(400, 20001, "Url and Twiml exclude each other")
    if len(twiml) > LONGEST_TWIML:
        raise Refused(400, 20001, f"Twiml has {len(twiml)} letters, more than {LONGEST_TWIML}")
    if url and (urlsplit(url).scheme not in {"http", "https"} or not urlsplit(url).hostname):
        raise Refused(400, 21205, f"Url is not valid: {url}")
    return Request(kind, url, request.form.get("Method", "POST"), twiml=twiml) if url or twiml else None


def _status_target() -> StatusTarget | None:
    url = request.form.get("StatusCallback", "")
    events = frozenset(request.form.getlist("StatusCallbackEvent")) or frozenset({"completed"})
    if not events <= EVENTS:
        raise Refused(400, 21626, f"StatusCallbackEvent may only be {', '.join(sorted(EVENTS))}")
    return StatusTarget(url, request.form.get("StatusCallbackMethod", "POST"), events) if url else None


def _listener() -> StatusTarget | None:
    """Who is told who picked up: only beside the conversation, since waiting for it in silence is nobody's wish (pitfall A6)."""
    form = request.form
    if form.get("MachineDetection") is None:
        return None
    if form["MachineDetection"] not in {"Enable", "DetectMessageEnd"} or form.get("AsyncAmd") != "true":
        raise Refused(400, 20001, "MachineDetection must be Enable or DetectMessageEnd, and here AsyncAmd true")
    return StatusTarget(form["AsyncAmdStatusCallback"], form.get("AsyncAmdStatusCallbackMethod", "POST"))


def _whole(name: str, default: int, most: int) -> int:
    text = request.form.get(name, str(default))
    if not text.isdecimal() or not 1 <= int(text) <= most:
        raise Refused(400, 20001, f"{name} must be a whole number from 1 to {most}")
    return int(text)
