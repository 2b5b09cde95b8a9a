"""What the two telephones show, worked out of what is known. Pure but for the demo's clock."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from textual.markup import escape

from app.telephone import hints
from app.telephone.book import Caller
from app.telephone.conversation import STATES, Reader, called, pin_as_printed, plain
from app.telephone.desk import Handset
from app.telephone.memory import Memory
from app.telephone.widgets import Act, Face
from app.telephone.words import Words

QUIET: Final = "○"
BUSY: Final = "●"


def caller_acts(words: Words) -> list[Act]:
    """What the caller's telephone has besides its key pad."""
    return [
        Act("answer", "Enter", words("Dial")),
        Act("hang_up", "h", words("Hang up")),
        Act("pin", "p", words("Key the PIN")),
        Act("choose_caller", "c", words("Another caller")),
    ]


def supporter_acts(words: Words) -> list[Act]:
    """What the supporter's telephone has besides its key pad."""
    return [
        Act("answer", "Enter", words("Pick up")),
        Act("decline", "d", words("Decline")),
        Act("hang_up", "h", words("Hang up")),
        Act("behaviour", "v", words("When it rings")),
    ]


def screen_acts(words: Words) -> list[Act]:
    """What the whole screen can do."""
    return [
        Act("other_telephone", "Tab", words("other telephone")),
        Act("choose_caller", "c", words("caller")),
        Act("choose_supporter", "u", words("supporter")),
        Act("speed", "s", words("faster")),
        Act("help", "?", words("help")),
        Act("quit", "q", words("quit")),
    ]


def theme_act(words: Words) -> Act:
    """What the screen can do besides, where there is room to say so."""
    return Act("theme", "t", words("light/dark"))


def caller(words: Words, memory: Memory, *, has_keyboard: bool) -> Face:
    """The caller's telephone."""
    one = memory.caller
    if one is None:
        return _empty(words("Caller"), words("There is nobody yet. c: choose"))
    handset = memory.handset(one.number)
    sheet = memory.page.sheet if memory.page and memory.is_about() else None
    line = memory.directory.lines[0].number if memory.directory.lines else None
    title = f"{words('Caller')} · {one.name}"
    hint = hints.for_caller(words, one, handset, step=sheet.step if sheet else None, line=line)
    possible = _possible(handset, answers=handset.is_idle, has_pin=one.pin is not None)
    face = _face(words, memory, handset, title=title, hint=hint, possible=possible | {"choose_caller"})
    number = f"{escape(one.company)} · {plain(one.number)}"
    return replace(face, number=number, steps=_first_steps(words, one, line), has_keyboard=has_keyboard)


def supporter(words: Words, memory: Memory, *, has_keyboard: bool) -> Face:
    """The supporter's telephone."""
    one = memory.answerer
    if one is None:
        return _empty(words("Supporter"), words("There is nobody yet. u: choose"))
    handset = memory.handset(one.number)
    duty = "" if one.on_duty else f" ({words('off duty')})"
    title = f"{words('Supporter')} · {called(words, one)}{duty}"
    possible = _possible(handset, answers=handset.rings, has_pin=False)
    hint = hints.for_supporter(words, handset, has_keyboard=has_keyboard)
    face = _face(words, memory, handset, title=title, hint=hint, possible=possible | {"behaviour"})
    return replace(face, steps=_beside(words), has_keyboard=has_keyboard)


def state(words: Words, memory: Memory, handset: Handset) -> str:
    """How a telephone stands, in one line: with whom, or else what was keyed, so that there is room for a whole PIN."""
    told = words(STATES.get(handset.state, handset.state))
    since = memory.bridged_at(handset.number)
    if since is not None:
        seconds = max(0, int((memory.now() - since).total_seconds()))
        told = f"{told} · {_whose(memory, handset)} · {seconds // 60:02d}:{seconds % 60:02d}"
    elif handset.keyed:
        told = f"{told} · {words('keyed')} {handset.keyed}"
    elif not handset.is_idle and handset.other:
        told = f"{told} · {_whose(memory, handset)}"
    if handset.is_idle and handset.behaviour != "hand":
        told = f"{told} · {words(hints.BEHAVIOURS.get(handset.behaviour, handset.behaviour))}"
    return f"{QUIET if handset.is_idle else BUSY} {told}"


def _face(words: Words, memory: Memory, handset: Handset, *, title: str, hint: str, possible: frozenset[str]) -> Face:
    reader = Reader(words, memory.directory.name_of)
    return Face(
        title=escape(title),
        number=plain(handset.number),
        state=state(words, memory, handset),
        hint=hint,
        conversation=tuple(reader.lines(memory.conversation(handset.number))),
        steps=(),
        possible=possible,
        rings=handset.rings,
        talks=handset.state == "bridged",
    )


def _first_steps(words: Words, one: Caller, line: str | None) -> tuple[str, ...]:
    """What somebody does who has never seen this."""
    return (
        words("Enter dials {line}.", line=plain(line or "")),
        words("p keys the PIN, {pin} #.", pin=pin_as_printed(one.pin or "")),
        words("Press 1 to accept the price."),
        words("Tab, Enter, 1: supporter answers."),
        words("s makes time faster in the call."),
        words("h hangs up. The cost is below."),
    )


def _beside(words: Words) -> tuple[str, ...]:
    return (
        words("It rings here when a caller has accepted the price."),
        words("v makes it a voicemail, busy, or never answered."),
        words("u shows another supporter's telephone."),
    )


def _possible(handset: Handset, *, answers: bool, has_pin: bool) -> frozenset[str]:
    can = {
        "answer": answers or handset.rings,
        "decline": handset.rings,
        "hang_up": handset.is_on_the_line,
        "pin": has_pin and handset.is_on_the_line and handset.state != "bridged",
    }
    return frozenset(name for name, is_possible in can.items() if is_possible)


def _whose(memory: Memory, handset: Handset) -> str:
    number = handset.other or ""
    return memory.directory.name_of(number) or plain(number)


def _empty(title: str, hint: str) -> Face:
    return Face(title, "", "", hint, (), (), frozenset(), rings=False, talks=False)
