"""What is no mistake to Twilio and yet one in a document: dead ends, unreachable verbs, questions that lead nowhere.

Only strict mode looks at these (issue: "a dead end is a failure"; twilio-pitfalls A2, E1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.records import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulator.twiml import Document, Verb

WHISPERED = frozenset({"Say", "Play", "Gather", "Hangup"})


def complaints(document: Document, *, whisper: bool, dead_ends: bool) -> Iterator[Problem]:
    """What is wrong with `document` beyond the schema. `dead_ends`: whether it may simply run out."""
    yield from _first_things(document)
    for verb in document.verbs:
        if verb.name == "Gather" and "action" not in verb.attributes:
            yield Problem(12200, "<Gather> has no action: it asks the same document again, for ever")
    if whisper:
        yield from _whispered(document)
    elif not dead_ends and not _goes_on(document):
        yield Problem(12200, "the document runs out and cuts the caller off: it needs Hangup, Redirect or an action")


def _first_things(document: Document) -> Iterator[Problem]:
    for number, verb in enumerate(document.verbs):
        if verb.name == "Reject" and number:
            yield Problem(12200, "<Reject> only works as the first verb")
        if _always_leaves(verb) and document.verbs[number + 1 :]:
            left = document.verbs[number + 1]
            yield Problem(12200, f"<{left.name}> stands behind <{verb.name}> and can never be reached")
            return


def _always_leaves(verb: Verb) -> bool:
    return verb.name in {"Hangup", "Redirect", "Reject"} or (verb.name == "Dial" and "action" in verb.attributes)


def _goes_on(document: Document) -> bool:
    if not document.verbs:
        return False
    last = document.verbs[-1]
    return _always_leaves(last) or last.name == "Record" or _always_asks(last)


def _always_asks(verb: Verb) -> bool:
    return verb.name == "Gather" and verb.is_on("actionOnEmptyResult") and "action" in verb.attributes


def _whispered(document: Document) -> Iterator[Problem]:
    for verb in document.verbs:
        if verb.name == "Dial":
            yield Problem(13201, "<Dial> may not be used on a leg that was dialled")
        elif verb.name not in WHISPERED:
            yield Problem(12200, f"<{verb.name}> does not work before the bridge: only {', '.join(sorted(WHISPERED))}")
    gathers = [number for number, verb in enumerate(document.verbs) if verb.name == "Gather"]
    if gathers and not _always_asks(document.verbs[gathers[-1]]):
        after = {verb.name for verb in document.verbs[gathers[-1] :]}
        if "Hangup" not in after:
            yield Problem(12200, "silence runs off the whisper's end and bridges whoever picked up, be it a voicemail")
