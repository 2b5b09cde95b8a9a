"""How the text of each environment variable is read: what it must be, and everything that is wrong with one of them.

A check takes the text and raises ValueError with what is wrong; its words never repeat a value, which may be a password.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import SplitResult, urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from models.values import e164
from web.issuer.registration import is_safe

LAST_PORT: Final = 65_535
LONGEST_HOST: Final = 253
MOST_MINUTES: Final = 60
LABEL: Final = r"(?!-)[0-9A-Za-z-]{1,63}(?<!-)"
T = TypeVar("T")
SHORTEST_TOKEN: Final = 16
LONGEST_LABEL: Final = 40
LONGEST_ISSUER: Final = 500


class Reader:
    """Reads variables one by one and remembers what was wrong with them."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = env
        self.problems: list[str] = []

    def text(self, name: str) -> str:
        """The text of a variable without outer spaces; empty where it is not set."""
        return self.env.get(name, "").strip()

    def named(self, name: str) -> bool:
        """Whether something is wrong with that variable already."""
        return any(problem.startswith(f"{name}: ") for problem in self.problems)

    def value(self, name: str, check: Callable[[str], T], default: T) -> T:
        """What `check` makes of a variable; the default where it is not set, or cannot be used."""
        text = self.text(name)
        if not text:
            return default
        try:
            return check(text)
        except ValueError as problem:
            self.problems.append(f"{name}: {problem}")
            return default

    def kept_keys(self, key_file: Path) -> tuple[str, ...]:
        """The secret keys in a file; none where there is no such file."""
        try:
            return listed(key_file.read_text("utf-8").strip())
        except FileNotFoundError:
            return ()
        except (OSError, ValueError) as problem:
            self.problems.append(f"SECRET_KEY: is not set, and {key_file} cannot be used ({type(problem).__name__})")
            return ()

    def require(self, holds: bool, problem: str) -> None:  # noqa: FBT001 - reads as a sentence where it is called
        """Remembers the problem unless something holds."""
        if not holds:
            self.problems.append(problem)


def listed(text: str) -> tuple[str, ...]:
    """The items of a comma list."""
    items = tuple(item.strip() for item in text.split(","))
    if not all(items):
        raise ValueError("an item of the comma list is empty")
    return items


def methods(text: str) -> frozenset[str]:
    """Names of methods to sign in with (RFC 8176), in any order."""
    return frozenset(listed(text))


def database_url(text: str) -> str:
    """A database URL, its driver named."""
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # its words may repeat a password
        raise ValueError("is not a database URL such as sqlite:///var/doegnvagt.db or postgresql://user@host/name") from None
    if url.drivername in {"postgres", "postgresql", "postgresql+psycopg"}:
        return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    if url.drivername in {"sqlite", "sqlite+pysqlite"}:
        if url.database in {None, "", ":memory:"}:
            raise ValueError("an SQLite database needs a file: its processes share it")
        return url.set(drivername="sqlite").render_as_string(hide_password=False)
    raise ValueError(f"{url.drivername!r} is not supported; use sqlite or postgresql")


def base_url(text: str) -> str:
    """An http or https address as Twilio takes it, without a slash at its end; its scheme in small letters."""
    parts = _address(text, schemes={"http", "https"}, example="an http or https address")
    if text.endswith(("/", "?", "#")) or parts.query or parts.fragment:
        raise ValueError("must end without a slash, query or fragment")
    if parts.username or "_" in (parts.hostname or ""):
        raise ValueError("Twilio takes no user name and no underscore in a host name")
    return f"{parts.scheme}{text[len(parts.scheme) :]}"


def origin(text: str) -> str:
    """Scheme and host only."""
    address = base_url(text)
    if urlsplit(address).path:
        raise ValueError("is scheme and host only; the path /2010-04-01/… follows")
    return address


def account_sid(text: str) -> str:
    """AC and 32 characters."""
    if not re.fullmatch(r"AC[0-9A-Za-z]{32}", text):
        raise ValueError("is not AC and 32 characters")
    return text


