"""Carries errands out: claimed in one transaction, done outside any, written down in another (helpdesk.errands)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import structlog
from sqlalchemy.orm import Session

from app.clock import Clock
from app.database import Database
from app.mail import Smtp
from app.settings import Settings
from helpdesk import errands, notices
from helpdesk.errands import Claimed
from helpdesk.ports import Mail, Phone, PortFailed, Text
from ivr.twilio_api import TwilioApi
from models import Supporter
from models.values import ErrandKind, Language, e164

log = structlog.get_logger()


class NotConfigured(Exception):
    """There is nothing to send it with; the errand is kept, visibly not sent."""


@dataclass(frozen=True, kw_only=True)
class Ports:
    """What fulfils the ports; None where the environment configures nothing."""

    phone: Phone | None
    text: Text | None
    mail: Mail | None
    alarm_address: str | None

    @classmethod
    def of(cls, settings: Settings) -> Ports:
        """The ports that the environment configures."""
        api = None
        if settings.twilio_account_sid and settings.twilio_auth_tokens:
            api = TwilioApi(
                account=settings.twilio_account_sid,
                token=settings.twilio_auth_tokens[0],
                base_url=settings.public_base_url,
                api_base_url=settings.twilio_api_base_url,
                sms_from=settings.sms_from,
            )
        mail = Smtp(settings.smtp_url, settings.mail_from) if settings.smtp_url and settings.mail_from else None
        return cls(phone=api, text=api if settings.sms_from else None, mail=mail, alarm_address=settings.alarm_address)


def carry_one(database: Database, ports: Ports, clock: Clock) -> int:
    """Carries out the errand that is due longest; 1, or 0 where nothing is due."""
    with database.writing() as session:
        claimed = errands.claim(session, now=clock())
        if claimed is None:
            return 0
    try:
        with database.reading() as session:
            act = _act(session, ports, claimed)
        outcome = act()
    except NotConfigured as why:
        log.warning("errand_kept", errand=claimed.id, kind=claimed.kind, why=str(why))
        with database.writing() as session:
            errands.kept(session, claimed, str(why))
    except PortFailed as problem:
        log.warning("errand_failed", errand=claimed.id, kind=claimed.kind, problem=str(problem), permanent=problem.permanent)
        with database.writing() as session:
            errands.failed(session, claimed, problem, now=clock())
    except Exception as problem:  # An errand that cannot even be put into words must not hold up the others.
        log.exception("errand_broken", errand=claimed.id, kind=claimed.kind)
        with database.writing() as session:
            errands.failed(session, claimed, PortFailed(repr(problem), permanent=True), now=clock())
    else:
        log.info("errand_done", errand=claimed.id, kind=claimed.kind)
        with database.writing() as session:
            errands.done(session, claimed, outcome, now=clock())
    return 1


def _act(session: Session, ports: Ports, claimed: Claimed) -> Callable[[], str]:
    """What is to be done, with everything it needs from the database in hand."""
    payload = claimed.payload
    recipient, language = _recipient(session, ports, payload["to"], claimed.kind)
    words = notices.written(payload["notice"], language, payload["values"])
    return lambda: _send(ports, claimed.kind, recipient, words)


def _recipient(session: Session, ports: Ports, to: str, kind: ErrandKind) -> tuple[str | None, Language]:
    """Address or number, and the language; None where there is no address for this kind."""
    if to == errands.ALARM:
        return ports.alarm_address, Language.DANISH
    supporter = session.get_one(Supporter, int(to.partition(":")[2]))
    return supporter.phone if kind is ErrandKind.TEXT else supporter.email, supporter.language


def _send(ports: Ports, kind: ErrandKind, recipient: str | None, words: str) -> str:
    if recipient is None:
        raise NotConfigured("ALARM_ADDRESS is not set")
    by_text = kind is ErrandKind.TEXT or "@" not in recipient
    if by_text and ports.text is not None and e164(recipient, None):
        return ports.text.send(recipient, words)
    if not by_text and ports.mail is not None:
        subject, _, body = words.partition("\n")
        ports.mail.send(recipient, subject, body)
        return "sent"
    raise NotConfigured("SMS_FROM or the Twilio account is not set" if by_text else "SMTP_URL is not set")
