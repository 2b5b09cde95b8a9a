"""The ports over Twilio's REST API (twilio-contract.md §5). Only the clock process calls it; a web worker never does.

Every request has a time-out, and fails as ivr.twilio_client says. A create is not idempotent: it is looked up, never repeated (C6).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Any, Final

from helpdesk.ports import LegState, PortFailed
from ivr import addresses, twilio_client
from ivr.twilio_client import asked

TIMEOUT: Final = 5.0
MOST_MESSAGES: Final = 1_000


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
        self.client = twilio_client.client(account, token, api_base_url=api_base_url, timeout=timeout)
        self.base_url, self.sms_from = base_url, sms_from

    def legs(self, sid: str) -> list[LegState]:
        """The caller's leg and those dialled for it, as Twilio tells them, perhaps seconds behind. Raises PortFailed."""
        caller = asked(lambda: self.client.calls(sid).fetch())
        dialled = asked(lambda: self.client.calls.list(parent_call_sid=sid))
        return [_state(leg) for leg in (caller, *dialled)]

    def redirect(self, sid: str, turn_path: str) -> None:
        """Sends the caller's leg to one of our turns. Raises PortFailed; doing it twice does no harm."""
        url = self.base_url + turn_path + addresses.ASKED_AGAIN
        asked(lambda: self.client.calls(sid).update(url=url, method="POST"))

    def send(self, to: str, body: str) -> str:
        """Sends a text message; its SID. Raises PortFailed."""
        if self.sms_from is None:
            raise PortFailed("SMS_FROM is not set", permanent=True)
        message = asked(lambda: self.client.messages.create(to=to, from_=self.sms_from, body=body), creates=True)
        return str(message.sid)

    def sent(self, to: str, body: str, *, since: datetime) -> Sequence[str]:
        """The SIDs of the messages with this text to this number that were made since then, newest first. Raises PortFailed.

        Twilio filters by whole days in UTC and forgets fractions of a second; the rest is decided here.
        """
        made_since = since.astimezone(UTC).replace(microsecond=0)
        day = datetime.combine(made_since.date(), time(), UTC)
        listed = asked(lambda: self.client.messages.list(to=to, from_=self.sms_from, date_sent_after=day, limit=MOST_MESSAGES))
        return [str(one.sid) for one in listed if one.date_created >= made_since and one.body.strip() == body.strip()]


def _state(leg: Any) -> LegState:  # noqa: ANN401 - twilio ships no types
    """`end_time` is told only of a leg that was answered (twilio-contract.md §4.3); of another, when it last changed."""
    over = leg.status not in {"queued", "initiated", "ringing", "in-progress"}
    return LegState(sid=str(leg.sid), status=str(leg.status), ended_at=(leg.end_time or leg.date_updated) if over else None)
