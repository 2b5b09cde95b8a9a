"""A caller and a supporter as fast as they can be: signed webhooks over one connection, following the addresses in the TwiML.

The connection is the standard library's: a client that costs more than the server would be what is measured.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import re
import secrets
import time
from collections import defaultdict
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Final
from urllib.parse import urlencode, urlsplit

from bench.serving import TOKEN

NUMBERS: Final = itertools.count(1)
REDIRECTED: Final = 300
WEBHOOKS: Final = 8
"""How many a whole call has."""


@dataclass
class Line:
    """One connection to the server at `base`; `took` gathers the seconds of each kind of webhook."""

    base: str
    token: str = TOKEN
    pin: str = ""
    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        """Nothing is sent before the first webhook."""
        self._http = HTTPConnection(str(urlsplit(self.base).netloc), timeout=30)

    def post(self, kind: str, url: str, **form: str) -> str:
        """Sends one signed webhook and gives its TwiML back. Raises RuntimeError where it was not taken."""
        headers = {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signed(url, form, self.token)}
        body, path = urlencode(form), url[len(self.base) :]
        began = time.perf_counter()
        status, text = self.sent(path, body, headers)
        self.took[kind].append(time.perf_counter() - began)
        if status >= REDIRECTED:
            raise RuntimeError(f"{kind}: {status} {text}")
        return text

    def sent(self, path: str, body: str, headers: dict[str, str]) -> tuple[int, str]:
        """Over HTTP: the status and the text of the answer."""
        self._http.request("POST", path, body, headers)
        answer = self._http.getresponse()
        return answer.status, answer.read().decode()

    def close(self) -> None:
        """Nothing more is sent."""
        self._http.close()

    def voice(self) -> str:
        """The first webhook of a new call."""
        return self.post("voice", f"{self.base}/twilio/voice", **_of_caller(new_sid()), CallStatus="ringing")

    def call(self, pin: str | None = None, *, talks: float = 0) -> None:
        """A whole call: PIN (the line's own unless it is given), price accepted, taken; both hang up after so many seconds."""
        parent, child = new_sid(), new_sid()
        me = {**_of_caller(parent), "CallStatus": "in-progress"}
        other = {"CallSid": child, "ParentCallSid": parent, "CallStatus": "in-progress", "Direction": "outbound-dial"}
        text = self.post("voice", f"{self.base}/twilio/voice", **{**me, "CallStatus": "ringing"})
        text = self.post("PIN", following(text), **me, Digits=pin or self.pin)
        text = self.post("price accepted, rings", following(text), **me, Digits="1")
        after, whisper = following(text), _found(r'<Number[^>]* url="([^"]+)"', text)
        status = _found(r'statusCallback="([^"]+)"', text)
        text = self.post("whisper", whisper, **other)
        self.post("accepted", following(text), **other, Digits="1")
        time.sleep(talks)
        ended = {"DialCallStatus": "completed", "DialCallSid": child, "DialBridged": "true", "DialCallDuration": "1"}
        self.post("Dial ended, settled", after, **me, **ended)
        self.post("status, supporter", status, **{**other, "CallStatus": "completed"}, CallDuration="1")
        self.post("status, caller", f"{self.base}/twilio/status", **{**me, "CallStatus": "completed"}, CallDuration="9")


def signed(url: str, form: dict[str, str], token: str) -> str:
    """What signs a webhook (twilio-contract §2)."""
    text = url + "".join(name + form[name] for name in sorted(form))
    return base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()


def new_sid() -> str:
    """A CallSid that was never given out."""
    return f"CA{next(NUMBERS):08x}{secrets.token_hex(12)}"


def following(text: str) -> str:
    """Where an answer leads."""
    return _found(r'action="([^"]+)"', text)


def _of_caller(sid: str) -> dict[str, str]:
    return {"CallSid": sid, "From": "+4520000001", "To": "+4563186363", "Direction": "inbound"}


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise RuntimeError(f"no {pattern} in {text}")
    return found[1].replace("&amp;", "&").partition("#")[0]
