"""The settings: which cannot be used, each by its name; and which are left out that a house for customers needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from app.doctor.findings import Finding, error, ok, warning
from app.doctor.installation import Installation
from app.settings import MAKING_A_KEY, NO_SECRET, OIDC, SECRET_KEY_FILE, Settings, WrongSettings, from_env
from helpdesk.ports import is_this_machine
from web.words import N_

CHECK: Final = "settings"
SHORTEST_KEY: Final = 32
NO_FILE: Final = Path("/nonexistent/secret_key")
# A variable that is left out may make others wrong; then those are left out too.
GOES_WITH: Final = {
    "MAIL_FROM": ("SMTP_URL",),
    "DEMO": ("DEMO_CLOCK",),
    "TRANSCRIBE_URL": ("TRANSCRIBE_TOKEN",),
    **dict.fromkeys(OIDC, OIDC),
}
MISSED: Final = "is needed with"
# What is missed where it is left out.
WISHED: Final = {
    "EMERGENCY_NUMBER": N_("{name} is not set: nobody is rung while the application or its database is down."),
    "ALARM_ADDRESS": N_("{name} is not set: nobody but those on duty is alarmed."),
    "SMTP_URL": N_("{name} is not set: letters are kept and not sent."),
    "SMS_FROM": N_("{name} is not set: text messages are kept and not sent."),
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
                alone = not name.startswith("OIDC_") and not why.startswith((MISSED, "refused with"))
                for one in (name,) if alone else (name, *GOES_WITH.get(name, ())):
                    left.pop(one, None)


def check(house: Installation, problems: Mapping[str, str]) -> Iterator[Finding]:
    """Everything that the environment says, or does not say."""
    for name, why in problems.items():
        yield _wrong(name, why)
    if not problems:
        yield ok(CHECK, N_("Every variable can be used."))
    for name, missed in WISHED.items():
        if name not in problems and not getattr(house.settings, name.lower()):
            yield warning(CHECK, missed, cure=N_("set {name}"), name=name)
    yield from _root_key(house.settings.secret_keys)
    if "PUBLIC_BASE_URL" not in problems and not house.settings.demo:
        yield from _public(house.settings.public_base_url)


def _root_key(keys: Sequence[str]) -> Iterator[Finding]:
    """Said and not refused: PINs that a short key sealed must be read by it until they are sealed anew."""
    if keys and len(keys[0]) < SHORTEST_KEY:
        told = N_("The first key of SECRET_KEY is shorter than {shortest} characters: who gets hold of the database may guess it.")
        cure = N_(
            "make one with {command}, put it first (SECRET_KEY=new,old), restart, `doegnvagt pins rekey`, then drop the old one"
        )
        yield warning(CHECK, told, cure=cure, shortest=SHORTEST_KEY, command=MAKING_A_KEY)


def _public(address: str) -> Iterator[Finding]:
    parts = urlsplit(address)
    if is_this_machine(parts.hostname or ""):
        told = N_("PUBLIC_BASE_URL is this machine itself: Twilio cannot reach it.")
        yield warning(CHECK, told, cure=N_("set {name}"), name="PUBLIC_BASE_URL")
    elif parts.scheme == "http":
        cure = N_("set PUBLIC_BASE_URL to an https address (docs/production.md)")
        yield warning(CHECK, N_("PUBLIC_BASE_URL is http: PINs travel in the open."), cure=cure)


def _wrong(name: str, why: str) -> Finding:
    """`why` stays as it came: with a variable that cannot be used no web process starts, so that no page says it."""
    if f"{name}: {why}" == NO_SECRET:
        told = N_("SECRET_KEY is not set, and there is no {file}.")
        cure = N_("make one with {command}; for the demo `make run` makes one")
        return error(CHECK, told, cure=cure, file=SECRET_KEY_FILE, command=MAKING_A_KEY)
    if why.startswith(MISSED):
        return error(CHECK, N_("{name} {why}."), cure=N_("set {name}"), name=name, why=why)
    return error(CHECK, N_("{name} {why}."), cure=N_("set {name} as .env.example says, or leave it out"), name=name, why=why)
