"""Lines of the audit in words: what was done, by whom, and the details that stand with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from models import Audit
from models.values import masked_within
from web.words import N_, Words

ACTIONS: Final[Mapping[str, str]] = {
    "quarter_continued": N_("Continues the quarter of an earlier call"),
    "hold_refused": N_("The next quarter could not be held"),
    "hold_failed": N_("Holding a quarter failed"),
    "not_cut": N_("Should have been ended, and was not"),
    "charge_failed": N_("Charging a quarter failed"),
    "charged_beyond_limit": N_("Charged beyond the customer's limit"),
    "bridged_without_acceptance": N_("Connected without a pressed 1"),
    "closed_by_sweep": N_("Closed because nothing more was heard"),
    "end_unknown": N_("Closed as far as is known"),
    "reconciled": N_("Brought into line with the provider"),
    "provider_believed": N_("The provider's word was taken"),
    "case_made_urgent": N_("Made the case urgent"),
    "review_is_needless": N_("Review no longer needed"),
    "missed_is_needless": N_("Callback no longer needed"),
    "callback_is_needless": N_("Callback no longer needed"),
    "message_is_needless": N_("Message no longer needed"),
    "correction_asked": N_("Asked for a correction"),
    "correction_done": N_("Made a correction"),
    "correction_refused": N_("Refused a correction"),
    "dispute_opened": N_("Opened an objection"),
    "dispute_refused": N_("Refused an objection"),
    "callback_asked": N_("Asked to ring the customer"),
    "callback_ended": N_("The callback is over"),
    "task_taken": N_("Took the task"),
    "task_handed_back": N_("Handed the task back"),
}
DETAILS: Final[Mapping[str, str]] = {
    "above_limit": N_("above the limit"),
    "after": N_("after"),
    "answer": N_("answer"),
    "balance": N_("balance"),
    "before": N_("before"),
    "kind": N_("kind"),
    "note": N_("note"),
    "points": N_("points"),
    "quarter": N_("quarter"),
    "reason": N_("reason"),
    "receipt": N_("receipt no."),
    "said": N_("said"),
    "severity": N_("severity"),
    "supporter": N_("supporter no."),
}
VALUES: Final[Mapping[str, str]] = {
    "True": N_("yes"),
    "False": N_("no"),
    "refund": N_("refund"),
    "grant": N_("grant"),
    "goodwill": N_("goodwill"),
    "own_fault": N_("own_fault"),
    "outage": N_("outage"),
    "wrong_number": N_("wrong_number"),
}
ACTORS: Final[Mapping[str, str]] = {
    "system": N_("Døgnvagt"),
    "meter": N_("the clock"),
    "sweep": N_("the clock"),
    "reconciliation": N_("the clock"),
}


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A line of the audit for the eye."""

    at: datetime
    actor: str
    action: str
    details: str
    address: str


def rows(lines: Iterable[Audit], words: Words) -> Iterator[Mark]:
    """The lines, in their order."""
    for line in lines:
        yield Mark(
            at=line.at,
            actor=words(ACTORS[line.actor]) if line.actor in ACTORS else line.actor,
            action=words(ACTIONS[line.action]) if line.action in ACTIONS else line.action,
            details=masked_within(_told(line.details, words, between=" · ")),
            address=line.address or "",
        )


def _told(value: Any, words: Words, *, between: str = ", ") -> str:  # noqa: ANN401 - whatever JSON holds
    if isinstance(value, Mapping):
        return between.join(f"{words(DETAILS.get(name, name))} {_told(one, words)}" for name, one in value.items())
    return words(VALUES[str(value)]) if str(value) in VALUES else str(value)
