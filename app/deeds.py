"""What an errand comes to: a text message, a letter; or only a look whether a message went out.

A deed is made in a transaction that reads and done outside any. The ports that the environment configures stand here too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.heart import Heart, Listening
from app.hook import Hook
from app.mail import Smtp
from app.settings import Settings
from app.transcriber import HttpTranscriber
from helpdesk import endpoints, notices, recipients
from helpdesk.errands import Claimed
from helpdesk.password_links import LASTS, Kind, PasswordLinks
from helpdesk.ports import Letter, Mail, Phone, PortFailed, Recordings, Text, Transcriber
from helpdesk.sealing import Seal
from ivr.twilio_api import TwilioApi
from models import Alarm, Call, Errand, SwapRequest, Task
from models.swaps import SwapState
from models.values import CallState, ErrandKind, ErrandState, e164

IS_TOLD: Final = select(Alarm.tell_at).where(Alarm.id == bindparam("alarm"))
ASKED: Final = select(SwapRequest.state).where(SwapRequest.id == bindparam("swap"))
STATE: Final = select(Call.state).where(Call.id == bindparam("call"))
TAKEN: Final = select(Task.taken_at).where(Task.id == bindparam("task"))


class NotConfigured(Exception):
    """There is nothing to send it with; the errand is kept, visibly not sent."""


class NotFound(Exception):
    """The provider knows of no such message."""


@dataclass(frozen=True, kw_only=True)
class Ports:
    """What fulfils the ports; None where the environment configures nothing. `links` makes the links that letters bring."""

    phone: Phone | None
    text: Text | None
    mail: Mail | None
    alarm_address: str | None
    links: PasswordLinks | None = None
    hook: Hook | None = None
    recordings: Recordings | None = None
    transcriber: Transcriber | None = None

    @classmethod
    def of(cls, settings: Settings, *, heart: Heart | None = None) -> Ports:
        """The ports that the environment configures. `heart` notes how the provider answers."""
        api = None
        if settings.twilio_account_sid and settings.twilio_auth_tokens:
            api = TwilioApi(
                account=settings.twilio_account_sid,
                token=settings.twilio_auth_tokens[0],
                base_url=settings.public_base_url,
                api_base_url=settings.twilio_api_base_url,
                sms_from=settings.sms_from,
            )
            if heart is not None:
                api.client.http_client = Listening(api.client.http_client, heart)
        mail = Smtp(settings.smtp_url, settings.mail_from) if settings.smtp_url and settings.mail_from else None
        text = api if settings.sms_from else None
        links = PasswordLinks.derive(settings.secret_keys, settings.public_base_url) if settings.secret_keys else None
        return cls(
            phone=api,
            text=text,
            mail=mail,
            alarm_address=settings.alarm_address,
            links=links,
            hook=_hook(settings),
            recordings=api.recordings if api is not None else None,
            transcriber=HttpTranscriber(service=settings.transcription) if settings.transcription else None,
        )


def _hook(settings: Settings) -> Hook | None:
    """What tells endpoints; None without a key to open their secrets with."""
    if not settings.secret_keys:
        return None
    return Hook(seal=Seal.derive(settings.secret_keys, endpoints.PURPOSE), is_demo=settings.demo)


@dataclass(frozen=True, kw_only=True)
class Deed:
    """`act` does it and says what came of it, or raises PortFailed, NotConfigured or NotFound.

    `findable`: whether the provider can be asked afterwards if it was done.
    """

    act: Callable[[], str]
    findable: bool = False


def deed(session: Session, ports: Ports, claimed: Claimed, *, now: datetime) -> Deed:
    """What is to be done about a claimed errand. Raises NotConfigured where nothing is there to do it with."""
    if not claimed.in_doubt and (unwanted := _unwanted(session, claimed, now=now)):
        return Deed(act=lambda: unwanted)
    payload = claimed.payload
    to, language = recipients.reached(session, payload["to"], claimed.kind, alarm_address=ports.alarm_address)
    if to is None:
        alarmed = payload["to"] == recipients.ALARM
        raise NotConfigured(
            "ALARM_ADDRESS is not set" if alarmed else f"{payload['to']} cannot be reached by {claimed.kind} any more"
        )
    values = payload["values"] | _link(session, ports, payload, now=now)
    words = notices.written(payload["notice"], language, values)
    if claimed.kind is ErrandKind.TEXT or "@" not in to:
        return _text(session, ports, claimed, to=to, words=words)
    return _letter(ports, claimed, to=to, words=words, now=now)


def _link(session: Session, ports: Ports, payload: dict[str, Any], *, now: datetime) -> dict[str, str]:
    """The link that a letter brings, made now: no row ever has it."""
    if "link" not in payload:
        return {}
    if ports.links is None:
        raise NotConfigured("SECRET_KEY is not set, and links are sealed with it")
    return {"link": ports.links.made(recipients.a_user(session, payload["to"]), Kind(payload["link"]), now=now)}


def _unwanted(session: Session, claimed: Claimed, *, now: datetime) -> str | None:
    """Why nobody wants a message any more that has not been sent yet."""
    if claimed.payload.get("replaced"):
        return "not sent: a corrected one has replaced it"
    link = claimed.payload.get("link")
    if link is not None and now - claimed.asked_at > LASTS[Kind(link)]:
        return "not sent: it was asked for too long ago"
    if link is not None and recipients.a_user(session, claimed.payload["to"]).ended_at is not None:
        return "not sent: they log in no more"
    if recipients.has_left(session, claimed.payload["to"]):
        return "not sent: they have left"
    talk = claimed.payload.get("talk")
    if talk is not None and session.scalars(STATE, {"call": talk}).one() is CallState.ENDED:
        return "not sent: the call is over"
    return _settled(session, claimed.payload)


def _settled(session: Session, payload: dict[str, Any]) -> str | None:
    """Why nobody need be told any more: it has been seen to."""
    alarm = payload.get("alarm")
    if alarm is not None and session.scalars(IS_TOLD, {"alarm": alarm}).one() is None:
        return "not sent: the alarm is acknowledged, or over"
    task = payload.get("task")
    if task is not None and session.scalars(TAKEN, {"task": task}).one() is not None:
        return "not sent: somebody has taken the task"
    swap = payload.get("swap")
    if swap is not None and session.scalars(ASKED, {"swap": swap}).one() is not SwapState.ASKED:
        return "not sent: the swap is asked for no more"
    return None


def _text(session: Session, ports: Ports, claimed: Claimed, *, to: str, words: str) -> Deed:
    text = ports.text
    if text is None or e164(to, None) is None:
        raise NotConfigured("SMS_FROM or the Twilio account is not set")
    if not claimed.in_doubt:
        return Deed(act=lambda: text.send(to, words), findable=True)
    others = _names_since(session, claimed.asked_at)

    def look() -> str:
        """The provider's name for it. The same words to the same number may be another errand's."""
        found = next((name for name in text.sent(to, words, since=claimed.asked_at) if name not in others), None)
        if found is None:
            raise NotFound
        return found

    return Deed(act=look, findable=True)


def _letter(ports: Ports, claimed: Claimed, *, to: str, words: str, now: datetime) -> Deed:
    mail = ports.mail
    if claimed.in_doubt:  # SMTP has nobody to ask.
        raise PortFailed(claimed.payload["doubt"]["why"], permanent=False, undecided=True)
    if mail is None:
        raise NotConfigured("SMTP_URL is not set")
    subject, _, body = words.partition("\n")
    copy = claimed.payload.get("copy")
    key = f"{claimed.key}:copy:{copy}" if copy else claimed.key

    def hand_over() -> str:
        mail.send(Letter(to=to, subject=subject, body=body, key=key, at=now))
        return "handed to the mail server"

    return Deed(act=hand_over)


def _names_since(session: Session, moment: datetime) -> set[str | None]:
    """The provider's names for the messages of errands that were done since then."""
    return set(session.scalars(select(Errand.outcome).where(Errand.state == ErrandState.DONE, Errand.done_at >= moment)))
