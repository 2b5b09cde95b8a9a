"""How requests travel to the application: over real HTTP, or straight into a WSGI callable of this process.

    TransportError          nothing came back; `code` is Twilio's, `retried_as` the word of `#rp=` that retries it
    ├── ConnectionFailed    11205, ct: refused, unreachable, TLS
    ├── ConnectTimedOut     11201, ct
    ├── ReadTimedOut        11203, rt
    ├── HostUnknown         11210, ct
    └── ConnectionBroken    11206: cut off after the request had been sent; `Knobs.broken_retried_as`

Neither transport follows redirects: what Twilio does with them is written in `webhooks`.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias
from urllib.parse import unquote_to_bytes, urlsplit

import requests
import urllib3.exceptions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Limits:
    """How long the transport may wait, in seconds (twilio-contract §1.5: ct, rt)."""

    connect: float = 5.0
    read: float = 15.0


USUAL = Limits()


@dataclass(frozen=True, slots=True)
class Response:
    """What came back, headers in their order and with their repetitions."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def header(self, name: str) -> str:
        """The first header of that name, or nothing."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


class TransportError(Exception):
    """Nothing came back."""

    code = 11205
    retried_as = "ct"


class ConnectionFailed(TransportError):
    """Nobody answered at that address."""


class ConnectTimedOut(TransportError):
    """The connection was not made in time."""

    code = 11201


class HostUnknown(TransportError):
    """The name of the host could not be found."""

    code = 11210


class ReadTimedOut(TransportError):
    """The answer did not come in time."""

    code = 11203
    retried_as = "rt"


class ConnectionBroken(TransportError):
    """The connection broke before the answer was whole."""

    code = 11206
    retried_as = ""


class Transport(Protocol):
    """What the exchange needs to send a request. Raises a TransportError when nothing comes back."""

    def post(self, url: str, body: bytes, headers: Mapping[str, str], *, limits: Limits = ...) -> Response:
        """POST `body` to `url`."""

    def get(self, url: str, headers: Mapping[str, str], *, limits: Limits = ...) -> Response:
        """GET `url`."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One request, ready to go: signed, its body encoded, its URL without a fragment."""

    method: str
    url: str
    body: bytes
    headers: dict[str, str]
    limits: Limits = field(default_factory=Limits)

    def over(self, transport: Transport) -> Outcome:
        """What came back over `transport`: a response, or the error that kept it away."""
        try:
            if self.method == "GET":
                return transport.get(self.url, self.headers, limits=self.limits)
            return transport.post(self.url, self.body, self.headers, limits=self.limits)
        except TransportError as error:
            return error


Outcome: TypeAlias = Response | TransportError


class HttpTransport:
    """Real HTTP, one connection a request: a server that was restarted in between is met fresh."""

    def post(self, url: str, body: bytes, headers: Mapping[str, str], *, limits: Limits = Limits()) -> Response:
        """POST `body` to `url`."""
        return self._sent(requests.Request("POST", url, data=body, headers=dict(headers)), limits)

    def get(self, url: str, headers: Mapping[str, str], *, limits: Limits = Limits()) -> Response:
        """GET `url`."""
        return self._sent(requests.Request("GET", url, headers=dict(headers)), limits)

    @staticmethod
    def _sent(request: requests.Request, limits: Limits) -> Response:
        with requests.Session() as session:
            session.trust_env = False
            prepared = session.prepare_request(request)
            prepared.headers["Connection"] = "close"
            prepared.url = request.url  # byte for byte: requests would quote it anew, and what is signed is this
            try:
                got = session.send(prepared, timeout=(limits.connect, limits.read), allow_redirects=False)
            except requests.RequestException as error:
                raise _named(error) from error
        raw = got.raw.headers
        return Response(got.status_code, tuple((key, value) for key, value in raw.items()), got.content)


def _named(error: requests.RequestException) -> TransportError:
    cause = error.args[0] if error.args else None
    reason = getattr(cause, "reason", cause)
    if isinstance(error, requests.ConnectTimeout):
        return ConnectTimedOut(str(error))
    if isinstance(error, requests.ReadTimeout):
        return ReadTimedOut(str(error))
    if isinstance(reason, urllib3.exceptions.NameResolutionError):
        return HostUnknown(str(error))
    if isinstance(reason, urllib3.exceptions.ReadTimeoutError):
        return ReadTimedOut(str(error))
    if isinstance(reason, urllib3.exceptions.ProtocolError):
        return ConnectionBroken(str(error))
    return ConnectionFailed(str(error))


class WsgiTransport:
    """A WSGI callable of this process, called as a server behind a TLS proxy would call it."""

    def __init__(self, app: Callable[..., Iterable[bytes]]) -> None:
        self._app = app

    def post(self, url: str, body: bytes, headers: Mapping[str, str], *, limits: Limits = USUAL) -> Response:  # noqa: ARG002 - a call within the process cannot be cut off
        """POST `body` to `url`."""
        return self._called("POST", url, body, headers)

    def get(self, url: str, headers: Mapping[str, str], *, limits: Limits = USUAL) -> Response:  # noqa: ARG002 - a call within the process cannot be cut off
        """GET `url`."""
        return self._called("GET", url, b"", headers)

    def _called(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> Response:
        started: list[tuple[str, list[tuple[str, str]]]] = []

        def start_response(status: str, head: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:  # noqa: ANN401, ARG001 - PEP 3333
            started.append((status, head))
            return written.write

        written = io.BytesIO()
        answer = self._app(_environ(method, url, body, headers), start_response)
        try:
            for part in answer:
                written.write(part)
        finally:
            close = getattr(answer, "close", None)
            if close:
                close()
        status, head = started[-1]
        return Response(int(status.split()[0]), tuple(head), written.getvalue())


def _environ(method: str, url: str, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
    parts = urlsplit(url)
    path = parts.path or "/"
    raw = path + (f"?{parts.query}" if "?" in url else "")
    port = parts.port or (443 if parts.scheme == "https" else 80)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
        "QUERY_STRING": parts.query,
        "RAW_URI": raw,
        "REQUEST_URI": raw,
        "SERVER_NAME": parts.hostname or "",
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "HTTP_HOST": parts.netloc.rpartition("@")[2],
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": parts.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
        "wsgi.multithread": False,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key in {"CONTENT_TYPE", "CONTENT_LENGTH"} else f"HTTP_{key}"] = value
    return environ
