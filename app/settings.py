"""The environment, read once. Nobody else reads it; what it says is handed on as an argument.

`from_env` collects every problem and raises one `WrongSettings` that names each variable (interface.md, "Environment").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Final, TypeVar
from urllib.parse import SplitResult, urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from models.values import e164

SECRET_KEY_FILE: Final = Path("var/secret_key")
LAST_PORT: Final = 65_535
LONGEST_HOST: Final = 253
LABEL: Final = r"(?!-)[0-9A-Za-z-]{1,63}(?<!-)"
MAKING_A_KEY: Final = "`python3 -c 'import secrets; print(secrets.token_urlsafe(48))'`"
NO_SECRET: Final = (
    f"SECRET_KEY: is not set, and there is no {SECRET_KEY_FILE}; make one with {MAKING_A_KEY}, for the demo `make run` makes one"
)
T = TypeVar("T")


class WrongSettings(Exception):
    """One or more environment variables cannot be used; the message names them all, `problems` one each ("NAME: why")."""

    def __init__(self, *problems: str) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the environment says. Secrets do not show in `repr`."""

    database_url: str = field(repr=False)
    migration_database_url: str = field(repr=False)
    secret_keys: tuple[str, ...] = field(repr=False)
    public_base_url: str
    twilio_account_sid: str | None
    twilio_auth_tokens: tuple[str, ...] = field(repr=False)
    twilio_api_base_url: str | None
    emergency_number: str | None
    smtp_url: str | None = field(repr=False)
    mail_from: str | None
    sms_from: str | None
    alarm_address: str | None
    shop_address: str | None
    demo: bool
    demo_clock: Path | None
    host: str
    port: int

    @property
    def listening(self) -> str:
        """Where the web process listens, unless it is told otherwise: HOST:PORT."""
        return f"{self.host}:{self.port}"

    @property
    def has_account(self) -> bool:
        """Whether there is an account at the provider, so that it can be asked."""
        return bool(self.twilio_account_sid and self.twilio_auth_tokens)

    def with_secret(self) -> Settings:
        """These settings, where there is a secret key. Raises WrongSettings where there is none."""
        if not self.secret_keys:
            raise WrongSettings(NO_SECRET)
        return self


def from_env(env: Mapping[str, str], *, key_file: Path = SECRET_KEY_FILE, needs_secret: bool = False) -> Settings:
    """The settings in `env`; a variable that is empty counts as not set. With `needs_secret` a missing secret key is wrong too.

    Raises WrongSettings with one line that names every wrong variable.
    """
    reader = _Reader(env)
    database_url = reader.value("DATABASE_URL", _database_url, "sqlite:///var/doegnvagt.db")
    settings = Settings(
        database_url=database_url,
        migration_database_url=reader.value("MIGRATION_DATABASE_URL", _database_url, database_url),
        secret_keys=reader.value("SECRET_KEY", _list, ()) or reader.kept_keys(key_file),
        public_base_url=reader.value("PUBLIC_BASE_URL", _base_url, "http://127.0.0.1:8000"),
        twilio_account_sid=reader.value("TWILIO_ACCOUNT_SID", _account_sid, None),
        twilio_auth_tokens=reader.value("TWILIO_AUTH_TOKEN", _list, ()),
        twilio_api_base_url=reader.value("TWILIO_API_BASE_URL", _origin, None),
        emergency_number=reader.value("EMERGENCY_NUMBER", _number, None),
        smtp_url=reader.value("SMTP_URL", _smtp_url, None),
        mail_from=reader.value("MAIL_FROM", _mail_address, None),
        sms_from=reader.value("SMS_FROM", _number, None),
        alarm_address=reader.value("ALARM_ADDRESS", _mail_or_number, None),
        shop_address=reader.value("SHOP_ADDRESS", str, None),
        demo=reader.value("DEMO", _yes, default=False),
        demo_clock=reader.value("DEMO_CLOCK", Path, None),
        host=reader.value("HOST", _host, "127.0.0.1"),
        port=reader.value("PORT", _port, 8000),
    )
    # What depends on another variable depends on its text: one that is wrong itself must not hide what else is.
    https = reader.text("PUBLIC_BASE_URL").lower().startswith("https:")
    reader.require(not (settings.demo and https), "DEMO: refused with an https PUBLIC_BASE_URL")
    reader.require(not settings.demo_clock or settings.demo, "DEMO_CLOCK: only goes with DEMO=1")
    reader.require(not reader.text("SMTP_URL") or bool(reader.text("MAIL_FROM")), "MAIL_FROM: is needed with SMTP_URL")
    reader.require(not needs_secret or bool(settings.secret_keys) or reader.named("SECRET_KEY"), NO_SECRET)
    if reader.problems:
        raise WrongSettings(*reader.problems)
    return settings


