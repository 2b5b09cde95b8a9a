"""What the REST API tells: calls, texts, numbers and recordings as JSON, and its errors (twilio-contract §5)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulator.legs import State
from simulator.parameters import API_VERSION, rfc2822

if TYPE_CHECKING:
    from datetime import datetime

    from simulator.exchange import Exchange
    from simulator.legs import Leg
    from simulator.messages import Message
    from simulator.numbers import TwilioNumber
    from simulator.recordings import Recording

Json = dict[str, Any]


class Refused(Exception):
    """The API refuses a request, with Twilio's code."""

    def __init__(self, status: int, code: int, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code

    @property
    def body(self) -> Json:
        """The error as Twilio tells it."""
        more = f"https://www.twilio.com/docs/errors/{self.code}"
        return {"code": self.code, "message": str(self), "more_info": more, "status": self.status}


def missing(what: str) -> Refused:
    """The error for something that does not exist."""
    return Refused(404, 20404, f"The requested resource {what} was not found")


def root(exchange: Exchange) -> str:
    """Where the account's resources begin."""
    return f"/{API_VERSION}/Accounts/{exchange.account}"


def state_at(leg: Leg, moment: datetime) -> State | None:
    """Which state `leg` was in at `moment`, None before it began: the API may lag behind."""
    if leg.created_at > moment:
        return None
    if leg.ended_at and leg.ended_at <= moment:
        return leg.state
    if leg.answered_at and leg.answered_at <= moment:
        return State.IN_PROGRESS
    return State.RINGING if leg.rang_at and leg.rang_at <= moment else State.QUEUED


def call(leg: Leg, moment: datetime) -> Json:
    """A call as it was at `moment`."""
    state = state_at(leg, moment) or State.QUEUED
    was_answered = leg.answered_at is not None and leg.answered_at <= moment
    has_ended = leg.ended_at is not None and leg.ended_at <= moment
    uri = f"{root(leg.exchange)}/Calls/{leg.sid}"
    started = leg.answered_at if was_answered else leg.rang_at
    parts = ("notifications", "recordings", "payments", "events", "siprec", "streams", "transcriptions")
    return {
        "sid": leg.sid,
        "date_created": rfc2822(leg.created_at),
        "date_updated": rfc2822(leg.ended_at if has_ended else started or leg.created_at),
        "parent_call_sid": leg.parent.sid if leg.parent else None,
        "account_sid": leg.exchange.account,
        "to": leg.to,
        "to_formatted": leg.to,
        "from": leg.from_,
        "from_formatted": leg.from_,
        "phone_number_sid": leg.number.sid if leg.number else None,
        "status": str(state),
        "start_time": rfc2822(started) or None,
        "end_time": rfc2822(leg.ended_at) if has_ended else None,
        "duration": str(leg.seconds) if has_ended and was_answered else None,
        "price": leg.exchange.knobs.fetched_price,
        "price_unit": "USD",
        "direction": leg.direction,
        "answered_by": None,
        "api_version": API_VERSION,
        "forwarded_from": None,
        "group_sid": None,
        "caller_name": None,
        "queue_time": str(leg.queue_milliseconds),
        "trunk_sid": None,
        "uri": f"{uri}.json",
        "subresource_uris": {part: f"{uri}/{part.capitalize()}.json" for part in parts},
    }


def message(exchange: Exchange, text: Message) -> Json:
    """A text."""
    uri = f"{root(exchange)}/Messages/{text.sid}"
    failed = text.status == "undelivered"
    return {
        "body": text.body,
        "num_segments": str(text.segments),
        "direction": "outbound-api",
        "from": text.from_,
        "to": text.to,
        "date_updated": rfc2822(text.sent_at or text.created_at),
        "price": None,
        "error_message": "Unreachable destination handset" if failed else None,
        "uri": f"{uri}.json",
        "account_sid": exchange.account,
        "num_media": "0",
        "status": text.status,
        "messaging_service_sid": None,
        "sid": text.sid,
        "date_sent": rfc2822(text.sent_at) or None,
        "date_created": rfc2822(text.created_at),
        "error_code": 30003 if failed else None,
        "price_unit": "USD",
        "api_version": API_VERSION,
        "subresource_uris": {"media": f"{uri}/Media.json"},
    }


def number(exchange: Exchange, it: TwilioNumber) -> Json:
    """A number of the account and what stands on it."""
    return {
        "account_sid": exchange.account,
        "address_sid": None,
        "address_requirements": "none",
        "api_version": API_VERSION,
        "beta": False,
        "capabilities": {"voice": True, "sms": True, "mms": False, "fax": False},
        "date_created": rfc2822(it.created_at),
        "date_updated": rfc2822(it.created_at),
        "friendly_name": it.friendly_name,
        "identity_sid": None,
        "phone_number": it.number,
        "origin": "twilio",
        "sid": it.sid,
        "sms_application_sid": None,
        "sms_fallback_method": "POST",
        "sms_fallback_url": "",
        "sms_method": "POST",
        "sms_url": "",
        "status_callback": it.status_url,
        "status_callback_method": it.status_method,
        "trunk_sid": it.trunk_sid,
        "uri": f"{root(exchange)}/IncomingPhoneNumbers/{it.sid}.json",
        "voice_receive_mode": "voice",
        "voice_application_sid": it.application_sid,
        "voice_caller_id_lookup": False,
        "voice_fallback_method": it.fallback_method,
        "voice_fallback_url": it.fallback_url,
        "voice_method": it.voice_method,
        "voice_url": it.voice_url,
        "emergency_status": "Inactive",
        "emergency_address_sid": None,
        "emergency_address_status": "unregistered",
        "bundle_sid": None,
        "status": "in-use",
    }


def recording(exchange: Exchange, made: Recording) -> Json:
    """A recording, without its sound."""
    uri = f"{root(exchange)}/Recordings/{made.sid}"
    return {
        "account_sid": exchange.account,
        "api_version": API_VERSION,
        "call_sid": made.call_sid,
        "conference_sid": None,
        "date_created": rfc2822(made.begun_at),
        "date_updated": rfc2822(made.begun_at),
        "start_time": rfc2822(made.begun_at),
        "duration": str(made.seconds),
        "sid": made.sid,
        "price": None,
        "price_unit": "USD",
        "status": "completed",
        "channels": 1,
        "source": made.source,
        "error_code": None,
        "uri": f"{uri}.json",
        "encryption_details": None,
        "subresource_uris": {"transcriptions": f"{uri}/Transcriptions.json"},
        "media_url": made.url,
    }


def account(exchange: Exchange) -> Json:
    """The account itself."""
    return {
        "sid": exchange.account,
        "friendly_name": "The exchange on this desk",
        "status": "active",
        "type": "Full",
        "owner_account_sid": exchange.account,
        "auth_token": "",
        "date_created": rfc2822(exchange.opened_at),
        "date_updated": rfc2822(exchange.opened_at),
        "uri": f"{root(exchange)}.json",
        "subresource_uris": {"calls": f"{root(exchange)}/Calls.json", "messages": f"{root(exchange)}/Messages.json"},
    }
