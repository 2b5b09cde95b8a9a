"""Webhooks: which endpoints are told of events; added, replaced, removed, and sent something to try them out."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated

from pydantic import Field

from helpdesk import endpoints
from helpdesk.endpoints import LONGEST_URL, ForAlarms, NotAllowed, Wanted
from helpdesk.sealing import SealBroken
from models import WebhookEndpoint
from models.api import Scope
from models.webhooks import DeliveryState, EventKind, WebhookFormat
from web.api.asking import Asked
from web.api.fields import Asks, Page, PageQuery, Row, Shape, cursor, position
from web.api.operation import operation
from web.api.problems import Problem, fault
from web.given import given


class WebhookShape(Shape):
    """An endpoint that is told of `events`. Of a chat's `url` only the host is told: whoever knows the rest may write there.

    `numbers`: telephone numbers come whole. `failing_since` is when it first did not take what it was sent, since it last did.
    """

    webhook: int
    url: str
    format: WebhookFormat
    events: list[EventKind]
    numbers: bool
    created_at: datetime
    created_by: str
    failing_since: datetime | None


class NewWebhookShape(WebhookShape):
    """The same with the secret that signs, told this once; null for a chat, where nobody could ask for a signature."""

    secret: str | None


class WebhookPage(Page):
    """Webhooks, the newest first."""

    webhooks: list[WebhookShape]


class WebhookAsks(Asks):
    """An endpoint: `https` on the open internet. A chat (`slack`, `teams`) is told of `alarm.opened` alone."""

    url: Annotated[str, Field(min_length=1, max_length=LONGEST_URL)]
    events: Annotated[list[EventKind], Field(min_length=1)]
    format: WebhookFormat = WebhookFormat.PLAIN
    numbers: Annotated[bool, Field(description="Telephone numbers come whole; needs the scope numbers:read.")] = False


class DeliveryShape(Shape):
    """What is sent to try an endpoint out, within seconds."""

    delivery: int
    webhook: int
    event: str
    state: DeliveryState
    asked_at: datetime


@operation("GET", "/webhooks", scope=Scope.WEBHOOKS_READ)
def list_webhooks(asked: Asked, query: PageQuery) -> WebhookPage:
    """List webhooks, the newest first."""
    found = endpoints.page(asked.session, after=position(query, int), most=query.limit)
    return WebhookPage(webhooks=[WebhookShape.model_validate(_said(row[0])) for row in found.rows], next=cursor(found.then))


@operation("GET", "/webhooks/{webhook}", scope=Scope.WEBHOOKS_READ)
def show_webhook(asked: Asked, webhook: Row) -> WebhookShape:
    """Show a webhook."""
    return WebhookShape.model_validate(_said(endpoints.read(asked.session, webhook)))


@operation("POST", "/webhooks", scope=Scope.WEBHOOKS_WRITE, status=HTTPStatus.CREATED, refusals=("conflict",), tells_secret=True)
def add_webhook(asked: Asked, body: WebhookAsks) -> NewWebhookShape:
    """Add an endpoint, and tell its secret this once."""
    wanted, house = _wanted(asked, body), given()
    try:
        made, secret = endpoints.add(
            asked.session,
            wanted.url,
            wanted.kinds,
            sees_numbers=wanted.sees_numbers,
            form=wanted.form,
            seal=house.hook_seal,
            is_demo=house.is_demo,
            actor=asked.actor,
            now=asked.now,
        )
    except (NotAllowed, ForAlarms) as why:
        raise _fault(why) from None
    return NewWebhookShape.model_validate(_said(made) | {"secret": None if wanted.form.is_chat else secret})


@operation("PUT", "/webhooks/{webhook}", scope=Scope.WEBHOOKS_WRITE, refusals=("conflict",))
def replace_webhook(asked: Asked, webhook: Row, body: WebhookAsks) -> WebhookShape:
    """Say anew where an endpoint is and what it is told of. Its secret stays, and what waits for it goes to the new address.

    Numbers in it are masked where the endpoint sees none whole any more; a chat is sent nothing of it but alarms.
    """
    wanted, house = _wanted(asked, body), given()
    try:
        made = endpoints.change(
            asked.session, webhook, wanted, seal=house.hook_seal, is_demo=house.is_demo, actor=asked.actor, now=asked.now
        )
    except (NotAllowed, ForAlarms) as why:
        raise _fault(why) from None
    except SealBroken:
        raise Problem("conflict", "its secret can be opened by no key any more: remove it and add it anew") from None
    return WebhookShape.model_validate(_said(made))


@operation("DELETE", "/webhooks/{webhook}", scope=Scope.WEBHOOKS_WRITE)
def remove_webhook(asked: Asked, webhook: Row) -> WebhookShape:
    """Remove an endpoint: it is told nothing any more, nor what waits for it."""
    return WebhookShape.model_validate(_said(endpoints.end(asked.session, webhook, actor=asked.actor, now=asked.now)))


@operation("POST", "/webhooks/{webhook}/test", scope=Scope.WEBHOOKS_WRITE, status=HTTPStatus.CREATED)
def test_webhook(asked: Asked, webhook: Row) -> DeliveryShape:
    """Send an endpoint the event `test`, which says nothing."""
    made = endpoints.try_out(asked.session, webhook, actor=asked.actor, now=asked.now)
    return DeliveryShape(delivery=made.id, webhook=webhook, event=made.event, state=made.state, asked_at=made.asked_at)


def _wanted(asked: Asked, body: WebhookAsks) -> Wanted:
    """Raises Problem where more would be told than the token may read."""
    if body.numbers and not asked.numbers:
        raise Problem("missing-scope", f"`numbers` needs the scope {Scope.NUMBERS_READ.value}")
    return Wanted(url=body.url, kinds=body.events, form=body.format, sees_numbers=body.numbers)


def _fault(why: NotAllowed | ForAlarms) -> Problem:
    return fault("body.url" if isinstance(why, NotAllowed) else "body.events", str(why))


def _said(one: WebhookEndpoint) -> dict[str, object]:
    return {
        "webhook": one.id,
        "url": one.shown,
        "format": one.format,
        "events": [kind for kind in EventKind if kind in one.wants],
        "numbers": one.sees_numbers,
        "created_at": one.created_at,
        "created_by": one.created_by,
        "failing_since": one.failing_since,
    }
