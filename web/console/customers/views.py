"""The list of customers, and a customer's page: points, policy, persons, last calls and cases."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from flask import abort, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from helpdesk import customer_records, customers, low_balance
from helpdesk.customer_records import CustomerRecord, CustomerRow, Standing
from helpdesk.customers import Unknown
from models.values import Points, Policy, Role
from web.console.blueprint import console
from web.console.customers.forms import POLICIES, POLICY_NAMES, CustomerForm, NewCustomerForm
from web.filters import Choice, Filters, Text, place
from web.given import given
from web.page import page, words
from web.papers.statement import CASES, OUTCOMES
from web.visitors import opens_to, visitor
from web.words import N_

READERS: Final = (Role.ADMINISTRATOR, Role.BILLING, Role.AUDITOR)
SEE_NUMBERS: Final = (Role.ADMINISTRATOR, Role.BILLING)
A_PAGE: Final = 50
NUMBER: Final = "<int:number>"
STANDINGS: Final = {Standing.BELOW_ZERO: N_("below zero"), Standing.LOW: N_("few points")}
DONE: Final = {
    "added": N_("The customer is added. Add a person, who gets a PIN."),
    "changed": N_("It is changed, from now on."),
}


class CustomerFilters(Filters):
    """The narrowing of the list of customers."""

    endpoint = "console.customer_list"

    q = Text(N_("Name, number, person or telephone number"), description=N_("Search"), render_kw={"type": "search", "size": 34})
    policy = Choice(N_("When points run out"))
    balance = Choice(N_("Balance"))

    def __init__(self) -> None:
        super().__init__()
        self.policy.offer((policy.value, words()(name)) for policy, name in POLICY_NAMES.items())
        self.balance.offer((standing.value, words()(name)) for standing, name in STANDINGS.items())


@console.get("/customers")
@opens_to(*READERS)
def customer_list() -> Response:
    """Customers by name, searched and filtered by what stands in the address."""
    form, after = CustomerFilters(), place("after")
    found = _listed(form, after=str(after) if after else None) if form.validate() else []
    return page(
        "console/customers.html",
        HTTPStatus.UNPROCESSABLE_ENTITY if form.problems else HTTPStatus.OK,
        form=form,
        customers=found[:A_PAGE],
        policies=POLICY_NAMES,
        more=form.here(after=found[A_PAGE - 1].number) if len(found) > A_PAGE else None,
        first=form.here() if after is not None else None,
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


def _listed(form: CustomerFilters, *, after: str | None) -> list[CustomerRow]:
    """A page of those that are asked for, and one more where there are more."""
    policy = Policy(form.policy.data) if form.policy.data else None
    standing = Standing(form.balance.data) if form.balance.data else None
    text = form.q.data or ""
    with given().reading() as session:
        return customer_records.search(session, text=text, policy=policy, standing=standing, after=after, most=A_PAGE + 1)


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
