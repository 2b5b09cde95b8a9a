"""Webhooks sent by hand: signed as Twilio signs them, or wrongly on purpose."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from simulator.exchange import Exchange
from simulator.signature import signature
from simulator.transport import Response

ACTION: Final = re.compile(rb'action="([^"#]+)')


@dataclass(frozen=True)
class Webhook:
    """A webhook: where it goes and what it says."""

    url: str
    params: dict[str, str]


class Postman:
    """What a test may send besides what telephones do."""

    exchange: Exchange

    def webhook_of(self, whose: object, kind: str, **changed: str) -> Webhook:
        """The last webhook of that kind in a telephone's last call, with some parameters changed."""
        sid = self.exchange.phone(whose).call_sid
        sent = next(one for one in reversed(self.exchange.log) if one.sid == sid and one.kind == kind)
        return Webhook(sent.url, {**sent.params, **changed})

    def following(self, whose: object, **said: str) -> Webhook:
        """The webhook that the last answer on a telephone's leg asks for, saying this: a key, or how a Dial ended."""
        sid = self.exchange.phone(whose).call_sid
        asked = next(one for one in reversed(self.exchange.log) if one.sid == sid and ACTION.search(one.body))
        return Webhook(ACTION.findall(asked.body)[-1].decode(), {**asked.params, "CallStatus": "in-progress", **said})

    def status_of(self, whose: object, **said: str) -> Webhook:
        """The status callback that ends a caller's leg; `said` is what it says besides."""
        sid = self.exchange.phone(whose).call_sid
        first = next(one for one in self.exchange.log if one.sid == sid)
        over = {"CallStatus": "completed", "CallDuration": "30"}
        return Webhook(first.url.replace("/voice", "/status"), {**first.params, **over, **said})

    def delivers(self, webhook: Webhook) -> Response:
        """POSTs a webhook as it stands, rightly signed."""
        return self.post(webhook.url, webhook.params)

    def post_signature(self, url: str, params: Mapping[str, str], *, token: str | None = None) -> str:
        """What Twilio would sign such a request with."""
        return signature(token or self.exchange.token, url, params)

    def post(
        self, url: str, params: Mapping[str, str], *, token: str | None = None, signed: str | None = None, body: bytes | None = None
    ) -> Response:
        """POSTs `params`, signed with `token` (the exchange's own); `signed` is another signature, "" is none."""
        headers = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8"}
        mark = self.post_signature(url, params, token=token) if signed is None else signed
        if mark:
            headers["X-Twilio-Signature"] = mark
        return self.exchange.transport.post(url, body if body is not None else urlencode(dict(params)).encode(), headers)
