"""The ports over Twilio's REST API (twilio-contract.md §5). Only the clock process calls it; a web worker never does.

Every request has a time-out. A refusal (4xx) is permanent, except 429 which was not processed; whatever broke after a creating
request was sent is undecided, because a create is not idempotent (pitfall C6): it is looked up, never repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, time
from typing import Any, Final, TypeVar

import requests
from twilio.base.exceptions import TwilioException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from helpdesk.ports import LegState, PortFailed
from ivr import addresses

TIMEOUT: Final = 5.0
TOO_MANY: Final = 429
SERVER_ERROR: Final = 500
MOST_MESSAGES: Final = 1_000
T = TypeVar("T")


class TwilioApi:
    """Fulfils helpdesk.ports.Phone and helpdesk.ports.Text."""

    def __init__(
        self,
        *,
        account: str,
        token: str,
        base_url: str,
        api_base_url: str | None,
        sms_from: str | None,
        timeout: float = TIMEOUT,
    ) -> None:
        self.client = Client(account, token, http_client=TwilioHttpClient(timeout=timeout))
        if api_base_url:
            self.client.api.base_url = api_base_url
        self.base_url, self.sms_from = base_url, sms_from

    def legs(self, sid: str) -> list[LegState]:
        """The caller's leg and those dialled for it, as Twilio tells them, perhaps seconds behind. Raises PortFailed."""
        caller = _asked(lambda: self.client.calls(sid).fetch(), creates=False)
        dialled = _asked(lambda: self.client.calls.list(parent_call_sid=sid), creates=False)
        return [_state(leg) for leg in (caller, *dialled)]

    def redirect(self, sid: str, turn_path: str) -> None:
        """Sends the caller's leg to one of our turns. Raises PortFailed; doing it twice does no harm."""
        url = self.base_url + turn_path + addresses.ASKED_AGAIN
        _asked(lambda: self.client.calls(sid).update(url=url, method="POST"), creates=False)

    def send(self, to: str, body: str) -> str:
        """Sends a text message; its SID. Raises PortFailed."""
        if self.sms_from is None:
            raise PortFailed("SMS_FROM is not set", permanent=True)
        message = _asked(lambda: self.client.messages.create(to=to, from_=self.sms_from, body=body), creates=True)
        return str(message.sid)

    def sent(self, to: str, body: str, *, since: datetime) -> Sequence[str]:
        """The SIDs of the messages with this text to this number that were made since then, newest first. Raises PortFailed.

        Twilio filters by whole days in UTC and forgets fractions of a second; the rest is decided here.
        """
        made_since = since.astimezone(UTC).replace(microsecond=0)
        day = datetime.combine(made_since.date(), time(), UTC)
        listed = _asked(
            lambda: self.client.messages.list(to=to, from_=self.sms_from, date_sent_after=day, limit=MOST_MESSAGES), creates=False
        )
        return [str(one.sid) for one in listed if one.date_created >= made_since and one.body.strip() == body.strip()]


def _state(leg: Any) -> LegState:  # noqa: ANN401 - twilio ships no types
    """`end_time` is told only of a leg that was answered (twilio-contract.md §4.3); of another, when it last changed."""
    over = leg.status not in {"queued", "initiated", "ringing", "in-progress"}
    return LegState(sid=str(leg.sid), status=str(leg.status), ended_at=(leg.end_time or leg.date_updated) if over else None)


def _asked(request: Callable[[], T], *, creates: bool) -> T:
    try:
        return request()
    except requests.ConnectionError as problem:
        sent = not isinstance(_reason(problem), NewConnectionError | NameResolutionError | ConnectTimeoutError)
        raise PortFailed(f"Twilio is out of reach: {problem}", permanent=False, undecided=creates and sent) from problem
    except requests.RequestException as problem:
        raise PortFailed(f"Twilio did not answer: {problem}", permanent=False, undecided=creates) from problem
    except TwilioException as problem:
        status = int(getattr(problem, "status", 0) or 0)
        if status == TOO_MANY:
            raise PortFailed("Twilio asks to slow down", permanent=False) from problem
        if not status or status >= SERVER_ERROR:
            raise PortFailed(f"Twilio failed: {problem}", permanent=False, undecided=creates) from problem
        raise PortFailed(f"Twilio refuses: {problem}", permanent=True) from problem


def _reason(problem: requests.ConnectionError) -> object:
    """What urllib3 says went wrong, where it says so: whether anything was sent at all."""
    return getattr(problem.args[0] if problem.args else None, "reason", None)
