"""`doegnvagt customer`, `person` and `pins`: who pays, who calls, and what they key. A PIN is printed here and nowhere else."""

from __future__ import annotations

import click

from app import settings
from app.cli.arguments import CREDIT, KEY, LIMIT, MAIL, MOST_ROWS, NAME, PHONE, ROW, one_of
from app.cli.commands import Group
from app.cli.desk import Desk
from app.cli.output import table
from helpdesk import customer_records, customers, endpoints, listed, persons, second_factor
from helpdesk import pins as sealed
from helpdesk.customer_records import CustomerRow, Standing
from helpdesk.persons import Look
from helpdesk.sealing import Seal
from models.values import Language, Points, Policy, masked


@click.group(cls=Group)
def customer() -> None:
    """Companies that buy points."""


@customer.command("add")
@click.argument("name", type=NAME)
@click.pass_obj
def add_customer(desk: Desk, name: str) -> None:
    """Add a customer, with credit for an emergency."""
    with desk.writing() as session:
        added = customers.add(session, name, actor=desk.actor, now=desk.now)
        number = added.number
    desk.tell({"customer": number}, f"Customer {number}: {name}")


@customer.command("set")
@click.argument("customer", type=KEY)
@click.option("--policy", type=one_of(Policy), help="What happens when points run out during a call.")
@click.option("--credit", type=CREDIT, help="How far below zero a running call may go under `credit`.")
@click.pass_obj
def set_customer(desk: Desk, customer: str, policy: Policy | None, credit: int | None) -> None:
    """Set what happens when a customer's points run out; without an option, say what is set."""
    with desk.writing() as session:
        found = customers.find(session, customer)
        if policy is not None or credit is not None:
            points = None if credit is None else Points(credit)
            customers.change(session, found, policy=policy, credit=points, actor=desk.actor, now=desk.now)
        document = {"customer": found.number, "policy": found.policy.value, "credit": found.credit}
    desk.tell(document, f"Customer {document['customer']}: policy {document['policy']}, credit {document['credit']} points")


@customer.command("list")
@click.option("--policy", type=one_of(Policy), help="Only those for whom this happens when points run out.")
@click.option("--balance", type=one_of(Standing), help="Only those who are below zero, or have few points.")
@click.option("--limit", type=LIMIT, default=str(MOST_ROWS), show_default=True, help="How many at most, by name.")
@click.pass_obj
def list_customers(desk: Desk, *, policy: Policy | None, balance: Standing | None, limit: int) -> None:
    """List customers by name, with their points."""
    with desk.reading() as session:
        found = customer_records.search(session, policy=policy, standing=balance, most=limit)
    told = [_listed(one) for one in found]
    headings = ("Customer", "Name", "Policy", "Credit", "Balance", "Available", "Persons")
    lines = table(headings, [list(one.values()) for one in told], right=("Credit", "Balance", "Available", "Persons"))
    desk.tell({"customers": told}, *(lines if told else ["No customers."]))


def _listed(one: CustomerRow) -> dict[str, object]:
    points = {"credit": one.credit, "balance": one.balance, "available": one.available}
    return {"customer": one.number, "name": one.name, "policy": one.policy.value, **points, "persons": one.persons}


@click.group(cls=Group)
def person() -> None:
    """People at a customer's who may phone."""


@person.command("add")
@click.argument("customer", type=KEY)
@click.argument("name", type=NAME)
@click.option("--phone", type=PHONE, help="The person's own number.")
@click.option("--email", type=MAIL, help="Where receipts go.")
@click.option("--language", type=one_of(Language), default=Language.DANISH.value, show_default=True, help="What the person hears.")
@click.pass_obj
def add_person(desk: Desk, customer: str, name: str, *, phone: str | None, email: str | None, language: Language) -> None:
    """Add a person, and print the PIN to hand over."""
    with desk.writing_pins() as session:
        added = customers.add_person(
            session,
            customers.find(session, customer),
            name=name,
            phone=phone,
            email=email,
            language=language,
            keys=desk.keys,
            actor=desk.actor,
            now=desk.now,
        )
        number, pin = added.person.id, added.pin
    _tell_pin(desk, number, pin, f"Person {number}: {name}, customer {customer}")


