"""The demo that runs in this folder, if one does: whoever works beside it works on its database, with its keys, in its time.

`make run` holds var/demo.lock for as long as it lives, and writes var/demo.env. The lock goes with its process however that ended,
so the file of a demo that was killed is known for what it is, and left alone. What a process's own environment says wins; one that
names another database, another account or an https address, or says DEMO=0, is another house and hears nothing of the demo.

NotRunning        there is no demo to phone in; the message says how one is started
├── Starting      it is not ready yet
└── NoDemo        this is the environment of something that is no demo
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from app.settings import Settings

ENVIRONMENT: Final = Path("var/demo.env")
LOCK: Final = "demo.lock"
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
ANOTHER_HOUSE: Final = ("DATABASE_URL", "TWILIO_ACCOUNT_SID")
LOCKED_WITHIN: Final = 1.0
"""Seconds: somebody who looks whether the demo runs holds the lock for a moment."""


class NotRunning(ConnectionError):
    """The demo is not running, or this is no demo."""


class Starting(NotRunning):
    """The demo is not ready yet."""


class NoDemo(NotRunning):
    """The environment is that of something else."""


class AlreadyRuns(Exception):
    """There is a demo in this folder."""


@contextmanager
def alone(*, file: Path = ENVIRONMENT) -> Iterator[None]:
    """Holds the demo's lock; what a demo that was killed left behind is gone then. Raises AlreadyRuns."""
    file.parent.mkdir(exist_ok=True)
    with file.with_name(LOCK).open("w") as lock:
        until = time.monotonic() + LOCKED_WITHIN
        while not _locked(lock.fileno(), fcntl.LOCK_EX):
            if time.monotonic() > until:
                raise AlreadyRuns("the demo runs already in this folder; stop that one first")
            time.sleep(0.05)
        file.unlink(missing_ok=True)
        yield


def is_running(*, file: Path = ENVIRONMENT) -> bool:
    """Whether a demo lives in this folder."""
    with suppress(OSError), file.with_name(LOCK).open() as lock:
        return not _locked(lock.fileno(), fcntl.LOCK_SH)
    return False


def merged(env: Mapping[str, str], *, file: Path = ENVIRONMENT) -> Mapping[str, str]:
    """The variables of the demo that runs here, and the environment's own, which win. An empty variable counts as not set."""
    kept = _kept(file) if is_running(file=file) else {}
    if not kept or _is_another_house(env, kept):
        return env
    return {**kept, **{name: value for name, value in env.items() if value.strip()}}


def exchange(settings: Settings) -> str:
    """The address of the demo's exchange. Raises NotRunning."""
    address = settings.twilio_api_base_url
    if not address and is_running():
        raise Starting("the demo is starting; try again in a moment")
    if not address:
        raise NotRunning("the demo is not running; start it with `make run` in this folder")
    if not settings.demo or urlsplit(address).hostname not in LOOPBACK:
        raise NoDemo("this is no demo: the telephone shows PINs, so it wants DEMO=1 and an exchange on this machine")
    return address


def parsed(text: str) -> dict[str, str]:
    """KEY=VALUE lines; empty lines and comments are left out, quotes around a value too."""
    lines = (line.strip() for line in text.splitlines())
    pairs = (line.partition("=") for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): _unquoted(value.strip()) for name, _, value in pairs}


def _is_another_house(own: Mapping[str, str], kept: Mapping[str, str]) -> bool:
    differs = any(own.get(name, "").strip() not in {"", kept.get(name)} for name in ANOTHER_HOUSE)
    return differs or own.get("DEMO") == "0" or own.get("PUBLIC_BASE_URL", "").lower().startswith("https:")


def _locked(descriptor: int, how: int) -> bool:
    try:
        fcntl.flock(descriptor, how | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _kept(file: Path) -> dict[str, str]:
    try:
        return parsed(file.read_text("utf-8"))
    except OSError:  # it ends just now, or is somebody else's
        return {}


def _unquoted(value: str) -> str:
    is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if is_quoted else value
