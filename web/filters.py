"""Filters of a list: what stands in the address is what is shown, each as a chip that takes it away (ui.md 1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from flask import current_app, request, url_for

from models.base import LARGEST_KEY
from models.local import NoSuchLocalTime, from_local

PLACES: Final = ("after", "before")
"""The arguments that say from where on a list is shown."""
LONGEST: Final = 200
YEARS: Final = range(2000, 2200)


@dataclass(frozen=True)
class Chip:
    """A filter that is on: its name, what it asks for, and the address without it."""

    name: str
    value: str
    without: str


def here(**changed: str | None) -> str:
    """This page's address with these arguments changed; None takes one away. The list begins anew unless a place is named."""
    kept = {name: value for name, value in request.args.items() if value and name not in PLACES}
    arguments: dict[str, Any] = {name: value for name, value in {**kept, **changed}.items() if value is not None}
    address: str = url_for(request.endpoint or "", **{**(request.view_args or {}), **arguments})
    return address


def chips(*shown: tuple[str, str, str]) -> list[Chip]:
    """A chip for each filter that is on: the argument, what it is called, and its value in words, empty where it is off."""
    return [Chip(name, value, here(**{argument: None})) for argument, name, value in shown if value]


def text(argument: str) -> str:
    """What stands in the address, without what no database keeps; empty where nothing does."""
    found = " ".join(request.args.get(argument, "").split())[:LONGEST]
    return "".join(letter for letter in found if letter.isprintable())


def number(argument: str) -> int | None:
    """A whole number in the address that could be a row's; None where there is none."""
    found = request.args.get(argument, type=int)
    return found if found is not None and 0 < found <= LARGEST_KEY else None


def day(argument: str, *, end: bool = False) -> datetime | None:
    """The moment at which a local day of the address begins, or with `end` is over; None where there is no such day."""
    try:
        found = date.fromisoformat(request.args.get(argument, ""))
        return from_local(datetime.combine(found + timedelta(days=end), time())) if found.year in YEARS else None
    except (ValueError, NoSuchLocalTime):
        return None


def house_has(path: str) -> bool:
    """Whether this house has a page at that path."""
    adapter = current_app.create_url_adapter(request)
    return adapter is not None and adapter.test(path, "GET")
