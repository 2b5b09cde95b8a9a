"""The mail port over SMTP: `smtp://user:password@host:port` with STARTTLS where it is offered, or `smtps://`."""

from __future__ import annotations

import smtplib
import ssl
from email.message import EmailMessage
from typing import Final
from urllib.parse import unquote, urlsplit

from helpdesk.ports import PortFailed

TIMEOUT: Final = 10
PERMANENT: Final = 500


class Smtp:
    """Fulfils helpdesk.ports.Mail."""

    def __init__(self, url: str, sender: str) -> None:
        self.url, self.sender = urlsplit(url), sender

    def send(self, to: str, subject: str, body: str) -> None:
        """Sends a plain-text letter. Raises PortFailed: 5xx is permanent, 4xx and a lost connection are not."""
        letter = EmailMessage()
        letter["From"], letter["To"], letter["Subject"] = self.sender, to, subject
        letter.set_content(body)
        try:
            with self._connected() as server:
                server.send_message(letter)
        except smtplib.SMTPRecipientsRefused as refused:
            code, why = next(iter(refused.recipients.values()))
            raise PortFailed(f"{code} {why.decode(errors='replace')}", permanent=code >= PERMANENT) from refused
        except smtplib.SMTPResponseException as refused:
            raise PortFailed(f"{refused.smtp_code} {refused.smtp_error!r}", permanent=refused.smtp_code >= PERMANENT) from refused
        except (OSError, smtplib.SMTPException) as problem:
            raise PortFailed(f"the mail server is out of reach: {problem}", permanent=False) from problem

    def _connected(self) -> smtplib.SMTP:
        host, tls = self.url.hostname or "", ssl.create_default_context()
        server: smtplib.SMTP
        if self.url.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, self.url.port or 465, timeout=TIMEOUT, context=tls)
        else:
            server = smtplib.SMTP(host, self.url.port or 25, timeout=TIMEOUT)
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=tls)
        if self.url.username:
            server.login(unquote(self.url.username), unquote(self.url.password or ""))
        return server
