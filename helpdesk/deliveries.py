"""What becomes of each delivery to an endpoint. Norm: https://www.standardwebhooks.com (ids, signatures).

A delivery is claimed, sent outside any transaction, and written down. One that was not taken is tried again with growing pauses
for a day, then it has failed, and somebody is alarmed, once until it takes something. An endpoint that does not answer waits as a
whole, so that it holds up no other. Whoever is told may be told twice, always with the same id.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import digest
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from helpdesk import alarms, chats, endpoints, events, notices
from helpdesk.alarms import Matter
from helpdesk.sealing import Seal
from models import Alarm, Delivery, WebhookEndpoint
from models.alarms import AlarmKind
from models.values import Language, masked_within
from models.webhooks import DeliveryState

LEASE: Final = timedelta(minutes=2)
BACK_OFF: Final = timedelta(seconds=5)
LONGEST_PAUSE: Final = timedelta(hours=4)
GIVEN_UP_AFTER: Final = timedelta(days=1)
KEPT_FOR: Final = timedelta(days=90)
BATCH: Final = 500  # deliveries that one unit of pruning takes
LONGEST_OUTCOME: Final = 200


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """A delivery that is ours to send now: to where, the body byte for byte, and the sealed secret that signs it."""

    id: int
    tries: int
    url: str
    body: bytes
    secret: str


def listed(session: Session, *, endpoint_id: int | None = None, before: int | None = None, most: int) -> Sequence[Delivery]:
    """What was told last, the newest first: those numbered below `before`, `most` of them."""
    query = select(Delivery).order_by(Delivery.id.desc()).limit(most)
    query = query if endpoint_id is None else query.where(Delivery.endpoint_id == endpoint_id)
    return session.scalars(query if before is None else query.where(Delivery.id < before)).all()


def claim(session: Session, *, now: datetime) -> Claimed | None:
    """The delivery that is due longest, made ours until its lease has passed; None where nothing is due."""
    due = select(Delivery).where(Delivery.due_at <= now).order_by(Delivery.due_at, Delivery.id).limit(1)
    found = session.scalar(due.with_for_update(skip_locked=True, of=Delivery))
    if found is None:
        return None
    found.tries += 1
    found.due_at = now + LEASE
    return Claimed(
        id=found.id, tries=found.tries, url=found.endpoint.url, body=document(session, found), secret=found.endpoint.secret
    )


def prune_due(session: Session, now: datetime) -> int:
    """Forgets deliveries that were taken or given up 90 days ago (R23); how many. Scheduler's unit of work."""
    old = select(Delivery.id).where(Delivery.done_at <= now - KEPT_FOR).order_by(Delivery.done_at).limit(BATCH)
    found = session.scalars(old.with_for_update(skip_locked=True)).all()
    session.execute(delete(Delivery).where(Delivery.id.in_(found)))
    return len(found)


def document(session: Session, delivery: Delivery) -> bytes:
    """What is sent, in the endpoint's format: the same bytes each time."""
    form = delivery.endpoint.format
    said: Any = {"type": delivery.event, "timestamp": events.said(delivery.happened_at), "data": delivery.data}
    if form.is_chat:
        said = chats.message(form, *_worded(session, delivery))
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def _worded(session: Session, delivery: Delivery) -> tuple[str, str]:
    """Subject and words of an alarm, as whoever is alarmed reads them (helpdesk.recipients); of a trial where it is none."""
    alarm = session.get(Alarm, delivery.data["alarm"]) if "alarm" in delivery.data else None
    notice, told = (alarm.notice, alarm.told) if alarm else ("chat_trial", {})
    subject, _, words = notices.written(notice, Language.DANISH, told).partition("\n")
    return subject, words


def signed(claimed: Claimed, *, seal: Seal, now: datetime) -> dict[str, str]:
    """The headers: `webhook-id`, the same each time; `webhook-timestamp`, of this try; `webhook-signature` over both and the body.

    Raises helpdesk.sealing.SealBroken.
    """
    name, at = f"msg_{claimed.id}", str(int(now.timestamp()))
    key = base64.b64decode(seal.open(claimed.secret, owner=claimed.url).removeprefix(endpoints.SECRET))
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
    """It was not: tried again later, and whatever else waits for that endpoint, the later the longer nothing was taken.

    Behind a day it has failed; where nothing was taken for a day, so has all that is as old.
    """
    found = _ours(session, claimed)
    if found is None:
        return
    found.outcome, to = masked_within(problem)[:LONGEST_OUTCOME], found.endpoint
    to.failing_since = to.failing_since or now
    all_again = now + min(max(BACK_OFF, now - to.failing_since), LONGEST_PAUSE)
    found.due_at = max(all_again, now + min(BACK_OFF * 2 ** min(claimed.tries - 1, 20), LONGEST_PAUSE))
    theirs = update(Delivery).where(Delivery.endpoint_id == to.id, Delivery.state == DeliveryState.DUE)
    if now - found.asked_at >= GIVEN_UP_AFTER:
        too_old = Delivery.asked_at <= now - GIVEN_UP_AFTER if now - to.failing_since >= GIVEN_UP_AFTER else Delivery.id == found.id
        given_up = {"state": DeliveryState.FAILED, "due_at": None, "done_at": now, "outcome": found.outcome}
        session.execute(theirs.where(too_old).values(given_up))
        _alarm(session, to, found, now=now)
    session.execute(theirs.where(Delivery.due_at < all_again).values(due_at=all_again))


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
