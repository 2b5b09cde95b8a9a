"""Endpoints that are told of events, and what becomes of each delivery. Norm: https://www.standardwebhooks.com (ids, signatures).

A delivery is claimed, sent outside any transaction, and written down. One that was not taken is tried again with growing pauses
for a day, then it has failed, and somebody is alarmed, once until it takes something. An endpoint that does not answer waits as a
whole, so that it holds up no other. Whoever is told may be told twice, always with the same id.

NotAllowed    no address to tell anything to
"""

from __future__ import annotations

import base64
import json
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import digest
from ipaddress import ip_address
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from helpdesk import alarms, events
from helpdesk.alarms import Matter
from helpdesk.customers import Unknown
from helpdesk.sealing import Seal
from models import Audit, Delivery, WebhookEndpoint
from models.alarms import AlarmKind
from models.values import masked_within
from models.webhooks import DeliveryState, EventKind

PURPOSE: Final = "webhooks"
"""What the keys are derived for that seal the secrets."""
LEASE: Final = timedelta(minutes=2)
BACK_OFF: Final = timedelta(seconds=5)
LONGEST_PAUSE: Final = timedelta(hours=4)
GIVEN_UP_AFTER: Final = timedelta(days=1)
KEPT_FOR: Final = timedelta(days=90)
BATCH: Final = 500  # deliveries that one unit of pruning takes
LONGEST_URL: Final = 500
LONGEST_OUTCOME: Final = 200
SECRET: Final = "whsec_"  # noqa: S105 - how the norm begins one
TEST: Final = "test"
LOOPBACK: Final = "localhost"


class NotAllowed(ValueError):
    """An address that nothing is told to. The message says why."""


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """A delivery that is ours to send now: to where, the body byte for byte, and the sealed secret that signs it."""

    id: int
    tries: int
    url: str
    body: bytes
    secret: str


def add(
    session: Session,
    url: str,
    kinds: Collection[EventKind],
    *,
    sees_numbers: bool,
    seal: Seal,
    is_demo: bool,
    actor: str,
    now: datetime,
) -> tuple[WebhookEndpoint, str]:
    """A new endpoint, and the secret that signs, told this once. Raises NotAllowed; ValueError without an event."""
    require_allowed(url, is_demo=is_demo)
    if not kinds:
        raise ValueError("an endpoint is told of one event at least")
    secret = SECRET + base64.b64encode(secrets.token_bytes(24)).decode()
    said = " ".join(kind.value for kind in EventKind if kind in kinds)
    sealed = seal.close(secret, owner=url)
    made = WebhookEndpoint(url=url, secret=sealed, events=said, sees_numbers=sees_numbers, created_at=now, created_by=actor)
    session.add(made)
    session.flush()
    _note(session, made, "webhook_added", actor=actor, now=now, events=said, sees_numbers=sees_numbers)
    return made, secret


def require_allowed(url: str, *, is_demo: bool) -> None:
    """Raises NotAllowed for an address that is not https; in the demo one on this machine may be http."""
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise NotAllowed("it is no address") from None
    if not url.isascii() or not url.isprintable() or " " in url or len(url) > LONGEST_URL or not host:
        raise NotAllowed(f"it must be an address like https://host/path, of {LONGEST_URL} characters at most")
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise NotAllowed("no name, password or # may stand in it")
    if is_demo and _is_loopback(host):
        return
    if parts.scheme != "https":
        raise NotAllowed("it must begin with https://")
    if _is_loopback(host) or _is_private(host):
        raise NotAllowed("it must be another machine's, on the open internet")


def listed(session: Session) -> Sequence[WebhookEndpoint]:
    """The endpoints there are, the newest first."""
    return session.scalars(
        select(WebhookEndpoint).where(WebhookEndpoint.ended_at.is_(None)).order_by(WebhookEndpoint.id.desc())
    ).all()


def deliveries(session: Session, *, endpoint_id: int | None = None, before: int | None = None, most: int) -> Sequence[Delivery]:
    """What was told last, the newest first: those numbered below `before`, `most` of them."""
    query = select(Delivery).order_by(Delivery.id.desc()).limit(most)
    query = query if endpoint_id is None else query.where(Delivery.endpoint_id == endpoint_id)
    return session.scalars(query if before is None else query.where(Delivery.id < before)).all()


def find(session: Session, endpoint_id: int) -> WebhookEndpoint:
    """The endpoint of that number, its row locked. Raises Unknown."""
    found = session.get(WebhookEndpoint, endpoint_id, with_for_update=True)
    if found is None or found.ended_at is not None:
        raise Unknown(f"there is no webhook {endpoint_id}")
    return found


def end(session: Session, endpoint_id: int, *, actor: str, now: datetime) -> WebhookEndpoint:
    """It is told nothing any more, nor what waits. Raises Unknown."""
    found = find(session, endpoint_id)
    found.ended_at = now
    waiting = update(Delivery).where(Delivery.endpoint_id == found.id, Delivery.state == DeliveryState.DUE)
    session.execute(waiting.values(state=DeliveryState.FAILED, due_at=None, done_at=now, outcome="the webhook was ended"))
    alarms.over(session, AlarmKind.WEBHOOK, str(found.id), now=now)
    _note(session, found, "webhook_ended", actor=actor, now=now)
    return found


