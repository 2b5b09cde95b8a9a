"""What the doctor says: a finding for each thing that was looked at, and the cure beside what is not well."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


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
class Finding:
    """One sentence about what was found under the name of a check. `cure` is a command or a setting; None where all is well."""

    check: str
    level: Level
    found: str
    cure: str | None = None


def ok(check: str, found: str) -> Finding:
    """All is well."""
    return Finding(check, Level.OK, found)


def warning(check: str, found: str, *, cure: str) -> Finding:
    """Something may be missed."""
    return Finding(check, Level.WARNING, found, cure)


def error(check: str, found: str, *, cure: str) -> Finding:
    """Something does not work."""
    return Finding(check, Level.ERROR, found, cure)
