"""Texts: sent through the REST API, delivered to telephones, reported like calls."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from simulator.tasks import Task, Wait
from simulator.webhooks import Request, sent

if TYPE_CHECKING:
    from collections.abc import Generator
    from datetime import datetime

    from simulator.exchange import Exchange
    from simulator.handset import Handset

DELIVERY_SECONDS = 2
GSM = re.compile(r"[A-Za-z0-9 \r\n@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ!\"#¤%&'()*+,\-./:;<=>?¡ÄÖÑÜ§¿äöñüà^{}\\\[~\]|€]*")
LETTERS_OF_ONE = {True: 160, False: 70}
LETTERS_OF_MANY = {True: 153, False: 67}


@dataclass
class Message:
    """One text and how far it is: `queued`, `sent`, `delivered`, `undelivered`."""

    sid: str
    handset: Handset
    from_: str
    body: str
    created_at: datetime
    status: str = "queued"
    sent_at: datetime | None = None
    status_callback: str = ""
    cookies: dict[str, str] = field(default_factory=dict)

    @property
    def exchange(self) -> Exchange:
        """The exchange it goes through."""
        return self.handset.exchange

    @property
    def to(self) -> str:
        """The number it goes to."""
        return self.handset.number

    @property
    def segments(self) -> int:
        """How many texts the network makes of it."""
        narrow = GSM.fullmatch(self.body) is not None
        if len(self.body) <= LETTERS_OF_ONE[narrow]:
            return 1
        return -(-len(self.body) // LETTERS_OF_MANY[narrow])


def send(message: Message) -> None:
    """Put `message` on its way."""
    message.exchange.messages[message.sid] = message
    Task(message.exchange, _delivered(message))


def _delivered(message: Message) -> Generator[Any, Any, None]:
    exchange = message.exchange
    reachable = message.handset.behaviour.kind != "failed"
    for status in ("sent", "delivered" if reachable else "undelivered"):
        until = exchange.now + timedelta(seconds=DELIVERY_SECONDS / 2)
        while exchange.now < until:
            yield Wait(until)
        message.status = status
        message.sent_at = message.sent_at or exchange.now
        if message.status_callback:
            yield from sent(message, Request("message", message.status_callback, "POST", _params(message)))
    if reachable:
        exchange.logbook.note("text", message, message.body)


def _params(message: Message) -> dict[str, str]:
    return {
        "MessageSid": message.sid,
        "SmsSid": message.sid,
        "AccountSid": message.exchange.account,
        "From": message.from_,
        "To": message.to,
        "MessageStatus": message.status,
        "SmsStatus": message.status,
        "ApiVersion": "2010-04-01",
    }