def number(text: str) -> str:
    """A telephone number in E.164."""
    number = e164(text, None)
    if number is None:
        raise ValueError("is not a telephone number in E.164 (+45…)")
    return number


def mail_address(text: str) -> str:
    """A mail address, loosely."""
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", text):
        raise ValueError("is not a mail address")
    return text


def mail_or_number(text: str) -> str:
    """A mail address, or a number in E.164, or one of each with a comma between."""
    named = [one.strip() for one in text.split(",")]
    read = [mail_address(one) if "@" in one else number(one) for one in named]
    if len({"@" in one for one in read}) < len(read):
        raise ValueError("is a mail address, a number, or one of each with a comma between")
    return ",".join(read)


def smtp_url(text: str) -> str:
    """Where mail is handed over."""
    _address(text, schemes={"smtp", "smtps"}, example="smtp://user:password@host:port or smtps://…")
    return text


def yes(text: str) -> bool:
    """1, or 0."""
    if text not in {"0", "1"}:
        raise ValueError("is 1, or left out")
    return text == "1"


def host(text: str) -> str:
    """A host name, or an address; one of IPv6 in brackets, as gunicorn wants it."""
    try:
        address = ip_address(text[1:-1] if text[:1] + text[-1:] == "[]" else text)
    except ValueError:
        is_name = re.fullmatch(rf"{LABEL}(\.{LABEL})*", text) and not text.rpartition(".")[2].isdigit()
        if not is_name or len(text) > LONGEST_HOST:
            raise ValueError("is not a host name or an address such as 127.0.0.1 or [::1]") from None
        return text
    return str(address) if address.version == 4 else f"[{address}]"  # noqa: PLR2004 - IPv4


def port(text: str) -> int:
    """A port."""
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= LAST_PORT:
        raise ValueError(f"is not a port from 1 to {LAST_PORT}")
    return int(text)


def token(text: str) -> str:
    """A secret that somebody brings along, at least 16 characters."""
    if len(text) < SHORTEST_TOKEN:
        raise ValueError(f"must have at least {SHORTEST_TOKEN} visible characters of ASCII, and no blank")
    return visible(text)


def issuer(text: str) -> str:
    """The address of an OpenID provider, as it writes it itself: some end it with a slash."""
    parts = _address(text, schemes={"http", "https"}, example="an https address")
    if not is_safe(text):
        raise ValueError("must be https: passwords of our users are asked for there")
    if parts.query or parts.fragment or parts.username or text.endswith(("?", "#")) or len(text) > LONGEST_ISSUER:
        raise ValueError("must have no query, fragment or user name")
    return text


def service(text: str) -> str:
    """The address of a service that is told what nobody else may hear."""
    parts = _address(text, schemes={"http", "https"}, example="an https address")
    if not is_safe(text) or parts.username or parts.fragment:
        raise ValueError("must be https, or of this machine, without user name and fragment")
    return text


def visible(text: str) -> str:
    """A text of visible characters of ASCII."""
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("must have visible characters of ASCII alone, and no blank")
    return text


def client_id(text: str) -> str:
    """A name that stands before a colon and a secret."""
    if ":" in text:
        raise ValueError("must have no colon")
    return visible(text)


def label(text: str) -> str:
    """What stands on a button."""
    if not text.isprintable() or len(text) > LONGEST_LABEL:
        raise ValueError(f"must be one line of at most {LONGEST_LABEL} characters")
    return text


def minutes(text: str) -> int:
    """A whole number of minutes within an hour."""
    if not re.fullmatch(r"[0-9]{1,2}", text) or int(text) > MOST_MINUTES:
        raise ValueError(f"is not a whole number of minutes from 0 to {MOST_MINUTES}")
    return int(text)


def points(text: str) -> int:
    """A whole number of points."""
    if not re.fullmatch(r"[0-9]{1,7}", text):
        raise ValueError("is not a whole number of points, 0 or more")
    return int(text)


def _address(text: str, *, schemes: set[str], example: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        fits = parts.scheme in schemes and parts.hostname and parts.port != 0
    except ValueError:  # its words may repeat a password
        fits = False
    if not fits or re.search(r"\s", text):
        raise ValueError(f"is not {example}")
    return parts
