"""Tokens and webhooks at a terminal."""

from __future__ import annotations

import pytest

from app.database import Database
from helpdesk import tokens
from models.api import Scope
from models.webhooks import EventKind
from tests.cli.desk import Terminal


@pytest.fixture
def backend() -> str:
    return "sqlite"


def test_a_token_is_made_listed_and_ended(terminal: Terminal, database: Database) -> None:
    made = terminal.gets("token", "add", "Regnskab", "--scope", "calls:read", "--scope", "audit:read")
    with database.reading() as session:
        found = tokens.of_text(session, made["text"])
        assert found is not None
        assert found.may == {Scope.CALLS_READ, Scope.AUDIT_READ}

    listed = terminal.gets("token", "list")["tokens"]
    ended = terminal.gets("token", "end", "1")

    assert [(one["token"], one["name"], one["scopes"]) for one in listed] == [(1, "Regnskab", ["calls:read", "audit:read"])]
    assert made["text"] not in str(listed)
    assert ended == {"token": 1, "ended": True}
    assert terminal.gets("token", "list") == {"tokens": []}
    assert len(terminal.gets("token", "list", "--all")["tokens"]) == 1
    assert terminal.is_refused("token", "end", "1") == (1, "there is no token 1")


def test_what_cannot_be_used_is_refused(terminal: Terminal) -> None:
    assert terminal.types("token", "add", "Regnskab", "--scope", "everything").status == 2
    assert terminal.types("token", "add", "x" * 81, "--scope", "calls:read").status == 2
    assert terminal.types("webhook", "add", "http://else.example/").status == 2
    assert terminal.types("webhook", "test", "7").status == 1
    assert terminal.types("webhook", "add", "https://chat.example/", "--format", "slack", "--event", "call.ended").status == 2
    assert terminal.gets("webhook", "add", "https://chat.example/", "--format", "slack")["events"] == ["alarm.opened"]


def test_a_webhook_is_added_listed_tried_and_ended(terminal: Terminal) -> None:
    added = terminal.gets("webhook", "add", "https://else.example/hook", "--event", "call.ended")
    every = terminal.gets("webhook", "add", "http://127.0.0.1:9000/hook", "--numbers")

    tried = terminal.gets("webhook", "test", "1")

    assert added["secret"].startswith("whsec_")
    assert (every["events"], every["numbers"], every["format"]) == ([kind.value for kind in EventKind], True, "plain")
    assert [one["url"] for one in terminal.gets("webhook", "list")["webhooks"]] == [every["url"], added["url"]]
    assert tried == {"webhook": 1, "delivery": 1}
    assert terminal.gets("webhook", "end", "1") == {"webhook": 1, "ended": True}
    assert "Failing since" in terminal.reads("webhook", "list")
