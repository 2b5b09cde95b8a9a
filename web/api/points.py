"""The books, and what a program may write in them: purchases, and grants and refunds that above a limit a person must approve."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any

from pydantic import Field

from billing import listed as books
from billing.journals import LoggedJournal
from billing.ledger import DifferentRequest
from billing.purchases import MOST_POINTS
from helpdesk import buying, call_records, customers, events, listed
from helpdesk import corrections as correcting
from helpdesk.corrections import CorrectionRefused, Why
from models import Correction, Customer
from models.api import Scope
from models.corrections import CorrectionKind, CorrectionReason, CorrectionState
from models.values import JournalKind, Points, masked_within
from web.api.asking import Asked
from web.api.fields import Asks, Number, Page, PageQuery, Row, Shape, Sid, Text200, Text400, cursor, position
from web.api.operation import operation
from web.api.problems import Problem
from web.given import given

Amount = Annotated[int, Field(ge=1, le=MOST_POINTS)]


class JournalShape(Shape):
    """One business event in the books. `points` is what it moved on the customer's account; a charge is negative.

    A telephone number in its reason is masked without the scope numbers:read.
    """

    journal: int
    kind: JournalKind
    at: datetime
    written_at: datetime
    customer: str | None
    points: int
    call: str | None
    quarter: int | None
    case: str | None
    price_list: int | None
    actor: str
    reason: str | None
    reference: str | None
    reverses: int | None


class JournalPage(Page):
    """Journals, the newest first."""

    journals: list[JournalShape]


class JournalsQuery(PageQuery):
    """Which journals."""

    customer: Number | None = None
    call: Sid | None = None
    kind: JournalKind | None = None


class HoldShape(Shape):
    """Points kept back for a quarter of a call that goes on."""

    customer: str
    call: str
    quarter: int
    points: int
    held_at: datetime


class HoldPage(Page):
    """Open holds, the newest first."""

    holds: list[HoldShape]


class HoldsQuery(PageQuery):
    """Which holds."""

    customer: Number | None = None


class PurchaseAsks(Asks):
    """Points that a customer bought. The same reference of a customer is one purchase, whatever the Idempotency-Key."""

    points: Amount
    reference: Text200


class PurchaseShape(Shape):
    """The customer's entry, and the balance behind it."""

    entry: int
    balance: int


class CorrectionShape(Shape):
    """Points given back (`refund`) or given (`grant`): `asked` waits for a second person, `done` stands in the books.

    A telephone number in its note is masked without the scope numbers:read.
    """

    correction: int
    kind: CorrectionKind
    customer: str
    call: str | None
    quarters: dict[str, int]
    points: int
    reason: CorrectionReason
    note: str
    state: CorrectionState
    dispute: int | None
    asked_at: datetime
    asked_by: str
    decided_at: datetime | None
    decided_by: str | None


class CorrectionPage(Page):
    """Refunds and grants, the newest first."""

    corrections: list[CorrectionShape]


class CorrectionsQuery(PageQuery):
    """Which of them."""

    state: CorrectionState | None = None


class GrantAsks(Asks):
    """Points for nothing, with a reason and a sentence for the books."""

    points: Amount
    reason: CorrectionReason
    note: Text400


class RefundAsks(Asks):
    """What a call cost, given back: all of it, of one quarter, or so many points of that one."""

    reason: CorrectionReason
    note: Text400
    quarter: Annotated[int, Field(ge=1, le=1_000)] | None = None
    points: Annotated[Amount | None, Field(description="Goes with `quarter`.")] = None


@operation("GET", "/journals", scope=Scope.BILLING_READ, refusals=("not-found",))
def list_journals(asked: Asked, query: JournalsQuery) -> JournalPage:
    """List what was written in the books, the newest first."""
    customer = _customer(asked, query.customer)
    call = call_records.row_of(asked.session, query.call) if query.call is not None else None
    found = books.journals(
        asked.session, customer=customer, call_id=call, kind=query.kind, after=position(query, int), most=query.limit
    )
    return JournalPage(journals=[_journal(asked, one) for one in found.rows], next=cursor(found.then))


