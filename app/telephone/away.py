"""What is said where there is no demo to phone in: what happened, and what to do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from app.surroundings import NoDemo, NotRunning, Starting
from app.telephone.desk import DeskError
from app.telephone.words import N_, Words

SENTENCES: Final[Mapping[type[Exception], str]] = {
    NoDemo: N_("This is no demo: the telephone shows PINs, so it wants DEMO=1 and an exchange on this machine."),
    Starting: N_("The demo is being started. Try again in a moment."),
    NotRunning: N_("The demo is not running. Start it with `make run` in this folder, and phone again."),
    DeskError: N_("The demo does not answer. Start it anew with `make run`, and phone again."),
}


def told(words: Words, problem: NotRunning | DeskError) -> str:
    """Why nobody can phone now, in one sentence or two."""
    return words(next(sentence for kind, sentence in SENTENCES.items() if isinstance(problem, kind)))
