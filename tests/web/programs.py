"""Programs that ask by the REST interface."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import Any, Final

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from helpdesk import tokens
from models.api import Scope
from tests.house import House
from web.api.asking import PREFIX

KEYS: Final = count(1)


@dataclass
class Program:
    """Something with a token."""

    client: FlaskClient
    text: str

    def asks(self, path: str, method: str = "GET", **what: Any) -> TestResponse:  # noqa: ANN401 - werkzeug's own
        headers = {"Authorization": f"Bearer {self.text}", **what.pop("headers", {})}
        return self.client.open(f"{PREFIX}{path}", method=method, headers=headers, **what)

    def reads(self, path: str) -> Any:  # noqa: ANN401 - whatever JSON has
        answer = self.asks(path)
        assert answer.status_code == 200, answer.text
        return answer.json

    def sends(self, path: str, body: object, *, key: str | None = None) -> TestResponse:
        """A write, with a key of its own unless it is said."""
        return self.asks(path, "POST", json=body, headers={"Idempotency-Key": key or f"key-{next(KEYS)}"})


def a_program(house: House, *scopes: Scope) -> Program:
    """A program with a token for these scopes; for all of them where none is named."""
    with house.database.writing() as session:
        _, text = tokens.add(session, "Regnskab", scopes or tuple(Scope), actor="test", now=house.now)
    return Program(house.app.test_client(), text)


def problem(answer: TestResponse) -> tuple[int, str]:
    """Status and slug of a problem."""
    assert answer.mimetype == "application/problem+json", answer.text
    assert answer.json is not None
    assert answer.json["status"] == answer.status_code
    return answer.status_code, answer.json["type"].rpartition(":")[2]
