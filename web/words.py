"""Sentences in Danish and English, out of gettext catalogues that are compiled when the program starts.

The sentences in the code are English and stand in `locale/<language>/LC_MESSAGES/<domain>.po` of their package, each with its
Danish and English text. The telephone of the demo has a catalogue of its own; what the browser's door and papers say is in `web`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from gettext import GNUTranslations
from importlib.resources import files
from io import BytesIO
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from models.values import Language

VARIABLES: Final = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")
NOBODYS: Final = frozenset({"", "C", "POSIX"})


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for it
    """Marks a sentence in a table, so that the catalogues know it; it is translated where it is shown."""
    return text


class Words:
    """Sentences in one language: `words("Balance")`, `words("Dials {number}", number="6318 6363")`."""

    def __init__(self, language: Language, package: str = "web", domain: str = "web") -> None:
        self.language = language
        self._catalogue = _compiled(language, package, domain)

    def __call__(self, text: str, /, **values: object) -> str:
        """The sentence in this language, its places filled in."""
        found = self._catalogue.gettext(text)
        return found.format(**values) if values else found

    def many(self, one: str, several: str, count: int, *, shown: str | None = None) -> str:
        """The sentence for so many; its place is `{count}`, which `shown` spells."""
        return self._catalogue.ngettext(one, several, count).format(count=count if shown is None else shown)


def preferred(env: Mapping[str, str]) -> Language:
    """Danish where the environment asks for it or for nothing; English where it asks for anything else."""
    locales = (env.get(name, "").partition(":")[0].partition(".")[0] for name in VARIABLES)
    wanted = next((locale for locale in locales if locale not in NOBODYS), Language.DANISH)
    return Language.DANISH if wanted.lower().startswith(Language.DANISH) else Language.ENGLISH


def source(language: Language, package: str = "web", domain: str = "web") -> str:
    """The catalogue of a language as it is written."""
    return files(package).joinpath("locale", language, "LC_MESSAGES", f"{domain}.po").read_text("utf-8")


@cache
def _compiled(language: Language, package: str, domain: str) -> GNUTranslations:
    made = BytesIO()
    write_mo(made, read_po(BytesIO(source(language, package, domain).encode())))
    made.seek(0)
    return GNUTranslations(made)
