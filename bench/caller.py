"""A caller and a supporter as fast as they can be: signed webhooks over HTTP, following the addresses in the TwiML."""

from __future__ import annotations

import itertools
import re
import secrets
import time
from collections import defaultdict
from dataclasses import dataclass, field

import requests
from twilio.request_validator import RequestValidator

NUMBERS = itertools.count(1)


@dataclass
class Line:
    """One connection to the server; `took` gathers the seconds of each kind of webhook."""

    base: str
    token: str
    took: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    http: requests.Session = field(default_factory=requests.Session)

    def post(self, kind: str, url: str, **form: str) -> str:
        """Sends one signed webhook and gives its TwiML back."""
        signature = RequestValidator(self.token).compute_signature(url, form)
        began = time.perf_counter()
        answer = self.http.post(url, data=form, headers={"X-Twilio-Signature": signature}, timeout=30)
        self.took[kind].append(time.perf_counter() - began)
        answer.raise_for_status()
        return answer.text

    def call(self, pin: str, *, talks: float = 0) -> None:
        """A whole call: PIN, price accepted, supporter takes it, both hang up after so many seconds."""
        parent, child = new_sid(), new_sid()
        me = {"CallSid": parent, "From": "+4520000001", "To": "+4563186363", "CallStatus": "in-progress", "Direction": "inbound"}
        other = {"CallSid": child, "ParentCallSid": parent, "CallStatus": "in-progress", "Direction": "outbound-dial"}
        text = self.post("voice", f"{self.base}/twilio/voice", **{**me, "CallStatus": "ringing"})
        text = self.post("PIN", following(text), **me, Digits=pin)
        text = self.post("price accepted, rings", following(text), **me, Digits="1")
        after, whisper, status = (
            following(text),
            _found(r'<Number[^>]* url="([^"]+)"', text),
            _found(r'statusCallback="([^"]+)"', text),
        )
        text = self.post("whisper", whisper, **other)
        self.post("accepted", following(text), **other, Digits="1")
        time.sleep(talks)
        ended = {"DialCallStatus": "completed", "DialCallSid": child, "DialBridged": "true", "DialCallDuration": "1"}
        self.post("dial ended, settled", after, **me, **ended)
        self.post("status, supporter", status, **{**other, "CallStatus": "completed"}, CallDuration="1")
        self.post("status, caller", f"{self.base}/twilio/status", **{**me, "CallStatus": "completed"}, CallDuration="9")


def new_sid() -> str:
    """A CallSid that was never given out."""
    return f"CA{next(NUMBERS):08x}{secrets.token_hex(12)}"


def following(text: str) -> str:
    """Where an answer leads."""
    return _found(r'action="([^"]+)"', text)


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    if found is None:
        raise RuntimeError(f"no {pattern} in {text}")
    return found[1].replace("&amp;", "&").partition("#")[0]
