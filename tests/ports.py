"""What fulfils the ports in a test: the exchange's own REST API for telephones, a shelf for letters."""

from __future__ import annotations

from typing import Any, Final

from app.carrier import Ports
from helpdesk.ports import PortFailed
from simulator.exchange import Exchange
from simulator.parameters import API_VERSION
from simulator.rest import rest_app

SERVER_ERROR: Final = 500


class AtTheExchange:
    """Fulfils Phone and Text over the exchange's REST API, called in process."""

    def __init__(self, exchange: Exchange, *, base_url: str, sms_from: str) -> None:
        self._exchange, self._base_url, self._sms_from = exchange, base_url, sms_from
        self._client = rest_app(exchange).test_client()

    def redirect(self, sid: str, turn_path: str) -> None:
        self._posted(f"Calls/{sid}", Url=self._base_url + turn_path, Method="POST")

    def send(self, to: str, body: str) -> str:
        return str(self._posted("Messages", To=to, From=self._sms_from, Body=body)["sid"])

    def _posted(self, what: str, **form: str) -> dict[str, Any]:
        account = self._exchange.account
        path = f"/{API_VERSION}/Accounts/{account}/{what}.json"
        answer = self._client.post(path, data=form, auth=(account, self._exchange.token))
        if answer.status_code >= 400:
            raise PortFailed(answer.text, permanent=answer.status_code < SERVER_ERROR)
        made: dict[str, Any] = answer.json
        return made


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
