"""What fulfils the ports in a test: the exchange's own REST API for telephones, a shelf for letters."""

from __future__ import annotations

from email.utils import parsedate_to_datetime
from typing import Any, Final

from app.carrier import Ports
from helpdesk.ports import LegState, PortFailed
from ivr import addresses
from simulator.exchange import Exchange
from simulator.parameters import API_VERSION
from simulator.rest import rest_app

SERVER_ERROR: Final = 500


class AtTheExchange:
    """Fulfils Phone and Text over the exchange's REST API, called in process."""

    def __init__(self, exchange: Exchange, *, base_url: str, sms_from: str) -> None:
        self._exchange, self._base_url, self._sms_from = exchange, base_url, sms_from
        self._client = rest_app(exchange).test_client()
        self._root, self._auth = f"/{API_VERSION}/Accounts/{exchange.account}", (exchange.account, exchange.token)

    def legs(self, sid: str) -> list[LegState]:
        dialled = self._answered("GET", f"Calls.json?ParentCallSid={sid}")["calls"]
        return [_state(leg) for leg in (self._answered("GET", f"Calls/{sid}.json"), *dialled)]

    def redirect(self, sid: str, turn_path: str) -> None:
        self._answered("POST", f"Calls/{sid}.json", Url=self._base_url + turn_path + addresses.ASKED_AGAIN, Method="POST")

    def send(self, to: str, body: str) -> str:
        return str(self._answered("POST", "Messages.json", To=to, From=self._sms_from, Body=body)["sid"])

    def _answered(self, method: str, what: str, **form: str) -> dict[str, Any]:
        try:
            answer = self._client.open(f"{self._root}/{what}", method=method, data=form, auth=self._auth)
        except (ConnectionResetError, TimeoutError) as broken:
            raise PortFailed(str(broken), permanent=False, undecided=what == "Messages.json") from broken
        if answer.status_code >= 400:
            raise PortFailed(answer.text, permanent=answer.status_code < SERVER_ERROR)
        made: dict[str, Any] = answer.json
        return made


def _state(leg: dict[str, Any]) -> LegState:
    over = leg["status"] not in {"queued", "ringing", "in-progress"}
    return LegState(sid=leg["sid"], status=leg["status"], ended_at=parsedate_to_datetime(leg["date_updated"]) if over else None)


class Shelf:
    """Fulfils Mail: letters stay here."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, str, str]] = []

    def send(self, to: str, subject: str, body: str) -> None:
        self.letters.append((to, subject, body))


def ports(exchange: Exchange, *, base_url: str, sms_from: str, shelf: Shelf) -> Ports:
    """Telephones and texts through the exchange, letters onto `shelf`."""
    phone = AtTheExchange(exchange, base_url=base_url, sms_from=sms_from)
    return Ports(phone=phone, text=phone, mail=shelf, alarm_address="admin@house.example")