class _Reader:
    """Reads variables one by one and remembers what was wrong with them."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = env
        self.problems: list[str] = []

    def text(self, name: str) -> str:
        return self.env.get(name, "").strip()

    def named(self, name: str) -> bool:
        return any(problem.startswith(f"{name}: ") for problem in self.problems)

    def value(self, name: str, check: Callable[[str], T], default: T) -> T:
        text = self.text(name)
        if not text:
            return default
        try:
            return check(text)
        except ValueError as problem:
            self.problems.append(f"{name}: {problem}")
            return default

    def kept_keys(self, key_file: Path) -> tuple[str, ...]:
        try:
            return _list(key_file.read_text("utf-8").strip())
        except FileNotFoundError:
            return ()
        except (OSError, ValueError) as problem:
            self.problems.append(f"SECRET_KEY: is not set, and {key_file} cannot be used ({type(problem).__name__})")
            return ()

    def require(self, holds: bool, problem: str) -> None:  # noqa: FBT001 - reads as a sentence where it is called
        if not holds:
            self.problems.append(problem)


def _list(text: str) -> tuple[str, ...]:
    items = tuple(item.strip() for item in text.split(","))
    if not all(items):
        raise ValueError("an item of the comma list is empty")
    return items


def _database_url(text: str) -> str:
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


def _address(text: str, *, schemes: set[str], example: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        fits = parts.scheme in schemes and parts.hostname and parts.port != 0
    except ValueError:  # its words may repeat a password
        fits = False
    if not fits or re.search(r"\s", text):
        raise ValueError(f"is not {example}")
    return parts


def _base_url(text: str) -> str:
    parts = _address(text, schemes={"http", "https"}, example="an http or https address")
    if text.endswith(("/", "?", "#")) or parts.query or parts.fragment:
        raise ValueError("must end without a slash, query or fragment")
    if parts.username or "_" in (parts.hostname or ""):
        raise ValueError("Twilio takes no user name and no underscore in a host name")
    return text


def _origin(text: str) -> str:
    parts = urlsplit(_base_url(text))
    if parts.path:
        raise ValueError("is scheme and host only; the path /2010-04-01/… follows")
    return text


def _account_sid(text: str) -> str:
    if not re.fullmatch(r"AC[0-9A-Za-z]{32}", text):
        raise ValueError("is not AC and 32 characters")
    return text


def _number(text: str) -> str:
    number = e164(text, None)
    if number is None:
        raise ValueError("is not a telephone number in E.164 (+45…)")
    return number


def _mail_address(text: str) -> str:
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", text):
        raise ValueError("is not a mail address")
    return text


def _mail_or_number(text: str) -> str:
    return _mail_address(text) if "@" in text else _number(text)


def _smtp_url(text: str) -> str:
    _address(text, schemes={"smtp", "smtps"}, example="smtp://user:password@host:port or smtps://…")
    return text


def _yes(text: str) -> bool:
    if text not in {"0", "1"}:
        raise ValueError("is 1, or left out")
    return text == "1"


def _host(text: str) -> str:
    """A host name, or an address; one of IPv6 in brackets, as gunicorn wants it."""
    try:
        address = ip_address(text[1:-1] if text[:1] + text[-1:] == "[]" else text)
    except ValueError:
        is_name = re.fullmatch(rf"{LABEL}(\.{LABEL})*", text) and not text.rpartition(".")[2].isdigit()
        if not is_name or len(text) > LONGEST_HOST:
            raise ValueError("is not a host name or an address such as 127.0.0.1 or [::1]") from None
        return text
    return str(address) if address.version == 4 else f"[{address}]"  # noqa: PLR2004 - IPv4


def _port(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,5}", text) or not 1 <= int(text) <= LAST_PORT:
        raise ValueError(f"is not a port from 1 to {LAST_PORT}")
    return int(text)
