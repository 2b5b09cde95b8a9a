"""One document under way on one leg, and where a verb may lead: what every verb works with."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol, TypeAlias
from urllib.parse import urljoin

from simulator.tasks import Key, Wait
from simulator.webhooks import Request

if TYPE_CHECKING:
    from simulator.exchange import Exchange
    from simulator.legs import Leg
    from simulator.twiml import Verb


class Over:
    """The leg has ended, nothing follows."""


OVER: Final = Over()
Step: TypeAlias = Request | Over | None
"""Where a verb leads: another document, the end, or (None) the next verb."""


@dataclass(frozen=True, slots=True)
class Run:
    """One document under way: on which leg, and where it came from (empty: from the REST API)."""

    leg: Leg
    url: str

    @property
    def exchange(self) -> Exchange:
        """The exchange it runs through."""
        return self.leg.exchange

    def request(self, kind: str, url: str, method: str, **params: str) -> Request:
        """A request to `url` as it stands in this document: relative ones resolve against where it came from."""
        fragment = f"#{url.partition('#')[2]}" if "#" in url else ""
        resolved = urljoin(self.url, url.partition("#")[0]) or self.url
        return Request(kind, resolved + fragment, method, params)

    def until(self, seconds: float) -> Wait:
        """Wait until so many seconds from now, or until something happens."""
        return Wait(self.exchange.now + timedelta(seconds=seconds))


def passed(run: Run, seconds: float, *, heed_keys: bool = False) -> Generator[Any, Any, Key | None]:
    """Let time pass; with `heed_keys` the first key ends it and is given back, else keys go unheard."""
    until = run.exchange.now + timedelta(seconds=seconds)
    while run.exchange.now < until:
        happening = yield Wait(until)
        if heed_keys and isinstance(happening, Key):
            return happening
    return None


Performer: TypeAlias = Callable[[Run, "Verb"], Generator[Any, Any, Step]]


class Perform(Protocol):
    """Carries documents out on a leg, as `interpreter.perform` does: Dial is handed it for the legs that it makes."""

    def __call__(self, leg: Leg, request: Request, *, whisper: bool = ...) -> Generator[Any, Any, bool]:
        """Carry out what `request` fetches; True when the last document ran out."""
