"""Points bought by a customer, and whoever is told of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from billing import purchases
from billing.purchases import Purchase
from helpdesk import events
from models import Customer
from models.values import Points


def buy(session: Session, customer: Customer, *, points: Points, reference: str, actor: str, now: datetime) -> Purchase:
    """Adds bought points, once for each reference of a customer. Raises as billing.purchases.buy does."""
    bought = purchases.buy(session, customer, points=points, reference=reference, actor=actor, now=now)
    said = {"customer": customer.number, "points": points, "reference": reference}
    events.tell(session, events.purchase(**said, entry=bought.entry, balance=bought.balance, at=bought.at), now=now)  # type: ignore[arg-type]
    return bought
