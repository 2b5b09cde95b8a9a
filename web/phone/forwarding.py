"""The exchange's desk, for a browser: requests of the telephone page are handed on, and nothing else is.

The browser talks to one origin, ours; where the exchange is, and what else it can do, stays on the server. What may be asked stands
in READS and WRITES, the questions to it in QUESTIONS; everything else has no address here. The desk's own refusals (400, 404, 409)
are handed back as they are. An exchange that does not answer is told with 503 and a sentence.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

import requests

NUMBER: Final = r"\+?[0-9]{7,15}"
CALL: Final = r"CA[0-9a-f]{32}"
READS: Final = re.compile(rf"numbers|events|network|clock|calls(/{CALL})?|phones/{NUMBER}")
WRITES: Final = re.compile(rf"network|clock|phones/{NUMBER}/(dial|key|pick-up|hang-up|decline|drop|speak|behaviour)")
QUESTIONS: Final = ("after", "wait")
MOST_WAITING: Final = 4
"""So many requests may wait for something to happen; the others are answered at once, so that calls find a thread."""
CONNECTS_WITHIN: Final = 2.0
ANSWERS_WITHIN: Final = 25.0
SERVER_ERROR: Final = 500
Told = dict[str, Any]


class Away(Exception):
    """The exchange does not answer."""


class Desk:
    """The exchange at `address`; None where there is none."""

    def __init__(self, address: str | None) -> None:
        self._address = address
        self._waiting = threading.BoundedSemaphore(MOST_WAITING)

    def read(self, path: str, questions: Mapping[str, str]) -> tuple[Told, int]:
        """What the desk tells, and its status. `path` is one of READS. Raises Away."""
        asked = _asked(questions)
        if path != "events":
            return self._ask("GET", path, params=asked)
        may_wait = self._waiting.acquire(blocking=False)
        try:
            return self._ask("GET", path, params=asked if may_wait else {**asked, "wait": "0"})
        finally:
            if may_wait:
                self._waiting.release()

    def write(self, path: str, questions: Mapping[str, str], body: Told) -> tuple[Told, int]:
        """What the desk answers to something that is done. `path` is one of WRITES. Raises Away."""
        return self._ask("POST", path, params=_asked(questions), json=body)

    def _ask(self, method: str, path: str, **what: Any) -> tuple[Told, int]:  # noqa: ANN401 - parameters or a body
        if self._address is None:
            raise Away
        address, timeout = f"{self._address}/desk/{quote(path)}", (CONNECTS_WITHIN, ANSWERS_WITHIN)
        try:
            with requests.Session() as session:
                session.trust_env = False
                answer = session.request(method, address, timeout=timeout, allow_redirects=False, **what)
                told = answer.json()
        except requests.RequestException as problem:
            raise Away from problem
        if answer.status_code >= SERVER_ERROR or not isinstance(told, dict):
            raise Away
        return told, answer.status_code


def _asked(questions: Mapping[str, str]) -> dict[str, str]:
    return {name: questions[name] for name in QUESTIONS if name in questions}