@operation("GET", "/holds", scope=Scope.BILLING_READ, refusals=("not-found",))
def list_holds(asked: Asked, query: HoldsQuery) -> HoldPage:
    """List the points that are held for calls that go on."""
    found = books.holds(
        asked.session, customer=_customer(asked, query.customer), after=position(query, datetime, int), most=query.limit
    )
    return HoldPage(holds=[HoldShape.model_validate(one) for one in found.rows], next=cursor(found.then))


@operation("POST", "/customers/{customer}/purchases", scope=Scope.BILLING_WRITE, status=HTTPStatus.CREATED, refusals=("conflict",))
def buy_points(asked: Asked, customer: Number, body: PurchaseAsks) -> PurchaseShape:
    """Add points that a customer bought."""
    found = customers.find(asked.session, customer)
    points, session = Points(body.points), asked.session
    try:
        bought = buying.buy(session, found, points=points, reference=body.reference, actor=asked.actor, now=asked.now)
    except DifferentRequest:
        raise Problem("conflict", "the customer bought other points with that reference before") from None
    return PurchaseShape(entry=bought.entry, balance=bought.balance)


@operation("POST", "/customers/{customer}/grants", scope=Scope.BILLING_WRITE, status=HTTPStatus.CREATED)
def grant_points(asked: Asked, customer: Number, body: GrantAsks) -> CorrectionShape:
    """Ask for points for nothing. Up to a limit they are given at once; above it a second person must approve."""
    found = customers.find(asked.session, customer)
    return _correction(asked, correcting.grant(asked.session, found, Points(body.points), _why(asked, body), now=asked.now))


@operation("POST", "/calls/{call}/refunds", scope=Scope.BILLING_WRITE, status=HTTPStatus.CREATED, refusals=("conflict",))
def refund_call(asked: Asked, call: Sid, body: RefundAsks) -> CorrectionShape:
    """Ask for what a call cost, or a part of it. Up to a limit it is given back at once; above it a second person must approve."""
    if body.points is not None and body.quarter is None:
        raise Problem("invalid-request", "`points` are those of a `quarter`")
    points = None if body.points is None else Points(body.points)
    why, session = _why(asked, body), asked.session
    try:
        return _correction(asked, correcting.refund(session, call, why, quarter=body.quarter, points=points, now=asked.now))
    except CorrectionRefused as refused:
        raise Problem("conflict", str(refused)) from None


@operation("GET", "/corrections", scope=Scope.BILLING_READ)
def list_corrections(asked: Asked, query: CorrectionsQuery) -> CorrectionPage:
    """List refunds and grants, the newest first."""
    found = listed.corrections(asked.session, state=query.state, after=position(query, int), most=query.limit)
    return CorrectionPage(corrections=[_correction(asked, one) for one in found.rows], next=cursor(found.then))


@operation("GET", "/corrections/{correction}", scope=Scope.BILLING_READ)
def show_correction(asked: Asked, correction: Row) -> CorrectionShape:
    """Show a refund or a grant, and how far it is."""
    found = asked.session.get(Correction, correction)
    if found is None:
        raise Problem("not-found", f"there is no correction {correction}")
    return _correction(asked, found)


def _customer(asked: Asked, number: str | None) -> Customer | None:
    return None if number is None else customers.find(asked.session, number)


def _journal(asked: Asked, one: LoggedJournal) -> JournalShape:
    """The note of a correction is a part of its journal's reason."""
    shape = JournalShape.model_validate(one)
    return shape if asked.numbers or shape.reason is None else shape.model_copy(update={"reason": masked_within(shape.reason)})


def _correction(asked: Asked, row: Correction) -> CorrectionShape:
    said: dict[str, Any] = events.correction_document(row, numbers=asked.numbers)
    return CorrectionShape.model_validate(said)


def _why(asked: Asked, body: GrantAsks | RefundAsks) -> Why:
    return Why(reason=body.reason, note=body.note, by=asked.actor, limit=Points(given().correction_limit))
