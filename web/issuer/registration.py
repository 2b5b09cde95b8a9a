"""What we are at the issuer: a client with a secret."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from helpdesk.ports import is_this_machine


@dataclass(frozen=True, kw_only=True)
class Registration:
    """`issuer` is its address as it writes it itself, `name` what users call it.

    `second_factors` are the methods (`amr`, RFC 8176) that count as a second factor; none: the issuer only replaces the password.
    """

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    second_factors: frozenset[str] = frozenset()


def is_safe(address: str) -> bool:
    """Whether nobody on the way reads what is sent there: https, or this machine itself."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    host = parts.hostname or ""
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and is_this_machine(host)))
