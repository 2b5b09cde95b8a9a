"""Whether an installation is well: every part is looked at, whatever the others are like, with the cure beside what is not.

It changes nothing: no row, no number, no message, and what it asks of itself leaves no trace (app.doctor.door). No PIN, token,
password or whole number stands in a finding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Final

from app import clock
from app.doctor import door, duties, environment, issuer, post, provider, records, tables
from app.doctor.findings import Finding, Told, error
from app.doctor.installation import Installation
from app.logs import Cleaner
from app.settings import Settings
from models.values import Language
from web.words import N_

Check = Callable[[Installation], Iterable[Finding]]
CHECKS: Final[Mapping[str, Check]] = {
    "keys": tables.keys,
    "clock": tables.clock,
    "house": duties.check,
    "records": records.check,
    "provider": provider.account,
    "numbers": provider.numbers,
    "door": door.check,
    "mail": post.check,
    "issuer": issuer.check,
}


def examine(env: Mapping[str, str], language: Language, checks: Mapping[str, Check] = CHECKS) -> Iterator[Told]:
    """Everything that can be said about the installation that `env` describes, well or not, in that language."""
    settings, problems = environment.read(env)
    cleaner = Cleaner(settings)
    house = Installation(settings=settings, wrong=frozenset(problems), now=_now(settings), wall=clock.wall())
    for finding in _findings(house, problems, checks):
        told = finding.told(language)
        yield replace(told, found=cleaner.text(told.found), cure=told.cure and cleaner.text(told.cure))


def _findings(house: Installation, problems: Mapping[str, str], checks: Mapping[str, Check]) -> Iterator[Finding]:
    yield from environment.check(house, problems)
    with tables.opened(house) as (database, found):
        yield from found
        house = replace(house, database=database)
        for name, check in checks.items():
            yield from _guarded(name, check, house)


def _now(settings: Settings) -> datetime:
    """The house's time; the machine's, where the demo's cannot be read."""
    try:
        return clock.of(settings)()
    except (OSError, LookupError, TypeError):
        return clock.wall()


def _guarded(name: str, check: Check, house: Installation) -> Iterator[Finding]:
    """A check's findings; that it broke is one too, and keeps no other from being made."""
    try:
        yield from check(house)
    except Exception as problem:  # noqa: BLE001 - whatever it is, the rest is looked at
        cure = N_("report it, with what `doegnvagt doctor` says")
        yield error(name, N_("It could not be looked at ({problem})."), cure=cure, problem=type(problem).__name__)
