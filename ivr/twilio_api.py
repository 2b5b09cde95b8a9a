"""The ports over Twilio's REST API (twilio-contract.md §5). Only the clock process calls it; a web worker never does.

Every request has a time-out, and fails as ivr.twilio_client says. A create is not idempotent: it is looked up, never repeated (C6).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from helpdesk.ports import LegRecord, LegState, PortFailed, Ringing
from ivr import addresses, twilio_client
from ivr.twilio_client import asked
from ivr.twilio_recordings import TwilioRecordings

TIMEOUT: Final = 5.0
MOST_MESSAGES: Final = 1_000
MOST_CALLS: Final = 50
EVENTS: Final = ("ringing", "answered", "completed")
PAGE: Final = 1_000  # the largest that Twilio gives
GOES_ON: Final = frozenset({"queued", "initiated", "ringing", "in-progress"})


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
        page: int = PAGE,
    ) -> None:
        self.client = twilio_client.client(account, token, api_base_url=api_base_url, timeout=timeout)
        self.recordings = TwilioRecordings(self.client, account=account, token=token, timeout=timeout)
        self.base_url, self.sms_from, self.page = base_url, sms_from, page

    def legs(self, sid: str) -> list[LegState]:
        """The caller's leg and those dialled for it, as Twilio tells them, perhaps seconds behind. Raises PortFailed."""
        caller = asked(lambda: self.client.calls(sid).fetch())
        dialled = asked(lambda: self.client.calls.list(parent_call_sid=sid))
        return [_state(leg) for leg in (caller, *dialled)]

    def listed(self, first: date, last: date) -> list[LegRecord]:
        """Every leg that started on these days in UTC, page by page; a page that fails fails the whole. Raises PortFailed.

        Documented are whole days; the library sends moments. So the end is asked for a day later: right in either reading.
        A call that begins while the pages are read moves the others on by one: what comes twice is taken once.
        """
        since, until = (datetime.combine(day, time(), UTC) for day in (first, last + timedelta(days=1)))
        listed = asked(lambda: self.client.calls.list(start_time_after=since, start_time_before=until, page_size=self.page))
        return list({leg.sid: _record(leg) for leg in listed}.values())

    def redirect(self, sid: str, turn_path: str) -> None:
        """Sends the caller's leg to one of our turns. Raises PortFailed; doing it twice does no harm."""
        url = self.base_url + turn_path + addresses.ASKED_AGAIN
        asked(lambda: self.client.calls(sid).update(url=url, method="POST"))

    def ring(self, wanted: Ringing) -> str:
        """Rings a telephone; the CallSid. Raises PortFailed. More than one a second are queued there, not refused (contract §5).

        Who picked up is listened for beside the conversation: nobody waits in silence for it (pitfall A6).
        """
        turn, fallback = (self.base_url + path + addresses.ASKED_AGAIN for path in (wanted.turn_path, wanted.fallback_path))
        status = self.base_url + wanted.status_path + addresses.TOLD_AGAIN
        asks: dict[str, Any] = {"url": turn, "fallback_url": fallback, "timeout": wanted.seconds}
        tells = {"status_callback": status, "status_callback_event": list(EVENTS)}
        detects = {"machine_detection": "Enable", "async_amd": "true", "async_amd_status_callback": status}
        listens = detects if wanted.listens else {}
        made = asked(lambda: self.client.calls.create(to=wanted.to, from_=wanted.shown, **asks, **tells, **listens), creates=True)
        return str(made.sid)

    def rung(self, to: str, shown: str, *, since: datetime) -> Sequence[str]:
        """The CallSids of the calls that were made like this since then, newest first. Raises PortFailed.

        Not asked by when it started: a call that waits in Twilio's queue has not.
        """
        made_since = since.astimezone(UTC).replace(microsecond=0)
        listed = asked(lambda: self.client.calls.list(to=to, from_=shown, limit=MOST_CALLS))
        return [str(one.sid) for one in listed if one.direction == "outbound-api" and one.date_created >= made_since]

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
    return LegState(sid=str(leg.sid), status=str(leg.status), ended_at=_ended_at(leg), lasted=_seconds(leg.duration))


def _record(leg: Any) -> LegRecord:  # noqa: ANN401 - as above
    return LegRecord(
        **vars(_state(leg)),
        parent=leg.parent_call_sid or None,
        is_inbound=leg.direction == "inbound",
        to=str(leg.to),
        started_at=leg.start_time,
        cost_millionths=_millionths(leg.price),
        currency=leg.price_unit or None,
    )


def _ended_at(leg: Any) -> datetime | None:  # noqa: ANN401 - as above
    """`end_time` is told only of a leg that was answered (twilio-contract.md §4.3); of another, when it last changed."""
    return None if leg.status in GOES_ON else leg.end_time or leg.date_updated


def _seconds(duration: str | None) -> int | None:
    """A leg's length: a string, null for one that was not answered or goes on (twilio-contract.md §4.3)."""
    return int(duration) if duration and duration.isdecimal() else None


def _millionths(price: str | None) -> int | None:
    """A price such as "-0.00750" as what it costs us, 7500; None while it is not told (pitfall C5)."""
    try:
        return None if price is None else -int(Decimal(price) * 1_000_000)
    except InvalidOperation:
        return None
