"""What of a turn is shown to people besides what was heard and said: its step in words, and its TwiML a line an element."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from web.words import N_, Words

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
    "office.greet": N_("The call came in"),
    "office.check_case": N_("Case number"),
    "office.confirm_case": N_("Is it this case?"),
    "office.put_through": N_("Without a case"),
    "office.unconfirmed": N_("No answer to the case"),
    "office.after_ring": N_("Back from ringing"),
    "office.keep_waiting": N_("Waits in the queue"),
    "office.broken": N_("A second error"),
    "callback.greet": N_("The supporter picked up"),
    "callback.answer": N_("Ring the customer?"),
    "callback.after_ring": N_("Back from ringing the customer"),
    "callback.broken": N_("A second error"),
    "called.greet": N_("The customer picked up"),
    "called.answer": N_("Does the customer take it?"),
    "called.cut_off": N_("The points were used up"),
    "unanswered.start": N_("Nobody answers"),
    "unanswered.choose": N_("Callback or message?"),
    "unanswered.number_said": N_("The number was said"),
    "unanswered.recorded": N_("The message was recorded"),
    "unanswered.ended": N_("No choice was made"),
}


def in_words(step: str, words: Words) -> str:
    """A step in the reader's words; nothing for one that is no more."""
    return words(STEPS[step]) if step in STEPS else ""


def pretty(document: str) -> str:
    """A TwiML document with a line for each element, indented by what it stands in."""
    lines, depth = [], 0
    for piece in (found[0] for found in PIECE.finditer(document)):
        closes, is_leaf = piece.startswith("</"), piece.endswith("/>") or piece.startswith("<?") or "</" in piece[2:]
        depth -= closes
        lines.append("  " * depth + piece)
        depth += not closes and not is_leaf
    return "\n".join(lines)
