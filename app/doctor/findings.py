"""What the doctor says: a finding for each thing that was looked at, and the cure beside what is not well.

Sentences and cures are English and have blanks, `{name}`; they stand in the doctor's own catalogue with their Danish (web.words).
Commands and settings are the same in every language, and so is what comes from elsewhere: what a provider, or a library, said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from models.values import Language
from web.words import Words

PACKAGE: Final = "app.doctor"
DOMAIN: Final = "doctor"


class Level(StrEnum):
    """How it is.

    ok        well
    warning   calls are answered and charged; something is missing that may be missed
    error     calls are not answered or not charged, or soon will not be; or it could not be looked at
    """

    OK = "ok"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True)
class Told:
    """A finding in somebody's language."""

    check: str
    level: Level
    found: str
    cure: str | None = None


@dataclass(frozen=True)
class Finding:
    """One sentence about what was found under the name of a check. `cure` is a command or a setting; None where all is well.

    `values` fill the blanks of both.
    """

    check: str
    level: Level
    sentence: str
    cure: str | None = None
    values: Mapping[str, object] = field(default_factory=dict)

    def told(self, language: Language) -> Told:
        """It in that language."""
        words = Words(language, PACKAGE, DOMAIN)
        cure = words(self.cure, **self.values) if self.cure else None
        return Told(self.check, self.level, words(self.sentence, **self.values), cure)


def ok(check: str, sentence: str, /, **values: object) -> Finding:
    """All is well."""
    return Finding(check, Level.OK, sentence, None, values)


def warning(check: str, sentence: str, /, *, cure: str, **values: object) -> Finding:
    """Something may be missed."""
    return Finding(check, Level.WARNING, sentence, cure, values)


def error(check: str, sentence: str, /, *, cure: str, **values: object) -> Finding:
    """Something does not work."""
    return Finding(check, Level.ERROR, sentence, cure, values)
