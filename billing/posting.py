"""One business event that is to be written into the books, before it is (billing.ledger writes it)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.values import JournalKind, Points


@dataclass(frozen=True, kw_only=True)
class Posting:
    """One business event to be written. `amounts` are (account id, signed points) that sum to zero; zeroes are left out."""

    key: str
    kind: JournalKind
    amounts: tuple[tuple[int, Points], ...]
    occurred_at: datetime
    actor: str
    reason: str | None = None
    reference: str | None = None
    call_id: int | None = None
    quarter: int | None = None
    case_id: int | None = None
    price_list_id: int | None = None
    reverses_id: int | None = None

    @property
    def moves(self) -> list[tuple[int, Points]]:
        """The amounts that move anything."""
        return [(account_id, points) for account_id, points in self.amounts if points]

    @property
    def columns(self) -> dict[str, Any]:
        """What stands in the journal's own columns."""
        return {name: value for name, value in vars(self).items() if name != "amounts"}

    @property
    def request(self) -> dict[str, Any]:
        """What is asked for, as it is kept to be compared with a later one of its key. Raises ValueError where it is uneven."""
        amounts = [list(amount) for amount in self.moves]
        if sum(points for _, points in amounts):
            raise ValueError(f"the entries of {self.key} do not sum to zero")
        return {"kind": self.kind.value, "amounts": amounts, "reverses": self.reverses_id}
