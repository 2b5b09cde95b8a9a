"""What the doctor looks at: the settings as far as they can be used, the moment, and the database where it is well."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from app.database import Database
from app.doctor.findings import Finding, warning
from app.settings import Settings
from web.words import N_

FIRST: Final = N_("mend that first")


@dataclass(frozen=True, kw_only=True)
class Installation:
    """`wrong` names the variables that cannot be used; `settings` are those of the others.

    `now` is the house's time, in the demo the demo's, and `wall` the machine's. `database` is None while it is not there, or not
    migrated.
    """

    settings: Settings
    wrong: frozenset[str]
    now: datetime
    wall: datetime
    database: Database | None = None

    def unknown(self, check: str, names: Iterable[str], *, needs_database: bool = False) -> Finding | None:
        """Why a check cannot be made that depends on these variables, or on the database; None where it can."""
        wrong = sorted(self.wrong & set(names))
        if wrong:
            told = N_("It was not looked at, because {names} cannot be used.")
            return warning(check, told, cure=FIRST, names=", ".join(wrong))
        if needs_database and self.database is None:
            return warning(check, N_("It was not looked at, because the database cannot be used."), cure=FIRST)
        return None
