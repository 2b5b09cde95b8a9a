"""Who is told by HTTP what happens here, and what each of them was told; the provider's webhooks are turns."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, Key, due_by, one_of


class EventKind(StrEnum):
    """What an endpoint may be told."""

    CALL_STARTED = "call.started"
    CALL_ACCEPTED = "call.accepted"
    CALL_ENDED = "call.ended"
    CALL_SETTLED = "call.settled"
    TASK_OPENED = "task.opened"
    ALARM_OPENED = "alarm.opened"
    POINTS_LOW = "points.low"
    PURCHASE_POSTED = "purchase.posted"
    CORRECTION_POSTED = "correction.posted"


class WebhookFormat(StrEnum):
    """How an endpoint is told: by our own signed JSON (docs/api.md), or by what the incoming webhook of a chat takes."""

    PLAIN = "plain"
    SLACK = "slack"
    TEAMS = "teams"

    @property
    def is_chat(self) -> bool:
        """Whether people read it, and no program."""
        return self is not WebhookFormat.PLAIN


class DeliveryState(StrEnum):
    """How far a delivery is: to be sent (again), taken, or given up after a day."""

    DUE = "due"
    DONE = "done"
    FAILED = "failed"


class WebhookEndpoint(Base):
    """An address that is told of events. `events` stand one after another, with a space between; `secret` is sealed.

    `sees_numbers`: telephone numbers come whole. `failing_since` is when it first did not take what it was sent, since it last did.
    """

    __tablename__ = "webhook_endpoints"

    id: Mapped[Key]
    url: Mapped[str] = mapped_column(String(500))
    secret: Mapped[str] = mapped_column(String(200))
    events: Mapped[str] = mapped_column(String(400))
    sees_numbers: Mapped[bool]
    format: Mapped[WebhookFormat] = mapped_column(one_of(WebhookFormat), default=WebhookFormat.PLAIN, server_default="plain")
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(100))
    failing_since: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]

    @property
    def shown(self) -> str:
        """The address as it is read here: of a chat its host alone, because whoever knows the rest can write there."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}/…" if self.format.is_chat else self.url

    @property
    def wants(self) -> frozenset[EventKind]:
        """What it is told of."""
        return frozenset(map(EventKind, self.events.split()))


class Delivery(Base):
    """One event for one endpoint, known by `key` so that it is written down once. `due_at` is null when nothing is left to do.

    `done_at` is since when: it was taken, or given up.
    """

    __tablename__ = "deliveries"
    __table_args__ = (Index("ix_deliveries_endpoint_id_id", "endpoint_id", "id"), *due_by("due_at", "done_at"))

    id: Mapped[Key]
    endpoint_id: Mapped[int] = mapped_column(ForeignKey("webhook_endpoints.id"))
    key: Mapped[str] = mapped_column(String(200), unique=True)
    event: Mapped[str] = mapped_column(String(32))
    happened_at: Mapped[datetime]
    data: Mapped[dict[str, Any]]
    state: Mapped[DeliveryState] = mapped_column(one_of(DeliveryState), default=DeliveryState.DUE)
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    done_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(200))

    endpoint: Mapped[WebhookEndpoint] = relationship(lazy="joined", innerjoin=True)
