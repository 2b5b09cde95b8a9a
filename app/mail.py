"""The mail port over SMTP: `smtp://user:password@host:port` with STARTTLS where it is offered, or `smtps://`.

    connect · TLS · AUTH · MAIL · RCPT · DATA   nothing was handed over: 5xx is permanent, 4xx and lost connections are tried again
    the letter · its answer                     a lost connection is undecided: the letter may be on its way, and is not sent twice
    QUIT                                        whatever happens now, the letter was accepted

A password never travels without TLS, except to this machine itself.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from hashlib import sha256
from typing import Final
from urllib.parse import unquote, urlsplit

from helpdesk.ports import Letter, PortFailed, is_this_machine

TIMEOUT: Final = 10.0
PATIENCE: Final = 60.0
DONE: Final = 2
GO_ON: Final = 3
FOR_NOW: Final = 4
SEVEN_BITS: Final = policy.SMTP.clone(cte_type="7bit")


class Smtp:
    """Fulfils helpdesk.ports.Mail.

    `tls` says whom to trust: the machine's own authorities, unless it is given. Seconds: `timeout` for each answer, `patience` for
    the answer to a letter, which a mail system may look through first.
    """

    def __init__(
        self, url: str, sender: str, *, tls: ssl.SSLContext | None = None, timeout: float = TIMEOUT, patience: float = PATIENCE
    ) -> None:
        self.url, self.sender = urlsplit(url), sender
        self.tls = tls or ssl.create_default_context()
        self.timeout, self.patience = timeout, patience

    def send(self, letter: Letter) -> None:
        """Hands a letter over. Raises PortFailed, undecided where the connection broke when it had been handed over."""
        with _told(handed_over=False):
            content = _content(letter, self.sender)
            server = self._connected()
        try:
            with _told(handed_over=False):
                self._introduce(server)
                _expect(DONE, server.mail(self.sender))
                _expect(DONE, server.rcpt(letter.to))
                _expect(GO_ON, server.docmd("DATA"))
            with _told(handed_over=True):
                if server.sock is not None:
                    server.sock.settimeout(self.patience)
                server.send(content)
                _expect(DONE, server.getreply())
        finally:
            _leave(server)

    def greet(self) -> None:
        """Does all that comes before a letter, and leaves. Raises PortFailed."""
        with _told(handed_over=False):
            server = self._connected()
        try:
            with _told(handed_over=False):
                self._introduce(server)
        finally:
            _leave(server)

    def _connected(self) -> smtplib.SMTP:
        host = self.url.hostname or ""
        if self.url.scheme == "smtps":
            return smtplib.SMTP_SSL(host, self.url.port or 465, timeout=self.timeout, context=self.tls)
        return smtplib.SMTP(host, self.url.port or 25, timeout=self.timeout)

    def _introduce(self, server: smtplib.SMTP) -> None:
        """Greets, goes over to TLS where it is offered, and says who we are where a name is set."""
        secured = self.url.scheme == "smtps"
        server.ehlo_or_helo_if_needed()
        if not secured and server.has_extn("starttls"):
            server.starttls(context=self.tls)
            server.ehlo_or_helo_if_needed()
            secured = True
        if not self.url.username:
            return
        if not secured and not is_this_machine(self.url.hostname or ""):
            raise PortFailed("the mail server offers no TLS, so the password of SMTP_URL was not sent", permanent=True)
        server.login(unquote(self.url.username), unquote(self.url.password or ""))


def _content(letter: Letter, sender: str) -> bytes:
    """The letter as it goes over the wire, its last line a dot. Headers and text are ASCII, whatever they say."""
    written = EmailMessage(policy=SEVEN_BITS)
    written["From"], written["To"], written["Subject"] = sender, letter.to, " ".join(letter.subject.split())
    written["Date"] = format_datetime(letter.at)
    domain = parseaddr(sender)[1].rpartition("@")[2]
    written["Message-ID"] = f"<{sha256(letter.key.encode()).hexdigest()[:40]}@{domain}>"
    written["Auto-Submitted"] = "auto-generated"
    written.set_content(letter.body)
    return re.sub(rb"(?m)^\.", b"..", written.as_bytes()) + b".\r\n"


@contextmanager
def _told(*, handed_over: bool) -> Iterator[None]:
    """Tells what a mail server, or the way to it, did to us as PortFailed."""
    try:
        yield
    except smtplib.SMTPNotSupportedError as problem:
        raise PortFailed(f"the mail server cannot do it: {problem}", permanent=True) from problem
    except smtplib.SMTPResponseException as refused:
        raise _refusal(refused, handed_over=handed_over) from refused
    except OSError as problem:  # smtplib's own among them
        raise PortFailed(f"the mail server is out of reach: {problem}", permanent=False, undecided=handed_over) from problem
    except ValueError as problem:  # An address that is none, or not in ASCII.
        raise PortFailed(f"the letter cannot be written: {problem}", permanent=True) from problem


def _refusal(refused: smtplib.SMTPResponseException, *, handed_over: bool) -> PortFailed:
    words = refused.smtp_error
    said = words.decode(errors="replace") if isinstance(words, bytes) else str(words)
    sort = refused.smtp_code // 100
    problem = f"the mail server refuses: {refused.smtp_code} {said}"
    return PortFailed(problem, permanent=sort > FOR_NOW, undecided=handed_over and sort < FOR_NOW)


def _expect(sort: int, answer: tuple[int, bytes]) -> None:
    if answer[0] // 100 != sort:
        raise smtplib.SMTPResponseException(*answer)


def _leave(server: smtplib.SMTP) -> None:
    with suppress(OSError):
        server.quit()
    server.close()
