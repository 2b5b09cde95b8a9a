"""Prompts as sound, spoken on this machine where espeak-ng is installed with the voice of the language.

Nothing a browser sends becomes part of a command: the text goes in through standard input, the voice comes from a table. One is
spoken at a time, and what was spoken is kept.
"""

from __future__ import annotations

import shutil
import subprocess
import threading
from functools import cache, lru_cache
from typing import Final

from models.values import Language

PROGRAM: Final = "espeak-ng"
VOICES: Final = {Language.DANISH: "da", Language.ENGLISH: "en-gb"}
WORDS_A_MINUTE: Final = "165"
LONGEST: Final = 300
"""Letters of one sentence: its address must fit a request line."""
KEPT: Final = 256
SPOKEN_WITHIN: Final = 10.0
_one_at_a_time: Final = threading.Lock()


@cache
def voices(program: str = PROGRAM) -> frozenset[Language]:
    """The languages that this machine speaks; none where there is no such program."""
    found = shutil.which(program)
    return frozenset(language for language, voice in VOICES.items() if found and voice in _installed(found))


@lru_cache(maxsize=KEPT)
def spoken(text: str, language: Language, program: str = PROGRAM) -> bytes | None:
    """The text as WAV; None where this machine cannot say it, or not in time."""
    found = shutil.which(program)
    if found is None or language not in voices(program):
        return None
    command = [found, "-v", VOICES[language], "-s", WORDS_A_MINUTE, "--stdin", "--stdout"]
    with _one_at_a_time:
        return _run(command, text.encode()) or None


def _installed(program: str) -> set[str]:
    """The second column of `espeak-ng --voices`."""
    lines = (line.split() for line in _run([program, "--voices"], b"").decode("utf-8", "replace").splitlines())
    return {columns[1] for columns in lines if len(columns) > 1}


def _run(command: list[str], given: bytes) -> bytes:
    try:
        ran = subprocess.run(command, input=given, capture_output=True, check=True, timeout=SPOKEN_WITHIN)  # noqa: S603 - a table's words
    except (OSError, subprocess.SubprocessError):
        return b""
    return ran.stdout
