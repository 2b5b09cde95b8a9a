"""`doegnvagt prices`, `points` and `ledger`: what a quarter costs, what was bought, and whether the books are in order."""

from __future__ import annotations

import click

from app.cli import output
from app.cli.arguments import KEY, POINTS, REFERENCE, TOML_FILE
from app.cli.commands import Group
from app.cli.desk import Desk
from app.cli.statements import export_books, show_statement
from billing import books, price_file, price_lists, purchases
from billing.ledger import DifferentRequest
from helpdesk import customers
from models.values import Points


@click.group(cls=Group)
def prices() -> None:
    """Price lists."""


@prices.command("publish")
@click.argument("file", type=TOML_FILE)
@click.pass_obj
def publish(desk: Desk, file: str) -> None:
    """Publish a price list; from then on it is never changed."""
    draft = price_file.parse(file)
    with desk.writing() as session:
        number = price_lists.publish(session, draft, now=desk.now).id
        times = {"valid_from": draft.valid_from.isoformat()}
        desk.note(session, "prices_published", f"price_list:{number}", line=draft.line.value, **times)
    desk.tell({"price_list": number}, f"Price list {number}: {draft.line}, in force from {output.local(draft.valid_from)}")


@click.group(cls=Group)
def points() -> None:
    """Points that customers buy and use."""


@points.command("buy")
@click.argument("customer", type=KEY)
@click.argument("points", type=POINTS)
@click.option(
    "--reference", type=REFERENCE, required=True, help="Where the purchase came from; the same one twice is one purchase."
)
@click.pass_obj
def buy(desk: Desk, customer: str, points: int, reference: str) -> None:
    """Add points that a customer bought."""
    with desk.writing() as session:
        found = customers.find(session, customer)
        try:
            bought = purchases.buy(session, found, points=Points(points), reference=reference, actor=desk.actor, now=desk.now)
        except DifferentRequest as known:
            raise click.ClickException(f"customer {customer} bought other points with reference {reference!r} before") from known
    document = {"entry": bought.entry, "balance": bought.balance}
    desk.tell(document, f"Customer {customer} bought {points} points (entry {bought.entry}); the balance is {bought.balance}")


points.add_command(show_statement)


@click.group(cls=Group)
def ledger() -> None:
    """The books."""


@ledger.command("audit")
@click.pass_obj
def audit(desk: Desk) -> None:
    """Check the books; exit status 1 where something is wrong with them."""
    with desk.reading() as session:
        faults = books.faults(session)
    desk.tell({"faults": faults}, *(faults or ["The books are in order."]))
    if faults:
        raise click.exceptions.Exit(1)


ledger.add_command(export_books)
