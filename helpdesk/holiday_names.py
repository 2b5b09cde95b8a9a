"""Public holidays as people call them: kept by their Danish names (billing.price_lists), told in the language of whoever reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from billing.price_lists import EXTRA_HOLIDAY
from models.values import Language

ENGLISH: Final[Mapping[str, str]] = {
    "Nytårsdag": "New Year's Day",
    "Skærtorsdag": "Maundy Thursday",
    "Langfredag": "Good Friday",
    "Påskedag": "Easter Sunday",
    "Anden påskedag": "Easter Monday",
    "Store bededag": "Great Prayer Day",
    "Kristi himmelfartsdag": "Ascension Day",
    "Pinsedag": "Whit Sunday",
    "Anden pinsedag": "Whit Monday",
    "Juledag": "Christmas Day",
    "Anden juledag": "Boxing Day",
    EXTRA_HOLIDAY: "Extra holiday",
}


def holiday(name: str, language: Language) -> str:
    """A holiday's name in that language; of a day that somebody named, the name that they gave it."""
    return ENGLISH.get(name, name) if language is Language.ENGLISH else name
