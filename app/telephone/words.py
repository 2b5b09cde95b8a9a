"""The telephone's own words in Danish and English: sentences as `web.words` keeps them, from a catalogue of the telephone's."""

from __future__ import annotations

from typing import Final

from models.values import Language
from web import words
from web.words import N_, preferred

PACKAGE: Final = "app.telephone"
DOMAIN: Final = "telephone"

__all__ = ["N_", "Words", "preferred"]


class Words(words.Words):
    """Sentences in one language, out of the telephone's catalogue."""

    def __init__(self, language: Language) -> None:
        super().__init__(language, PACKAGE, DOMAIN)