@person.command("list")
@click.argument("customer", type=KEY)
@click.option(
    "--limit", type=LIMIT, default=str(MOST_ROWS), show_default=True, help="How many at most, in the order in which they came."
)
@click.pass_obj
def list_persons(desk: Desk, customer: str, limit: int) -> None:
    """List who may phone for a customer, with the numbers that other commands want, their telephones masked."""
    with desk.reading() as session:
        found = listed.persons(session, customers.find(session, customer), after=None, most=limit).rows
        told = [{"person": one.id, "name": one.name, "phone": one.phone and masked(one.phone)} for one in found]
    lines = table(("Person", "Name", "Phone"), [list(one.values()) for one in told], right=("Person",))
    desk.tell({"customer": customer, "persons": told}, *(lines if told else ["Nobody."]))


@click.group(cls=Group)
def pins() -> None:
    """PINs: shown to their owners, replaced, sealed with a new key."""


@pins.command("rekey")
@click.pass_obj
def rekey(desk: Desk) -> None:
    """Seal every PIN with the first key of SECRET_KEY, and what else is sealed; all of it stays what it is."""
    roots = settings.from_env(desk.env, needs_secret=True).secret_keys
    with desk.writing_pins() as session:
        count = sealed.rekey(session, desk.keys, now=desk.now)
        if count:
            desk.note(session, "pins_rekeyed", "pins", count=count)
        apps = second_factor.rekey(session, Seal.derive(roots, second_factor.PURPOSE))
        hooks = endpoints.rekey(session, Seal.derive(roots, endpoints.PURPOSE))
    others = {"Authenticator apps": apps, "Webhooks": hooks}
    lines = [f"{what} sealed with the first key: {number}" for what, number in others.items() if number]
    desk.tell({"rekeyed": count}, f"PINs sealed with the first key: {count}", *lines)


@pins.command("show")
@click.argument("person", type=ROW)
@click.pass_obj
def show(desk: Desk, person: int) -> None:
    """Show a person's PIN; the audit remembers it."""
    with desk.writing_pins() as session:
        found = persons.find(session, person)
        pin = persons.look_at_pin(session, found, Look.SHOWN, keys=desk.keys, actor=desk.actor, now=desk.now)
        line = f"Person {person}: {found.name}, customer {found.customer.number}"
    _tell_pin(desk, person, pin, line)


@pins.command("replace")
@click.argument("person", type=ROW, required=False)
@click.option("--key-lost", is_flag=True, help="Everybody whose PIN needs a key that is lost for good, and nobody else.")
@click.pass_obj
def replace(desk: Desk, person: int | None, *, key_lost: bool) -> None:
    """Give a person a new PIN; the old one is void at once."""
    if (person is None) is not key_lost:
        raise click.UsageError("Name one person, or say --key-lost alone.")
    if person is None:
        _replace_lost(desk)
        return
    with desk.writing_pins() as session:
        pin = customers.replace_pin(session, person, keys=desk.keys, actor=desk.actor, now=desk.now)
    _tell_pin(desk, person, pin, f"Person {person} has a new PIN; the old one is void.")


def _replace_lost(desk: Desk) -> None:
    with desk.writing() as session:
        replaced = customers.replace_lost_pins(session, keys=desk.keys, actor=desk.actor, now=desk.now)
        there = [(one.id, one.name, one.customer.number, pin) for one, pin in replaced if one.ended_at is None]
    document = {"replaced": len(replaced), "pins": [{"person": number, "pin": pin} for number, _, _, pin in there]}
    lines = [f"Person {number}: {name}, customer {customer}. PIN: {pin[:4]} {pin[4:]}" for number, name, customer, pin in there]
    desk.tell(document, *lines, f"PINs replaced because their key is lost: {len(replaced)}")


def _tell_pin(desk: Desk, person: int, pin: str, line: str) -> None:
    desk.tell({"person": person, "pin": pin}, line, f"PIN: {pin[:4]} {pin[4:]}")
