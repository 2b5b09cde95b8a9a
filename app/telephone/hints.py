"""What comes next at a telephone, in one line: the reason why nobody needs a manual. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.telephone.book import Caller
from app.telephone.conversation import pin_as_printed, plain
from app.telephone.desk import Handset
from app.telephone.words import N_, Words

ASKED: Final = frozenset({"speaking", "asking", "listening"})
STEPS: Final[Mapping[str, str]] = {
    "support.choose": N_("1: accept the price · 2: give a case"),
    "support.check_case": N_("Key the case number, then #"),
    "support.confirm_case": N_("1: that is it · 2: another number"),
    "unanswered.choose": N_("1: call me back · 2: leave a message"),
}
CALLER: Final[Mapping[str, str]] = {
    "ringing": N_("Enter: pick up · d: decline"),
    "recording": N_("Space: say something · #: done"),
    "dialling": N_("Tab: to the supporter's telephone"),
    "bridged": N_("s: let time run faster · h: hang up"),
}
SUPPORTER: Final[Mapping[str, str]] = {
    "ringing": N_("Enter: pick up · d: decline"),
    "bridged": N_("s: let time run faster · h: hang up"),
}
BEHAVIOURS: Final[Mapping[str, str]] = {
    "hand": N_("you pick up yourself"),
    "voicemail": N_("voicemail answers"),
    "no_answer": N_("nobody picks up"),
    "busy": N_("always busy"),
    "declines": N_("declines by itself"),
}


def for_caller(words: Words, caller: Caller, handset: Handset, *, step: str | None, line: str | None) -> str:
    """What the caller does next. `step` is what the application waits for, where it is known."""
    if handset.is_idle:
        return words("Enter: dial {line}", line=plain(line)) if line else words("There is no line to dial yet.")
    if handset.state in CALLER:
        return words(CALLER[handset.state])
    if handset.state in ASKED and step == "support.check_pin":
        if caller.pin is None:
            return words("Key the PIN, then #")
        return words("p: key the PIN, {pin} #", pin=pin_as_printed(caller.pin))
    if handset.state in ASKED and step is not None and step in STEPS:
        return words(STEPS[step])
    return words("Stay on the line · h: hang up")


def for_supporter(words: Words, handset: Handset, *, has_keyboard: bool) -> str:
    """What the supporter does next."""
    if handset.rings and not has_keyboard:
        return words("Tab, Enter: pick up · d: decline")
    if handset.state in SUPPORTER:
        return words(SUPPORTER[handset.state])
    if handset.is_idle and handset.behaviour != "hand":
        return words("v: {behaviour}", behaviour=words(BEHAVIOURS.get(handset.behaviour, handset.behaviour)))
    if handset.is_idle:
        return words("Waits for a call.")
    if handset.state in ASKED and handset.behaviour == "hand":
        return words("1: take the call · 2: pass it on")
    return words("Stay on the line · h: hang up")
