"""The environment, read once. Nobody else reads it; what it says is handed on as an argument.

`from_env` collects every problem and raises one `WrongSettings` that names each variable (interface.md, "Environment").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from app import variables
from app.variables import Reader
from web.issuer.registration import Registration

SECRET_KEY_FILE: Final = Path("var/secret_key")
MAKING_A_KEY: Final = "`python3 -c 'import secrets; print(secrets.token_urlsafe(48))'`"
OIDC: Final = ("OIDC_ISSUER", "OIDC_CLIENT_ID", "OIDC_CLIENT_SECRET", "OIDC_NAME", "OIDC_AMR")
NEEDED_OF_OIDC: Final = OIDC[:3]
NO_SECRET: Final = (
    f"SECRET_KEY: is not set, and there is no {SECRET_KEY_FILE}; make one with {MAKING_A_KEY}, for the demo `make run` makes one"
)


class WrongSettings(Exception):
    """One or more environment variables cannot be used; the message names them all, `problems` one each ("NAME: why")."""

    def __init__(self, *problems: str) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, kw_only=True)
class Transcription:
    """The service that writes down what was said (app.transcriber)."""

    url: str
    token: str | None = field(repr=False)
    model: str


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
    continue_within: int
    correction_limit: int
    metrics_token: str | None = field(repr=False)
    oidc: Registration | None
    transcription: Transcription | None

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
    reader = Reader(env)
    database_url = reader.value("DATABASE_URL", variables.database_url, "sqlite:///var/doegnvagt.db")
    settings = Settings(
        database_url=database_url,
        migration_database_url=reader.value("MIGRATION_DATABASE_URL", variables.database_url, database_url),
        secret_keys=reader.value("SECRET_KEY", variables.listed, ()) or reader.kept_keys(key_file),
        public_base_url=reader.value("PUBLIC_BASE_URL", variables.base_url, "http://127.0.0.1:8000"),
        twilio_account_sid=reader.value("TWILIO_ACCOUNT_SID", variables.account_sid, None),
        twilio_auth_tokens=reader.value("TWILIO_AUTH_TOKEN", variables.listed, ()),
        twilio_api_base_url=reader.value("TWILIO_API_BASE_URL", variables.origin, None),
        emergency_number=reader.value("EMERGENCY_NUMBER", variables.number, None),
        smtp_url=reader.value("SMTP_URL", variables.smtp_url, None),
        mail_from=reader.value("MAIL_FROM", variables.mail_address, None),
        sms_from=reader.value("SMS_FROM", variables.number, None),
        alarm_address=reader.value("ALARM_ADDRESS", variables.mail_or_number, None),
        shop_address=reader.value("SHOP_ADDRESS", str, None),
        demo=reader.value("DEMO", variables.yes, default=False),
        demo_clock=reader.value("DEMO_CLOCK", Path, None),
        host=reader.value("HOST", variables.host, "127.0.0.1"),
        port=reader.value("PORT", variables.port, 8000),
        continue_within=reader.value("CONTINUE_WITHIN", variables.minutes, 0),
        correction_limit=reader.value("CORRECTION_LIMIT", variables.points, 60),
        metrics_token=reader.value("METRICS_TOKEN", variables.token, None),
        oidc=_registration(reader),
        transcription=_transcription(reader),
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


def _transcription(reader: Reader) -> Transcription | None:
    """What writes down what was said; None where nothing does."""
    url = reader.value("TRANSCRIBE_URL", variables.service, "")
    token = reader.value("TRANSCRIBE_TOKEN", variables.visible, None)
    model = reader.value("TRANSCRIBE_MODEL", variables.visible, "whisper-1")
    # The example names a model and nobody who listens: a name alone tells nobody anything.
    reader.require(not token or bool(reader.text("TRANSCRIBE_URL")), "TRANSCRIBE_URL: is needed with TRANSCRIBE_TOKEN")
    return Transcription(url=url, token=token, model=model) if url else None


def _registration(reader: Reader) -> Registration | None:
    """What we are at the issuer; None where there is none. What it needs is set all together, or not at all."""
    found = [name for name in OIDC if reader.text(name)]
    for name in NEEDED_OF_OIDC if found else ():
        reader.require(name in found, f"{name}: is needed with {found[0]}")
    issuer = reader.value("OIDC_ISSUER", variables.issuer, "")
    registration = Registration(
        issuer=issuer,
        client_id=reader.value("OIDC_CLIENT_ID", variables.client_id, ""),
        client_secret=reader.value("OIDC_CLIENT_SECRET", variables.visible, ""),
        name=reader.value("OIDC_NAME", variables.label, urlsplit(issuer).hostname or ""),
        second_factors=reader.value("OIDC_AMR", variables.methods, frozenset()),
    )
    return registration if issuer else None
