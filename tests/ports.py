"""What fulfils the ports in a test: the exchange's own REST API for telephones, a shelf for letters."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any, Final
from urllib.parse import urlencode

from werkzeug.test import TestResponse

from app.carrier import Ports
from helpdesk.ports import LegRecord, LegState, Letter, PortFailed, Ringing
from ivr import addresses
from ivr.twilio_client import BAD_NUMBERS
from simulator.exchange import Exchange
from simulator.parameters import API_VERSION
from simulator.rest import rest_app

TOO_MANY: Final = 429
SERVER_ERROR: Final = 500


class AtTheExchange:
    """Fulfils Phone, Text and Recordings over the exchange's REST API, called in process."""

    def __init__(self, exchange: Exchange, *, base_url: str, sms_from: str) -> None:
        self._exchange, self._base_url, self._sms_from = exchange, base_url, sms_from
        self._client = rest_app(exchange).test_client()
        self._root, self._auth = f"/{API_VERSION}/Accounts/{exchange.account}", (exchange.account, exchange.token)

    def legs(self, sid: str) -> list[LegState]:
        dialled = self._answered("GET", f"Calls.json?ParentCallSid={sid}")["calls"]
        return [_state(leg) for leg in (self._answered("GET", f"Calls/{sid}.json"), *dialled)]

    def listed(self, first: date, last: date) -> list[LegRecord]:
        pages: list[dict[str, Any]] = []
        asked = urlencode({"StartTime>": f"{first}", "StartTime<": f"{last}", "PageSize": 1_000})
        following: str | None = f"Calls.json?{asked}"
        while following:
            pages.append(self._answered("GET", following.removeprefix(f"{self._root}/")))
            following = pages[-1]["next_page_uri"]
        return [_record(leg) for page in pages for leg in page["calls"]]

    def redirect(self, sid: str, turn_path: str) -> None:
        self._answered("POST", f"Calls/{sid}.json", Url=self._base_url + turn_path + addresses.ASKED_AGAIN, Method="POST")

    def ring(self, wanted: Ringing) -> str:
        turn, fallback = (self._base_url + path + addresses.ASKED_AGAIN for path in (wanted.turn_path, wanted.fallback_path))
        status = self._base_url + wanted.status_path + addresses.TOLD_AGAIN
        asks: dict[str, str | list[str]] = {
            "To": wanted.to,
            "From": wanted.shown,
            "Url": turn,
            "FallbackUrl": fallback,
            "Timeout": str(wanted.seconds),
        }
        tells: dict[str, str | list[str]] = {"StatusCallback": status, "StatusCallbackEvent": ["ringing", "answered", "completed"]}
        detects: dict[str, str | list[str]] = {"MachineDetection": "Enable", "AsyncAmd": "true", "AsyncAmdStatusCallback": status}
        listens = detects if wanted.listens else {}
        return str(self._answered("POST", "Calls.json", **asks, **tells, **listens)["sid"])

    def rung(self, to: str, shown: str, *, since: datetime) -> Sequence[str]:
        listed = self._answered("GET", f"Calls.json?{urlencode({'To': to, 'From': shown})}")["calls"]
        made_since = since.replace(microsecond=0)
        ours = [one for one in listed if one["direction"] == "outbound-api"]
        return [one["sid"] for one in ours if parsedate_to_datetime(one["date_created"]) >= made_since]

    def send(self, to: str, body: str) -> str:
        return str(self._answered("POST", "Messages.json", To=to, From=self._sms_from, Body=body)["sid"])

    def sent(self, to: str, body: str, *, since: datetime) -> Sequence[str]:
        listed = self._answered("GET", f"Messages.json?{urlencode({'To': to, 'From': self._sms_from})}")["messages"]
        made_since = since.replace(microsecond=0)
        return [one["sid"] for one in listed if one["body"] == body and parsedate_to_datetime(one["date_created"]) >= made_since]

    def heard(self, url: str) -> bytes:
        sound: bytes = self._there("GET", f"{url.removeprefix(self._exchange.api_url)}.wav").data
        return sound

    def forget(self, url: str) -> None:
        self._there("DELETE", f"{url.removeprefix(self._exchange.api_url)}.json")

    def _there(self, method: str, path: str) -> TestResponse:
        try:
            answer = self._client.open(path, method=method, auth=self._auth)
        except (ConnectionResetError, TimeoutError) as broken:
            raise PortFailed(str(broken), permanent=False) from broken
        if answer.status_code >= 400 and (method, answer.status_code) != ("DELETE", 404):
            raise PortFailed(answer.text, permanent=False)
        return answer

    def _answered(self, method: str, what: str, **form: str | list[str]) -> dict[str, Any]:
        creates = method == "POST" and what in {"Messages.json", "Calls.json"}
        try:
            answer = self._client.open(f"{self._root}/{what}", method=method, data=form, auth=self._auth)
        except (ConnectionResetError, TimeoutError) as broken:
            raise PortFailed(str(broken), permanent=False, undecided=creates) from broken
        if answer.status_code >= 400:
            unwell = answer.status_code >= SERVER_ERROR
            lasts, code = not unwell and answer.status_code != TOO_MANY, _told(answer)["code"]
            bad = code if lasts and code in BAD_NUMBERS else None
            raise PortFailed(answer.text, permanent=lasts, undecided=creates and unwell, bad_number=bad)
        return _told(answer)


def _told(answer: TestResponse) -> dict[str, Any]:
    told = answer.json
    assert isinstance(told, dict)
    return told


def _state(leg: dict[str, Any]) -> LegState:
    over = leg["status"] not in {"queued", "ringing", "in-progress"}
    ended_at = parsedate_to_datetime(leg["date_updated"]) if over else None
    return LegState(
        sid=leg["sid"], status=leg["status"], ended_at=ended_at, lasted=int(leg["duration"]) if leg["duration"] else None
    )


def _record(leg: dict[str, Any]) -> LegRecord:
    price = leg["price"]
    return LegRecord(
        **vars(_state(leg)),
        parent=leg["parent_call_sid"],
        is_inbound=leg["direction"] == "inbound",
        to=leg["to"],
        started_at=parsedate_to_datetime(leg["start_time"]) if leg["start_time"] else None,
        cost_millionths=None if price is None else -int(Decimal(price) * 1_000_000),
        currency=leg["price_unit"],
    )


class Shelf:
    """Fulfils Mail: letters stay here."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, str, str]] = []

    def send(self, letter: Letter) -> None:
        self.letters.append((letter.to, letter.subject, letter.body))


def ports(exchange: Exchange, *, base_url: str, sms_from: str, shelf: Shelf) -> Ports:
    """Telephones and texts through the exchange, letters onto `shelf`."""
    phone = AtTheExchange(exchange, base_url=base_url, sms_from=sms_from)
    return Ports(phone=phone, text=phone, mail=shelf, alarm_address="admin@house.example", recordings=phone)
