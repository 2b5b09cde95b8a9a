"""Who changed what, how the days stand with the provider, and how the house is."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import Field

from helpdesk import call_records, listed, reconciliation_records
from helpdesk.reconciliation_records import DayRecord
from models import Audit
from models.api import Scope
from models.values import DiscrepancyKind, Resolution, masked_within
from web.api.asking import Asked
from web.api.fields import Page, PageQuery, Shape, Sid, cursor, position
from web.api.operation import operation
from web.given import given

Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2099, 12, 31), description="A local day.")]


class AuditShape(Shape):
    """`actor` did `action` to `subject` ("customer:10042"); `address` is the network address it came from, where there is one."""

    audit: int
    at: datetime
    actor: str
    action: str
    subject: str
    address: str | None
    details: dict[str, Any]


class AuditPage(Page):
    """Lines of the audit, the newest first."""

    audit: list[AuditShape]


class AuditQuery(PageQuery):
    """Which lines."""

    subject: Annotated[str | None, Field(max_length=100, pattern=r"^[!-~]+$")] = None
    call: Sid | None = None


class DiscrepancyShape(Shape):
    """One call of which the provider says something else than we do; `points` is what came back to the customer."""

    call: str
    kind: DiscrepancyKind
    here: dict[str, Any]
    there: dict[str, Any]
    resolution: Resolution
    points: int


class CostShape(Shape):
    """What the legs that began on the day cost us, in millionths of a currency; and the same in words."""

    currency: str
    millionths: int
    amount: str


class DayShape(Shape):
    """A local day, compared with the provider's record. `found` counts every kind, zeroes too."""

    day: date
    done_at: datetime | None
    due_at: datetime | None
    compared: int | None
    unpriced: int | None
    problem: str | None
    found: dict[str, int]
    costs: list[CostShape]
    discrepancies: list[DiscrepancyShape]


class DaysShape(Shape):
    """The last days, the newest first."""

    days: list[DayShape]


class HealthShape(Shape):
    """`ok` while the process and its database work, else `unwell`; each part with its own word."""

    status: str
    parts: dict[str, dict[str, Any]]


@operation("GET", "/audit", scope=Scope.AUDIT_READ, refusals=("not-found",))
def list_audit(asked: Asked, query: AuditQuery) -> AuditPage:
    """List who changed what, the newest first."""
    call = call_records.row_of(asked.session, query.call) if query.call is not None else None
    found = listed.audit(asked.session, subject=query.subject, call_id=call, after=position(query, int), most=query.limit)
    return AuditPage(audit=[_line(asked, one) for one in found.rows], next=cursor(found.then))


@operation("GET", "/reconciliations", scope=Scope.RECONCILIATION_READ)
def list_reconciliations(asked: Asked) -> DaysShape:
    """List the last fourteen days."""
    return DaysShape(days=[_day(one) for one in reconciliation_records.days(asked.session)])


@operation("GET", "/reconciliations/{day}", scope=Scope.RECONCILIATION_READ)
def show_reconciliation(asked: Asked, day: Day) -> DayShape:
    """Show how a local day stands."""
    return _day(reconciliation_records.day(asked.session, day))


@operation("GET", "/health", scope=None)
def show_health(asked: Asked) -> HealthShape:  # noqa: ARG001 - every operation has one shape
    """Show how the house is, part by part. `/healthz` says the same without a token, with 503 where it is unwell."""
    is_well, parts = given().health()
    return HealthShape(status="ok" if is_well else "unwell", parts={name: _plain(part) for name, part in parts.items()})


def _line(asked: Asked, one: Audit) -> AuditShape:
    details = one.details if asked.numbers else _masked(one.details)
    return AuditShape(
        audit=one.id, at=one.at, actor=one.actor, action=one.action, subject=one.subject, address=one.address, details=details
    )


def _masked(value: Any) -> Any:  # noqa: ANN401 - whatever JSON has
    """Details may quote what somebody wrote: whatever looks like a number in them keeps its last two digits (R23)."""
    if isinstance(value, dict):
        return {name: _masked(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_masked(one) for one in value]
    return masked_within(value) if isinstance(value, str) else value


def _day(record: DayRecord) -> DayShape:
    return DayShape.model_validate(record)


def _plain(part: object) -> dict[str, Any]:
    return dict(part) if isinstance(part, dict) else {"state": str(part)}
