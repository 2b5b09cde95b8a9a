"""Customers, their persons (a PIN is never told), and what stands on their accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from billing import ledger, statements
from helpdesk import customers, listed
from models import Customer
from models.api import Scope
from models.values import JournalKind, Language, Policy, masked
from web.api.asking import Asked
from web.api.fields import Asks, MomentText, Number, Page, PageQuery, Shape, cursor, moment, position
from web.api.operation import operation
from web.api.problems import fault


class CustomerShape(Shape):
    """A company that buys points. `credit` is how far below zero a running call may go under the policy `credit`."""

    customer: str
    name: str
    policy: Policy
    credit: int
    created_at: datetime


class CustomerPage(Page):
    """Customers, in the order in which they came."""

    customers: list[CustomerShape]


class PersonShape(Shape):
    """Somebody who may phone. `phone` is masked without the scope numbers:read."""

    person: int
    name: str
    phone: str | None
    email: str | None
    language: Language
    pin_set_at: datetime


class PersonPage(Page):
    """A customer's persons, in the order in which they came."""

    customer: str
    persons: list[PersonShape]


class BalanceShape(Shape):
    """Points: `available` is `balance` less what is held, without credit."""

    customer: str
    balance: int
    held: int
    available: int


class StatementEntryShape(Shape):
    """One entry; a charge is negative. `at` is when it happened, `balance` runs in the order of writing."""

    at: datetime
    kind: JournalKind
    points: int
    balance: int
    call: str | None
    quarter: int | None
    case: str | None
    reference: str | None


class StatementShape(BalanceShape):
    """The entries written from `since` on and before `until`, and the balances at both ends."""

    since: datetime | None
    until: datetime | None
    opening: int
    closing: int
    entries: list[StatementEntryShape]


class StatementQuery(Asks):
    """Which period; all of it unless it is said."""

    since: Annotated[MomentText | None, Field(description="Entries written then or later.")] = None
    until: Annotated[MomentText | None, Field(description="Entries written before.")] = None


@operation("GET", "/customers", scope=Scope.CUSTOMERS_READ)
def list_customers(asked: Asked, query: PageQuery) -> CustomerPage:
    """List customers, in the order in which they came."""
    found = listed.customer_page(asked.session, after=position(query, int), most=query.limit)
    return CustomerPage(customers=[_customer(one) for one in found.rows], next=cursor(found.then))


@operation("GET", "/customers/{customer}", scope=Scope.CUSTOMERS_READ)
def show_customer(asked: Asked, customer: Number) -> CustomerShape:
    """Show a customer."""
    return _customer(customers.find(asked.session, customer))


@operation("GET", "/customers/{customer}/persons", scope=Scope.CUSTOMERS_READ)
def list_persons(asked: Asked, customer: Number, query: PageQuery) -> PersonPage:
    """List a customer's persons. A PIN is never told."""
    found = listed.persons(asked.session, customers.find(asked.session, customer), after=position(query, int), most=query.limit)
    persons = [
        PersonShape(
            person=one.id,
            name=one.name,
            phone=one.phone if asked.numbers or one.phone is None else masked(one.phone),
            email=one.email,
            language=one.language,
            pin_set_at=one.pin_set_at,
        )
        for one in found.rows
    ]
    return PersonPage(customer=customer, persons=persons, next=cursor(found.then))


@operation("GET", "/customers/{customer}/balance", scope=Scope.BILLING_READ)
def show_balance(asked: Asked, customer: Number) -> BalanceShape:
    """Show a customer's points."""
    account = ledger.customer_account(asked.session, customers.find(asked.session, customer).id)
    balance, held = account.balance or 0, account.held or 0
    return BalanceShape(customer=customer, balance=balance, held=held, available=ledger.available(account))


@operation("GET", "/customers/{customer}/statement", scope=Scope.BILLING_READ)
def show_statement(asked: Asked, customer: Number, query: StatementQuery) -> StatementShape:
    """Show the entries of a period, and the balances at its ends."""
    since, until = moment(query.since), moment(query.until)
    if since and until and until <= since:
        raise fault("query.until", "it must be later than `since`")
    found = customers.find(asked.session, customer)
    return StatementShape.model_validate(statements.statement(asked.session, found, since=since, until=until))


def _customer(one: Customer) -> CustomerShape:
    return CustomerShape(customer=one.number, name=one.name, policy=one.policy, credit=one.credit, created_at=one.created_at)
