"""Endpoints that are told of events: added, changed, tried out, ended. What becomes of each delivery stands in helpdesk.deliveries.

A chat (Slack, Teams) is an endpoint of another format, and is told of alarms alone: they are worded for people.

NotAllowed    no address to tell anything to
ForAlarms     a chat is told of nothing but alarms
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from helpdesk import alarms
from helpdesk.customers import Unknown
from helpdesk.sealing import Seal
from models import Audit, Delivery, WebhookEndpoint
from models.alarms import AlarmKind
from models.keyset import Position, Slice, sliced
from models.values import e164, masked
from models.webhooks import DeliveryState, EventKind, WebhookFormat

PURPOSE: Final = "webhooks"
"""What the keys are derived for that seal the secrets."""
LONGEST_URL: Final = 500
SECRET: Final = "whsec_"  # noqa: S105 - how the norm begins one
TEST: Final = "test"
LOOPBACK: Final = "localhost"


class NotAllowed(ValueError):
    """An address that nothing is told to. The message says why."""


class ForAlarms(ValueError):
    """A chat is told of nothing but alarms."""


def add(
    session: Session,
    url: str,
    kinds: Collection[EventKind],
    *,
    sees_numbers: bool,
    form: WebhookFormat = WebhookFormat.PLAIN,
    seal: Seal,
    is_demo: bool,
    actor: str,
    now: datetime,
) -> tuple[WebhookEndpoint, str]:
    """A new endpoint, and the secret that signs, told this once. Raises NotAllowed, ForAlarms; ValueError without an event."""
    said = _told(url, kinds, form, is_demo=is_demo)
    secret = SECRET + base64.b64encode(secrets.token_bytes(24)).decode()
    sealed = seal.close(secret, owner=url)
    made = WebhookEndpoint(url=url, secret=sealed, events=said, sees_numbers=sees_numbers, created_at=now, created_by=actor)
    made.format = form
    session.add(made)
    session.flush()
    _note(session, made, "webhook_added", actor=actor, now=now, events=said, sees_numbers=sees_numbers, format=form.value)
    return made, secret


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """How an endpoint shall be: where it is, what it is told of and as what, and whether telephone numbers come whole."""

    url: str
    kinds: Collection[EventKind]
    form: WebhookFormat
    sees_numbers: bool


def change(
    session: Session, endpoint_id: int, wanted: Wanted, *, seal: Seal, is_demo: bool, actor: str, now: datetime
) -> WebhookEndpoint:
    """Another address, other events; its secret stays. Raises Unknown, as `add` does, and helpdesk.sealing.SealBroken."""
    found, said = find(session, endpoint_id), _told(wanted.url, wanted.kinds, wanted.form, is_demo=is_demo)
    before = _facts(found)
    if wanted.url != found.url:
        found.secret = seal.close(seal.open(found.secret, owner=found.url), owner=wanted.url)
    found.url, found.events, found.sees_numbers, found.format = wanted.url, said, wanted.sees_numbers, wanted.form
    if before != _facts(found):
        _note(session, found, "webhook_changed", actor=actor, now=now, before=before, after=_facts(found))
        _hold_back(session, found, now=now)
    return found


def _hold_back(session: Session, to: WebhookEndpoint, *, now: datetime) -> None:
    """What waits is told as the endpoint is now: numbers masked where it sees none whole (R23), and to a chat alarms alone."""
    for one in session.scalars(select(Delivery).where(Delivery.endpoint_id == to.id, Delivery.state == DeliveryState.DUE)):
        number = one.data.get("from")
        if number is not None and not to.sees_numbers and e164(number, None) is not None:
            one.data = {**one.data, "from": masked(number)}
        if to.format.is_chat and one.event not in {EventKind.ALARM_OPENED, TEST}:
            one.state, one.due_at, one.done_at, one.outcome = DeliveryState.FAILED, None, now, "the webhook became a chat's"


def rekey(session: Session, seal: Seal) -> int:
    """Seals every secret with the first key that another one sealed; how many. What signs stays what it is."""
    there = select(WebhookEndpoint).where(WebhookEndpoint.ended_at.is_(None)).order_by(WebhookEndpoint.id)
    count = 0
    for one in session.scalars(there.with_for_update().execution_options(populate_existing=True)):
        if anew := seal.renewed(one.secret, owner=one.url):
            one.secret, count = anew, count + 1
    return count


def _facts(one: WebhookEndpoint) -> dict[str, object]:
    return {"url": one.shown, "events": one.events, "sees_numbers": one.sees_numbers, "format": one.format.value}


def _told(url: str, kinds: Collection[EventKind], form: WebhookFormat, *, is_demo: bool) -> str:
    """The events as a row keeps them. Raises NotAllowed, ForAlarms; ValueError without an event."""
    require_allowed(url, is_demo=is_demo)
    if form.is_chat and set(kinds) != {EventKind.ALARM_OPENED}:
        raise ForAlarms("a chat is told of alarms alone")
    if not kinds:
        raise ValueError("an endpoint is told of one event at least")
    return " ".join(kind.value for kind in EventKind if kind in kinds)


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


def page(session: Session, *, after: Position | None, most: int) -> Slice[tuple[WebhookEndpoint]]:
    """The same, `most` at a time."""
    there = select(WebhookEndpoint).where(WebhookEndpoint.ended_at.is_(None))
    return sliced(session, there, WebhookEndpoint.id, after=after, most=most)


def read(session: Session, endpoint_id: int) -> WebhookEndpoint:
    """The endpoint of that number, to be looked at. Raises Unknown."""
    return _there(session.get(WebhookEndpoint, endpoint_id), endpoint_id)


def find(session: Session, endpoint_id: int) -> WebhookEndpoint:
    """The endpoint of that number, its row locked. Raises Unknown."""
    return _there(session.get(WebhookEndpoint, endpoint_id, with_for_update=True), endpoint_id)


def _there(found: WebhookEndpoint | None, endpoint_id: int) -> WebhookEndpoint:
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
    said = {"url": to.shown, **details}
    session.add(Audit(at=now, actor=actor, action=action, subject=f"webhook:{to.id}", details=said))
