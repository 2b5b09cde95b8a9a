"""Fetches one document: the webhook, the strict reading, the fallback, and what a caller hears when all fails."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from simulator import calls, manners, twiml
from simulator.legs import By, State
from simulator.prompts import prompted
from simulator.records import BrokenTwiML, Problem
from simulator.run import Run
from simulator.twiml import Document, Verb
from simulator.webhooks import Answer, Failure, Request, asked

if TYPE_CHECKING:
    from collections.abc import Generator

    from simulator.legs import Leg

MOST_HOPS = 200
"""How many documents a leg may go through without any time passing, before it is taken for an endless loop."""
FIRST = frozenset({"voice", "fallback"})

Found: TypeAlias = "tuple[Document, str] | None"


def fetched(leg: Leg, request: Request, *, whisper: bool) -> Generator[Any, Any, Found]:
    """The document that `request` leads to and its address; None when the leg has been ended instead."""
    _guard(leg, request)
    if request.twiml:
        return _checked(leg, _document(leg, request.twiml.encode(), "text/xml"), "", whisper=whisper), ""
    answer = yield from asked(leg, request)
    if isinstance(answer, Failure):
        leg.exchange.logbook.problem(answer.code, f"{request.kind} {answer.url}: {answer.message}", leg, fatal=True)
        return (yield from _fallen_back(leg, request, answer, whisper=whisper))
    document = _read(leg, answer)
    if leg.is_over:
        _report(leg, answer.url, document.problems)
        return None
    checked = _checked(leg, document, answer.url, whisper=whisper)
    if checked.is_readable:
        return checked, answer.url
    failure = Failure(_fatal(checked).code, _fatal(checked).message, answer.url)
    return (yield from _fallen_back(leg, request, failure, whisper=whisper))


def ignored(leg: Leg, request: Request) -> Generator[Any, Any, None]:
    """Make a request whose document will not be carried out: the leg is over, or was sent elsewhere."""
    answer = yield from asked(leg, request)
    if isinstance(answer, Failure):
        leg.exchange.logbook.problem(answer.code, f"{request.kind} {answer.url}: {answer.message}", leg)
    else:
        _report(leg, answer.url, _read(leg, answer).problems)


def _guard(leg: Leg, request: Request) -> None:
    leg.hops = leg.hops + 1 if leg.hopped_at == leg.exchange.now else 1
    leg.hopped_at = leg.exchange.now
    if leg.hops > MOST_HOPS:
        calls.end(leg, State.FAILED, By.ERROR)
        raise BrokenTwiML(f"{request.url} goes round for ever: {MOST_HOPS} documents in no time")


def _read(leg: Leg, answer: Answer) -> Document:
    kind = answer.response.header("Content-Type")
    body = answer.response.body
    document = _document(leg, body, kind)
    if document.is_readable or leg.exchange.knobs.strict:
        return document
    bare = kind.partition(";")[0].strip().lower()
    if bare.startswith("audio/"):
        return Document((Verb("Play", {}, answer.url), Verb("Hangup")))
    if bare == "text/plain":
        plain = _document(leg, body, "text/xml")
        return plain if plain.is_readable else _aloud(body)
    return document


def _document(leg: Leg, body: bytes, kind: str) -> Document:
    return twiml.read(body, kind, longest_speech=leg.exchange.knobs.longest_speech)


def _aloud(body: bytes) -> Document:
    return Document((Verb("Say", {}, body.decode("utf-8", "replace")), Verb("Hangup")))


def _fatal(document: Document) -> Problem:
    return next(problem for problem in document.problems if problem.fatal)


def _checked(leg: Leg, document: Document, url: str, *, whisper: bool) -> Document:
    problems = list(document.problems)
    if leg.exchange.knobs.strict and document.is_readable:
        problems += manners.complaints(document, whisper=whisper, dead_ends=leg.exchange.knobs.dead_ends)
    if problems and leg.exchange.knobs.strict:
        calls.end(leg, State.FAILED, By.ERROR)
    _report(leg, url, tuple(problems))
    return document


def _report(leg: Leg, url: str, problems: tuple[Problem, ...]) -> None:
    """Write problems down; in strict mode the first is raised in the test that drives the exchange."""
    for problem in problems:
        leg.exchange.logbook.problem(problem.code, f"{url or 'the given TwiML'}: {problem.message}", leg)
    if problems and leg.exchange.knobs.strict:
        lines = "\n  ".join(str(problem) for problem in problems)
        raise BrokenTwiML(f"{url or 'the given TwiML'} answered\n  {lines}\n{leg.handset.transcript}", problems[0].code)


def _fallen_back(leg: Leg, request: Request, failure: Failure, *, whisper: bool) -> Generator[Any, Any, Found]:
    if leg.is_over:
        return None
    allowed = request.kind in FIRST or leg.exchange.knobs.fallback_for_actions
    if leg.fallback_url and allowed and request.kind != "fallback":
        named = leg.exchange.knobs.fallback_names_error
        params = {"ErrorCode": str(failure.code), "ErrorUrl": failure.url} if named else {}
        again = Request("fallback", leg.fallback_url, leg.fallback_method, params)
        return (yield from fetched(leg, again, whisper=whisper))
    calls.answer(leg)
    yield from prompted(Run(leg, failure.url), Verb("Say", {}, leg.exchange.knobs.error_message))
    calls.end(leg, State.COMPLETED, By.ERROR)
    return None
