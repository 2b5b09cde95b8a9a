"""`doegnvagt webhook`: who is told by HTTP what happens here (docs/api.md)."""

from __future__ import annotations

import click

from app import settings
from app.cli.arguments import ROW, one_of
from app.cli.commands import Group
from app.cli.desk import Desk
from app.cli.output import local, table
from helpdesk import endpoints
from helpdesk.endpoints import NotAllowed
from helpdesk.sealing import Seal
from models import WebhookEndpoint
from models.webhooks import EventKind


@click.group(cls=Group)
def webhook() -> None:
    """Addresses that are told of events."""


@webhook.command("add")
@click.argument("url")
@click.option(
    "--event", "kinds", type=one_of(EventKind), multiple=True, help="What it is told of; may be said again. All unless said."
)
@click.option("--numbers", is_flag=True, help="Telephone numbers whole; masked unless it is said.")
@click.pass_obj
def add_webhook(desk: Desk, url: str, *, kinds: tuple[EventKind, ...], numbers: bool) -> None:
    """Tell an address of events; the secret that signs is printed this once."""
    seal = Seal.derive(settings.from_env(desk.env, needs_secret=True).secret_keys, endpoints.PURPOSE)
    wanted, is_demo = kinds or tuple(EventKind), desk.settings.demo
    with desk.writing() as session:
        try:
            made, secret = endpoints.add(
                session, url, wanted, sees_numbers=numbers, seal=seal, is_demo=is_demo, actor=desk.actor, now=desk.now
            )
        except NotAllowed as why:
            raise click.BadParameter(str(why), param_hint="URL") from why
        document = _document(made)
    desk.tell({**document, "secret": secret}, f"Webhook {document['webhook']}: {url}", f"Secret: {secret}")


@webhook.command("list")
@click.pass_obj
def list_webhooks(desk: Desk) -> None:
    """List the addresses that are told, the newest first."""
    with desk.reading() as session:
        found = endpoints.listed(session)
        documents = [_document(one) for one in found]
        rows = [(one.id, one.url, one.events, local(one.failing_since)) for one in found]
    lines = table(("Webhook", "Address", "Events", "Failing since"), rows, right=("Webhook",)) if rows else ["No webhooks."]
    desk.tell({"webhooks": documents}, *lines)


@webhook.command("end")
@click.argument("webhook", type=ROW)
@click.pass_obj
def end_webhook(desk: Desk, webhook: int) -> None:
    """Tell an address nothing any more; what waits for it is given up."""
    with desk.writing() as session:
        url = endpoints.end(session, webhook, actor=desk.actor, now=desk.now).url
    desk.tell({"webhook": webhook, "ended": True}, f"Webhook {webhook}, {url}: ended")


@webhook.command("test")
@click.argument("webhook", type=ROW)
@click.pass_obj
def try_webhook(desk: Desk, webhook: int) -> None:
    """Have the clock process send an address an event of the kind `test`."""
    with desk.writing() as session:
        number = endpoints.try_out(session, webhook, actor=desk.actor, now=desk.now).id
    desk.tell({"webhook": webhook, "delivery": number}, f"Delivery {number} is sent to webhook {webhook} by the clock process")


def _document(one: WebhookEndpoint) -> dict[str, object]:
    return {
        "webhook": one.id,
        "url": one.url,
        "events": one.events.split(),
        "numbers": one.sees_numbers,
        "created_at": one.created_at,
        "created_by": one.created_by,
        "failing_since": one.failing_since,
    }
