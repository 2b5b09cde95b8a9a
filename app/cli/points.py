"""`doegnvagt prices`, `points` and `ledger`: what a quarter costs, what was bought, and whether the books are in order."""

from __future__ import annotations

import click

from app.cli import corrections, output
from app.cli.arguments import CREDIT, KEY, POINTS, REFERENCE, TOML_FILE
from app.cli.commands import Group
from app.cli.corrections import by_reason, by_whom, with_note
from app.cli.desk import Desk
from app.cli.statements import export_books, show_statement
from billing import books, price_file, price_lists
from billing.ledger import DifferentRequest
from helpdesk import buying, customers, low_balance
from helpdesk import corrections as granting
from helpdesk.events import correction_document
from models.corrections import CorrectionReason
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
            bought = buying.buy(session, found, points=Points(points), reference=reference, actor=desk.actor, now=desk.now)
        except DifferentRequest as known:
            raise click.ClickException(f"customer {customer} bought other points with reference {reference!r} before") from known
    document = {"entry": bought.entry, "balance": bought.balance}
    desk.tell(document, f"Customer {customer} bought {points} points (entry {bought.entry}); the balance is {bought.balance}")


@points.command("grant")
@click.argument("customer", type=KEY)
@click.argument("points", type=POINTS)
@by_reason
@with_note
@by_whom
@click.pass_obj
def grant(desk: Desk, *, customer: str, points: int, reason: CorrectionReason, note: str, by: str | None) -> None:
    """Give a customer points for nothing; above a limit a second person must approve (`refund approve`)."""
    with desk.writing() as session:
        found = customers.find(session, customer)
        why = corrections.why(desk, reason, note, by)
        told = correction_document(granting.grant(session, found, Points(points), why, now=desk.now))
    corrections.tell(desk, told, f"Grant {told['correction']} to customer {customer}")


@points.command("notify")
@click.argument("customer", type=KEY)
@click.option("--below", type=CREDIT, required=True, help="Points; 30 unless somebody sets it.")
@click.pass_obj
def notify(desk: Desk, customer: str, below: int) -> None:
    """Set below how many points a customer's persons are told that they run low."""
    with desk.writing() as session:
        found = customers.find(session, customer)
        low_balance.notify_below(session, found, Points(below), actor=desk.actor, now=desk.now)
    desk.tell({"customer": customer, "below": below}, f"Customer {customer} is told when fewer than {below} points are left")


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
