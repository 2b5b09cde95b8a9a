"""Webhooks by the REST interface: as on the console's page, and a secret is told once."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from helpdesk import endpoints
from models import Audit, Delivery, KeptAnswer
from models.api import Scope
from models.values import masked
from models.webhooks import DeliveryState, EventKind
from tests.house import House
from tests.web.programs import Program, a_program, problem

HOOK = {"url": "https://else.example/hook", "events": ["points.low", "call.ended"]}


@pytest.fixture
def backend() -> str:
    return "sqlite"


@pytest.fixture
def program(house: House) -> Program:
    return a_program(house, Scope.WEBHOOKS_READ, Scope.WEBHOOKS_WRITE)


def changes(program: Program, method: str, path: str, body: object = None) -> tuple[int, dict[str, object]]:
    sent = {"json": body} if body is not None else {}
    answer = program.asks(path, method, headers={"Idempotency-Key": f"{method}{path}".replace("/", "-")}, **sent)
    assert answer.json is not None
    return answer.status_code, answer.json


def test_one_is_added_changed_tried_out_and_removed(house: House, program: Program) -> None:
    added = program.sends("/webhooks", HOOK, key="first")
    again = program.sends("/webhooks", HOOK, key="first")
    moved = changes(program, "PUT", "/webhooks/1", {"url": "https://new.example/hook", "events": ["call.ended"]})
    tried = changes(program, "POST", "/webhooks/1/test")
    listed = program.reads("/webhooks")["webhooks"]
    removed = changes(program, "DELETE", "/webhooks/1")
    gone = problem(program.asks("/webhooks/1"))

    assert added.status_code == 201
    secret = (added.json or {})["secret"]
    assert (again.data, again.headers["Idempotent-Replayed"]) == (added.data, "true")
    assert (moved[0], tried[0], removed[0], gone) == (200, 201, 200, (404, "not-found"))
    assert listed == [moved[1]] == [removed[1]]
    assert {"url": "https://new.example/hook", "events": ["call.ended"], "numbers": False}.items() <= moved[1].items()
    assert "secret" not in moved[1]
    with house.database.reading() as session:
        delivery = session.scalars(select(Delivery)).one()
        opened = house.app.extensions["web"].hook_seal.open(delivery.endpoint.secret, owner="https://new.example/hook")
        kept = "".join(one or "" for one in session.scalars(select(KeptAnswer.body)))
        said = session.scalars(select(Audit.action).where(Audit.action.startswith("webhook")).order_by(Audit.id)).all()
    assert opened == secret, "who checks signatures need not be told"
    assert "whsec_" not in kept
    assert said == ["webhook_added", "webhook_changed", "webhook_tested", "webhook_ended"]


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({**HOOK, "url": "http://else.example/hook"}, (422, "invalid-request")),
        ({**HOOK, "url": "https://127.0.0.1/hook"}, (422, "invalid-request")),
        ({**HOOK, "events": []}, (422, "invalid-request")),
        ({**HOOK, "format": "slack"}, (422, "invalid-request")),
        ({**HOOK, "numbers": True}, (403, "missing-scope")),
    ],
)
def test_what_the_page_refuses_is_refused_here_and_numbers_need_their_scope(
    house: House, program: Program, body: object, refusal: tuple[int, str]
) -> None:
    assert problem(program.sends("/webhooks", body)) == refusal
    with house.database.reading() as session:
        assert not endpoints.listed(session)


def test_what_waits_for_an_endpoint_tells_no_more_than_it_may_see_now(house: House, program: Program) -> None:
    """R23: a token that may read no number whole does not have those sent to itself that wait for somebody else."""
    whole = a_program(house, Scope.WEBHOOKS_WRITE, Scope.NUMBERS_READ)
    whole.sends("/webhooks", {**HOOK, "numbers": True})
    caller = house.caller(points=60)
    house.phone(caller).dials("+4563186363").hangs_up()
    house.tick()
    with house.database.reading() as session:
        before = session.scalars(select(Delivery)).one().data["from"]

    changes(program, "PUT", "/webhooks/1", {"url": "https://mine.example/hook", "events": ["call.ended"]})

    with house.database.reading() as session:
        assert (before, session.scalars(select(Delivery)).one().data["from"]) == (caller.phone, masked(caller.phone))


def test_an_endpoint_that_becomes_a_chat_is_told_of_nothing_that_is_no_alarm(house: House, program: Program) -> None:
    program.sends("/webhooks", {**HOOK, "events": ["purchase.posted"]})
    a_program(house).sends(f"/customers/{house.caller().number}/purchases", {"points": 30, "reference": "ordre 2"})

    changes(program, "PUT", "/webhooks/1", {"url": "https://chat.example/1", "events": ["alarm.opened"], "format": "slack"})

    with house.database.reading() as session:
        [waited] = session.scalars(select(Delivery)).all()
    assert (waited.state, waited.due_at, waited.outcome) == (DeliveryState.FAILED, None, "the webhook became a chat's")


def test_a_chat_has_no_secret_and_its_address_is_told_to_nobody(program: Program) -> None:
    body = {"url": "https://chat.example/hook/secret", "events": [EventKind.ALARM_OPENED], "format": "teams"}

    added = program.sends("/webhooks", body).json or {}

    assert (added["secret"], added["url"]) == (None, "https://chat.example/…")
