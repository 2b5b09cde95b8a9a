"""The settings: which cannot be used, each by its name; and which are left out that a house for customers needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from app.doctor.findings import Finding, error, ok, warning
from app.doctor.installation import Installation
from app.settings import MAKING_A_KEY, OIDC, SECRET_KEY_FILE, Settings, WrongSettings, from_env
from helpdesk.ports import is_this_machine

CHECK: Final = "settings"
SHORTEST_KEY: Final = 32
NO_FILE: Final = Path("/nonexistent/secret_key")
# A variable that is left out may make others wrong; then those are left out too.
GOES_WITH: Final = {"MAIL_FROM": ("SMTP_URL",), "DEMO": ("DEMO_CLOCK",), **dict.fromkeys(OIDC, OIDC)}
# What is missed where it is left out.
WISHED: Final = {
    "EMERGENCY_NUMBER": "nobody is rung while the application or its database is down",
    "ALARM_ADDRESS": "nobody but those on duty is alarmed",
    "SMTP_URL": "letters are kept and not sent",
    "SMS_FROM": "text messages are kept and not sent",
}


def read(env: Mapping[str, str], *, key_file: Path = SECRET_KEY_FILE) -> tuple[Settings, dict[str, str]]:
    """The settings of all that can be used, and what is wrong with the rest, by variable."""
    left, file = dict(env), key_file
    problems: dict[str, str] = {}
    while True:
        try:
            return from_env(left, key_file=file, needs_secret="SECRET_KEY" not in problems), problems
        except WrongSettings as wrong:
            for problem in wrong.problems:
                name, _, why = problem.partition(": ")
                problems.setdefault(name, why)
                file = NO_FILE if name == "SECRET_KEY" else file
                alone = not name.startswith("OIDC_") and not why.startswith(("is needed with", "refused with"))
                for one in (name,) if alone else (name, *GOES_WITH.get(name, ())):
                    left.pop(one, None)


def check(house: Installation, problems: Mapping[str, str]) -> Iterator[Finding]:
    """Everything that the environment says, or does not say."""
    for name, why in problems.items():
        yield error(CHECK, f"{name} {why.split(';')[0]}.", cure=_cure(name, why))
    if not problems:
        yield ok(CHECK, "Every variable can be used.")
    for name, missed in WISHED.items():
        if name not in problems and not getattr(house.settings, name.lower()):
            yield warning(CHECK, f"{name} is not set: {missed}.", cure=f"set {name}")
    yield from _root_key(house.settings.secret_keys)
    if "PUBLIC_BASE_URL" not in problems and not house.settings.demo:
        yield from _public(house.settings.public_base_url)


def _root_key(keys: Sequence[str]) -> Iterator[Finding]:
    """Said and not refused: PINs that a short key sealed must be read by it until they are sealed anew."""
    if keys and len(keys[0]) < SHORTEST_KEY:
        yield warning(
            CHECK,
            f"The first key of SECRET_KEY is shorter than {SHORTEST_KEY} characters: who gets hold of the database may guess it.",
            cure=f"make one with {MAKING_A_KEY}, put it first (SECRET_KEY=new,old), restart, "
            "`doegnvagt pins rekey`, then drop the old one",
        )


def _public(address: str) -> Iterator[Finding]:
    parts = urlsplit(address)
    if is_this_machine(parts.hostname or ""):
        yield warning(CHECK, "PUBLIC_BASE_URL is this machine itself: Twilio cannot reach it.", cure="set PUBLIC_BASE_URL")
    elif parts.scheme == "http":
        yield warning(
            CHECK,
            "PUBLIC_BASE_URL is http: PINs travel in the open.",
            cure="set PUBLIC_BASE_URL to an https address (docs/production.md)",
        )


def _cure(name: str, why: str) -> str:
    advice = why.partition("; ")[2]
    return advice or f"set {name} as .env.example says, or leave it out"
