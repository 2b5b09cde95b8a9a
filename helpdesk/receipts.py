"""What is written when a talk is over: a receipt to the caller's person; to the supporter, case and caller.

Asked for once per state of the facts, and sent a moment later: what Twilio tells of one end in several ways arrives within seconds,
and near a quarter's boundary those may disagree. Whatever moves the facts before that replaces what was never read. A later report
asks for one more that says that it replaces the earlier one; a report that moves nothing asks for nothing.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from billing import ledger, meter, quarters
from helpdesk import errands, recipients
from models import Call, Errand
from models.values import CallOutcome, ErrandState, Points, Seconds

SETTLED: Final = timedelta(seconds=5)  # within that all is told of an end that is told at the first try


@dataclass(frozen=True, kw_only=True)
class Wording:
    """The notices for one recipient: the first time, when facts moved, and when there was no talk after all."""

    first: str
    corrected: str
    void: str


RECEIPT: Final = Wording(first="receipt", corrected="receipt_corrected", void="receipt_void")
TALK: Final = Wording(first="talk", corrected="talk_corrected", void="talk_void")


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What the messages say about a call that is over."""

    seconds: Seconds
    quarters: int
    points: Points

    @property
    def key(self) -> str:
        """What makes it the same message."""
        return f"{self.quarters}:{self.points}"


def ask(session: Session, call: Call, *, now: datetime) -> None:
    """Asks for the messages behind a call whose facts and books are settled; the call's row is locked.

    Behind a call that costs nothing nobody needs any.
    """
    if not call.costs_points or call.person is None or call.supporter_id is None or call.accepted_at is None:
        return
    facts = _facts(session, call)
    for recipient, wording in ((recipients.person(call.person.id), RECEIPT), (recipients.supporter(call.supporter_id), TALK)):
        _ask_one(session, call, to=recipient, wording=wording, facts=facts, now=now)


def _ask_one(session: Session, call: Call, *, to: str, wording: Wording, facts: Facts, now: datetime) -> None:
    talked = call.outcome is CallOutcome.TALKED
    earlier = _earlier(session, call, to)
    version = 1 + max((errand.payload["version"] for errand in earlier), default=0)
    if facts.key in {errand.payload["says"] for errand in earlier if not errand.payload.get("replaced")}:
        return
    for errand in earlier:
        errand.payload = {**errand.payload, "replaced": True, "unread": _is_unread(errand)}
    told = any(not errand.payload["unread"] for errand in earlier)
    if not (told or talked):
        return
    notice = wording.first if not told else wording.corrected if talked else wording.void
    values = {**_values(session, call), **asdict(facts)}
    key = f"talk:{call.id}:{version}:{facts.key}"
    about = {"version": version, "says": facts.key}
    errands.notify(session, [to], notice=notice, values=values, key=key, now=now, call_id=call.id, about=about, wait=SETTLED)


def _is_unread(errand: Errand) -> bool:
    """Whether nobody can have read it: it was replaced before anybody had it in hand to send."""
    if errand.payload.get("replaced"):
        return bool(errand.payload.get("unread"))
    return errand.state is ErrandState.DUE and not errand.tries and "asked_again_at" not in errand.payload


def _earlier(session: Session, call: Call, to: str) -> list[Errand]:
    """What this recipient was told about the talk before, sent or not."""
    query = select(Errand).where(Errand.call_id == call.id, Errand.key.startswith("talk:")).with_for_update()
    return [errand for errand in session.scalars(query.order_by(Errand.id)) if errand.payload["to"] == to]


def _facts(session: Session, call: Call) -> Facts:
    owed = meter.owed(session, call)
    lasted = (
        quarters.elapsed(call.accepted_at, call.ended_at) if call.bridged and call.accepted_at and call.ended_at else Seconds(0)
    )
    charged = sum(ledger.charged(session, call.id).values())
    return Facts(seconds=lasted, quarters=len(owed), points=Points(-charged))


def _values(session: Session, call: Call) -> dict[str, Any]:
    account = ledger.customer_account(session, call.customer_id or 0)
    return {
        "at": (call.accepted_at or call.started_at).isoformat(),
        "balance": account.balance,
        "case": call.case.number if call.case else "-",
        "company": call.customer.name if call.customer else "",
        "person": call.person.name if call.person else "",
        "number": recipients.number(call),
        "receipt": call.id,
        "supporter": call.supporter.name if call.supporter else "",
    }
