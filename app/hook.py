"""Tells an endpoint something over HTTP: at an address of the open internet alone, within seconds, following nothing.

The name is looked up here, every address it has must be one of the open internet (else somebody could have our own network asked),
and the connection goes to the address that was looked at, not to what the name says a moment later. In the demo, addresses of this
machine are allowed too.
"""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

import certifi
from urllib3 import BaseHTTPResponse, HTTPConnectionPool, HTTPSConnectionPool, Timeout
from urllib3.exceptions import HTTPError

from helpdesk import deliveries, endpoints
from helpdesk.deliveries import Claimed
from helpdesk.endpoints import NotAllowed
from helpdesk.ports import PortFailed
from helpdesk.sealing import Seal

CONNECT_WITHIN: Final = 5.0
ANSWER_WITHIN: Final = 10.0
SUCCESS: Final = range(200, 300)
NAME: Final = "Doegnvagt-Webhooks/1"
PORTS: Final = {"https": 443, "http": 80}


@dataclass(frozen=True, kw_only=True)
class Hook:
    """How endpoints are told. `seal` opens their secrets; `within` is seconds for connecting and for an answer."""

    seal: Seal = field(repr=False)
    is_demo: bool
    within: tuple[float, float] = (CONNECT_WITHIN, ANSWER_WITHIN)

    def tell(self, claimed: Claimed, *, now: datetime) -> str:
        """Sends it; what was answered. Raises SealBroken; PortFailed for whatever is no success: a redirect too."""
        try:
            endpoints.require_allowed(claimed.url, is_demo=self.is_demo)
        except NotAllowed as why:
            raise PortFailed(f"not sent: {why}", permanent=False) from why
        parts = urlsplit(claimed.url)
        signed = deliveries.signed(claimed, seal=self.seal, now=now)
        headers = {**signed, "Host": parts.netloc, "Content-Type": "application/json", "User-Agent": NAME}
        begun = time.monotonic()
        pool = self._pool(parts, self._address(parts))
        try:
            answer = _posted(pool, parts, claimed.body, headers)
        except (HTTPError, OSError) as problem:
            raise PortFailed(type(problem).__name__, permanent=False) from problem
        finally:
            pool.close()
        told = f"{answer.status} · {int((time.monotonic() - begun) * 1_000)} ms"
        if answer.status not in SUCCESS:
            raise PortFailed(told, permanent=False)
        return told

    def _address(self, parts: SplitResult) -> str:
        """Where to connect to. Raises PortFailed for a name without an address, or with one that is not of the open internet."""
        try:
            found = socket.getaddrinfo(parts.hostname, _port(parts), type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as problem:  # what is no name is not even looked up
            raise PortFailed(f"its name has no address: {type(problem).__name__}", permanent=False) from problem
        addresses = [str(one[4][0]) for one in found]
        if not all(self._is_open(address) for address in addresses):
            raise PortFailed("not sent: its address is not of the open internet", permanent=False)
        return addresses[0]

    def _is_open(self, address: str) -> bool:
        there = ip_address(address.partition("%")[0])
        mapped = getattr(there, "ipv4_mapped", None) or there
        return (mapped.is_global and not mapped.is_multicast) or (self.is_demo and mapped.is_loopback)

    def _pool(self, parts: SplitResult, address: str) -> HTTPConnectionPool:
        connect, answer = self.within
        timeout = Timeout(connect=connect, read=answer)
        if parts.scheme == "http":
            return HTTPConnectionPool(address, _port(parts), timeout=timeout, maxsize=1)
        name = parts.hostname
        return HTTPSConnectionPool(
            address, _port(parts), timeout=timeout, maxsize=1, server_hostname=name, assert_hostname=name, ca_certs=certifi.where()
        )


def _posted(pool: HTTPConnectionPool, parts: SplitResult, body: bytes, headers: dict[str, str]) -> BaseHTTPResponse:
    path = f"{parts.path or '/'}{parts.query and f'?{parts.query}'}"
    answer = pool.urlopen("POST", path, body, headers, retries=False, redirect=False, preload_content=False)
    answer.close()  # what else it says is not read
    return answer


def _port(parts: SplitResult) -> int:
    return parts.port or PORTS[parts.scheme]
