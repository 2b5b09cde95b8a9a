"""What went over the wire between exchange and house, and when it was asked and answered: what the verdict reckons with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from simulator.transport import USUAL, HttpTransport, Limits, Response, Transport

UNSTORED: Final = ("Undskyld", "Fejlen er der endnu")
"""What an answer says that no turn was kept for: an apology promises nothing (R21)."""


@dataclass(frozen=True, kw_only=True)
class Told:
    """One webhook on its way: asked at one moment of the exchange's time and answered at another; `status` 0 is no answer."""

    path: str
    params: Mapping[str, str]
    asked_at: datetime
    answered_at: datetime
    status: int
    answer: str

    @property
    def sid(self) -> str:
        """Whose leg it was about."""
        return self.params.get("CallSid", "")

    @property
    def is_report(self) -> bool:
        """Whether it was a status callback that the house said it has kept."""
        return self.path.startswith("/twilio/status") and self.status == 204

    @property
    def is_turn(self) -> bool:
        """Whether it was a turn that the house answered as one that it has kept; a question that is put again is none."""
        asks = self.path.startswith(("/twilio/voice", "/twilio/turn/")) and "again=" not in self.path
        return asks and self.status == 200 and not any(words in self.answer for words in UNSTORED)


class Noted:
    """The exchange's transport, over HTTP unless it is another; `all` is everything that it carried."""

    def __init__(self, now: Callable[[], datetime], transport: Transport | None = None) -> None:
        self._transport, self._now = transport or HttpTransport(), now
        self.all: list[Told] = []

    def post(self, url: str, body: bytes, headers: Mapping[str, str], *, limits: Limits = USUAL) -> Response:
        """POST `body` to the house."""
        asked_at, answer = self._now(), Response(0)
        try:
            answer = self._transport.post(url, body, headers, limits=limits)
        finally:
            told = {"asked_at": asked_at, "answered_at": self._now()}
            params = dict(parse_qsl(body.decode(), keep_blank_values=True))
            parts, said = urlsplit(url), answer.body.decode(errors="replace")
            self.all.append(Told(path=f"{parts.path}?{parts.query}", params=params, status=answer.status, answer=said, **told))
        return answer

    def get(self, url: str, headers: Mapping[str, str], *, limits: Limits = USUAL) -> Response:
        """GET a sound from the house."""
        return self._transport.get(url, headers, limits=limits)
