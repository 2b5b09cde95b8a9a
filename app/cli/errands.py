"""`doegnvagt errand`: what was sent, kept or failed, what it says, and sending it again."""

from __future__ import annotations

from dataclasses import asdict

import click

from app.cli.arguments import LIMIT, ROW, one_of
from app.cli.commands import Group
from app.cli.desk import Desk
from app.cli.output import local, spoken, table
from helpdesk import records, resending
from helpdesk.records import ErrandRecord, Message
from helpdesk.resending import NotSentAgain
from models.values import ErrandState


@click.group(cls=Group)
def errand() -> None:
    """What is done outside a call: text messages and letters."""


@errand.command("list")
@click.option("--state", type=one_of(ErrandState), help="Only those in this state.")
@click.option("--limit", type=LIMIT, default="50", show_default=True, help="How many, the newest first.")
@click.pass_obj
def list_errands(desk: Desk, state: ErrandState | None, limit: int) -> None:
    """List what was sent, kept or failed, the newest first."""
    with desk.reading() as session:
        found = list(records.errands(session, state=state, most=limit))
    headings = ("Errand", "What", "State", "To", "Notice", "Asked", "Due", "Tries", "Outcome")
    lines = table(headings, [_row(one) for one in found], right=("Errand", "Tries")) if found else ["No errands."]
    desk.tell({"errands": [asdict(one) for one in found]}, *lines)


@errand.command("show")
@click.argument("errand", type=ROW)
@click.pass_obj
def show_errand(desk: Desk, errand: int) -> None:
    """Show an errand and its text, as the recipient reads it."""
    with desk.reading() as session:
        found, message = records.errand_record(session, errand, alarm_address=desk.settings.alarm_address)
    said = asdict(message) if message else {"address": None, "language": None, "text": None}
    desk.tell({**asdict(found), **said}, *_lines(found, message))


@errand.command("resend")
@click.argument("errand", type=ROW, required=False)
@click.option("--again", is_flag=True, help="Even if it was sent before.")
@click.option("--kept", is_flag=True, help="All that were kept because nothing was configured to send them with.")
@click.pass_obj
def resend_errand(desk: Desk, errand: int | None, *, again: bool, kept: bool) -> None:
    """Make a message due again that was kept, failed or is undecided; the clock process sends it."""
    if (errand is None) is not kept or (kept and again):
        raise click.UsageError("Name one errand, perhaps with --again; or say --kept alone.")
    with desk.writing() as session:
        if errand is None:
            resent = resending.resend_kept(session, now=desk.now)
            before = dict.fromkeys(resent, ErrandState.KEPT)
        else:
            try:
                before = {errand: resending.resend(session, errand, again=again, now=desk.now)}
            except NotSentAgain as refused:
                raise click.ClickException(str(refused)) from refused
        for number, state in before.items():
            desk.note(session, "errand_resent", f"errand:{number}", before=state.value)
    desk.tell({"resent": list(before)}, *([f"Errand {number} is due again." for number in before] or ["Nothing was kept."]))


def _row(one: ErrandRecord) -> tuple[object, ...]:
    return (one.errand, one.kind, one.state, one.to, one.notice, local(one.asked_at), local(one.due_at), one.tries, one.outcome)


def _lines(found: ErrandRecord, message: Message | None) -> list[str]:
    to = f" to {found.to} ({spoken(message.address)})" if message else ""
    tried = f"Tries: {found.tries}. Due: {local(found.due_at)}. Done: {local(found.done_at)}."
    head = [
        f"Errand {found.errand}: {found.kind}{to}, {found.state}",
        f"Notice: {spoken(found.notice)}. Call: {spoken(found.call)}. Asked: {local(found.asked_at)}.",
        tried,
        f"Outcome: {spoken(found.outcome)}",
    ]
    return [*head, "", *message.text.splitlines()] if message else head
