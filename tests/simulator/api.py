"""The REST API of the exchange as a client of the account sees it."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from flask.testing import FlaskClient

from tests.simulator.house import ACCOUNT, ANNA, LINE, TOKEN

ROOT = f"/2010-04-01/Accounts/{ACCOUNT}"
QUESTION = '<Gather action="/keyed" actionOnEmptyResult="true"><Say>Tast.</Say></Gather>'
DIAL = f'<Say>Vent.</Say><Dial action="/after" callerId="{LINE}"><Number url="/whisper">{ANNA}</Number></Dial>'
ENDED = "<Response><Say>Tiden er gået.</Say><Hangup/></Response>"


def basic(user: str, password: str) -> dict[str, str]:
    """The header of HTTP Basic."""
    return {"Authorization": "Basic " + b64encode(f"{user}:{password}".encode()).decode()}


class Api:
    """The API as a client of the account sees it."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **filters: str) -> Any:  # noqa: ANN401 - JSON
        answer = self.client.get(ROOT + path, query_string=filters, headers=basic(ACCOUNT, TOKEN))
        assert answer.status_code == 200, answer.text
        return answer.json

    def post(self, path: str, **form: str | list[str]) -> tuple[int, Any]:
        answer = self.client.post(ROOT + path, data=form, headers=basic(ACCOUNT, TOKEN))
        return answer.status_code, answer.json

    def refused(self, path: str, **form: str) -> tuple[int, int]:
        status, error = self.post(path, **form)
        assert set(error) == {"code", "message", "more_info", "status"}
        assert error["status"] == status
        return status, error["code"]
