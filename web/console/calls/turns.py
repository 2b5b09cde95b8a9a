"""A call's turns in words: the step that heard something, what was heard, what was said, and the TwiML for whoever wants it.

No digit of a PIN or a case number is kept in a turn (R2); telephone numbers in what was answered are masked (R23).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from typing import Any, Final

from helpdesk.dossiers import TurnFacts
from models.values import masked_within
from web.words import N_, Words

SAID: Final = re.compile(r"<Say[^>]*>([^<]*)</Say>")
PIECE: Final = re.compile(r"<(\w+)[^>]*>[^<]+</\1>|<[^>]+>")
STEPS: Final[Mapping[str, str]] = {
    "support.greet": N_("The call came in"),
    "support.check_pin": N_("PIN"),
    "support.no_pin": N_("No PIN came"),
    "support.choose": N_("Price"),
    "support.no_choice": N_("No answer to the price"),
    "support.check_case": N_("Case number"),
    "support.confirm_case": N_("Is it this case?"),
    "support.after_ring": N_("Back from ringing"),
    "support.keep_waiting": N_("Waits in the queue"),
    "support.cut_off": N_("The points were used up"),
    "support.broken": N_("A second error"),
    "screen.whisper": N_("The telephone was picked up"),
    "screen.answer": N_("Take the call?"),
    "unanswered.start": N_("Nobody answers"),
    "unanswered.choose": N_("Callback or message?"),
    "unanswered.number_said": N_("The number was said"),
    "unanswered.recorded": N_("The message was recorded"),
    "unanswered.ended": N_("No choice was made"),
}
KEYED: Final[Mapping[str, str]] = {
    "": N_("nothing"),
    "*": N_("* (hear it again)"),
    "several": N_("several keys"),
    "pin": N_("a PIN"),
    "case": N_("a case number"),
}
LOOKED_UP: Final[Mapping[str, str]] = {
    "right": N_("it is right"),
    "wrong": N_("it is not known"),
    "locked": N_("the number is locked out"),
}


@dataclass(frozen=True, kw_only=True)
class TurnRow:
    """A turn for the eye; without `who` it came on the caller's telephone."""

    id: str
    at: datetime
    who: str | None
    step: str
    heard: str
    said: str
    twiml: str


def rows(turns: tuple[TurnFacts, ...], words: Words) -> Iterator[TurnRow]:
    """The turns, in their order."""
    for place, turn in enumerate(turns):
        yield TurnRow(
            id=f"turn-{place}",
            at=turn.at,
            who=turn.supporter,
            step=words(STEPS[turn.step]) if turn.step in STEPS else turn.step,
            heard=_heard(turn.heard, words),
            said=" ".join(masked_within(unescape(text)) for text in SAID.findall(turn.answer)),
            twiml=pretty(masked_within(turn.answer)),
        )


def pretty(document: str) -> str:
    """A TwiML document with a line for each element, indented by what it stands in."""
    lines, depth = [], 0
    for piece in (found[0] for found in PIECE.finditer(document)):
        closes, is_leaf = piece.startswith("</"), piece.endswith("/>") or piece.startswith("<?") or "</" in piece[2:]
        depth -= closes
        lines.append("  " * depth + piece)
        depth += not closes and not is_leaf
    return "\n".join(lines)


def _heard(heard: Mapping[str, Any], words: Words) -> str:
    if "error" in heard:
        return words("an error")
    if "recorded" in heard:
        return words("a recording of {seconds} s", seconds=heard["recorded"])
    if "keys" not in heard:
        return ""
    keys = str(heard["keys"])
    told = words(KEYED[keys]) if keys in KEYED else words("key {key}", key=keys if len(keys) == 1 else "…")
    return f"{told}: {words(LOOKED_UP[heard['looked_up']])}" if heard.get("looked_up") in LOOKED_UP else told
