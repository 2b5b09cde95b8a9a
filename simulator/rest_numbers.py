"""The account's numbers in the REST API: list, fetch, set their URLs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from simulator import resources
from simulator.paging import matches, page
from simulator.resources import Refused

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

    from simulator.exchange import Exchange
    from simulator.numbers import TwilioNumber

FIELDS = {
    "VoiceUrl": "voice_url",
    "VoiceFallbackUrl": "fallback_url",
    "StatusCallback": "status_url",
    "VoiceMethod": "voice_method",
    "VoiceFallbackMethod": "fallback_method",
    "StatusCallbackMethod": "status_method",
    "FriendlyName": "friendly_name",
    "VoiceApplicationSid": "application_sid",
    "TrunkSid": "trunk_sid",
}
METHODS = frozenset({"GET", "POST"})


def add_to(app: Flask, exchange: Exchange, root: str) -> None:
    """Put the routes of numbers into `app`."""
    path = f"{resources.root(exchange)}/IncomingPhoneNumbers.json"

    @app.get(f"{root}/IncomingPhoneNumbers.json")
    def numbers_listed(account: str) -> ResponseReturnValue:  # noqa: ARG001 - checked before
        with exchange.lock:
            found = [
                resources.number(exchange, it)
                for it in exchange.numbers.values()
                if matches(request.args, PhoneNumber=it.number, FriendlyName=it.friendly_name)
            ]
            return page(found, "incoming_phone_numbers", path, request.args)

    @app.get(f"{root}/IncomingPhoneNumbers/<sid>.json")
    def number_fetched(account: str, sid: str) -> ResponseReturnValue:  # noqa: ARG001 - as above
        with exchange.lock:
            return resources.number(exchange, _found(exchange, sid))

    @app.post(f"{root}/IncomingPhoneNumbers/<sid>.json")
    def number_updated(account: str, sid: str) -> ResponseReturnValue:  # noqa: ARG001 - as above
        with exchange.lock:
            it = _found(exchange, sid)
            _update(it)
            return resources.number(exchange, it)


def _found(exchange: Exchange, sid: str) -> TwilioNumber:
    for it in exchange.numbers.values():
        if it.sid == sid:
            return it
    raise resources.missing(f"/IncomingPhoneNumbers/{sid}.json")


def _update(it: TwilioNumber) -> None:
    for name, value in request.form.items():
        if name.endswith("Method") and value not in METHODS:
            raise Refused(400, 21403, f"{name}={value!r} must be GET or POST")
    for name, value in request.form.items():
        if name in FIELDS:
            setattr(it, FIELDS[name], value or None if name.endswith("Sid") else value)
