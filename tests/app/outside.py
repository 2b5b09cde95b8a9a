"""The outside, over real sockets: the way to Twilio with trouble on it, and a post office with a will of its own."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from ipaddress import ip_address
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final
from wsgiref.types import StartResponse, WSGIApplication

from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PATIENCE: Final = 30.0


@dataclass
class Way:
    """Requests go through here to Twilio. A POST meets `trouble` on its way back, or already on its way there (`lost`)."""

    twilio: WSGIApplication
    trouble: str | None = None
    lost: bool = False
    requests: list[str] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        self.requests.append(environ["REQUEST_METHOD"])
        if self.trouble is None or environ["REQUEST_METHOD"] != "POST":
            return self.twilio(environ, start_response)
        if not self.lost:
            list(self.twilio(environ, lambda *_: lambda _: None))
        return self._trouble(environ, start_response)

    def _trouble(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if self.trouble == "time-out":
            self.released.wait(PATIENCE)
        if self.trouble in {"time-out", "broken connection"}:
            environ["werkzeug.socket"].shutdown(socket.SHUT_RDWR)
            raise ConnectionResetError
        start_response("503 Unavailable" if self.trouble == "503" else "201 Created", [("Content-Type", "text/html")])
        return [b"<p>A proxy is not well.</p>"]


@dataclass
class PostOffice:
    """A mail server's handler: keeps the letters that it is given, refuses with a reply at a word, or hangs up at it.

    `replies` and `hangs_up_at` go by what was said: RCPT, DATA (the letter has been handed over) or QUIT. A `silent` one does not
    hang up but says nothing more.
    """

    replies: dict[str, str] = field(default_factory=dict)
    hangs_up_at: str | None = None
    silent: bool = False
    password: str | None = None
    letters: list[EmailMessage] = field(default_factory=list)
    to: list[str] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    tried: list[tuple[bytes, bytes]] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SimpleNamespace, _session: object, envelope: SimpleNamespace, address: str, _options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return await self._reply(server, "RCPT")

    async def handle_DATA(self, server: SimpleNamespace, session: SimpleNamespace, envelope: SimpleNamespace) -> str:  # noqa: N802 - as above
        self.raw.append(envelope.content)
        self.encrypted.append(session.ssl is not None)
        if "DATA" not in self.replies:
            self.to += envelope.rcpt_tos
            self.letters.append(message_from_bytes(envelope.content, policy=policy.default))
        return await self._reply(server, "DATA")

    async def handle_QUIT(self, server: SimpleNamespace, _session: object, _envelope: object) -> str:  # noqa: N802 - as above
        return await self._reply(server, "QUIT")

    def authenticate(
        self, _server: object, session: SimpleNamespace, _envelope: object, _mechanism: str, given: SimpleNamespace
    ) -> AuthResult:
        """An authenticator of aiosmtpd: one password opens, whoever says it."""
        self.encrypted.append(session.ssl is not None)
        self.tried.append((given.login, given.password))
        return AuthResult(success=given.password.decode() == self.password, handled=False)

    async def _reply(self, server: SimpleNamespace, word: str) -> str:
        if self.hangs_up_at == word:
            if not self.silent:
                server.transport.abort()
            await asyncio.get_running_loop().create_future()  # until aiosmtpd sees that nobody is there any more
        return self.replies.get(word, "221 Bye" if word == "QUIT" else "250 OK")


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's TLS with a certificate of its own for this machine, and a client's that trusts it."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    sealed = serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, sealed)
    file = folder / "server.pem"
    file.write_bytes(pem + made.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cafile=file)


def free_port() -> int:
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