def try_out(session: Session, endpoint_id: int, *, actor: str, now: datetime) -> Delivery:
    """Asks for a delivery that says nothing, to try an endpoint with. Raises Unknown."""
    found = find(session, endpoint_id)
    key = f"{found.id}:{TEST}:{secrets.token_hex(8)}"
    made = Delivery(endpoint=found, key=key, event=TEST, happened_at=now, data={"by": actor}, asked_at=now, due_at=now)
    session.add(made)
    _note(session, found, "webhook_tested", actor=actor, now=now)
    session.flush()
    return made


def claim(session: Session, *, now: datetime) -> Claimed | None:
    """The delivery that is due longest, made ours until its lease has passed; None where nothing is due."""
    due = select(Delivery).where(Delivery.due_at <= now).order_by(Delivery.due_at, Delivery.id).limit(1)
    found = session.scalar(due.with_for_update(skip_locked=True, of=Delivery))
    if found is None:
        return None
    found.tries += 1
    found.due_at = now + LEASE
    return Claimed(id=found.id, tries=found.tries, url=found.endpoint.url, body=document(found), secret=found.endpoint.secret)


def prune_due(session: Session, now: datetime) -> int:
    """Forgets deliveries that were taken or given up 90 days ago (R23); how many. Scheduler's unit of work."""
    old = select(Delivery.id).where(Delivery.done_at <= now - KEPT_FOR).order_by(Delivery.done_at).limit(BATCH)
    found = session.scalars(old.with_for_update(skip_locked=True)).all()
    session.execute(delete(Delivery).where(Delivery.id.in_(found)))
    return len(found)


def document(delivery: Delivery) -> bytes:
    """What is sent: the same bytes each time."""
    said = {"type": delivery.event, "timestamp": events.said(delivery.happened_at), "data": delivery.data}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def signed(claimed: Claimed, *, seal: Seal, now: datetime) -> dict[str, str]:
    """The headers: `webhook-id`, the same each time; `webhook-timestamp`, of this try; `webhook-signature` over both and the body.

    Raises helpdesk.sealing.SealBroken.
    """
    name, at = f"msg_{claimed.id}", str(int(now.timestamp()))
    key = base64.b64decode(seal.open(claimed.secret, owner=claimed.url).removeprefix(SECRET))
    mark = base64.b64encode(digest(key, f"{name}.{at}.".encode() + claimed.body, sha256)).decode()
    return {"webhook-id": name, "webhook-timestamp": at, "webhook-signature": f"v1,{mark}"}


def taken(session: Session, claimed: Claimed, outcome: str, *, now: datetime) -> None:
    """It was answered with success."""
    found = _ours(session, claimed)
    if found is not None:
        found.state, found.due_at, found.done_at, found.outcome = DeliveryState.DONE, None, now, outcome[:LONGEST_OUTCOME]
        if found.endpoint.failing_since is not None:
            found.endpoint.failing_since = None
            alarms.over(session, AlarmKind.WEBHOOK, str(found.endpoint_id), now=now)


def not_taken(session: Session, claimed: Claimed, problem: str, *, now: datetime) -> None:
    """It was not: tried again later, with whatever else waits for that endpoint; behind a day it has failed."""
    found = _ours(session, claimed)
    if found is None:
        return
    found.outcome, to = masked_within(problem)[:LONGEST_OUTCOME], found.endpoint
    to.failing_since = to.failing_since or now
    if now - found.asked_at >= GIVEN_UP_AFTER:
        found.state, found.due_at, found.done_at = DeliveryState.FAILED, None, now
        _alarm(session, to, found, now=now)
        return
    again = now + min(BACK_OFF * 2 ** min(claimed.tries - 1, 20), LONGEST_PAUSE)
    found.due_at = again
    session.execute(update(Delivery).where(Delivery.endpoint_id == to.id, Delivery.due_at < again).values(due_at=again))


def _alarm(session: Session, to: WebhookEndpoint, delivery: Delivery, *, now: datetime) -> None:
    values: dict[str, Any] = {
        "webhook": to.id,
        "host": urlsplit(to.url).hostname,
        "at": (to.failing_since or now).isoformat(),
        "problem": delivery.outcome,
    }
    alarms.sound(session, Matter(kind=AlarmKind.WEBHOOK, key=str(to.id), notice="webhook_failed", told=values), now=now)


def _ours(session: Session, claimed: Claimed) -> Delivery | None:
    """The delivery, unless our lease passed and somebody else had it since, or its endpoint was ended."""
    found = session.get_one(Delivery, claimed.id, with_for_update={"of": Delivery})
    return found if found.tries == claimed.tries and found.state is DeliveryState.DUE else None


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == LOOPBACK or host.endswith(f".{LOOPBACK}")


def _is_private(host: str) -> bool:
    """Whether it is the address of a network that is not of the open internet; of a name only a look-up tells."""
    try:
        return not ip_address(host).is_global
    except ValueError:
        return False


def _note(session: Session, to: WebhookEndpoint, action: str, *, actor: str, now: datetime, **details: object) -> None:
    said = {"url": to.url, **details}
    session.add(Audit(at=now, actor=actor, action=action, subject=f"webhook:{to.id}", details=said))
