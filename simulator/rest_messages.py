"""Texts in the REST API: send, list, fetch."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from flask import request

from simulator import messages, resources
from simulator.numbers import is_e164, plain
from simulator.paging import matches, page, within
from simulator.resources import Refused

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

    from simulator.exchange import Exchange
    from simulator.messages import Message
    from simulator.resources import Json

LONGEST_BODY = 1600
SENDER_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 &+_-]{1,11}")


def add_to(app: Flask, exchange: Exchange, root: str) -> None:
    """Put the routes of texts into `app`."""

    @app.get(f"{root}/Messages.json")
    def messages_listed(account: str) -> ResponseReturnValue:  # noqa: ARG001 - checked before
        with exchange.lock:
            return page(_listed(exchange), "messages", f"{resources.root(exchange)}/Messages.json", request.args)

    @app.post(f"{root}/Messages.json")
    def message_sent(account: str) -> ResponseReturnValue:  # noqa: ARG001 - as above
        with exchange.lock:
            return resources.message(exchange, _sent(exchange)), 201

    @app.get(f"{root}/Messages/<sid>.json")
    def message_fetched(account: str, sid: str) -> ResponseReturnValue:  # noqa: ARG001 - as above
        with exchange.lock:
            if sid not in exchange.messages:
                raise resources.missing(f"/Messages/{sid}.json")
            return resources.message(exchange, exchange.messages[sid])


def _listed(exchange: Exchange) -> list[Json]:
    newest_first = reversed(exchange.messages.values())
    return [
        resources.message(exchange, text)
        for text in newest_first
        if matches(request.args, To=text.to, From=text.from_) and within(request.args, "DateSent", text.sent_at)
    ]


def _sent(exchange: Exchange) -> Message:
    form = request.form
    to, from_, body = plain(form.get("To", "")), form.get("From", "") or form.get("MessagingServiceSid", ""), form.get("Body", "")
    if not to:
        raise Refused(400, 21604, "A 'To' phone number is required.")
    if not is_e164(to) or to in exchange.numbers:
        raise Refused(400, 21211, f"Invalid 'To' Phone Number: {to}")
    if not from_:
        raise Refused(400, 21603, "A 'From' phone number is required.")
    if plain(from_) not in exchange.numbers and not SENDER_NAME.fullmatch(from_) and not from_.startswith("MG"):
        raise Refused(400, 21606, f"The 'From' phone number provided ({from_}) is not yours")
    if not body:
        raise Refused(400, 21602, "Message body is required.")
    if len(body) > LONGEST_BODY:
        raise Refused(400, 21617, f"The concatenated message body exceeds the {LONGEST_BODY} character limit.")
    text = messages.Message(
        exchange.new_sid("SM"),
        exchange.handset(to),
        from_,
        body,
        exchange.now,
        status_callback=form.get("StatusCallback", ""),
    )
    messages.send(text)
    return text
