"""What a telephone went through, as lines that people read. Pure: the desk's happenings in, lines out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from typing import Final

from app.telephone.book import Answerer
from app.telephone.desk import Happening
from app.telephone.words import N_, Words

DANISH_PREFIX: Final = "+45"
DANISH_DIGITS: Final = 8
ENDS: Final = {
    "time limit": N_("The call reached its time limit."),
    "timeout": N_("Nobody picked up."),
    "document": N_("The line ended the call."),
    "api": N_("The line cut the call off."),
    "other leg": N_("The other one has hung up."),
    "error": N_("The call broke off."),
}
PLAIN: Final = {
    "picked_up": N_("Picked up."),
    "music": N_("Music."),
    "recording": N_("Beep: what is said now is recorded."),
    "parted": N_("The other one has hung up."),
}
WITH_TEXT: Final = {
    "recorded": N_("Recorded: {text}"),
    "text": N_("SMS: {text}"),
    "problem": N_("The line's answer is wrong: {text}"),
}
STATES: Final = {
    "idle": N_("free"),
    "ringing": N_("RINGING"),
    "waiting": N_("connecting"),
    "speaking": N_("the line speaks"),
    "asking": N_("the line asks"),
    "listening": N_("waits for keys"),
    "music": N_("music"),
    "pause": N_("one moment"),
    "recording": N_("records"),
    "dialling": N_("hears it ring"),
    "bridged": N_("talking"),
}


class Voice(Enum):
    """Whose line it is: the line's words, one's own keys, a note about the call, or a fault."""

    LINE = "line"
    OWN = "own"
    NOTE = "note"
    FAULT = "fault"


@dataclass(frozen=True)
class Spoken:
    """One line of a conversation."""

    at: datetime
    voice: Voice
    text: str


@dataclass(frozen=True)
class Reader:
    """Puts happenings into words. `name_of` says whose a number is, where that is known."""

    words: Words
    name_of: Callable[[str], str | None]

    def lines(self, happenings: Iterable[Happening]) -> list[Spoken]:
        """The conversation; keys pressed one after another stand on one line."""
        read: list[Spoken] = []
        before: Happening | None = None
        for it in happenings:
            line = self._line(it)
            if line is None or (before is not None and before.kind == "parted" and line.text == read[-1].text):
                continue  # the leg ends behind the bridge, and for the same reason
            if before is not None and (it.kind, it.call) == (before.kind, before.call) and it.kind in {"key", "tone"}:
                read[-1] = replace(read[-1], text=read[-1].text + it.text)
            else:
                read.append(line)
            before = it
        return read

    def whose(self, number: str) -> str:
        """A number's owner, or else the number in one piece."""
        return self.name_of(number) or plain(number).replace(" ", "\N{NO-BREAK SPACE}")

    def _line(self, it: Happening) -> Spoken | None:
        if it.kind == "said":
            return Spoken(it.at, Voice.LINE, it.text)
        if it.kind == "key":
            return Spoken(it.at, Voice.OWN, self.words("keys {keys}", keys=it.text))
        if it.kind in PLAIN:
            return Spoken(it.at, Voice.NOTE, self.words(PLAIN[it.kind]))
        if it.kind in WITH_TEXT:
            voice = Voice.FAULT if it.kind == "problem" else Voice.NOTE
            return Spoken(it.at, voice, self.words(WITH_TEXT[it.kind], text=it.text))
        note = self._note(it)
        return Spoken(it.at, Voice.NOTE, note) if note else None

    def _note(self, it: Happening) -> str | None:
        last = it.text.rpartition(" ")[2]
        if it.kind == "dialled":
            return self.words("Dials {who}.", who=self.whose(it.text))
        if it.kind == "ringing":
            return self.words("Rings: {who}.", who=self.whose(last))
        if it.kind == "bridged":
            return self.words("Connected with {who}.", who=self.whose(last))
        if it.kind == "tone":
            return self.words("The other one keys {keys}", keys=it.text)
        if it.kind == "unreached":
            return self.words("A call did not get through: busy or out of reach.")
        return self._end(it) if it.kind == "ended" else None

    def _end(self, it: Happening) -> str:
        state, _, by = it.text.partition(" (")
        known = ENDS.get(by.rstrip(")"))
        if known:
            return self.words(known)
        return self.words("Declined.") if state == "busy" else self.words("You hung up.")


def called(words: Words, one: Answerer) -> str:
    """A supporter's telephone: by their name, and by its place where it is not the first."""
    return words("{name}, telephone 2", name=one.name) if one.is_second else one.name


def plain(number: str) -> str:
    """A number as people write it: "6318 6363"; one from abroad as it is."""
    home = number.removeprefix(DANISH_PREFIX)
    return f"{home[:4]} {home[4:]}" if number.startswith(DANISH_PREFIX) and len(home) == DANISH_DIGITS else number


def pin_as_printed(pin: str) -> str:
    """A PIN as 4+4 (R1)."""
    return f"{pin[:4]} {pin[4:]}"
