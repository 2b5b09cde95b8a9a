"""Lines and hints out of what happened. No terminal, no exchange."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from app.telephone import faces, hints
from app.telephone.book import Answerer, Caller, Directory
from app.telephone.conversation import Reader, Voice, pin_as_printed, plain
from app.telephone.desk import Handset, Happening
from app.telephone.memory import Memory
from app.telephone.words import Words
from models.values import Language

METTE = "+4500102030"
ANNA = "+4500405060"
LINE = "+4563186363"
AT = datetime(2026, 11, 23, 2, 10, tzinfo=UTC)
NUMBERS = count(1)
COLUMNS = 36
"""What a telephone has in a terminal of 80."""
DANISH = Words(Language.DANISH)
CALLER = Caller(id=1, name="Mette Holm", company="Nordvig Camping", customer="10001", number=METTE, pin="04417392")


def happened(kind: str, text: str = "", *, number: str = METTE, call: str = "CA1") -> Happening:
    made = next(NUMBERS)
    return Happening(made, AT + timedelta(seconds=made), kind, number, call, text)


def read(*happenings: Happening) -> list[tuple[Voice, str]]:
    reader = Reader(DANISH, {ANNA: "Anna", LINE: "Døgnvagten"}.get)
    return [(line.voice, line.text) for line in reader.lines(happenings)]


def test_a_call_reads_as_a_conversation() -> None:
    told = read(
        happened("dialled", LINE),
        happened("said", "Velkommen."),
        *(happened("key", key) for key in "0441#"),
        happened("webhook", "action 200 http://…"),
        happened("bridged", f"with {ANNA}"),
        happened("tone", "5"),
        happened("parted"),
        happened("ended", "completed (document)"),
    )

    assert told == [
        (Voice.NOTE, "Ringer til Døgnvagten."),
        (Voice.LINE, "Velkommen."),
        (Voice.OWN, "taster 0441#"),
        (Voice.NOTE, "Stillet om til Anna."),
        (Voice.NOTE, "Den anden taster 5"),
        (Voice.NOTE, "Den anden har lagt på."),
        (Voice.NOTE, "Linjen afsluttede opkaldet."),
    ]


def test_who_is_left_by_the_other_is_told_so_once() -> None:
    told = read(happened("parted"), happened("ended", "completed (other leg)"))

    assert told == [(Voice.NOTE, "Den anden har lagt på.")]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("completed (caller)", "Du lagde på."),
        ("completed (callee)", "Du lagde på."),
        ("busy (callee)", "Afvist."),
        ("no-answer (timeout)", "Ingen tog telefonen."),
        ("completed (time limit)", "Opkaldets tidsgrænse er nået."),
        ("canceled (other leg)", "Den anden har lagt på."),
    ],
)
def test_an_end_says_who_ended_it(text: str, told: str) -> None:
    assert read(happened("ended", text)) == [(Voice.NOTE, told)]


def test_keys_of_two_calls_stand_on_two_lines() -> None:
    assert read(happened("key", "1"), happened("key", "2", call="CA2")) == [(Voice.OWN, "taster 1"), (Voice.OWN, "taster 2")]


def test_a_fault_of_the_line_is_no_note() -> None:
    assert read(happened("problem", "12100: no document")) == [(Voice.FAULT, "Fejl i linjens svar: 12100: no document")]


def test_numbers_and_pins_are_written_as_people_write_them() -> None:
    assert [plain(LINE), plain("+46701234567"), plain("anonymous"), pin_as_printed("04417392")] == [
        "6318 6363",
        "+46701234567",
        "anonymous",
        "0441 7392",
    ]


@pytest.mark.parametrize(
    ("state", "step", "told"),
    [
        ("idle", None, "Enter: ring til 6318 6363"),
        ("asking", "support.check_pin", "p: tast pinkoden, 0441 7392 #"),
        ("listening", "support.choose", "1: accepter prisen · 2: angiv en sag"),
        ("listening", "unanswered.choose", "1: bliv ringet op · 2: læg en besked"),
        ("listening", "support.some_new_step", "Bliv i røret · h: læg på"),
        ("recording", "unanswered.recorded", "Mellemrum: tal · #: slut"),
        ("bridged", "support.after_ring", "s: tiden hurtigere · h: læg på"),
    ],
)
def test_the_caller_is_told_what_comes_next(state: str, step: str | None, told: str) -> None:
    assert hints.for_caller(DANISH, CALLER, Handset(METTE, state), step=step, line=LINE) == told


@pytest.mark.parametrize("language", Language)
def test_what_comes_next_fits_one_line_of_a_small_terminal(language: Language) -> None:
    words = Words(language)
    told = [words(text) for table in (hints.STEPS, hints.CALLER, hints.SUPPORTER) for text in table.values()]
    told += [words("v: {behaviour}", behaviour=words(text)) for text in hints.BEHAVIOURS.values()]
    told += [
        hints.for_caller(words, CALLER, Handset(METTE, state), step=step, line=LINE)
        for state, step in (("idle", None), ("asking", "support.check_pin"), ("waiting", None))
    ]

    assert [text for text in told if len(text) > COLUMNS] == []


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("state", ["asking", "listening"])
def test_a_whole_pin_that_was_keyed_fits_one_line_of_a_small_terminal(language: Language, state: str) -> None:
    told = faces.state(Words(language), Memory(), Handset(METTE, state, other=LINE, keyed=CALLER.pin or ""))

    assert told.endswith("04417392")
    assert len(told) <= COLUMNS


def test_the_supporter_is_told_what_comes_next() -> None:
    rings = Handset(ANNA, "ringing", rings=True)

    assert hints.for_supporter(DANISH, rings, has_keyboard=True) == "Enter: tag telefonen · d: afvis"
    assert hints.for_supporter(DANISH, rings, has_keyboard=False) == "Tab, Enter: tag den · d: afvis"
    assert hints.for_supporter(DANISH, Handset(ANNA, "asking"), has_keyboard=True) == "1: tag opkaldet · 2: giv det videre"
    assert hints.for_supporter(DANISH, Handset(ANNA, behaviour="voicemail"), has_keyboard=True) == "v: telefonsvareren tager den"


def test_the_second_telephone_of_a_supporter_is_named_so_and_is_not_the_first() -> None:
    """R12: both can be shown; whose a number is says the name alone."""
    first = Answerer(id=1, name="Anna", number=ANNA, on_duty=True)
    second = replace(first, number="+4500405061", is_second=True)
    memory = Memory(directory=Directory(callers=(), answerers=(first, second), lines=()), answerer=second)

    face = faces.supporter(DANISH, memory, has_keyboard=False)

    assert (face.title, face.number) == ("Supporter · Anna, telefon 2", "0040 5061")
    assert len({first.key, second.key}) == 2
    assert memory.directory.name_of(second.number) == "Anna"


def test_a_screen_that_is_opened_late_shows_the_running_call_and_nothing_older() -> None:
    memory = Memory(handsets={METTE: Handset(METTE, "speaking", call="CA2")})
    old, running = happened("said", "old", call="CA1"), happened("dialled", LINE, call="CA2")

    memory.heard([old, running], anew=True)

    assert memory.conversation(METTE) == [running]
    assert memory.call_of(METTE) == "CA2"


def test_a_break_loses_nothing_and_tells_nothing_twice() -> None:
    memory = Memory()
    first, second = happened("dialled", LINE), happened("said", "Velkommen.")
    memory.heard([], anew=True)
    memory.heard([first], anew=False)

    memory.heard([first, second], anew=True)

    assert memory.conversation(METTE) == [first, second]


def test_another_exchange_begins_anew() -> None:
    memory = Memory()
    memory.heard([happened("said", "older")], anew=True)
    memory.heard([happened("said", "old")], anew=False)
    other = Happening(1, AT, "said", METTE, "CA9", "new")

    memory.heard([other], anew=True)

    assert memory.conversation(METTE) == [other]


def test_a_pin_does_not_show_in_a_repr() -> None:
    assert "0441" not in repr(CALLER)
