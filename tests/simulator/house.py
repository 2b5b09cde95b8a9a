"""The application at the other end: a WSGI callable that answers, path by path, what a test wrote down."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

LINE = "+4563186363"
CALLER = "+4520304050"
ANNA = "+4520000001"
BO = "+4520000002"
ACCOUNT = "AC" + "5" * 32
TOKEN = "a token of the tests"
BASE = "https://house.example"


@dataclass(frozen=True)
class Asked:
    """One request that the application got."""

    path: str
    method: str
    form: dict[str, str]
    query: dict[str, str]
    headers: dict[str, str]


@dataclass(frozen=True)
class Answered:
    """One answer that it gives."""

    body: bytes
    status: int = 200
    content_type: str = "text/xml"
    headers: tuple[tuple[str, str], ...] = ()


Writing: TypeAlias = str | bytes | Answered | Exception


def response(verbs: str) -> bytes:
    """A TwiML document with these verbs."""
    return f'<?xml version="1.0" encoding="UTF-8"?><Response>{verbs}</Response>'.encode()


class House:
    """The application. `house["/voice"] = "<Say>…</Say><Hangup/>"`; a list answers in turn, its last one for ever."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self._answers: dict[str, list[Writing]] = defaultdict(list)
        self.before: Callable[[Asked], None] = lambda _asked: None

    def __setitem__(self, path: str, answers: Writing | list[Writing]) -> None:
        self._answers[path] = list(answers) if isinstance(answers, list) else [answers]

    def forms(self, path: str) -> list[dict[str, str]]:
        """What was posted to `path`, request by request."""
        return [asked.form for asked in self.asked if asked.path == path]

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
        headers = {key.removeprefix("HTTP_"): value for key, value in environ.items() if key.startswith("HTTP_")}
        path = environ["PATH_INFO"].encode("latin-1").decode()
        query = dict(parse_qsl(environ["QUERY_STRING"], keep_blank_values=True))
        asked = Asked(path, environ["REQUEST_METHOD"], dict(parse_qsl(body, keep_blank_values=True)), query, headers)
        self.asked.append(asked)
        self.before(asked)
        answer = self._next(path)
        start_response(f"{answer.status} .", [("Content-Type", answer.content_type), *answer.headers])
        return [answer.body]

    def _next(self, path: str) -> Answered:
        writings = self._answers[path]
        if not writings:
            return Answered(b"nothing is written for " + path.encode(), 404, "text/plain")
        writing = writings.pop(0) if len(writings) > 1 else writings[0]
        if isinstance(writing, Exception):
            raise writing
        if isinstance(writing, Answered):
            return writing
        return Answered(writing if isinstance(writing, bytes) else response(writing))
