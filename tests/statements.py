"""Statements that SQLAlchemy has compiled, shared by all databases of one kind here: most of a short test's time else."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Engine
from sqlalchemy.util import LRUCache

from app.database import Database

MOST: Final = 5000
"""More than all tests have: what one of them compiled is there for the next one, whatever ran between."""
_FIRST: Final[dict[str, Engine]] = {}


def remembers(opened: Database) -> None:
    """Lets a database use what those before it had compiled, and them what it will."""
    name = opened.engine.dialect.name
    if name not in _FIRST:
        with opened.engine.connect():  # A dialect learns at its first connection what server it speaks to; the shared one too.
            _FIRST[name] = opened.engine
        opened.engine._compiled_cache = LRUCache(MOST)
    first = _FIRST[name]
    for engine in (opened.engine, opened._readers):
        engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache
