"""Twilio's REST API asked in one way: with a time-out, and whatever goes wrong told as PortFailed (twilio-contract.md §5).

    out of reach, time-out, a broken connection     passing; behind a creating request undecided, unless nothing was sent
    429                                             passing: it was not processed
    401                                             passing, as soon as the token is set right: it was not processed
    other 4xx                                       a refusal, for good; of the number alone where its code is one of BAD_NUMBERS
    5xx, an answer that is none                     passing; behind a creating request undecided

A fetch that fails raises an error with a status; a listing raises one that only carries the answer. Both are read here. Neither is
repeated with its address: that holds numbers.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Final, TypeVar

import requests
from twilio.base.exceptions import TwilioException
from twilio.http.http_client import TwilioHttpClient
from twilio.http.response import Response
from twilio.rest import Client
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from helpdesk.ports import PortFailed

UNAUTHORIZED: Final = 401
TOO_MANY: Final = 429
CLIENT_ERROR: Final = range(400, 500)
BAD_NUMBERS: Final = frozenset({21211, 21214, 21215, 21216, 21217, 21219, 13223, 13224, 13225, 13227})
"""'To' is no number, cannot be reached, is in a country or on a list that the account may not ring, or is not verified for a trial:
what Dial, which has no answer to refuse with, calls a number that failed (twilio.com/docs/api/errors)."""
T = TypeVar("T")


def client(account: str, token: str, *, api_base_url: str | None, timeout: float) -> Client:
    """A client of one account; `timeout` in seconds, for each request (the library has none of its own)."""
    made = Client(account, token, http_client=TwilioHttpClient(timeout=timeout))
    if api_base_url:
        made.api.base_url = api_base_url
    return made


def asked(request: Callable[[], T], *, creates: bool = False) -> T:
    """What `request` gives. Raises PortFailed; `creates` says that repeating the request would do it twice (pitfall C6)."""
    try:
        return request()
    except requests.ConnectionError as problem:
        why = _reason(problem)
        sent = not isinstance(why, NewConnectionError | NameResolutionError | ConnectTimeoutError)
        name = type(why or problem).__name__
        raise PortFailed(f"Twilio is out of reach ({name})", permanent=False, undecided=creates and sent) from problem
    except requests.RequestException as problem:
        raise PortFailed(f"Twilio did not answer ({type(problem).__name__})", permanent=False, undecided=creates) from problem
    except json.JSONDecodeError as problem:
        raise PortFailed("Twilio's answer cannot be read", permanent=False, undecided=creates) from problem
    except TwilioException as problem:
        raise _failed(problem, creates=creates) from problem


def _failed(problem: TwilioException, *, creates: bool) -> PortFailed:
    status, words = _answer(problem)
    said = f"HTTP {status}{f': {words}' if words else ''}" if status else str(problem)
    if status == TOO_MANY:
        return PortFailed("Twilio asks to slow down: HTTP 429", permanent=False)
    if status == UNAUTHORIZED:
        return PortFailed(f"Twilio refuses: {said}", permanent=False, unauthorized=True)
    if status in CLIENT_ERROR:
        code = getattr(problem, "code", None)
        return PortFailed(f"Twilio refuses: {said}", permanent=True, bad_number=code if code in BAD_NUMBERS else None)
    return PortFailed(f"Twilio failed: {said}", permanent=False, undecided=creates)


def _answer(problem: TwilioException) -> tuple[int, str]:
    """Status and words of what Twilio answered; 0 where it answered nothing."""
    page = problem.args[1] if len(problem.args) > 1 else None
    if not isinstance(page, Response):
        return int(getattr(problem, "status", 0) or 0), str(getattr(problem, "msg", "") or getattr(problem, "title", ""))
    try:
        words = str(json.loads(page.text)["message"])
    except (ValueError, LookupError, TypeError):
        words = ""
    return int(page.status_code), words


def _reason(problem: requests.ConnectionError) -> object:
    """What urllib3 says went wrong, where it says so: whether anything was sent at all."""
    return getattr(problem.args[0] if problem.args else None, "reason", None)
