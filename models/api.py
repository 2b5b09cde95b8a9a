"""Programs that ask by the REST interface: their tokens, and what their writes were answered."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Key


class Scope(StrEnum):
    """What a token may do. `numbers:read` shows telephone numbers whole, which are masked without it (R23)."""

    CALLS_READ = "calls:read"
    CUSTOMERS_READ = "customers:read"
    BILLING_READ = "billing:read"
    BILLING_WRITE = "billing:write"
    CASES_READ = "cases:read"
    TASKS_READ = "tasks:read"
    TASKS_WRITE = "tasks:write"
    DUTY_READ = "duty:read"
    PRICES_READ = "prices:read"
    RECONCILIATION_READ = "reconciliation:read"
    AUDIT_READ = "audit:read"
    WEBHOOKS_READ = "webhooks:read"
    WEBHOOKS_WRITE = "webhooks:write"
    NUMBERS_READ = "numbers:read"


class ApiToken(Base):
    """A token of a program, known by its hash. `scopes` stand one after another, with a space between."""

    __tablename__ = "api_tokens"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(80))
    hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[str] = mapped_column(String(400))
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(100))
    used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    @property
    def may(self) -> frozenset[Scope]:
        """Its scopes."""
        return frozenset(map(Scope, self.scopes.split()))


class KeptAnswer(Base):
    """What a write was answered, by its token and Idempotency-Key ("7:…"): sent again, it is answered the same and done once.

    `request` is the hash of what was asked. Of a form that moves points ("0:form:…") it is where that led.
    """

    __tablename__ = "kept_answers"

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(80), unique=True)
    request: Mapped[str] = mapped_column(String(64))
    asked_at: Mapped[datetime] = mapped_column(index=True)
    status: Mapped[int | None]
    body: Mapped[str | None] = mapped_column(Text)
