"""What the billing log can be narrowed to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from wtforms import SelectField
from wtforms.validators import Optional

from billing.journals import Wanted
from models.values import JournalKind
from web.narrowing import Period, Text
from web.page import words
from web.words import N_

KINDS: Final[Mapping[JournalKind, str]] = {
    JournalKind.QUARTER: N_("Quarter"),
    JournalKind.PURCHASE: N_("Purchase"),
    JournalKind.REFUND: N_("Refund"),
    JournalKind.CORRECTION: N_("Correction"),
    JournalKind.GRANT: N_("Grant"),
}


class LogFilters(Period):
    """The narrowing of the billing log; the period is that of writing, as in a statement."""

    endpoint = "console.billing"

    kind = SelectField(N_("Kind"), [Optional()], name="kind")
    customer = Text(N_("Customer number"), name="customer")
    call = Text(N_("CallSid"), name="call")
    case = Text(N_("Case number"), name="case")

    def __init__(self) -> None:
        super().__init__()
        self.kind.choices = [("", words()(N_("all"))), *((kind.value, words()(told)) for kind, told in KINDS.items())]

    def wanted(self) -> Wanted:
        """Which journals are asked for."""
        return Wanted(
            since=self.begins,
            until=self.ends,
            kind=JournalKind(self.kind.data) if self.kind.data else None,
            customer=self.customer.data or None,
            call=self.call.data or None,
            case=self.case.data or None,
        )

    @property
    def is_narrow(self) -> bool:
        """Whether it names something of which there is never much."""
        return bool(self.customer.data or self.call.data or self.case.data)
