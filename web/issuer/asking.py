"""Asking the issuer: the one thing that a web process asks of the outside, and only when somebody signs in with it (ADR 12).

A telephone call must never wait for it. So a question ends within seconds, and only a few threads of a process ask at once: if the
issuer hangs, most threads are still there for callers. Redirects are not followed, and an answer has a largest size.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from threading import BoundedSemaphore
from typing import Any, Final

import requests
import urllib3

from web.issuer.troubles import IssuerAway, IssuerStrange

PATIENCE: Final = (2.0, 4.0)  # seconds: until it is connected, and for each part of an answer
AT_ONCE: Final = 4
WAITS: Final = 1.0
LARGEST: Final = 256 * 1024
AWAY: Final = (requests.RequestException, urllib3.exceptions.HTTPError, OSError)
RUBBISH: Final = (ValueError, TypeError, KeyError, AttributeError, RecursionError)  # what nonsense makes of the libraries

_askers: Final = BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Answer:
    """An answer, read to its end. Authlib takes it in place of requests' own."""

    status_code: int
    body: bytes

    def json(self) -> Any:  # noqa: ANN401 - JSON
        """What it says. Raises ValueError or RecursionError where that is no JSON."""
        return json.loads(self.body)

    def raise_for_status(self) -> None:
        """Raises requests.HTTPError for an error."""
        if self.status_code >= HTTPStatus.BAD_REQUEST:
            raise requests.HTTPError(f"HTTP {self.status_code}")


@contextmanager
def asking() -> Iterator[None]:
    """One question. Raises IssuerAway or IssuerStrange in place of what network and libraries raise."""
    if not _askers.acquire(timeout=WAITS):
        raise IssuerAway("keeps too many waiting")
    try:
        yield
    except AWAY as problem:
        raise IssuerAway(f"does not answer ({_told(problem)})") from problem
    except RUBBISH as problem:
        raise IssuerStrange(f"answers nonsense ({type(problem).__name__})") from problem
    finally:
        _askers.release()


def read(answer: requests.Response) -> Answer:
    """All of an answer. Raises IssuerStrange for one that is too large."""
    with answer:
        body: bytes = answer.raw.read(LARGEST + 1, decode_content=True)
    if len(body) > LARGEST:
        raise IssuerStrange("answers at too great a length")
    return Answer(answer.status_code, body)


def got(address: str, *, bearer: str | None = None) -> bytes:
    """The document at an address of the issuer's. Raises IssuerAway, IssuerStrange."""
    headers = {"Accept": "application/json", **({"Authorization": f"Bearer {bearer}"} if bearer else {})}
    with asking():
        answer = read(requests.get(address, headers=headers, timeout=PATIENCE, stream=True, allow_redirects=False))
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            answer.raise_for_status()
    if answer.status_code != HTTPStatus.OK:
        raise IssuerStrange(f"answers HTTP {answer.status_code}")
    return answer.body


def _told(problem: BaseException) -> str:
    """A name alone: what libraries say may repeat an address with its query."""
    return str(problem) if isinstance(problem, requests.HTTPError) else type(problem).__name__
