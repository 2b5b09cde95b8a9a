"""`doegnvagt token`: which programs ask by the REST interface (docs/api.md)."""

from __future__ import annotations

import click

from app.cli.arguments import NAME, ROW, one_of
from app.cli.commands import Group
from app.cli.desk import Desk
from app.cli.output import local, table
from helpdesk import tokens
from models import ApiToken
from models.api import Scope


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
        document = _document(made)
    desk.tell({**document, "text": text}, f"Token {document['token']}: {name}", text)


@token.command("list")
@click.option("--all", "ended", is_flag=True, help="Those too that ended.")
@click.pass_obj
def list_tokens(desk: Desk, ended: bool) -> None:
    """List the tokens, the newest first."""
    with desk.reading() as session:
        found = tokens.listed(session, ended=ended)
        documents = [_document(one) for one in found]
        rows = [(one.id, one.name, one.scopes, local(one.used_at), local(one.ended_at)) for one in found]
    lines = table(("Token", "Name", "Scopes", "Last used", "Ended"), rows, right=("Token",)) if rows else ["No tokens."]
    desk.tell({"tokens": documents}, *lines)


@token.command("end")
@click.argument("token", type=ROW)
@click.pass_obj
def end_token(desk: Desk, token: int) -> None:
    """End a token: whoever asks with it is refused from now on."""
    with desk.writing() as session:
        name = tokens.end(session, token, actor=desk.actor, now=desk.now).name
    desk.tell({"token": token, "ended": True}, f"Token {token}, {name}: ended")


def _document(one: ApiToken) -> dict[str, object]:
    return {
        "token": one.id,
        "name": one.name,
        "scopes": one.scopes.split(),
        "created_at": one.created_at,
        "created_by": one.created_by,
        "used_at": one.used_at,
        "ended_at": one.ended_at,
    }
