"""`doegnvagt token`, `doegnvagt webhook`: programs that ask by the REST interface, and whom we tell what happens (docs/api.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

import click
from sqlalchemy.orm import Session

from app import settings
from app.cli.arguments import NAME, ROW, one_of
from app.cli.commands import Group
from app.cli.desk import Desk
from app.cli.output import local, table
from helpdesk import endpoints, tokens
from helpdesk.endpoints import ForAlarms, NotAllowed
from helpdesk.sealing import Seal
from models import ApiToken, WebhookEndpoint
from models.api import Scope
from models.webhooks import EventKind, WebhookFormat

Made = TypeVar("Made", bound=ApiToken | WebhookEndpoint)


@click.group(cls=Group)
def token() -> None:
    """Tokens of programs."""


@token.command("add")
@click.argument("name", type=NAME)
@click.option("--scope", "scopes", type=one_of(Scope), multiple=True, required=True, help="What it may do; may be said again.")
@click.pass_obj
def add_token(desk: Desk, name: str, scopes: tuple[Scope, ...]) -> None:
    """Make a token, and print it this once."""
    if len(name) > tokens.LONGEST_NAME:
        raise click.BadParameter(f"it must have {tokens.LONGEST_NAME} characters at most", param_hint="NAME")
    with desk.writing() as session:
        made, text = tokens.add(session, name, scopes, actor=desk.actor, now=desk.now)
        document = _token(made)
    desk.tell({**document, "text": text}, f"Token {document['token']}: {name}", text)


@token.command("list")
@click.option("--all", "ended", is_flag=True, help="Those too that ended.")
@click.pass_obj
def list_tokens(desk: Desk, ended: bool) -> None:
    """List the tokens, the newest first."""
    columns: Mapping[str, Callable[[ApiToken], object]] = {
        "Name": lambda one: one.name,
        "Scopes": lambda one: one.scopes,
        "Last used": lambda one: local(one.used_at),
        "Ended": lambda one: local(one.ended_at),
    }
    _list(desk, "token", lambda session: tokens.listed(session, ended=ended), document=_token, columns=columns)


@token.command("end")
@click.argument("token", type=ROW)
@click.pass_obj
def end_token(desk: Desk, token: int) -> None:
    """End a token: whoever asks with it is refused from now on."""
    _end(desk, "token", token, lambda session: tokens.end(session, token, actor=desk.actor, now=desk.now).name)


@click.group(cls=Group)
def webhook() -> None:
    """Addresses that are told of events."""


@webhook.command("add")
@click.argument("url")
@click.option(
    "--event",
    "kinds",
    type=one_of(EventKind),
    multiple=True,
    help="What it is told of; may be said again. All it can be, unless said.",
)
@click.option("--numbers", is_flag=True, help="Telephone numbers whole; masked unless it is said.")
@click.option(
    "--format",
    "form",
    type=one_of(WebhookFormat),
    default=WebhookFormat.PLAIN,
    help="Our own JSON, or a chat's, which is told of alarms.",
)
@click.pass_obj
def add_webhook(desk: Desk, url: str, *, kinds: tuple[EventKind, ...], numbers: bool, form: WebhookFormat) -> None:
    """Tell an address of events; the secret that signs is printed this once."""
    seal = Seal.derive(settings.from_env(desk.env, needs_secret=True).secret_keys, endpoints.PURPOSE)
    wanted, is_demo = kinds or ((EventKind.ALARM_OPENED,) if form.is_chat else tuple(EventKind)), desk.settings.demo
    with desk.writing() as session:
        try:
            made, secret = endpoints.add(
                session, url, wanted, sees_numbers=numbers, form=form, seal=seal, is_demo=is_demo, actor=desk.actor, now=desk.now
            )
        except ForAlarms as why:
            raise click.UsageError(str(why)) from why
        except NotAllowed as why:
            raise click.BadParameter(str(why), param_hint="URL") from why
        document = _webhook(made)
    desk.tell({**document, "secret": secret}, f"Webhook {document['webhook']}: {url}", f"Secret: {secret}")


@webhook.command("list")
@click.pass_obj
def list_webhooks(desk: Desk) -> None:
    """List the addresses that are told, the newest first."""
    columns: Mapping[str, Callable[[WebhookEndpoint], object]] = {
        "Address": lambda one: one.shown,
        "Format": lambda one: one.format.value,
        "Events": lambda one: one.events,
        "Failing since": lambda one: local(one.failing_since),
    }
    _list(desk, "webhook", endpoints.listed, document=_webhook, columns=columns)


@webhook.command("end")
@click.argument("webhook", type=ROW)
@click.pass_obj
def end_webhook(desk: Desk, webhook: int) -> None:
    """Tell an address nothing any more; what waits for it is given up."""
    _end(desk, "webhook", webhook, lambda session: endpoints.end(session, webhook, actor=desk.actor, now=desk.now).shown)


@webhook.command("test")
@click.argument("webhook", type=ROW)
@click.pass_obj
def try_webhook(desk: Desk, webhook: int) -> None:
    """Have the clock process send an address an event of the kind `test`."""
    with desk.writing() as session:
        number = endpoints.try_out(session, webhook, actor=desk.actor, now=desk.now).id
    desk.tell({"webhook": webhook, "delivery": number}, f"Delivery {number} is sent to webhook {webhook} by the clock process")


def _list(
    desk: Desk,
    noun: str,
    read: Callable[[Session], Sequence[Made]],
    *,
    document: Callable[[Made], dict[str, object]],
    columns: Mapping[str, Callable[[Made], object]],
) -> None:
    """Tells what is read: as documents, and as a table of its number and these columns."""
    with desk.reading() as session:
        found = read(session)
        documents = [document(one) for one in found]
        rows = [[one.id, *(cell(one) for cell in columns.values())] for one in found]
    number = noun.capitalize()
    desk.tell({f"{noun}s": documents}, *(table((number, *columns), rows, right=(number,)) if rows else [f"No {noun}s."]))


def _end(desk: Desk, noun: str, number: int, end: Callable[[Session], str]) -> None:
    """Ends one, which says what it is called."""
    with desk.writing() as session:
        name = end(session)
    desk.tell({noun: number, "ended": True}, f"{noun.capitalize()} {number}, {name}: ended")


def _token(one: ApiToken) -> dict[str, object]:
    own = {"name": one.name, "scopes": one.scopes.split(), "used_at": one.used_at, "ended_at": one.ended_at}
    return {"token": one.id, **own, **_made(one)}


def _webhook(one: WebhookEndpoint) -> dict[str, object]:
    own = {
        "url": one.shown,
        "format": one.format.value,
        "events": one.events.split(),
        "numbers": one.sees_numbers,
        "failing_since": one.failing_since,
    }
    return {"webhook": one.id, **own, **_made(one)}


def _made(one: ApiToken | WebhookEndpoint) -> dict[str, object]:
    return {"created_at": one.created_at, "created_by": one.created_by}
