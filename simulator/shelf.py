"""Recordings of whole calls, a small file each, so that a link to one outlives the process: what the desk tells of a call.

A file is called by its CallSid, 128 drawn bits that nobody guesses. The oldest go once there are MOST; a spoilt one is none.
"""

from __future__ import annotations

import json
import logging
import os
import re
from typing import TYPE_CHECKING, Final

from simulator.told import recorded

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from simulator.exchange import Exchange
    from simulator.records import Happening
    from simulator.told import Json

MOST: Final = 200
LARGEST: Final = 1_000_000
"""Bytes of one file: a longer call is not kept."""
SID: Final = re.compile(r"CA[0-9a-f]{32}")
SHORT: Final[dict[str, type]] = {"call": str, "from": str, "to": str, "at": str, "over": bool}
EVENT: Final[dict[str, type]] = {"id": int, "at": str, "kind": str, "number": str, "call": str, "text": str}
PRIVATE: Final = 0o600  # what was keyed stands in it
log = logging.getLogger(__name__)


class Spoilt(ValueError):
    """There is such a file, and nothing that can be played stands in it."""


class Shelf:
    """A folder of recordings, of which `most` are kept."""

    def __init__(self, folder: Path, *, most: int = MOST) -> None:
        self._folder, self._most = folder, most
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._short: dict[str, Json] = {}
        for file in sorted((it for it in folder.glob("CA*.json") if it.is_file()), key=lambda it: it.stat().st_mtime):
            try:
                found = self.read(file.stem)
            except Spoilt:
                continue
            if found is not None:
                self._short[file.stem] = {name: found[name] for name in SHORT}
        self._prune()

    def listed(self) -> list[Json]:
        """The calls that are kept, in short, as `told.call` has them; the oldest first."""
        return list(self._short.values())

    def read(self, sid: str) -> Json | None:
        """What was kept of a call; None where nothing was. Raises Spoilt."""
        if not SID.fullmatch(sid):
            return None
        try:
            with (self._folder / f"{sid}.json").open("rb") as file:
                found = json.loads(file.read(LARGEST + 1)[:LARGEST])
        except FileNotFoundError:
            return None
        except (OSError, ValueError, RecursionError) as problem:
            raise Spoilt(sid) from problem
        if not _is_one(found, sid):
            raise Spoilt(sid)
        return dict(found)

    def watch(self, exchange: Exchange) -> None:
        """From now on every call of that exchange is kept once it is over, and again when something more is heard of it."""
        exchange.logbook.happened = self._after(exchange, exchange.logbook.happened)

    def _after(self, exchange: Exchange, then: Callable[[Happening], None]) -> Callable[[Happening], None]:
        def happened(what: Happening) -> None:
            leg = exchange.legs.get(what.sid)
            root = leg and (leg.parent or leg)
            if root is not None and root.direction == "inbound" and root.is_over:
                self._keep(recorded(exchange, root))
            then(what)

        return happened

    def _keep(self, told: Json) -> None:
        text, sid = json.dumps(told, ensure_ascii=False).encode(), told["call"]
        if len(text) > LARGEST:
            return
        beside = self._folder / f".{sid}.new"
        try:
            with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, PRIVATE), "wb") as made:
                made.write(text)
            beside.replace(self._folder / f"{sid}.json")
        except OSError:
            log.exception("a recording could not be kept")  # the call goes on all the same
            return
        self._short[sid] = {name: told[name] for name in SHORT}
        self._prune()

    def _prune(self) -> None:
        for sid in list(self._short)[: -self._most]:
            del self._short[sid]
            (self._folder / f"{sid}.json").unlink(missing_ok=True)


def _is_one(found: object, sid: str) -> bool:
    """Whether it is what we wrote: a file may be cut short, or somebody's own."""
    if not isinstance(found, dict) or found.get("call") != sid or not _says(found, SHORT):
        return False
    events, numbers = found.get("events"), found.get("telephones")
    return (
        isinstance(numbers, list)
        and isinstance(events, list)
        and all(isinstance(it, str) for it in numbers)
        and all(isinstance(it, dict) and _says(it, EVENT) for it in events)
    )


def _says(found: Json, names: dict[str, type]) -> bool:
    """Whether all of these stand there, each of its kind."""
    return all(isinstance(found.get(name), kind) for name, kind in names.items())
