"""The list of customers, and a customer's page: points, policy, persons, last calls and cases."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import abort, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from helpdesk import customer_records, customers, low_balance
from helpdesk.customer_records import CustomerRecord
from helpdesk.customers import Unknown
from models.values import Points, Policy, Role
from web import filters
from web.console.blueprint import console
from web.console.customers.forms import POLICIES, POLICY_NAMES, CustomerForm, NewCustomerForm
from web.given import given
from web.page import page, words
from web.papers.statement import CASES, OUTCOMES
from web.visitors import opens_to, visitor
from web.words import N_

READERS: Final = (Role.ADMINISTRATOR, Role.BILLING, Role.AUDITOR)
SEE_NUMBERS: Final = (Role.ADMINISTRATOR, Role.BILLING)
A_PAGE: Final = 50
NUMBER: Final = "<int(max=2147483647):number>"
DONE: Final = {
    "added": N_("The customer is added. Add a person, who gets a PIN."),
    "changed": N_("It is changed, from now on."),
}


@console.get("/customers")
@opens_to(*READERS)
def customer_list() -> Response:
    """Customers by name, searched and filtered by what stands in the address."""
    text, policy, after = filters.text("q"), request.args.get("policy", ""), filters.number("after")
    wanted = Policy(policy) if policy in set(Policy) else None
    with given().reading() as session:
        behind = str(after) if after is not None else None
        found = customer_records.search(session, text=text, policy=wanted, after=behind, most=A_PAGE + 1)
    shown = filters.chips(
        ("q", words()("Search"), text), ("policy", words()("When points run out"), words()(POLICY_NAMES[wanted]) if wanted else "")
    )
    more = filters.here(after=found[A_PAGE - 1].number) if len(found) > A_PAGE else None
    return page(
        "console/customers.html",
        200,
        customers=found[:A_PAGE],
        chips=shown,
        policies=POLICY_NAMES,
        text=text,
        policy=wanted,
        more=more,
        first=filters.here() if after is not None else None,
    )


@console.route("/customers/new", methods=["GET", "POST"])
@opens_to(Role.ADMINISTRATOR)
def new_customer() -> Response:
    """A new customer, with credit for an emergency."""
    form, house = NewCustomerForm(), given()
    if not form.is_submitted():
        return page("console/customer_new.html", 200, form=form)
    if not form.validate():
        return page("console/customer_new.html", HTTPStatus.UNPROCESSABLE_ENTITY, form=form)
    with house.writing() as session:
        number = customers.add(session, form.name.data, actor=visitor().email, now=house.clock()).number
    return redirect(url_for(".customer", number=number, done="added"))


@console.get(f"/customers/{NUMBER}")
@opens_to(*READERS)
def customer(number: int) -> Response:
    """All about one customer."""
    with given().reading() as session:
        found = of_number(session, number)
    return page(
        "console/customer.html",
        200,
        customer=found,
        policies=POLICIES,
        outcomes=OUTCOMES,
        case_states=CASES,
        sees_numbers=visitor().may(*SEE_NUMBERS),
        done=DONE.get(request.args.get("done", "")),
    )


@console.route(f"/customers/{NUMBER}/edit", methods=["GET", "POST"])
@opens_to(Role.ADMINISTRATOR, Role.BILLING)
def edit_customer(number: int) -> Response:
    """Name, and what happens when points run out."""
    house = given()
    with house.reading() as session:
        found = of_number(session, number)
    form = CustomerForm(data={name: getattr(found, name) for name in ("name", "policy", "credit", "notify_below")})
    if form.is_submitted() and form.validate():
        with house.writing() as session:
            _change(session, found, form)
        return redirect(url_for(".customer", number=found.number, done="changed"))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_submitted() else HTTPStatus.OK
    return page("console/customer_edit.html", status, form=form, customer=found)


def of_number(session: Session, number: int) -> CustomerRecord:
    """The customer of an address, or no page."""
    try:
        return customer_records.customer_record(session, str(number), now=given().clock())
    except Unknown:
        abort(HTTPStatus.NOT_FOUND)


def _change(session: Session, before: CustomerRecord, form: CustomerForm) -> None:
    """Changes what differs, each with its own line in the audit."""
    actor, now = visitor().email, given().clock()
    found = customers.find(session, before.number)
    if customers.named(form.name.data) != before.name:
        customers.rename(session, found, form.name.data, actor=actor, now=now)
    policy, credit = Policy(form.policy.data), Points(form.credit.data)
    if (policy, credit) != (before.policy, before.credit):
        customers.change(session, found, policy=policy, credit=credit, actor=actor, now=now)
    if form.notify_below.data != before.notify_below:
        low_balance.notify_below(session, found, Points(form.notify_below.data), actor=actor, now=now)
