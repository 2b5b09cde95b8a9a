"""`doegnvagt refund`: points given back, and who let that through; grants (`points grant`) wait here for a second person too."""

from __future__ import annotations

import click

from app.cli.arguments import CALL_SID, NOTE, POINTS, QUARTER, REASON, ROW, WHO
from app.cli.commands import Group
from app.cli.desk import Desk
from app.cli.output import table
from helpdesk import corrections
from helpdesk.corrections import Why
from models import Correction
from models.corrections import CorrectionReason, CorrectionState
from models.values import Points

by_reason = click.option("--reason", type=REASON, required=True, help="Why: goodwill, own_fault, outage or wrong_number.")
with_note = click.option(
    "--note", type=NOTE, required=True, help="A sentence; it stands in the books, and a disputing customer reads it."
)
by_whom = click.option("--by", type=WHO, help="Who does it; whoever is logged in unless it is said.")


def why(desk: Desk, reason: CorrectionReason, note: str, by: str | None) -> Why:
    """What stands behind a correction that is asked for at this desk."""
    return Why(reason=reason, note=note, by=by or desk.actor, limit=Points(desk.settings.correction_limit), desk=desk.actor)


def tell(desk: Desk, told: dict[str, object], what: str) -> None:
    """Says what became of a correction."""
    waits = f"waits for a second person: doegnvagt refund approve {told['correction']}"
    became = waits if told["state"] == CorrectionState.ASKED.value else told["state"]
    desk.tell(told, f"{what}, {told['points']} points: {became}")


def document(row: Correction) -> dict[str, object]:
    """A correction as JSON has it."""
    return {
        "correction": row.id,
        "kind": row.kind.value,
        "customer": row.customer.number,
        "call": row.call.sid if row.call else None,
        "quarters": {str(one.quarter): one.points for one in row.quarters},
        "points": row.points,
        "reason": row.reason.value,
        "note": row.note,
        "state": row.state.value,
        "dispute": row.dispute_id,
        "asked_at": row.asked_at,
        "asked_by": row.asked_by,
        "decided_at": row.decided_at,
        "decided_by": row.decided_by,
    }


@click.group(cls=Group)
def refund() -> None:
    """Points given back."""


@refund.command("call")
@click.argument("call", type=CALL_SID)
@by_reason
@with_note
@by_whom
@click.pass_obj
def refund_call(desk: Desk, *, call: str, reason: CorrectionReason, note: str, by: str | None) -> None:
    """Give back all that a call cost and that was not given back before."""
    with desk.writing() as session:
        told = document(corrections.refund(session, call, why(desk, reason, note, by), now=desk.now))
    tell(desk, told, f"Refund {told['correction']} of call {call}")


@refund.command("quarter")
@click.argument("call", type=CALL_SID)
@click.argument("quarter", type=QUARTER)
@click.option("--points", type=POINTS, help="How many; what is left of it unless it is said.")
@by_reason
@with_note
@by_whom
@click.pass_obj
def refund_quarter(
    desk: Desk, *, call: str, quarter: int, points: int | None, reason: CorrectionReason, note: str, by: str | None
) -> None:
    """Give back what one quarter of a call cost, or a part of it."""
    amount = None if points is None else Points(points)
    with desk.writing() as session:
        row = corrections.refund(session, call, why(desk, reason, note, by), quarter=quarter, points=amount, now=desk.now)
        told = document(row)
    tell(desk, told, f"Refund {told['correction']} of quarter {quarter} of call {call}")


@refund.command("approve")
@click.argument("correction", type=ROW)
@by_whom
@click.pass_obj
def approve(desk: Desk, correction: int, by: str | None) -> None:
    """Let a refund or a grant through that somebody else asked for."""
    with desk.writing() as session:
        told = document(corrections.approve(session, correction, by=by or desk.actor, desk=desk.actor, now=desk.now))
    tell(desk, told, f"Correction {correction}")


@refund.command("refuse")
@click.argument("correction", type=ROW)
@with_note
@by_whom
@click.pass_obj
def refuse(desk: Desk, correction: int, note: str, by: str | None) -> None:
    """Refuse a refund or a grant that waits; a dispute behind it stays open."""
    with desk.writing() as session:
        told = document(corrections.refuse(session, correction, by=by or desk.actor, note=note, desk=desk.actor, now=desk.now))
    tell(desk, told, f"Correction {correction}")


@refund.command("list")
@click.option("--all", "decided", is_flag=True, help="Those too that were decided.")
@click.pass_obj
def list_corrections(desk: Desk, decided: bool) -> None:
    """List the refunds and grants that wait for a second person."""
    with desk.reading() as session:
        found = [document(row) for row in corrections.listed(session, decided=decided)]
    headings = ("Correction", "What", "Customer", "Call", "Points", "Reason", "Note", "Asked by", "State", "Decided by")
    names = ("correction", "kind", "customer", "call", "points", "reason", "note", "asked_by", "state", "decided_by")
    lines = table(headings, [[one[name] for name in names] for one in found], right=("Correction", "Points"))
    desk.tell({"corrections": found}, *(lines if found else ["Nothing waits."]))
