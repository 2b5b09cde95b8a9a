"""`doegnvagt dispute`: what customers find wrong with a charge, by the number on their receipt, and how they were answered."""

from __future__ import annotations

import click

from app.cli import corrections
from app.cli.arguments import KEY, NOTE, POINTS, QUARTER, REASON, ROW
from app.cli.commands import Group
from app.cli.corrections import by_whom, with_note
from app.cli.desk import Desk
from app.cli.output import local, table
from helpdesk import disputes
from models import Dispute
from models.corrections import CorrectionReason
from models.values import Points


@click.group(cls=Group)
def dispute() -> None:
    """What customers find wrong with a charge."""


@dispute.command("open")
@click.argument("receipt", type=KEY)
@click.option("--said", type=NOTE, required=True, help="What the customer says.")
@by_whom
@click.pass_obj
def open_dispute(desk: Desk, receipt: str, said: str, by: str | None) -> None:
    """Open a dispute by the number on the customer's receipt, or by CallSid."""
    with desk.writing() as session:
        sid = disputes.call_of(session, receipt)
        told = _document(disputes.open_dispute(session, sid, said, by=by or desk.actor, desk=desk.actor, now=desk.now))
    desk.tell(told, f"Dispute {told['dispute']} of customer {told['customer']}, call {told['call']}, case {told['case']}")


@dispute.command("list")
@click.option("--all", "answered", is_flag=True, help="Those too that were answered.")
@click.pass_obj
def list_disputes(desk: Desk, answered: bool) -> None:
    """List the disputes that wait for an answer, the oldest first."""
    names = ("dispute", "receipt", "customer", "case", "said", "state", "answer")
    with desk.reading() as session:
        found = [(local(row.opened_at), _document(row)) for row in disputes.listed(session, answered=answered)]
    headings = ("Opened", "Dispute", "Receipt", "Customer", "Case", "Said", "State", "Answer")
    lines = table(headings, [[at, *(one[name] for name in names)] for at, one in found], right=("Dispute", "Receipt"))
    desk.tell({"disputes": [one for _, one in found]}, *(lines if found else ["Nothing waits."]))


@dispute.command("answer")
@click.argument("dispute", type=ROW)
@click.option("--refund", "refunds", is_flag=True, help="Give back; needs --reason.")
@click.option("--refuse", "refuses", is_flag=True, help="The charge stands.")
@click.option("--quarter", type=QUARTER, help="Only of this quarter; of the whole call unless it is said.")
@click.option("--points", type=POINTS, help="Only so many of that quarter.")
@click.option("--reason", type=REASON, help="Why points are given back.")
@with_note
@by_whom
@click.pass_obj
def answer(
    desk: Desk,
    *,
    dispute: int,
    refunds: bool,
    refuses: bool,
    quarter: int | None,
    points: int | None,
    reason: CorrectionReason | None,
    note: str,
    by: str | None,
) -> None:
    """Answer a dispute by giving points back, or by a refusal; the customer reads the note."""
    if refunds is refuses:
        raise click.UsageError("Either --refund or --refuse.")
    if refuses and not (quarter is None and points is None and reason is None):
        raise click.UsageError("--refuse gives nothing back: it goes without --quarter, --points and --reason.")
    if refuses:
        with desk.writing() as session:
            row = disputes.refuse(session, dispute, answer=note, by=by or desk.actor, desk=desk.actor, now=desk.now)
            told = _document(row)
        desk.tell(told, f"Dispute {dispute}: refused")
        return
    if reason is None or (points is not None and quarter is None):
        raise click.UsageError("--refund needs --reason, and --points a --quarter.")
    amount = None if points is None else Points(points)
    with desk.writing() as session:
        stands = corrections.why(desk, reason, note, by)
        said = corrections.document(disputes.refund(session, dispute, stands, quarter=quarter, points=amount, now=desk.now))
    corrections.tell(desk, said, f"Dispute {dispute}: refund {said['correction']}")


def _document(row: Dispute) -> dict[str, object]:
    """A dispute as JSON has it."""
    call = row.call
    return {
        "dispute": row.id,
        "receipt": call.id,
        "call": call.sid,
        "customer": call.customer.number if call.customer else None,
        "case": call.case.number if call.case else None,
        "said": row.said,
        "state": row.state.value,
        "answer": row.answer,
        "opened_at": row.opened_at,
        "opened_by": row.opened_by,
        "answered_at": row.answered_at,
        "answered_by": row.answered_by,
    }
