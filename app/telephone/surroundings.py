"""Where the demo runs: what `make run` wrote into var/demo.env, and what the process's own environment says over it.

NotRunning   there is no demo to phone in; the message says how one is started
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from app.settings import Settings

ENVIRONMENT: Final = Path("var/demo.env")
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class NotRunning(ConnectionError):
    """The demo is not running, or this is no demo."""


def merged(env: Mapping[str, str], *, file: Path = ENVIRONMENT) -> dict[str, str]:
    """The file's variables and the environment's own, which win. An empty variable counts as not set."""
    return {**_kept(file), **{name: value for name, value in env.items() if value.strip()}}


def exchange(settings: Settings) -> str:
    """The address of the demo's exchange. Raises NotRunning."""
    address = settings.twilio_api_base_url
    if not address:
        raise NotRunning("the demo is not running; start it with `make run` in this folder")
    if not settings.demo or urlsplit(address).hostname not in LOOPBACK:
        raise NotRunning("this is no demo: the telephone shows PINs, so it wants DEMO=1 and an exchange on this machine")
    return address


def parsed(text: str) -> dict[str, str]:
    """KEY=VALUE lines; empty lines and comments are left out, quotes around a value too."""
    lines = (line.strip() for line in text.splitlines())
    pairs = (line.partition("=") for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): _unquoted(value.strip()) for name, _, value in pairs}


def _kept(file: Path) -> dict[str, str]:
    try:
        return parsed(file.read_text("utf-8"))
    except FileNotFoundError:
        return {}


def _unquoted(value: str) -> str:
    is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if is_quoted else value
