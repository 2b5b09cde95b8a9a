"""The exchange's desk, over HTTP: what telephones do, what is done with them, and the demo's clock.

    DeskError
    ├── Unreachable   nobody answers at that address, or not in time; trying again may help
    └── Refused       the desk understood and will not: a telephone cannot do that now. Carries the desk's own sentence

Each request has its own connection, so every thread may ask. Proxies of the environment are left out: it is this machine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from time import monotonic
from typing import Any, Final
from urllib.parse import quote

import requests

CONNECTS_WITHIN: Final = 2.0
ANSWERS_WITHIN: Final = 5.0
SERVER_ERROR: Final = 500
BEHAVIOURS: Final = ("hand", "voicemail", "no_answer", "busy", "declines")


class DeskError(Exception):
    """The desk could not be asked."""


class Unreachable(DeskError):
    """Nobody answers at the desk's address."""


class Refused(DeskError):
    """The desk will not do that now."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened at the exchange: `kind` is one of simulator/records.py's, `call` a CallSid."""

    id: int
    at: datetime
    kind: str
    number: str
    call: str
    text: str


@dataclass(frozen=True, slots=True)
class Handset:
    """A telephone as it is now. `other` is the number that it talks with, has called, or is called by."""

    number: str
    state: str = "idle"
    rings: bool = False
    call: str | None = None
    other: str | None = None
    keyed: str = ""
    behaviour: str = "hand"

    @property
    def is_idle(self) -> bool:
        """Whether nobody calls or talks."""
        return self.state == "idle"

    @property
    def is_on_the_line(self) -> bool:
        """Whether keys can be pressed and the receiver put down."""
        return not self.is_idle and not self.rings


@dataclass(frozen=True, slots=True)
class Pace:
    """The demo's clock as it was read: how fast time goes, and how fast it shall go while people talk."""

    virtual: float
    speed: float
    chosen: float
    read_at: float

    def now(self) -> datetime:
        """What the demo's clock shows now."""
        return datetime.fromtimestamp(self.virtual + (monotonic() - self.read_at) * self.speed, UTC)

    def stopped(self) -> Pace:
        """The clock as it stands now, and stays while nobody knows how time goes on."""
        return replace(self, virtual=self.now().timestamp(), speed=0.0)


class DeskClient:
    """The desk at an exchange's address (`http://127.0.0.1:4000`)."""

    def __init__(self, address: str) -> None:
        self.address = address

    def happenings(self, after: int, *, wait: float = 0.0) -> list[Happening]:
        """What happened after event `after`; waits up to so many seconds for the first."""
        found = self._ask("GET", "events", params={"after": str(after), "wait": str(wait)}, within=ANSWERS_WITHIN + wait)
        return [_happening(it) for it in _list(found, "events")]

    def handset(self, number: str, *, after: int) -> Handset:
        """One telephone. `after` is a recent event, so that the answer stays short."""
        return _handset(self._ask("GET", f"phones/{quote(number)}", params={"after": str(after)}))

    def pace(self) -> Pace:
        """The demo's clock."""
        return _pace(self._ask("GET", "clock"))

    def choose_pace(self, speed: float) -> Pace:
        """Lets time go so many times as fast while people talk."""
        return _pace(self._ask("POST", "clock", body={"speed": speed}))

    def dial(self, number: str, to: str) -> None:
        """Calls a line."""
        self.act(number, "dial", to=to)

    def act(self, number: str, act: str, **body: object) -> None:
        """Does something with a telephone: key, pick-up, hang-up, decline, speak, behaviour."""
        self._ask("POST", f"phones/{quote(number)}/{act}", body=body)

    def _ask(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
        within: float = ANSWERS_WITHIN,
    ) -> dict[str, Any]:
        try:
            with requests.Session() as session:
                session.trust_env = False
                answer = session.request(
                    method,
                    f"{self.address}/desk/{path}",
                    params=params,
                    json=body,
                    timeout=(CONNECTS_WITHIN, within),
                    allow_redirects=False,
                )
                found = answer.json()
        except requests.RequestException as problem:
            raise Unreachable(f"{self.address}: {type(problem).__name__}") from problem
        if answer.status_code >= SERVER_ERROR or not isinstance(found, dict):
            raise Unreachable(f"{self.address}: HTTP {answer.status_code}")
        if not answer.ok:
            raise Refused(str(found.get("error", f"HTTP {answer.status_code}")))
        return found


def _list(found: Mapping[str, Any], name: str) -> list[Any]:
    value = found.get(name)
    if not isinstance(value, list):
        raise Unreachable(f"no desk answered: {name} is missing")
    return value


def _happening(it: Mapping[str, Any]) -> Happening:
    try:
        return Happening(it["id"], datetime.fromisoformat(it["at"]), it["kind"], it["number"], it["call"], it["text"])
    except (KeyError, TypeError, ValueError) as problem:
        raise Unreachable("no desk answered: that is no event") from problem


def _handset(it: Mapping[str, Any]) -> Handset:
    try:
        kind = it["behaviour"]["kind"]
        return Handset(it["number"], it["state"], it["rings"], it["call"], it["with"], it["keyed"], kind)
    except (KeyError, TypeError) as problem:
        raise Unreachable("no desk answered: that is no telephone") from problem


def _pace(it: Mapping[str, Any]) -> Pace:
    try:
        return Pace(float(it["virtual"]), float(it["speed"]), float(it["chosen"]), monotonic())
    except (KeyError, TypeError, ValueError) as problem:
        raise Unreachable("no desk answered: that is no clock") from problem
