"""The console's page of tokens and webhooks."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from helpdesk import deliveries, endpoints, tokens
from models import Audit
from models.api import Scope
from models.values import Role
from models.webhooks import EventKind, WebhookFormat
from tests.house import House
from tests.web.people import Somebody, signed_in

SECRET = re.compile(r'id="secret" readonly value="([^"]+)"')


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def house(build: object) -> House:
    """A demo: nobody has to set up a second factor."""
    return build(env={"DEMO": "1", "PUBLIC_BASE_URL": "http://127.0.0.1:8000"})  # type: ignore[operator,no-any-return]


@pytest.fixture
def admin(house: House) -> Somebody:
    there = signed_in(house, Role.ADMINISTRATOR)
    there.base = "http://127.0.0.1:8000"
    there.signs_in()
    return there


def actions(house: House) -> list[tuple[str, str]]:
    with house.database.reading() as session:
        named = Audit.action.startswith("token_") | Audit.action.startswith("webhook_")
        return [(one.actor, one.action) for one in session.scalars(select(Audit).where(named).order_by(Audit.id))]


@pytest.mark.parametrize(("role", "reads"), [(Role.SUPPORTER, False), (Role.BILLING, False), (Role.AUDITOR, True)])
def test_others_do_not_find_it_and_the_auditor_changes_nothing(house: House, role: Role, reads: bool) -> None:  # noqa: FBT001 - pytest's
    there = Somebody(house.app.test_client(), base="http://127.0.0.1:8000")
    there.email = signed_in(house, role).email
    there.signs_in()

    page = there.sees("/tokens")
    changed = [
        there.sends(path, page="/account/").status_code for path in ("/tokens", "/tokens/1/end", "/webhooks", "/webhooks/1/end")
    ]

    assert page.status_code == (200 if reads else 404)
    assert "<form" not in page.text.partition("<main")[2].partition("</main>")[0]
    assert set(changed) == {404}


def test_a_token_is_shown_once_and_works_until_it_is_ended(house: House, admin: Somebody) -> None:
    fields = {"token-name": "Regnskab", "token-scopes": ["billing:read", "calls:read"]}

    made = admin.sends("/tokens", page="/tokens", **fields)
    found = SECRET.search(made.text)
    assert found
    with house.database.reading() as session:
        token = tokens.of_text(session, found[1])
        assert token is not None
        assert token.may == {Scope.CALLS_READ, Scope.BILLING_READ}
    listed = admin.sees("/tokens").text
    ended = admin.sends("/tokens/1/end", page="/tokens")
    again = admin.sends("/tokens/1/end", page="/account/")

    assert "Regnskab" in listed
    assert found[1] not in listed
    assert (ended.status_code, again.status_code) == (303, 404)
    assert actions(house) == [(admin.email, "token_added"), (admin.email, "token_ended")]
    assert house.app.test_client().get("/api/v1/health", headers={"Authorization": f"Bearer {found[1]}"}).status_code == 401


def test_what_is_wrong_is_named_and_what_was_typed_is_kept(house: House, admin: Somebody) -> None:
    nothing = admin.sends("/tokens", page="/tokens", **{"token-name": "Regnskab"})
    strange = admin.sends("/tokens", page="/tokens", **{"token-name": "a\u202eb", "token-scopes": ["everything"]})
    unsafe = admin.sends("/webhooks", page="/tokens", **{"webhook-url": "http://else.example/x", "webhook-events": ["call.ended"]})

    assert [one.status_code for one in (nothing, strange, unsafe)] == [422, 422, 422]
    assert 'value="Regnskab"' in nothing.text
    assert 'value="http://else.example/x"' in unsafe.text
    assert "begynder med https://" in unsafe.text
    assert actions(house) == []


def test_a_chat_is_told_of_alarms_alone_and_has_no_secret_to_show(house: House, admin: Somebody) -> None:
    fields = {"webhook-url": "https://chat.example/hook", "webhook-format": "teams"}

    too_much = admin.sends("/webhooks", page="/tokens", **fields, **{"webhook-events": ["alarm.opened", "call.ended"]})
    strange = admin.sends("/webhooks", page="/tokens", **{**fields, "webhook-format": "irc", "webhook-events": ["alarm.opened"]})
    added = admin.sends("/webhooks", page="/tokens", **fields, **{"webhook-events": ["alarm.opened"]})

    assert [one.status_code for one in (too_much, strange, added)] == [422, 422, 303]
    assert "kun besked om alarmer" in too_much.text
    with house.database.reading() as session:
        [there] = endpoints.listed(session)
        assert there.format is WebhookFormat.TEAMS
        told = [one.details["url"] for one in session.scalars(select(Audit)) if one.action == "webhook_added"]
    listed = admin.sees("/tokens").text
    assert "En besked i Teams" in listed
    assert "chat.example/hook" not in listed  # whoever reads it could write there
    assert told == ["https://chat.example/…"]


def test_a_webhook_is_added_tried_out_and_ended(house: House, admin: Somebody) -> None:
    fields = {"webhook-url": "https://else.example/hook", "webhook-events": ["call.ended", "points.low"], "webhook-numbers": "y"}

    added = admin.sends("/webhooks", page="/tokens", **fields)
    tried = admin.sends("/webhooks/1/test", page="/tokens")
    listed = admin.sees("/tokens").text
    with house.database.reading() as session:
        [there] = endpoints.listed(session)
        assert there.wants == {EventKind.CALL_ENDED, EventKind.POINTS_LOW}
        assert there.sees_numbers
        [waiting] = deliveries.listed(session, most=5)
        assert waiting.event == "test"
    ended = admin.sends("/webhooks/1/end", page="/tokens")

    secret = SECRET.search(added.text)
    assert secret
    assert secret[1].startswith("whsec_")
    assert secret[1] not in listed
    assert (tried.status_code, ended.status_code) == (303, 303)
    assert "https://else.example/hook" in listed
    assert [action for _, action in actions(house)] == ["webhook_added", "webhook_tested", "webhook_ended"]
